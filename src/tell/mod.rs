//! What the page is told: where everything stands, as one JSON value. `www/page.ts` makes of it what
//! `portcullis.state()` and the events say, and what the notice shows.

pub mod google;

use crate::{
    config::Regime,
    consent::State,
    json::{add, comma, key, number, quote, text, truth},
    notice::words,
};
use alloc::vec::Vec;

/// The bits of a purpose: it is allowed.
pub const GRANTED: u64 = 1;
/// The owner named it.
pub const NAMED: u64 = 2;
/// It is never asked about.
pub const ALWAYS: u64 = 4;
/// The first layer asks about it.
pub const ASKED: u64 = 8;
/// It lost its grant just now.
pub const LOST: u64 = 16;

/// Where everything stands. `held` is how many elements wait. A purpose is `[id, name, index of its category, bits]`.
pub fn state(state: &State, held: usize) -> Vec<u8> {
    let mut out = Vec::new();
    add(&mut out, b"{");
    for (name, word) in [b"phase".as_slice(), b"scope", b"control", b"status"].iter().zip(words(state)) {
        text(&mut out, name, word);
    }
    truth(&mut out, b"optOut", state.rules.regime == Regime::OptOut);
    truth(&mut out, b"report", state.rules.report);
    truth(&mut out, b"dnt", state.signals.dnt);
    truth(&mut out, b"gpc", state.signals.gpc);
    key(&mut out, b"held");
    number(&mut out, held as u64);
    key(&mut out, b"record");
    add(&mut out, if state.record.is_empty() { b"null" } else { &state.record });
    key(&mut out, b"purposes");
    add(&mut out, b"[");
    for (index, purpose) in state.purposes.iter() {
        comma(&mut out);
        add(&mut out, b"[");
        quote(&mut out, purpose.id);
        comma(&mut out);
        quote(&mut out, purpose.name);
        comma(&mut out);
        number(&mut out, purpose.of as u64);
        comma(&mut out);
        let bits = [
            (state.grants.has(index), GRANTED),
            (purpose.named, NAMED),
            (purpose.always(), ALWAYS),
            (state.asks(index), ASKED),
            (state.lost(index), LOST),
        ];
        number(&mut out, bits.iter().filter(|bit| bit.0).map(|bit| bit.1).sum());
        add(&mut out, b"]");
    }
    add(&mut out, b"]}");
    out
}

/// Puts what is so into what a receiver is told. `?ids?` in the template becomes `granted` or `denied`. The ids are of
/// services and, last, of a category: all the services that are on this page have to be granted; where none is, the
/// category.
pub fn fill(state: &State, template: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    let mut inside = false;
    for part in template.split(|byte| *byte == b'?') {
        add(
            &mut out,
            if !inside {
                part
            } else if granted(state, part) {
                b"granted"
            } else {
                b"denied"
            },
        );
        inside = !inside;
    }
    out
}

fn granted(state: &State, ids: &[u8]) -> bool {
    let mut yes = None;
    for index in ids.split(|byte| *byte == b',').filter_map(|id| state.purposes.find(id)) {
        let service = state.purposes.get(index).is_some_and(|purpose| !purpose.is_category(index));
        if service || yes.is_none() {
            yes = Some(yes != Some(false) && state.grants.has(index));
        }
    }
    yes == Some(true)
}
