//! What the notice shows, and in which words. Pure.
//!
//! [`words`] decides; `www/page.ts` lays it out with the browser's own functions. `lang/` is the language table: a JSON file
//! for each language, every string of the notice and nothing else. The strings stay in JavaScript, on the side that shows
//! them: not one of them is ever looked into here.

use crate::{
    config::Regime,
    consent::{Phase, Scope, State, is_signalled},
};

/// The words for the phase, for what the first layer asks about, for the reopen control, and for what is said of the
/// browser's signal; the last two are keys of the language table. An empty one: nothing of the kind is shown.
pub fn words(state: &State) -> [&'static [u8]; 4] {
    let (phase, scope): (&[u8], &[u8]) = match state.phase {
        Phase::Waiting => (b"waiting", b""),
        Phase::Asking(Scope::All) => (b"asking", b"all"),
        Phase::Asking(Scope::New) => (b"asking", b"new"),
        Phase::Asking(Scope::Policy) => (b"asking", b"policy"),
        Phase::Asking(Scope::Shared) => (b"asking", b"shared"),
        Phase::Asking(Scope::Collection) => (b"asking", b"collection"),
        Phase::Answered => (b"answered", b""),
        Phase::Signalled => (b"signalled", b""),
        Phase::Confirming => (b"confirming", b""),
        Phase::Dismissed => (b"dismissed", b""),
        Phase::Following => (b"following", b""),
        Phase::Reporting => (b"reporting", b""),
    };
    let opened = state.purposes.iter().any(|(index, purpose)| !purpose.always() && state.grants.has(index));
    // It has to be shown that a signal was processed, whoever else denied (11 CCR § 7025(c)(6)).
    let status: &[u8] = match (is_signalled(state), opened) {
        _ if state.asks_age => b"age",
        (false, _) if state.is_too_young() => b"ageDenied",
        (false, _) => b"",
        (_, true) => b"signalOutranked",
        _ => b"signalOn",
    };
    let control: &[u8] = if state.is_elsewhere() || state.embedded {
        b""
    } else if status == b"signalOn" {
        b"honoured"
    } else if state.regime() == Regime::OptOut {
        b"choices"
    } else {
        b"reopen"
    };
    [phase, scope, control, status]
}
