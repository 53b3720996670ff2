//! What the page is told: where everything stands, as one JSON value. `www/page.ts` makes of it what
//! `portcullis.state()` and the events say, and what the notice shows.

use crate::{
    config::Regime,
    consent::State,
    json::{Json, add, comma, key, number, quote, text, truth},
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
/// It has not been listed by name to the visitor.
pub const UNLISTED: u64 = 32;

/// Where everything stands. `held` is how many elements wait, `once` how many were loaded once. A purpose is `[id, name, index of its category, bits]`.
pub fn state(state: &State, held: usize) -> Vec<u8> {
    let mut out = Vec::new();
    add(&mut out, b"{");
    for (name, word) in [b"phase".as_slice(), b"scope", b"control", b"status"].iter().zip(words(state)) {
        text(&mut out, name, word);
    }
    truth(&mut out, b"optOut", state.regime() == Regime::OptOut);
    truth(&mut out, b"report", state.rules.report);
    truth(&mut out, b"dnt", state.signals.dnt);
    truth(&mut out, b"gpc", state.signals.gpc);
    text(&mut out, b"shared", Json::new(state.theirs).get(b"shared").text());
    key(&mut out, b"held");
    number(&mut out, held as u64);
    key(&mut out, b"once");
    number(&mut out, state.once.len() as u64);
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
            (!purpose.listed, UNLISTED),
        ];
        number(&mut out, bits.iter().filter(|bit| bit.0).map(|bit| bit.1).sum());
        add(&mut out, b"]");
    }
    add(&mut out, b"]}");
    out
}

/// What a receiver is told: whether all of these purposes are allowed. The ids stand with commas between them, services first
/// and a category last; where none of the services is on this page, the category decides. None of them: no.
pub fn may(state: &State, ids: &[u8]) -> bool {
    let mut may = None;
    for id in ids.split(|byte| *byte == b',') {
        if let Some(index) = state.purposes.find(id)
            && (may.is_none() || state.purposes.get(index).is_some_and(|purpose| !purpose.is_category(index)))
        {
            may = Some(may != Some(false) && state.grants.has(index));
        }
    }
    may == Some(true)
}

/// The services whose tags go by Google's Consent Mode: in advanced mode they are not held.
const GOOGLE: &[u8] = b"google-ads,google-adsense,google-analytics,google-tag-manager";

/// Whether the tags of this service do.
pub fn is_google(id: &[u8]) -> bool {
    GOOGLE.split(|byte| *byte == b',').any(|tag| tag == id)
}
