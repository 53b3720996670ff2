//! What the visitor chose, when, and about what: the object that local storage holds.
//!
//! ```json
//! { "v": 1, "time": 1800000000000, "method": "chosen", "policy": "2026-11", "lang": "en",
//!   "signals": { "dnt": false, "gpc": false }, "categories": { "analytics": true }, "services": { "acme": true },
//!   "history": [ … ] }
//! ```
//!
//! Beside `v` and `history` stands the choice in force; `history` has the same fields for every choice before it, and for
//! every signal that appeared. It stays text: it is read, kept and written whole, and only here looked into.

use super::{Purpose, Rules, Signals};
use crate::json::{self, Json, add};
use alloc::vec::Vec;

/// The record's format, its `v`. One that says more comes from a later release and counts as unreadable.
pub const FORMAT: &[u8] = b"1";
/// How many entries the history keeps: the newest.
pub const HISTORY_ENTRIES: usize = 50;
/// How long the history keeps an entry, in milliseconds: 5 years.
pub const HISTORY_MS: f64 = 5.0 * 365.25 * 86_400_000.0;
/// How far ahead of this clock a record may be before it counts as future-dated, in milliseconds. Two tabs of one
/// browser may round the clock differently.
const SKEW_MS: f64 = 60_000.0;

/// How a choice was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// The visitor accepted everything.
    GrantAll,
    /// The visitor rejected everything.
    DenyAll,
    /// The visitor set switches.
    Chosen,
    /// A program clicked for the visitor.
    Client,
    /// The page called the API.
    Api,
    /// No choice: the browser began to send a signal. Only ever in the history.
    Signal,
}

/// The words of [`Method`], in its order.
const METHODS: [&[u8]; 6] = [b"grant-all", b"deny-all", b"chosen", b"client", b"api", b"signal"];

impl Method {
    /// The word in the record.
    pub fn word(self) -> &'static [u8] {
        METHODS.get(self as usize).copied().unwrap_or_default()
    }
}

/// Under which key a purpose is answered.
fn list(purpose: &Purpose, index: usize) -> &'static [u8] {
    if purpose.is_category(index) { b"categories" } else { b"services" }
}

/// What was answered for the purpose at this index. The services that have an answer are those that had been listed to
/// the visitor.
#[inline(never)]
pub fn answer(answers: Json, purpose: &Purpose, index: usize) -> Option<bool> {
    answers.get(list(purpose, index)).get(purpose.id).bool()
}

/// Whether any answer, but for the necessary that nobody is asked about, is this one.
#[inline(never)]
pub fn any(answers: Json, yes: bool) -> bool {
    let among = |key: &[u8]| answers.get(key).members().any(|(id, is)| is.bool() == Some(yes) && id != b"necessary");
    among(b"categories") || among(b"services")
}

/// Whether a program or the page's script made this choice.
pub fn is_by_others(entry: Json) -> bool {
    let method = entry.get(b"method").text();
    method == Method::Client.word() || method == Method::Api.word()
}

/// What the browser said when this choice was made.
#[inline(never)]
pub fn signals(entry: Json) -> Signals {
    let said = entry.get(b"signals");
    let on = |name: &[u8]| said.get(name).bool() == Some(true);
    Signals { dnt: on(b"dnt"), gpc: on(b"gpc") }
}

/// When this choice was made, in milliseconds since 1970.
pub fn time(entry: Json) -> f64 {
    entry.get(b"time").number()
}

/// Begins an entry: all but its answers, and not closed yet.
#[inline(never)]
pub fn begin(time: f64, method: Method, rules: &Rules, signals: Signals) -> Vec<u8> {
    let mut out = Vec::new();
    add(&mut out, b"{");
    json::key(&mut out, b"time");
    json::number(&mut out, time as u64);
    json::text(&mut out, b"method", method.word());
    json::text(&mut out, b"policy", rules.policy);
    json::text(&mut out, b"lang", rules.lang);
    json::key(&mut out, b"signals");
    add(&mut out, b"{");
    json::truth(&mut out, b"dnt", signals.dnt);
    json::truth(&mut out, b"gpc", signals.gpc);
    add(&mut out, b"}");
    out
}

/// Writes what an entry says, without the format and the history that a record has beside it.
fn fields(out: &mut Vec<u8>, entry: Json) {
    for (name, value) in entry.members() {
        if name != b"v" && name != b"history" {
            json::key(out, name);
            add(out, value.raw());
        }
    }
}

/// The record that says what `entry` says, after `earlier` entries and one more.
#[inline(never)]
fn assemble(entry: Json, earlier: Json, last: &[u8], now: f64) -> Vec<u8> {
    let mut past: Vec<Json> = Vec::new();
    for (_, entry) in earlier.members() {
        past.push(entry);
    }
    if !last.is_empty() {
        past.push(Json::new(last));
    }
    let mut out = Vec::new();
    add(&mut out, b"{\"v\":1");
    fields(&mut out, entry);
    json::key(&mut out, b"history");
    add(&mut out, b"[");
    let surplus = past.len().saturating_sub(HISTORY_ENTRIES);
    for entry in past.into_iter().skip(surplus) {
        if now - time(entry) < HISTORY_MS {
            json::comma(&mut out);
            add(&mut out, entry.raw());
        }
    }
    add(&mut out, b"]}");
    out
}

/// The record after a further choice: the choice before it, if any, joins the history.
pub fn after(before: Json, choice: Json) -> Vec<u8> {
    let mut last = Vec::new();
    if before.is_object() {
        add(&mut last, b"{");
        fields(&mut last, before);
        add(&mut last, b"}");
    }
    assemble(choice, before.get(b"history"), &last, time(choice))
}

/// The record without its history.
pub fn alone(record: &[u8]) -> Vec<u8> {
    assemble(Json::new(record), Json::default(), &[], 0.0)
}

/// The record with a note in its history that the browser began to send signals. `None` where that is known already.
pub fn note_signal(record: Json, said: Signals, rules: &Rules, now: f64) -> Option<Vec<u8>> {
    let history = record.get(b"history");
    let since = time(record);
    let known = history.members().map(|(_, entry)| entry).filter(|entry| time(*entry) >= since).last();
    if signals(known.unwrap_or(record)) == said {
        return None;
    }
    let mut note = begin(now, Method::Signal, rules, said);
    add(&mut note, b"}");
    Some(assemble(record, history, &note, now))
}

/// Whether a stored value is a record: not what is dated in the future, or what a later format wrote.
///
/// An older format lacks fields. What it did not note reads as nothing answered, no signal, no history: that asks again,
/// and opens nothing. The next choice writes the present format.
pub fn is_record(stored: Json, now: f64) -> bool {
    let good = |answers: Json| answers.members().all(|(_, yes)| yes.bool().is_some());
    let (categories, services, format) = (stored.get(b"categories"), stored.get(b"services"), stored.get(b"v"));
    let method = stored.get(b"method").text();
    categories.is_object()
        && good(categories)
        && (services.is_object() || services.is_none())
        && good(services)
        && (format.is_none() || format.raw() == FORMAT)
        && METHODS.iter().take(Method::Signal as usize).any(|word| *word == method)
        && time(stored) > 0.0
        && time(stored) <= now + SKEW_MS
}
