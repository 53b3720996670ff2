//! What the visitor chose, when, and about what: the object that local storage holds.
//!
//! ```json
//! { "v": 1, "time": 1800000000000, "method": "chosen", "policy": "2026-11", "lang": "en",
//!   "categories": { "analytics": true }, "services": { "acme": true }, "signals": { "dnt": false, "gpc": false },
//!   "history": [ … ] }
//! ```
//!
//! Beside `v` and `history` stands the choice in force; `history` has the same fields for every choice before it, and for
//! every signal that appeared. It stays a plain value: it is read, kept and written whole, and only here looked into.

use super::Signals;
use crate::json::Json;
use alloc::vec::Vec;

/// The record's format, its `v`. One that says more comes from a later release and counts as unreadable.
pub const FORMAT: f64 = 1.0;
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
    /// The page called the API.
    Api,
    /// A program clicked for the visitor.
    Client,
    /// No choice: the browser began to send a signal. Only ever in the history.
    Signal,
}

/// The words of [`Method`], in its order.
const METHODS: [&str; 6] = ["grant-all", "deny-all", "chosen", "api", "client", "signal"];

impl Method {
    /// The word in the record.
    pub fn word(self) -> &'static str {
        METHODS.get(self as usize).copied().unwrap_or_default()
    }
}

/// What was answered for a category.
pub fn category(answers: &Json, id: &str) -> Option<bool> {
    answers.get("categories").get(id).bool()
}

/// What was answered for a service. The services that have an answer are those that had been listed to the visitor.
pub fn service(answers: &Json, id: &str) -> Option<bool> {
    answers.get("services").get(id).bool()
}

/// Whether any answer, but for the necessary that nobody is asked about, is this one.
pub fn any(answers: &Json, yes: bool) -> bool {
    let all = [answers.get("categories"), answers.get("services")];
    all.iter().any(|list| list.entries().iter().any(|(id, answer)| *answer == Json::Bool(yes) && id != "necessary"))
}

/// What the browser said when this choice was made.
pub fn signals(entry: &Json) -> Signals {
    let said = entry.get("signals");
    Signals { dnt: said.get("dnt").is_true(), gpc: said.get("gpc").is_true() }
}

/// When this choice was made, in milliseconds since 1970.
pub fn time(entry: &Json) -> f64 {
    entry.get("time").number().unwrap_or_default()
}

/// A choice, without its answers.
pub fn entry(time: f64, method: Method, policy: &str, signals: Signals, lang: &str) -> Json {
    let said = Json::object().with("dnt", signals.dnt).with("gpc", signals.gpc);
    Json::object()
        .with("time", time)
        .with("method", method.word())
        .with("policy", policy)
        .with("lang", lang)
        .with("signals", said)
}

/// The record after a further choice: the choice before it, if any, joins the history.
pub fn after(before: Json, choice: Json) -> Json {
    let mut history = Vec::new();
    let now = time(&choice);
    if let Json::Object(fields) = before {
        let mut last = Json::object();
        for (key, value) in fields {
            match (&*key, value) {
                ("v", _) => {}
                ("history", Json::List(earlier)) => history = earlier,
                (_, value) => last.put(&key, value),
            }
        }
        history.push(last);
    }
    trim(&mut history, now);
    choice.with("v", FORMAT).with("history", history)
}

/// Adds to the history that the browser began to send signals. False where that is known already.
pub fn note_signal(record: &mut Json, said: Signals, now: f64) -> bool {
    let mut history = record.get("history").items().to_vec();
    let since = time(record);
    let known = history.iter().rev().find(|earlier| time(earlier) >= since).unwrap_or(record);
    if signals(known) == said {
        return false;
    }
    history.push(entry(now, Method::Signal, record.get("policy").text(), said, record.get("lang").text()));
    trim(&mut history, now);
    record.put("history", history.into());
    true
}

fn trim(history: &mut Vec<Json>, now: f64) {
    history.retain(|entry| now - time(entry) < HISTORY_MS);
    while history.len() > HISTORY_ENTRIES {
        history.remove(0);
    }
}

/// A stored value, if it is a record. `None` for anything that is not, that is dated in the future, or that a later
/// format wrote.
///
/// An older format lacks fields. What it did not note reads as nothing answered, no signal, no history: that asks again,
/// and opens nothing. The next choice writes the present format.
pub fn read(stored: Json, now: f64) -> Option<Json> {
    let answers = |key| stored.get(key).entries().iter().all(|(_, yes)| yes.bool().is_some());
    let method = stored.get("method").text();
    let good = stored.get("categories").is_object()
        && answers("categories")
        && answers("services")
        && matches!(stored.get("services"), Json::Object(_) | Json::Null)
        && matches!(stored.get("v"), Json::Number(_) | Json::Null)
        && stored.get("v").number().unwrap_or_default() <= FORMAT
        && METHODS.contains(&method)
        && method != Method::Signal.word()
        && time(&stored) > 0.0
        && time(&stored) <= now + SKEW_MS;
    good.then_some(stored)
}
