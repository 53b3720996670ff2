//! One event in, the next state and the effects out.

use super::{Grants, Method, NECESSARY, Purposes, Service, Signals, record};
use crate::config::{OnSignal, Regime, SignalRules};
use crate::json::Json;
use alloc::{string::String, vec::Vec};

/// Milliseconds in a day.
const DAY: f64 = 86_400_000.0;
/// In an opt-out region a refusal is not asked again for this many days (11 CCR § 7028).
const REFUSAL_DAYS: f64 = 365.0;

/// What the configuration says that bears on the decision.
#[derive(Debug, Clone, PartialEq, Default)]
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
    pub policy: String,
    /// The language of the notice, as BCP 47.
    pub lang: String,
    /// A dry run decides nothing and asks nothing.
    pub report: bool,
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
    /// An opt-in after an opt-out or a signal, waiting for its second confirmation (11 CCR § 7028).
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
    /// What the visitor chose before: see [`record`]. `Null`: nothing.
    pub record: Json,
    /// Whether the record's choice counts: in opt-in, an expired one does not.
    pub in_force: bool,
    /// What is allowed now.
    pub grants: Grants,
    /// Where the visitor stands.
    pub phase: Phase,
    /// The choice that waits for its second confirmation.
    pub pending: Json,
}

/// Who asks for a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
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
    /// These ids, categories or services, and no others change.
    Some(Vec<String>, bool),
    /// The switches as they stand: answers by category, and by service where services have switches.
    Switches(Json),
}

/// What happened.
#[derive(Debug, Clone, PartialEq)]
pub enum Event {
    /// The page starts, another tab chose or erased, or the page comes back: this is what is stored (`Null`: nothing), and
    /// what the browser says.
    Settle(Json, Signals),
    /// Somebody chooses.
    Choice(Wanted, By),
    /// The second confirmation of an opt-in: yes or no, and by whom.
    Confirm(bool, By),
    /// A service that the owner did not name was found on the page.
    Found(Service),
    /// All services have been listed by name to the visitor: the preferences opened.
    Listed,
    /// The first layer was closed without an answer.
    Close,
    /// The visitor erases the record.
    Erase,
    /// This frame's top says what is allowed: answers by category and by service.
    Follow(Json),
}

/// What has to be done, in this order. The state that comes with it says how.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
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
    /// These services, by index, lost their grant: clear what they left.
    pub sweep: Vec<usize>,
}

/// The decision. Takes the state and the time (milliseconds since 1970) and gives the next state: nothing else in the
/// crate changes a grant.
pub fn step(mut state: State, event: Event, now: f64) -> (State, Effects) {
    let mut effects = Effects::default();
    // Before the configuration is read, in a frame that follows its top and in a dry run, nobody here decides.
    let elsewhere = matches!(state.phase, Phase::Waiting | Phase::Following | Phase::Reporting);
    if elsewhere && !matches!(event, Event::Settle(..) | Event::Follow(_) | Event::Found(_)) {
        return (state, effects);
    }
    let before = core::mem::take(&mut state.grants);
    match event {
        Event::Settle(record, signals) => {
            effects.tell = state.phase != Phase::Waiting;
            state.record = record;
            state.signals = signals;
            settle(&mut state, now, &mut effects);
        }
        Event::Choice(wanted, by) => {
            state.grants = before.clone();
            let choice = choice_of(&state, &wanted, by, now);
            if needs_confirmation(&state, &choice) {
                state.pending = choice;
                state.phase = Phase::Confirming;
                effects.notice = true;
            } else {
                answer(&mut state, choice, &mut effects);
            }
        }
        Event::Confirm(yes, by) => {
            let mut pending = core::mem::take(&mut state.pending);
            if pending.is_object() && yes {
                // A program's or the page's yes is not the visitor's.
                if by != By::Visitor {
                    pending.put("method", method(by, Method::Client).word().into());
                }
                answer(&mut state, pending, &mut effects);
            } else {
                settle(&mut state, now, &mut effects);
            }
        }
        Event::Found(mut service) => {
            service.listed = matches!(state.phase, Phase::Asking(_));
            state.purposes.services.push(service);
            if elsewhere {
                state.grants = before.clone();
            } else {
                // A record may name it already.
                state.grants = granted(&state);
                effects.notice = true;
            }
        }
        Event::Listed => {
            list(&mut state);
            state.grants = before.clone();
        }
        Event::Close => {
            if let Phase::Asking(_) = state.phase {
                state.phase = Phase::Dismissed;
                effects.notice = true;
            }
            state.grants = before.clone();
        }
        Event::Erase => {
            state.record = Json::Null;
            effects.forget = true;
            effects.tell = true;
            settle(&mut state, now, &mut effects);
        }
        Event::Follow(answers) => {
            state.phase = Phase::Following;
            state.grants = Grants::of(&state.purposes, Regime::OptIn, &answers, false);
        }
    }
    effects.shield = state.grants != before;
    for index in 0..before.services.len() {
        if before.service(index) && !state.grants.service(index) {
            effects.sweep.push(index);
        }
    }
    (state, effects)
}

/// Those of the browser's signals that the owner gave this meaning.
fn ruled(state: &State, rule: OnSignal) -> Signals {
    Signals {
        dnt: state.signals.dnt && state.rules.signals.dnt == rule,
        gpc: state.signals.gpc && state.rules.signals.gpc == rule,
    }
}

/// The choice that counts now; `Null` where there is none.
fn choice(state: &State) -> &Json {
    static NONE: Json = Json::Null;
    if state.in_force { &state.record } else { &NONE }
}

/// Whether the browser says what the choice in force did not hear: as an answer, and as a reason to ask.
fn overruled(state: &State) -> (bool, bool) {
    let seen = record::signals(choice(state));
    let news = |rule| ruled(state, rule).beyond(seen).any();
    (news(OnSignal::Deny), news(OnSignal::Ask))
}

/// What the choice in force and the signals allow.
fn granted(state: &State) -> Grants {
    let (deny, ask) = overruled(state);
    Grants::of(&state.purposes, state.rules.regime, choice(state), deny || ask)
}

/// Whether the recorded choice is old enough to be made again.
fn expired(state: &State, now: f64) -> bool {
    let Rules { regime, granted_days, denied_days, .. } = state.rules;
    let days = if regime == Regime::OptOut && record::any(&state.record, false) {
        denied_days.max(REFUSAL_DAYS)
    } else if record::any(&state.record, true) {
        granted_days
    } else {
        denied_days
    };
    now - record::time(&state.record) >= days * DAY
}

/// Grants and phase from the record, the signals and the clock.
fn settle(state: &mut State, now: f64, effects: &mut Effects) {
    effects.notice = true;
    state.pending = Json::Null;
    if state.rules.report {
        state.phase = Phase::Reporting;
        return;
    }
    let opt_out = state.rules.regime == Regime::OptOut;
    let expired = expired(state, now);
    // In opt-out a denial never turns back into silence.
    state.in_force = state.record.is_object() && (opt_out || !expired);
    let (deny, ask) = overruled(state);
    state.grants = granted(state);
    let choice = choice(state);
    let other_policy = choice.get("policy").text() != state.rules.policy;
    let (category, service) = unanswered(state, choice);
    state.phase = if ruled(state, OnSignal::Deny).any() {
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
    if let Phase::Asking(_) = state.phase {
        // The first layer names every service.
        list(state);
    }
    if state.record.is_object() && (deny || ask) {
        effects.keep |= record::note_signal(&mut state.record, state.signals, now);
    }
}

fn list(state: &mut State) {
    for service in &mut state.purposes.services {
        service.listed = true;
    }
}

/// Whether a choice lacks an answer for a category, and for a service.
fn unanswered(state: &State, choice: &Json) -> (bool, bool) {
    let Purposes { categories, services } = &state.purposes;
    let category = categories.iter().skip(1).any(|category| record::category(choice, &category.id).is_none());
    let asked = |service: &Service| service.named && !service.always();
    let service = services.iter().any(|service| asked(service) && record::service(choice, &service.id).is_none());
    (category, service)
}

/// How a choice is recorded: only the visitor's own hand is the visitor's.
fn method(by: By, by_hand: Method) -> Method {
    match by {
        By::Visitor => by_hand,
        By::Client => Method::Client,
        By::Api => Method::Api,
    }
}

/// The choice that a wish makes of what is in force.
fn choice_of(state: &State, wanted: &Wanted, by: By, now: f64) -> Json {
    let by_hand = match wanted {
        Wanted::All(true) | Wanted::Asked(true) => Method::GrantAll,
        Wanted::All(false) | Wanted::Asked(false) => Method::DenyAll,
        _ => Method::Chosen,
    };
    let method = method(by, by_hand);
    let before = choice(state);
    // Where the first layer asked only about what is new, the rest keeps its answer.
    let only_new = state.phase == Phase::Asking(Scope::New);
    let pick = |id: &str, answer: Option<bool>, now: bool, switch: Option<bool>, category: &str| match wanted {
        Wanted::All(yes) => *yes,
        Wanted::Asked(yes) => answer.filter(|_| only_new).unwrap_or(*yes),
        Wanted::Some(ids, yes) => {
            if named(ids, id) || named(ids, category) {
                *yes
            } else {
                now
            }
        }
        Wanted::Switches(_) => switch.unwrap_or(false),
    };
    let switches = if let Wanted::Switches(switches) = wanted { switches } else { &Json::Null };
    let mut categories = Json::object();
    for (index, category) in state.purposes.categories.iter().enumerate() {
        let id = &*category.id;
        let switch = record::category(switches, id);
        let yes =
            index == NECESSARY || pick(id, record::category(before, id), state.grants.category(index), switch, "");
        categories.put(id, yes.into());
    }
    let mut services = Json::object();
    for (index, service) in state.purposes.services.iter().enumerate() {
        let id = &*service.id;
        let by_name = matches!(wanted, Wanted::Some(ids, _) if named(ids, id));
        if service.always() || !(service.listed || by_name) {
            continue;
        }
        let category = state.purposes.categories.get(service.category).map_or("", |category| &category.id);
        // Where only the categories had switches, a service follows its own.
        let alone = switches.get("services").entries().is_empty();
        let switch = if alone { record::category(switches, category) } else { record::service(switches, id) };
        let yes = pick(id, record::service(before, id), state.grants.service(index), switch, category);
        services.put(id, yes.into());
    }
    record::entry(now, method, &state.rules.policy, state.signals, &state.rules.lang)
        .with("categories", categories)
        .with("services", services)
}

fn named(ids: &[String], id: &str) -> bool {
    ids.iter().any(|wanted| wanted == id)
}

/// Whether this choice opens, in an opt-out region, what the visitor or a signal had closed.
fn needs_confirmation(state: &State, wanted: &Json) -> bool {
    let now = Grants::of(&state.purposes, Regime::OptIn, wanted, false);
    let before = choice(state);
    let signalled = overruled(state).0;
    let Purposes { categories, services } = &state.purposes;
    let reopens =
        |opens: bool, granted: bool, answer: Option<bool>| opens && !granted && (signalled || answer == Some(false));
    state.rules.regime == Regime::OptOut
        && (categories.iter().enumerate().any(|(index, category)| {
            reopens(now.category(index), state.grants.category(index), record::category(before, &category.id))
        }) || services.iter().enumerate().any(|(index, service)| {
            reopens(now.service(index), state.grants.service(index), record::service(before, &service.id))
        }))
}

/// A choice comes into force.
fn answer(state: &mut State, choice: Json, effects: &mut Effects) {
    state.pending = Json::Null;
    state.grants = Grants::of(&state.purposes, state.rules.regime, &choice, false);
    state.record = record::after(core::mem::take(&mut state.record), choice);
    state.in_force = true;
    state.phase = Phase::Answered;
    effects.keep = true;
    effects.notice = true;
    effects.tell = true;
}
