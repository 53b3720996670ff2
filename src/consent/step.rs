//! One event in, the next state and the effects out.

use super::{Grants, Method, NECESSARY, Purposes, Signals, record};
use crate::config::{OnSignal, Regime, SignalRules};
use crate::json::{self, Json, Text, add};
use alloc::vec::Vec;
use core::mem::take;

/// Milliseconds in a day.
const DAY: f64 = 86_400_000.0;
/// In an opt-out region a refusal is not asked again for this many days (11 CCR § 7028).
const REFUSAL_DAYS: f64 = 365.0;

/// What the configuration says that bears on the decision.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Rules {
    /// What silence means for this visitor.
    pub regime: Regime,
    /// What the signals mean.
    pub signals: SignalRules,
    /// Days that a choice with a grant is kept.
    pub granted_days: f64,
    /// Days that a refusal is kept.
    pub denied_days: f64,
    /// The version of the policy now.
    pub policy: Text,
    /// The language of the notice, as BCP 47.
    pub lang: Text,
    /// Nothing optional is granted before the visitor says to be old enough (GDPR art. 8(1)).
    pub asks_age: bool,
    /// A dry run decides nothing and asks nothing.
    pub report: bool,
    /// Only the visitor's own grants count.
    pub visitor_only: bool,
    /// What another subdomain says is believed, a yes too: see [`super::cross`].
    pub trusts: bool,
}

/// What the first layer asks about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// Everything.
    All,
    /// Only what has come since the choice in force; the rest of the choice stays.
    New,
    /// Nothing new, but another version of the policy: the choice stays in force until it is made again.
    Policy,
    /// Only what the visitor allowed on another subdomain ([`State::theirs`]); the rest of the choice stays.
    Shared,
    /// Nothing: an opt-out region's notice at collection (11 CCR § 7012).
    Collection,
}

/// Where the visitor stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Phase {
    /// The configuration is not read yet: everything optional is denied and nothing can be asked.
    #[default]
    Waiting,
    /// The first layer is up.
    Asking(Scope),
    /// A choice is in force.
    Answered,
    /// The browser's signal answered, no choice is in force; or one appeared after a grant and closed the gate until
    /// the visitor confirms (11 CCR § 7025(c)(3)).
    Signalled,
    /// A choice waits: an opt-in after an opt-out or a signal for its second confirmation (11 CCR § 7028), or a grant for
    /// the visitor's word to be old enough ([`State::asks_age`]).
    Confirming,
    /// The first layer was closed without an answer, for this page's life.
    Dismissed,
    /// A frame that follows its top.
    Following,
    /// A dry run.
    Reporting,
}

/// Everything the decision rests on.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct State {
    /// What the owner asked for.
    pub rules: Rules,
    /// What can be asked for.
    pub purposes: Purposes,
    /// What the browser says.
    pub signals: Signals,
    /// What the visitor chose before, as JSON: see [`record`]. Empty: nothing.
    pub record: Vec<u8>,
    /// Whether the record's choice counts: in opt-in, an expired one does not.
    pub in_force: bool,
    /// What is allowed now.
    pub grants: Grants,
    /// What was allowed before the last step.
    pub before: Grants,
    /// Where the visitor stands.
    pub phase: Phase,
    /// The choice that waits for its second confirmation, or for the visitor's word to be old enough.
    pub pending: Option<(Wanted, By)>,
    /// Who said no to everything before the configuration was read.
    pub early: Option<By>,
    /// That word is what is asked for now.
    pub asks_age: bool,
    /// The visitor gave it, now or with the choice in force.
    pub old_enough: bool,
    /// What was loaded once on this page: each time the purpose that it was held for, by index; [`TAKEN_BACK`] since that
    /// was refused or withdrawn.
    pub once: Vec<usize>,
    /// What is allowed elsewhere, by category and by service, for who follows it.
    pub followed: Vec<u8>,
    /// Another site shows the page in a frame: nobody knows what the visitor sees, so no click in it grants.
    pub embedded: bool,
    /// The choice in the shared cookie, made on the subdomain that it names as `shared`. Empty: there is none.
    pub theirs: Text,
}

/// No purpose has this index.
const TAKEN_BACK: usize = usize::MAX;

/// Who asks for a change; the later, the farther from the visitor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum By {
    /// The visitor's own hand.
    Visitor,
    /// A program's click.
    Client,
    /// The page's script.
    Api,
}

/// What is wanted.
#[derive(Debug, Clone, PartialEq)]
pub enum Wanted {
    /// Yes to everything listed, or no to everything.
    All(bool),
    /// The same, but only for what the first layer asks about.
    Asked(bool),
    /// These ids (a JSON list), categories or services, and no others change.
    Some(Vec<u8>, bool),
    /// The switches as they stand (JSON): answers by category, and by service where services have switches.
    Switches(Vec<u8>),
    /// One element that is held for the purpose at this index, on this page: no choice at all.
    Once(usize),
}

/// What happened.
#[derive(Debug, Clone, PartialEq)]
pub enum Event {
    /// The page starts, another tab chose or erased, or the page comes back: this is the record that is stored (empty:
    /// none), and what the browser says.
    Settle(Vec<u8>, Signals),
    /// Somebody chooses.
    Choice(Wanted, By),
    /// Somebody loads one element once: it is held for the purpose of this id.
    Once(Vec<u8>, By),
    /// What the pending choice waits for, the second confirmation or the word to be old enough: yes or no, and by whom.
    Confirm(bool, By),
    /// A service that the owner did not name was found on the page: its id, its name and the id of its category.
    Found(Text, Text, Text),
    /// All services have been listed by name to the visitor: the preferences opened.
    Listed,
    /// The first layer, or the question that a choice waits for, was closed without an answer.
    Close,
    /// The visitor erases the record.
    Erase,
    /// This frame's top says what is allowed: answers by category and by service, as JSON.
    Follow(Vec<u8>),
    /// The shared cookie says this: it counts when the page settles next.
    Shared(Text),
}

/// What has to be done, in this order. The state that comes with it says how.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Effects {
    /// The grants changed: release what may go, hold what may not.
    pub shield: bool,
    /// Write the record.
    pub keep: bool,
    /// Remove the record.
    pub forget: bool,
    /// The first layer, the reopen control or the preferences must show what the state says.
    pub notice: bool,
    /// Tell the page that a choice came into force, was changed, withdrawn or erased.
    pub tell: bool,
    /// Some lost their grant: clear what they left behind.
    pub sweep: bool,
    /// Somebody granted who may not: nothing has changed.
    pub refused: bool,
}

impl State {
    /// Whether somebody else decides: before the configuration is read, in a frame that follows its top, in a dry run.
    pub fn is_elsewhere(&self) -> bool {
        self.purposes.0.is_empty() || matches!(self.phase, Phase::Waiting | Phase::Following | Phase::Reporting)
    }

    /// Whether the last step took the grant of the purpose at this index.
    pub fn lost(&self, index: usize) -> bool {
        self.before.has(index) && !self.grants.has(index)
    }

    /// What silence means: a visitor who has not said to be old enough has not been silent.
    #[inline(never)]
    pub fn regime(&self) -> Regime {
        if self.rules.asks_age && !self.old_enough { Regime::OptIn } else { self.rules.regime }
    }

    /// Whether the visitor answered to be too young.
    pub fn is_too_young(&self) -> bool {
        self.rules.asks_age && self.choice().get(b"age").bool() == Some(false)
    }

    /// What may be loaded by whoever was let in at this turn (from 1; 0: nobody was): the purpose that was asked for, and
    /// those services of it, if it is a category, that have been listed by name.
    pub fn lets_in(&self, turn: usize, index: usize) -> bool {
        let opened = turn.checked_sub(1).and_then(|place| self.once.get(place));
        opened.is_some_and(|opened| {
            index == *opened || self.purposes.get(index).is_some_and(|purpose| purpose.listed && purpose.of == *opened)
        })
    }

    /// The choice that counts now; none where there is none.
    fn choice(&self) -> Json<'_> {
        if self.in_force { Json::new(&self.record) } else { Json::default() }
    }

    /// Whether the purpose at this index is what the first layer asks about.
    pub fn asks(&self, index: usize) -> bool {
        let Some(purpose) = self.purposes.get(index) else { return false };
        !purpose.always()
            && purpose.listed
            && match self.phase {
                Phase::Asking(Scope::New) => record::answer(Json::new(&self.record), purpose, index).is_none(),
                Phase::Asking(Scope::Shared) => self.is_suggested(index),
                _ => true,
            }
    }

    /// Whether the visitor allowed the purpose at this index on another subdomain, and has not answered here since.
    fn is_suggested(&self, index: usize) -> bool {
        let theirs = Json::new(self.theirs);
        !self.grants.has(index)
            && record::time(theirs) >= record::time(Json::new(&self.record))
            && self.purposes.get(index).is_some_and(|own| record::answer(theirs, own, index) == Some(true))
    }

    /// Whether a grant by them is refused: on a page that another site shows in a frame whoever clicks may see something
    /// else, and the owner may want no grant but the visitor's own.
    fn refuses(&self, by: By) -> bool {
        (self.embedded && by != By::Api) || (self.rules.visitor_only && by != By::Visitor)
    }
}

/// The decision. Takes the state to the next one, at this time (milliseconds since 1970), and says what has to be done:
/// nothing else in the crate changes a grant.
pub fn step(state: &mut State, event: Event, now: f64) -> Effects {
    let mut effects = Effects::default();
    if let Event::Shared(theirs) = event {
        state.theirs = theirs;
        return effects;
    }
    let elsewhere = state.is_elsewhere();
    if elsewhere && !matches!(event, Event::Settle(..) | Event::Follow(_) | Event::Found(..)) {
        // The first layer may be up before the configuration is read. Of its answers, a no needs to know nothing more.
        if let (Phase::Asking(_), Event::Choice(Wanted::All(false) | Wanted::Asked(false), by)) = (state.phase, &event)
        {
            state.early = Some(*by);
            state.phase = Phase::Dismissed;
            effects.notice = true;
        }
        return effects;
    }
    state.before = state.grants.clone();
    let refused =
        matches!(event, Event::Choice(Wanted::All(false) | Wanted::Asked(false), _) | Event::Confirm(false, _));
    match event {
        Event::Settle(record, signals) => {
            // The same choice, though something was written beside it since, is no news.
            let same = record::time(Json::new(&record)) == record::time(Json::new(&state.record));
            effects.tell = state.phase != Phase::Waiting && !same;
            state.record = record;
            // And it answers no question that is open.
            if same && state.phase == Phase::Confirming && state.signals == signals {
                return effects;
            }
            state.signals = signals;
            settle(state, now, &mut effects);
            if let Some(by) = state.early.take()
                && !state.is_elsewhere()
            {
                refuse(state, by, now, &mut effects);
            }
        }
        Event::Choice(wanted, by) => {
            state.asks_age = false;
            choose(state, wanted, by, false, now, &mut effects);
        }
        // No second confirmation: whoever directs us to one third party opts in to no sale (CCPA § 1798.140(ad)(2)(A)).
        Event::Once(id, by) => {
            if state.refuses(by) {
                effects.refused = true;
            } else if let Some(index) = state.purposes.find(&id) {
                // The word for one holds for the next, and is not kept.
                let given = state.old_enough || state.once.last().is_some_and(|last| *last != TAKEN_BACK);
                state.asks_age = state.rules.asks_age && !given;
                if state.asks_age {
                    state.pending = Some((Wanted::Once(index), by));
                    state.phase = Phase::Confirming;
                } else {
                    state.once.push(index);
                }
                effects.notice = true;
            }
        }
        Event::Confirm(yes, by) => match state.pending.take() {
            Some((_, first)) if yes && state.refuses(by.max(first)) => {
                effects.refused = true;
                settle(state, now, &mut effects);
            }
            Some((Wanted::Once(index), _)) if yes && state.phase == Phase::Confirming => {
                settle(state, now, &mut effects);
                state.once.push(index);
            }
            // A program's or the page's yes is not the visitor's.
            Some((wanted, first)) if yes && state.phase == Phase::Confirming => {
                let confirmed = !take(&mut state.asks_age);
                state.old_enough |= !confirmed;
                choose(state, wanted, by.max(first), confirmed, now, &mut effects);
            }
            Some((_, first)) if state.asks_age && state.phase == Phase::Confirming => {
                refuse(state, by.max(first), now, &mut effects);
            }
            _ => settle(state, now, &mut effects),
        },
        Event::Found(id, name, category) => {
            // What is found under a name that is listed already is what was listed.
            if state.purposes.find(id).is_none() {
                let of = state.purposes.category(category);
                state.purposes.service(id, name, of, false);
            }
            if !elsewhere {
                if let Phase::Asking(_) = state.phase {
                    list(state, FIRST);
                }
                // A record may name it already.
                let mut grants = take(&mut state.grants);
                let (deny, ask) = overruled(state);
                grants.go_on(&state.purposes, state.regime(), state.choice(), deny || ask);
                state.grants = grants;
                effects.notice = true;
            } else if state.phase == Phase::Following {
                state.grants.go_on(&state.purposes, Regime::OptIn, Json::new(&state.followed), false);
            }
        }
        Event::Listed => list(state, usize::MAX),
        Event::Close => {
            if let Phase::Asking(_) = state.phase {
                state.phase = Phase::Dismissed;
                effects.notice = true;
            } else if state.pending.is_some() {
                settle(state, now, &mut effects);
            }
        }
        Event::Erase => {
            state.record = Vec::new();
            state.theirs = b"";
            effects.forget = true;
            effects.tell = true;
            settle(state, now, &mut effects);
        }
        Event::Follow(answers) => {
            state.phase = Phase::Following;
            state.followed = answers;
            state.grants = followed(state);
        }
        Event::Shared(_) => {}
    }
    effects.shield = state.grants != state.before;
    effects.sweep = state.purposes.iter().any(|(index, _)| state.lost(index));
    let State { once, before, grants, .. } = state;
    for opened in once {
        // A switch that was off and stays so says nothing.
        if (refused || before.has(*opened)) && !grants.has(*opened) {
            *opened = TAKEN_BACK;
        }
    }
    effects
}

/// What is allowed here because it is allowed elsewhere.
fn followed(state: &State) -> Grants {
    Grants::of(&state.purposes, Regime::OptIn, Json::new(&state.followed), false)
}

/// Those of the browser's signals that the owner gave this meaning.
fn ruled(state: &State, rule: OnSignal) -> Signals {
    Signals {
        dnt: state.signals.dnt && state.rules.signals.dnt == rule,
        gpc: state.signals.gpc && state.rules.signals.gpc == rule,
    }
}

/// Whether a signal denies, whatever the visitor chose.
pub fn is_signalled(state: &State) -> bool {
    ruled(state, OnSignal::Deny).any()
}

/// Whether the browser says what the choice in force did not hear: as an answer, and as a reason to ask.
#[inline(never)]
fn overruled(state: &State) -> (bool, bool) {
    let seen = record::signals(state.choice());
    let news = |rule| ruled(state, rule).beyond(seen).any();
    (news(OnSignal::Deny), news(OnSignal::Ask))
}

/// What the choice in force and the signals allow.
#[inline(never)]
fn granted(state: &State) -> Grants {
    let (deny, ask) = overruled(state);
    Grants::of(&state.purposes, state.regime(), state.choice(), deny || ask)
}

/// Whether the recorded choice is old enough to be made again.
pub(super) fn expired(state: &State, now: f64) -> bool {
    let Rules { granted_days, denied_days, .. } = state.rules;
    let record = Json::new(&state.record);
    let days = if state.regime() == Regime::OptOut && record::any(record, false) {
        denied_days.max(REFUSAL_DAYS)
    } else if record::any(record, true) {
        granted_days
    } else {
        denied_days
    };
    now - record::time(record) >= days * DAY
}

/// Grants and phase from the record, the signals and the clock.
#[inline(never)]
fn settle(state: &mut State, now: f64, effects: &mut Effects) {
    effects.notice = true;
    state.pending = None;
    state.asks_age = false;
    if state.rules.report {
        state.phase = Phase::Reporting;
        // What needs no consent would not be held.
        state.grants = Grants::of(&state.purposes, Regime::OptIn, Json::default(), true);
        return;
    }
    let record = Json::new(&state.record);
    state.old_enough = record.get(b"age").bool() == Some(true);
    // A grant from before the age was asked for is asked for again.
    let counts = !state.rules.asks_age || state.old_enough || !record::any(record, true);
    let opt_out = state.regime() == Regime::OptOut;
    let expired = expired(state, now);
    // In opt-out a denial never turns back into silence.
    state.in_force = !state.record.is_empty() && (opt_out || !expired) && counts;
    state.old_enough &= state.in_force;
    let (deny, ask) = overruled(state);
    state.grants = granted(state);
    let choice = state.choice();
    let other_policy = choice.get(b"policy").text() != state.rules.policy;
    let (mut category, mut service) = (false, false);
    for (index, purpose) in state.purposes.iter() {
        if purpose.named && !purpose.always() && record::answer(choice, purpose, index).is_none() {
            *if purpose.is_category(index) { &mut category } else { &mut service } = true;
        }
    }
    state.phase = if is_signalled(state) {
        // The browser answered. A choice that heard it, or that a denial does not change, stands.
        if state.in_force && !(deny && record::any(choice, true)) { Phase::Answered } else { Phase::Signalled }
    } else if ask {
        Phase::Asking(Scope::All)
    } else if opt_out {
        // What is new is not asked here; the notice at collection names it.
        if !state.in_force || other_policy || category || expired {
            Phase::Asking(Scope::Collection)
        } else {
            Phase::Answered
        }
    } else if !state.in_force {
        Phase::Asking(Scope::All)
    } else if category || service {
        Phase::Asking(Scope::New)
    } else if other_policy {
        Phase::Asking(Scope::Policy)
    } else {
        Phase::Answered
    };
    if !opt_out && matches!(state.phase, Phase::Asking(_) | Phase::Answered) {
        let suggested = state.purposes.iter().any(|(index, own)| !own.always() && state.is_suggested(index));
        if suggested {
            state.phase = Phase::Asking(Scope::Shared);
        }
    }
    if state.embedded && matches!(state.phase, Phase::Asking(_)) {
        state.phase = Phase::Dismissed;
    }
    if let Phase::Asking(_) = state.phase {
        list(state, FIRST);
    }
    if !state.record.is_empty()
        && (deny || ask)
        && let Some(noted) = record::note_signal(Json::new(&state.record), state.signals, &state.rules, now)
    {
        state.record = noted;
        effects.keep = true;
    }
}

/// How many of the services that the owner did not name the first layer names: nobody reads more there. The others are named
/// in the preferences, and wait until then.
const FIRST: usize = 100;

/// The services are listed by name to the visitor; of those that were found, so many.
fn list(state: &mut State, most: usize) {
    let mut found = 0;
    for purpose in &mut state.purposes.0 {
        found += usize::from(!purpose.named);
        purpose.listed |= found <= most;
    }
}

/// The choice that a wish makes of what is in force, as an entry of the record.
#[inline(never)]
fn choice_of(state: &State, wanted: &Wanted, by: By, now: f64) -> Vec<u8> {
    // Only the visitor's own hand is the visitor's.
    let method = match (by, wanted) {
        (By::Api, _) => Method::Api,
        (By::Client, _) => Method::Client,
        (_, Wanted::All(true) | Wanted::Asked(true)) => Method::GrantAll,
        (_, Wanted::All(false) | Wanted::Asked(false)) => Method::DenyAll,
        _ => Method::Chosen,
    };
    let before = state.choice();
    let mut out = record::begin(now, method, &state.rules, state.signals);
    for services in [false, true] {
        json::key(&mut out, if services { b"services" } else { b"categories" });
        add(&mut out, b"{");
        for (index, purpose) in state.purposes.iter() {
            if purpose.is_category(index) == services {
                continue;
            }
            let parent = state.purposes.get(purpose.of).unwrap_or(purpose);
            let mut listed = purpose.listed;
            let mut known = true;
            let yes = match wanted {
                Wanted::All(yes) => *yes,
                // Where the first layer asked about some alone, the rest keeps its answer, if it has one.
                Wanted::Asked(yes) if state.asks(index) => *yes,
                Wanted::Asked(_) => {
                    let answer = record::answer(before, purpose, index);
                    known = answer.is_some();
                    answer == Some(true)
                }
                Wanted::Some(ids, yes) => {
                    let named = |id: &[u8]| Json::new(ids).members().any(|(_, wanted)| wanted.text() == id);
                    let by_name = named(purpose.id);
                    listed |= by_name;
                    if by_name || named(parent.id) { *yes } else { state.grants.has(index) }
                }
                Wanted::Switches(switches) => {
                    let switches = Json::new(switches);
                    // Where only the categories had switches, a service follows its own.
                    let alone = switches.get(b"services").members().next().is_none();
                    let (from, at) = if alone { (parent, purpose.of) } else { (purpose, index) };
                    record::answer(switches, from, at) == Some(true)
                }
                Wanted::Once(_) => false,
            };
            if index == NECESSARY || (listed && known && !(services && purpose.always())) {
                json::truth(&mut out, purpose.id, index == NECESSARY || yes);
            }
        }
        add(&mut out, b"}");
    }
    // A yes goes with a grant alone, and neither an age nor a date is kept.
    if state.asks_age || (state.old_enough && state.rules.asks_age && record::any(Json::new(&out), true)) {
        json::truth(&mut out, b"age", state.old_enough);
    }
    add(&mut out, b"}");
    out
}

/// A choice comes into force, unless the visitor has something to say first.
#[inline(never)]
fn choose(state: &mut State, wanted: Wanted, by: By, confirmed: bool, now: f64, effects: &mut Effects) {
    let choice = choice_of(state, &wanted, by, now);
    let opens = match wanted {
        Wanted::All(yes) | Wanted::Asked(yes) | Wanted::Some(_, yes) => yes,
        _ => record::any(Json::new(&choice), true),
    };
    if opens && state.refuses(by) {
        effects.refused = true;
        return;
    }
    state.asks_age = state.rules.asks_age && !state.old_enough && record::any(Json::new(&choice), true);
    if state.asks_age || (!confirmed && needs_confirmation(state, Json::new(&choice))) {
        if state.embedded {
            // Nobody can answer.
            effects.refused = true;
            state.asks_age = false;
            return;
        }
        state.pending = Some((wanted, by));
        state.phase = Phase::Confirming;
        effects.notice = true;
    } else {
        answer(state, &choice, effects);
    }
}

/// Whether this choice opens, in an opt-out region, what the visitor or a signal had closed.
fn needs_confirmation(state: &State, wanted: Json) -> bool {
    let then = Grants::of(&state.purposes, Regime::OptIn, wanted, false);
    let signalled = overruled(state).0;
    state.regime() == Regime::OptOut
        && state.purposes.iter().any(|(index, purpose)| {
            then.has(index)
                && !state.grants.has(index)
                && (signalled || record::answer(state.choice(), purpose, index) == Some(false))
        })
}

/// A no to everything comes into force.
#[inline(never)]
fn refuse(state: &mut State, by: By, now: f64, effects: &mut Effects) {
    let choice = choice_of(state, &Wanted::All(false), by, now);
    answer(state, &choice, effects);
}

/// A choice comes into force.
#[inline(never)]
fn answer(state: &mut State, choice: &[u8], effects: &mut Effects) {
    let choice = Json::new(choice);
    state.old_enough = choice.get(b"age").bool() == Some(true);
    state.asks_age = false;
    state.grants = Grants::of(&state.purposes, state.regime(), choice, false);
    state.record = record::after(Json::new(&state.record), choice);
    state.in_force = true;
    state.phase = Phase::Answered;
    effects.keep = true;
    effects.notice = true;
    effects.tell = true;
}
