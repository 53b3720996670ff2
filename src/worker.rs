//! The service worker's part: the same verdicts for requests that no page sees. Nothing waits here, and nothing is
//! written: `www/worker.ts` keeps the grants.

use crate::{
    config::plain::Plain,
    consent::{Event, State, step},
    memory::{self, Single},
    setup,
    shield::{
        held::{HOLD, Waiting},
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
}

static GATE: Single<RefCell<Option<Gate>>> = Single(RefCell::new(None));

fn gate() -> Option<RefMut<'static, Gate>> {
    Some(RefMut::map(GATE.0.try_borrow_mut().ok()?, Option::get_or_insert_default))
}

/// Takes the owner's configuration, as JSON, for the site at this host. Until [`follow`], everything optional is denied.
#[wasm_bindgen]
pub fn configure(host: String, config: String) {
    if let Some(mut gate) = gate() {
        let mut config = Plain::new(config.leak().as_bytes());
        let (purposes, shield) = setup::purposes(&mut config, host.leak().as_bytes());
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
        let Gate { state, waiting } = &mut *gate;
        waiting.weigh(state, Request { url: memory::wire::ADDRESS.bytes(length), mark: &[] }, 0) & HOLD > 0
    })
}
