//! The loop: what happens goes to [`crate::consent::step`], what comes out is done. No rule is in here.
//!
//! Nothing of the page is called while [`Gate`] is borrowed, because the page may call back: through a hook, an event
//! or a script that is being let go.

use crate::{
    config::{Mode, plain::Plain},
    consent::{By, Effects, Event, Phase, Signals, State, Wanted, is_on, step},
    json::Json,
    memory,
    notice::{text::Words, view},
    page, setup,
    shield::{
        held::{HOLD, Held, SCRIPT, Waiting},
        order::Script,
        verdict::Request,
    },
    store, tell,
};
use alloc::{boxed::Box, string::String, vec::Vec};
use core::{cell::RefCell, mem::take};

/// The bits of [`page::traits`].
const EXTERNAL: u8 = 1;
const FREE: u8 = 2;
const LATE: u8 = 4;
const TRUSTED: u8 = 8;

/// The language of the notice.
const LANG: &str = "en";

struct Gate {
    state: State,
    waiting: Waiting,
    config: Plain,
    words: Words,
    host: String,
    /// A script without our nonce has been reported.
    distrust_said: bool,
    /// How many of the services have been looked at by [`flush`].
    introduced: usize,
}

std::thread_local! {
    static GATE: RefCell<Option<Box<Gate>>> = const { RefCell::new(None) };
}

/// `None` before the start, and if the page were called from inside, which would be our own mistake: everything then
/// stays as it is, closed.
fn gate<T>(work: impl FnOnce(&mut Gate) -> T) -> Option<T> {
    GATE.with(|gate| gate.try_borrow_mut().ok()?.as_deref_mut().map(work))
}

/// The gate comes down on a page of this host. From here on only the page's own host passes.
pub fn start(host: &str) {
    let mut waiting = Waiting::default();
    waiting.start(setup::strictest(host));
    let gate = Gate {
        state: State::default(),
        waiting,
        // No object at all: everything is at its strictest.
        config: Plain::new(Json::Null),
        words: Words::default(),
        host: host.into(),
        distrust_said: false,
        introduced: 0,
    };
    GATE.with(|cell| cell.replace(Some(Box::new(gate))));
}

/// The configuration arrived, as JSON. `leader` is what this frame's top allows, if it follows one.
pub fn configure(raw: &str, leader: &str) {
    // What is no JSON is no object either, and is reported as such.
    let config = Plain::new(Json::parse(raw).unwrap_or_default());
    if config.wrong {
        page::explain();
    }
    let report = config.mode() == Mode::Report;
    page::set_base(config.base());
    let ruled = gate(|gate| {
        let (purposes, shield) = setup::purposes(&config, &gate.host);
        gate.waiting.configure(shield);
        gate.state = State { rules: setup::rules(&config, LANG), purposes, ..State::default() };
        gate.words = Words::new(config.text(LANG).clone());
        gate.config = config;
        gate.waiting.own_host_ruled()
    });
    page::tune(ruled.unwrap_or(true));
    if report {
        page::say(1, "DRY RUN (mode: \"report\"): nothing is held and nobody is asked. This is not consent.");
    }
    if leader.is_empty() {
        settle()
    } else {
        follow(leader)
    }
    // Whatever the strictest shield held is looked at by the real one.
    release();
    page::tell("ready", &state());
}

/// The page starts, another tab chose or erased, or the page comes back.
pub fn settle() {
    let signals = page::signals();
    let on = |index| signals.get(index).as_string().is_some_and(|value: String| is_on(&value));
    let signals = Signals { dnt: on(0) || on(1) || on(2), gpc: on(3) };
    let stored = store::read(page::now());
    let old = gate(|gate| (gate.state.phase == Phase::Waiting, gate.state.record.clone()));
    let Some((first, old)) = old else { return };
    // Where nothing can be stored, what was chosen here holds for the page's life.
    if first || (stored != old && page::local_storage().is_some()) {
        dispatch(Event::Settle(stored, signals));
    }
}

/// This frame's top says what is allowed.
pub fn follow(grants: &str) {
    dispatch(Event::Follow(Json::parse(grants).unwrap_or_default()));
}

/// Something happened: decide, then do what has to be done.
fn dispatch(event: Event) {
    let now = page::now();
    let done = gate(|gate| {
        let (state, effects) = step(take(&mut gate.state), event, now);
        gate.state = state;
        effects
    });
    let Some(Effects { shield, keep, forget, notice: show, tell, sweep }) = done else { return };
    if shield {
        release();
    }
    if keep {
        let record = gate(|gate| gate.state.record.clone()).unwrap_or_default();
        if store::keep(&record).is_none() {
            page::say(1, "the choice cannot be stored here; it holds until this page is left.");
        }
    }
    if forget {
        store::forget();
    }
    if show {
        notice();
    }
    if tell {
        page::tell("change", &state());
    }
    if !sweep.is_empty() {
        let ids = gate(|gate| {
            let mut ids = Vec::new();
            for index in sweep {
                if let Some(service) = gate.state.purposes.services.get(index) {
                    ids.push(Json::from(&*service.id));
                }
            }
            Json::List(ids).write()
        });
        // Few visits withdraw, so the second file does it.
        page::sweep(&ids.unwrap_or_default());
    }
}

/// What `portcullis.state()` says, as JSON.
pub fn state() -> String {
    gate(|gate| tell::state(&gate.state, gate.waiting.count()).write()).unwrap_or_default()
}

// ---- the shield ----

/// The hooks ask: hold what lies on the wire?
pub fn weigh(url: usize, mark: usize, road: u8) -> u8 {
    let request = Request { url: memory::address(url), mark: memory::mark(mark) };
    gate(|gate| gate.waiting.weigh(&mut gate.state, road & 127, request)).unwrap_or(HOLD)
}

/// The hooks hold an element.
pub fn keep(id: u32, road: u8, scripted: bool) {
    gate(|gate| gate.waiting.keep(id, road, scripted));
}

/// The hooks are done for now: tell what was held, name what was found, let go what may go already.
pub fn flush() {
    let seen = gate(|gate| (gate.waiting.news(), gate.waiting.ready(), gate.state.phase == Phase::Reporting));
    let Some((news, ready, report)) = seen else { return };
    for detail in &news {
        if report {
            let mut line = String::from("would hold ");
            line.push_str(detail.get("url").text());
            page::say(0, &line);
        }
        page::tell("held", &detail.write());
    }
    if ready {
        release();
    }
    if introduce() {
        notice();
    }
}

/// Tells the owner, on the console, how to name what was found since the last time. True if anything was.
fn introduce() -> bool {
    let found = gate(|gate| {
        let services = gate.state.purposes.services.iter().skip(gate.introduced);
        let mut lines = Vec::new();
        for service in services.filter(|service| !service.named) {
            let mut line = String::from("found on this page and not named in the configuration: services: [\"");
            line.push_str(&service.id);
            line.push_str("\"]");
            lines.push(line);
        }
        gate.introduced = gate.state.purposes.services.len();
        lines
    });
    let found = found.unwrap_or_default();
    for line in &found {
        page::say(0, line);
    }
    !found.is_empty()
}

/// Looks at everything held again, and lets go what may go.
fn release() {
    for mut held in gate(|gate| gate.waiting.take_all()).unwrap_or_default() {
        if page::again(held.id, held.road) {
            gate(|gate| gate.waiting.put_back(held));
        } else if held.road == SCRIPT {
            let traits = page::traits(held.id, held.scripted);
            if traits & TRUSTED == 0 {
                distrust(held);
            } else {
                held.script =
                    Script { external: traits & EXTERNAL != 0, free: traits & FREE != 0, late: traits & LATE != 0 };
                gate(|gate| gate.waiting.enqueue(held, page::precedes));
            }
        } else {
            let_go(held, false);
        }
    }
    pump();
}

/// A script that the parser met without our own nonce stays where it is: it may have been injected.
fn distrust(held: Held) {
    let said = gate(|gate| {
        gate.waiting.put_back(held);
        core::mem::replace(&mut gate.distrust_said, true)
    });
    if said == Some(false) {
        page::say(
            2,
            "a held script does not carry the nonce of our own tag, so it is not released: it may have been injected.",
        );
    }
}

/// Lets scripts go as long as it is the next one's turn.
fn pump() {
    while let Some(held) = gate(|gate| gate.waiting.next_turn()).flatten() {
        // It may have had to wait, and the visitor may have changed their mind.
        if page::again(held.id, held.road) {
            gate(|gate| gate.waiting.put_back(held));
        } else {
            let awaited = gate(|gate| gate.waiting.let_go(held.script)).unwrap_or_default();
            let_go(held, awaited);
        }
    }
}

fn let_go(held: Held, awaited: bool) {
    if page::release(held.id, held.road, !held.script.free, awaited) {
        page::tell("released", &held.detail.write());
    } else if awaited {
        gate(|gate| gate.waiting.ran());
    }
}

/// A script that was let go has run, or failed.
pub fn ran() {
    gate(|gate| gate.waiting.ran());
    pump();
}

// ---- the notice ----

/// Brings the notice and the reopen control in line with the state. Called again when the body comes.
pub fn notice() {
    let seen = gate(|gate| {
        let Gate { state, config, words, .. } = gate;
        let first = view::first(state, config, words).write();
        (first, view::control(state, config, words).write(), state.phase == Phase::Confirming)
    });
    if let Some((first, control, confirming)) = seen {
        page::show(&first, &control);
        if confirming {
            preferences();
        }
    }
}

/// Opens the preferences with the real state of every switch.
fn preferences() {
    let tree = gate(|gate| view::preferences(&gate.state, &gate.config, &gate.words).write());
    page::open(&tree.unwrap_or_default());
}

// ---- what the visitor, the page and other tabs do ----

/// Does what a button or the API says. `value` is JSON: ids for `grant` and `deny`, switches for `save`. `asked`: by a button of the first layer. False if there is no such action.
pub fn act(action: &str, by: u8, asked: bool, value: &str) -> bool {
    let by = match by {
        0 => By::Visitor,
        1 => By::Client,
        _ => By::Api,
    };
    let value = Json::parse(value).unwrap_or_default();
    let yes = matches!(action, "grant-all" | "grant" | "confirm");
    let wanted = match action {
        "grant-all" | "deny-all" if asked => Wanted::Asked(yes),
        "grant-all" | "deny-all" => Wanted::All(yes),
        "grant" | "deny" => Wanted::Some(value.items().iter().map(|id| id.text().into()).collect(), yes),
        "save" => Wanted::Switches(value),
        other => {
            match other {
                "confirm" | "cancel" => dispatch(Event::Confirm(yes, by)),
                "choose" => {
                    let phase = gate(|gate| gate.state.phase);
                    if !matches!(phase, Some(Phase::Waiting | Phase::Following | Phase::Reporting)) {
                        dispatch(Event::Listed);
                        preferences();
                    }
                }
                "dismiss" => dispatch(Event::Close),
                "erase" => dispatch(Event::Erase),
                _ => return false,
            }
            return true;
        }
    };
    dispatch(Event::Choice(wanted, by));
    true
}
