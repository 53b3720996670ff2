//! The loop: what happens goes to [`crate::consent::step`], what comes out is done. No rule is in here.
//!
//! Nothing of the page is called while [`Gate`] is borrowed, because the page may call back: through a hook or a script
//! that is being let go. What the page has to be shown and told, `www/gate.ts` does with the bits that [`call`] answers.

use crate::{
    config::plain::Plain,
    consent::{By, Effects, Event, Phase, Signals, State, Wanted, is_on, step},
    json::{Text, before},
    memory::{Single, wire},
    page, setup,
    shield::{
        held::{HOLD, Held, Waiting},
        hosts::source,
        order::Script,
        verdict::{Request, Shield},
    },
    store, tell,
};
use alloc::{string::String, vec::Vec};
use core::{
    cell::{RefCell, RefMut},
    mem::take,
};

/// The bits of [`page::look`]: it is still to be held.
const WAITS: u8 = 1;
/// A script that arrives over the network.
const EXTERNAL: u8 = 2;
/// A script that runs whenever it arrives.
const FREE: u8 = 4;
/// A script that runs after the document is parsed.
const LATE: u8 = 8;
/// A script that did not come in on our nonce.
const TRUSTED: u8 = 16;

/// The bits of [`call`]'s answer: the notice has to show what the state says.
const NOTICE: u32 = 1;
/// The page has to be told of a change.
const CHANGE: u32 = 2;
/// The preferences have to open.
const OPEN: u32 = 4;
/// Services that lost their grant have to be cleared away after.
const SWEEP: u32 = 8;
/// The choice could not be stored.
const UNSTORED: u32 = 16;
/// Something is wrong with the configuration, or worth a warning.
const WRONG: u32 = 32;
/// A rule names the page's own host.
const OWN_HOST: u32 = 64;
/// A held script did not come in on our nonce.
const DISTRUST: u32 = 128;
/// What is held has to be looked at again, once the receivers have been told.
const SHIELD: u32 = 256;
/// The configuration names cookies or storage keys of services.
const NAMES: u32 = 512;
/// More may go, in a task of its own.
const MORE: u32 = 1024;
/// A grant was refused.
const REFUSED: u32 = 2048;

/// How many scripts go in one task: the page has to answer the visitor in between.
const SLICE: usize = 10;
/// How much of all else is done in one task: one for each that is looked at, so many for each that goes.
const LOOKS: usize = 640;
const GOING: usize = 20;

/// What [`call`] is asked for.
const START: u8 = 0;
const CONFIGURE: u8 = 1;
const SETTLE: u8 = 2;
const FOLLOW: u8 = 3;
const STATE: u8 = 4;
const RELEASE: u8 = 5;
const RAN: u8 = 6;
const GRANT_ALL: u8 = 7;
const DENY_ALL: u8 = 8;
const GRANT: u8 = 9;
const DENY: u8 = 10;
const SAVE: u8 = 11;
const CONFIRM: u8 = 12;
const CANCEL: u8 = 13;
const LIST: u8 = 14;
const DISMISS: u8 = 15;
const ERASE: u8 = 16;
const HOSTS: u8 = 17;
const LANG: u8 = 18;
const MAY: u8 = 19;
const ONCE: u8 = 20;
// 21 is the next slice.
const FOUND: u8 = 22;
const SHARED: u8 = 23;
/// In `by`: a button of the first layer.
const ASKED: u8 = 4;

#[derive(Default)]
struct Gate {
    state: State,
    waiting: Waiting,
    /// How many scripts have gone in this slice; all of them: the next slice is asked for.
    gone: usize,
    /// How much of [`LOOKS`] has been done in it.
    done: usize,
    /// What the calls so far have found to be done: the bits above.
    todo: u32,
    /// Our scheme, and the origins of the windows around this one: see [`setup::is_embedded`].
    around: Text,
}

static GATE: Single<RefCell<Option<Gate>>> = Single(RefCell::new(None));

/// `None` if the page were called from inside, which would be our own mistake: everything then stays as it is, closed.
#[inline(never)]
fn gate() -> Option<RefMut<'static, Gate>> {
    Some(RefMut::map(GATE.0.try_borrow_mut().ok()?, Option::get_or_insert_default))
}

/// What the page, the visitor and the browser do, as `www/gate.ts` numbers it. `by`: 0 the visitor, 1 a program, 2 the page;
/// 4 more for a button of the first layer. Answers what has to be done about it, as bits.
pub fn call(what: u8, by: u8, now: f64, text: String) -> u32 {
    if what == SHARED {
        if let Some(theirs) = store::good(text, now) {
            dispatch(Event::Shared(theirs.leak()), now);
        }
        return 0;
    }
    let text = text.into_bytes();
    let yes = matches!(what, GRANT_ALL | GRANT | CONFIRM);
    let wanted = match what {
        START => {
            if let Some(mut gate) = gate() {
                let text: Text = text.leak();
                let (host, around) = text.split_at_checked(before(text, b"\n")).unwrap_or_default();
                gate.around = around.get(1..).unwrap_or_default();
                gate.waiting.shield = setup::strictest(host);
                gate.state.embedded = setup::is_embedded(&Plain::default(), &gate.waiting.shield, gate.around);
            }
            return 0;
        }
        CONFIGURE => return configure(text.leak()),
        FOUND => {
            if let Some(mut gate) = gate() {
                let Gate { state, waiting, .. } = &mut *gate;
                waiting.take_in(state, text.leak(), by);
            }
            return 0;
        }
        LANG => {
            if let Some(mut gate) = gate() {
                gate.state.rules.lang = text.leak();
            }
            return 0;
        }
        STATE => {
            if let Some(gate) = gate() {
                page::give(&tell::state(&gate.state, gate.waiting.count()));
            }
            return 0;
        }
        HOSTS => {
            if let Some(gate) = gate() {
                let Shield { site, hosts, .. } = &gate.waiting.shield;
                let mut out = Vec::new();
                source(&mut out, site, true);
                hosts.reachable(&gate.state.grants, &mut out);
                page::give(&out);
            }
            return 0;
        }
        MAY => return gate().is_some_and(|gate| tell::may(&gate.state, &text)).into(),
        GRANT_ALL | DENY_ALL if by & ASKED > 0 => Wanted::Asked(yes),
        GRANT_ALL | DENY_ALL => Wanted::All(yes),
        GRANT | DENY => Wanted::Some(text, yes),
        SAVE => Wanted::Switches(text),
        _ => {
            match what {
                SETTLE => settle(&text, now),
                FOLLOW => dispatch(Event::Follow(text), now),
                CONFIRM | CANCEL => dispatch(Event::Confirm(yes, who(by)), now),
                LIST => dispatch(Event::Listed, now),
                DISMISS => dispatch(Event::Close, now),
                ERASE => dispatch(Event::Erase, now),
                ONCE => dispatch(Event::Once(text, who(by)), now),
                // RELEASE, RAN, or (21) the next slice is due.
                _ => {
                    if let Some(mut gate) = gate() {
                        if what == RAN {
                            gate.waiting.ran();
                        } else {
                            gate.gone = 0;
                            gate.done = 0;
                        }
                    }
                    if what == RELEASE {
                        release();
                    }
                    if what != RAN {
                        clear();
                    }
                    pump();
                }
            }
            return done();
        }
    };
    dispatch(Event::Choice(wanted, who(by)), now);
    done()
}

fn who(by: u8) -> By {
    match by & 3 {
        0 => By::Visitor,
        1 => By::Client,
        _ => By::Api,
    }
}

fn done() -> u32 {
    gate().map(|mut gate| take(&mut gate.todo)).unwrap_or_default()
}

fn todo(bit: u32) {
    if let Some(mut gate) = gate() {
        gate.todo |= bit;
    }
}

/// The configuration arrived.
fn configure(text: Text) -> u32 {
    let Some(mut gate) = gate() else { return 0 };
    let mut config = Plain::new(text);
    let (purposes, shield) = setup::purposes(&mut config, gate.waiting.shield.host);
    gate.waiting.shield = shield;
    // A no that came before it is not lost.
    let early = gate.state.early;
    let embedded = setup::is_embedded(&config, &gate.waiting.shield, gate.around);
    gate.state = State { rules: setup::rules(&config), purposes, early, embedded, ..State::default() };
    let own_host = gate.waiting.shield.hosts.names(gate.waiting.shield.host);
    let names = !gate.waiting.shield.names.is_empty();
    (if config.wrong { WRONG } else { 0 }) | (if own_host { OWN_HOST } else { 0 }) | (if names { NAMES } else { 0 })
}

/// The page starts, another tab chose or erased, or the page comes back. `signals`: every spelling of Do Not Track (three),
/// then Global Privacy Control, a line each.
fn settle(signals: &[u8], now: f64) {
    let mut on = signals.split(|byte| *byte == b'\n').map(is_on);
    let mut next = || on.next() == Some(true);
    let dnt = next() | next() | next();
    let signals = Signals { dnt, gpc: next() };
    let stored = store::read(now);
    let news = gate().is_some_and(|gate| {
        let state = &gate.state;
        // Before the configuration is read nobody can say what a record answers.
        if state.purposes.0.is_empty() && !stored.is_empty() {
            return false;
        }
        // Where nothing can be stored, what was chosen here holds for the page's life.
        state.phase == Phase::Waiting || (stored != state.record && page::has_storage())
    });
    if news {
        dispatch(Event::Settle(stored, signals), now);
    }
}

/// Something happened: decide, then do what has to be done.
fn dispatch(event: Event, now: f64) {
    let Some(mut locked) = gate() else { return };
    let Effects { shield, keep, forget, notice, tell, sweep, refused } = step(&mut locked.state, event, now);
    for (effect, bit) in [(notice, NOTICE), (tell, CHANGE), (sweep, SWEEP), (refused, REFUSED)] {
        if effect {
            locked.todo |= bit;
        }
    }
    // A question that is open is not asked anew: `step` shows it when it comes up.
    if notice && locked.state.phase == Phase::Confirming {
        locked.todo |= OPEN;
    }
    if keep && store::keep(&locked.state.record).is_none() {
        locked.todo |= UNSTORED;
    }
    if forget {
        store::forget();
    }
    if shield || tell {
        locked.todo |= SHIELD;
    }
}

// ---- the shield ----

/// The hooks ask: hold what lies on the wire? The bits of [`Waiting::weigh`].
pub fn weigh(url: usize, mark: usize, turn: usize) -> u32 {
    let request = Request { url: wire::ADDRESS.bytes(url), mark: wire::MARK.bytes(mark) };
    gate().map_or(HOLD, |mut gate| {
        let Gate { state, waiting, .. } = &mut *gate;
        waiting.weigh(state, request, turn)
    })
}

/// The hooks hold an element.
pub fn keep(id: u32, road: u8, scripted: bool) {
    keep_held(Held { id, road, scripted, script: Script::default() });
}

fn keep_held(held: Held) {
    if let Some(mut gate) = gate() {
        gate.waiting.keep(held);
    }
}

/// Looks at every held script again, and has all else looked at.
#[inline(never)]
fn release() {
    for mut held in gate().map(|mut gate| gate.waiting.take_all()).unwrap_or_default() {
        let is = page::look(held.id, held.road, held.scripted);
        if is & (WAITS | TRUSTED) != TRUSTED {
            keep_held(held);
            if is & WAITS == 0 {
                // It stays where it is: it may have been injected.
                todo(DISTRUST);
            }
        } else {
            held.script = Script { external: is & EXTERNAL > 0, free: is & FREE > 0, late: is & LATE > 0 };
            if let Some(mut gate) = gate() {
                gate.waiting.enqueue(held, page::precedes);
            }
        }
    }
}

/// Looks at what is no script, and lets go what may go, as long as the slice lasts.
fn clear() {
    while let Some(held) = due() {
        if page::look(held.id, held.road, held.scripted) & WAITS > 0 {
            keep_held(held);
        } else {
            if let Some(mut gate) = gate() {
                gate.done += GOING;
            }
            page::release(held.id, held.road, false, false);
        }
    }
}

/// The next of them in this slice.
fn due() -> Option<Held> {
    let mut gate = gate()?;
    if gate.done >= LOOKS {
        gate.todo |= MORE;
        return None;
    }
    gate.done += 1;
    gate.waiting.next_due()
}

/// Lets scripts go as long as it is the next one's turn, and the slice lasts.
fn pump() {
    while let Some(held) = next() {
        // It may have had to wait, and the visitor may have changed their mind.
        if page::look(held.id, held.road, held.scripted) & WAITS > 0 {
            keep_held(held);
            continue;
        }
        let awaited = gate().is_some_and(|mut gate| gate.waiting.let_go(held.script));
        if !page::release(held.id, held.road, !held.script.free, awaited)
            && awaited
            && let Some(mut gate) = gate()
        {
            gate.waiting.ran();
        }
    }
}

/// The next script, if it is its turn in this slice.
fn next() -> Option<Held> {
    let mut gate = gate()?;
    if gate.gone == SLICE {
        return None;
    }
    let held = gate.waiting.next_turn()?;
    gate.gone += 1;
    if gate.gone == SLICE {
        gate.todo |= MORE;
    }
    Some(held)
}
