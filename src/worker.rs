//! The service worker's part: the same verdicts for requests that no page sees. Nothing waits here, and nothing is
//! written: `www/worker.ts` keeps the grants.

use crate::{
    config::plain::Plain,
    consent::{Event, State, step},
    memory::{self, Single},
    setup,
    shield::{
        held::{HOLD, PURPOSE, Waiting},
        verdict::Request,
    },
};
use alloc::string::String;
use core::cell::{RefCell, RefMut};
use js_sys::Uint8Array;
use wasm_bindgen::prelude::*;

#[derive(Default)]
struct Gate {
    state: State,
    waiting: Waiting,
    /// For what the last request was held, by index.
    last: Option<usize>,
}

static GATE: Single<RefCell<Option<Gate>>> = Single(RefCell::new(None));

fn gate() -> Option<RefMut<'static, Gate>> {
    Some(RefMut::map(GATE.0.try_borrow_mut().ok()?, Option::get_or_insert_default))
}

/// Takes the owner's configuration, as JSON, for the site at this host. Until [`follow`], everything optional is denied.
/// `rare`: those whom the first file does not name, as the catalogue packs them, or nothing.
#[wasm_bindgen]
pub fn configure(host: String, config: String, rare: String) {
    if let Some(mut gate) = gate() {
        let mut config = Plain::new(config.leak().as_bytes());
        let (purposes, mut shield) = setup::purposes(&mut config, host.leak().as_bytes());
        setup::rare(&purposes, &mut shield, rare.leak().as_bytes());
        gate.waiting.shield = shield;
        gate.state = State { rules: setup::rules(&config), purposes, ..State::default() };
    }
}

/// Takes what a page of the site says is allowed: answers by category and by service, as JSON.
#[wasm_bindgen]
pub fn follow(grants: String) {
    if let Some(mut gate) = gate() {
        // Time bears on nothing here.
        step(&mut gate.state, Event::Follow(grants.into_bytes()), 0.0);
    }
}

/// Where an address is written.
#[wasm_bindgen]
pub fn wire() -> Uint8Array {
    memory::wire::ADDRESS.view()
}

/// Whether the address on the wire, so many bytes long, is held. In a dry run nothing is.
#[wasm_bindgen]
pub fn holds(length: usize) -> bool {
    gate().is_none_or(|mut gate| {
        let Gate { state, waiting, last } = &mut *gate;
        let bits = waiting.weigh(state, Request { url: memory::wire::ADDRESS.bytes(length), mark: &[] }, 0);
        *last = (bits >> PURPOSE).checked_sub(1).map(|index| index as usize);
        bits & HOLD > 0
    })
}

/// Of what was held last, the service that the page cannot name by itself: the place of its category, its id and its
/// hosts, a space between each. Else nothing.
#[wasm_bindgen]
pub fn rarity() -> String {
    let service = gate().and_then(|gate| Some(gate.waiting.rarity(&gate.state, gate.last?)));
    String::from_utf8(service.unwrap_or_default()).unwrap_or_default()
}
