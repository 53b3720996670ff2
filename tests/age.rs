//! `minAge`: nothing optional is granted before the visitor says to be old enough (GDPR art. 8(1)).
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

use portcullis::config::Regime;
use portcullis::consent::{By, Event, Phase, Purposes, Rules, Scope, Signals, State, Wanted, step};
use portcullis::json::Json;
use portcullis::notice::words;

const NOW: f64 = 1_800_000_000_000.0;
const DAY: f64 = 86_400_000.0;
const NONE: Signals = Signals { dnt: false, gpc: false };
const GPC: Signals = Signals { dnt: false, gpc: true };

/// `necessary`, `analytics` with the service `stats`; with or without a question about the age.
fn site(regime: Regime, asks_age: bool) -> State {
    let mut purposes = Purposes::default();
    purposes.category(b"necessary");
    let of = purposes.category(b"analytics");
    purposes.service(b"stats", b"Stats", of, true);
    let rules = Rules {
        regime,
        granted_days: 180.0,
        denied_days: 180.0,
        policy: b"1",
        lang: b"en",
        asks_age,
        ..Rules::default()
    };
    State { rules, purposes, ..State::default() }
}

fn on(mut state: State, events: &[Event]) -> State {
    for event in events {
        step(&mut state, event.clone(), NOW);
    }
    state
}

fn start() -> Event {
    Event::Settle(Vec::new(), NONE)
}

fn choice(wanted: Wanted) -> Event {
    Event::Choice(wanted, By::Visitor)
}

/// Whether analytics and its service are allowed; they are never apart here.
fn granted(state: &State) -> bool {
    assert_eq!(state.grants.has(1), state.grants.has(2));
    state.grants.has(1)
}

fn field<'a>(state: &'a State, name: &str) -> &'a str {
    core::str::from_utf8(Json::new(&state.record).get(name.as_bytes()).raw()).unwrap()
}

fn status(state: &State) -> &'static str {
    core::str::from_utf8(words(state)[3]).unwrap()
}

#[test]
fn every_way_to_a_grant_meets_the_question() {
    let ways = [
        choice(Wanted::All(true)),
        choice(Wanted::Asked(true)),
        choice(Wanted::Some(br#"["stats"]"#.to_vec(), true)),
        choice(Wanted::Switches(br#"{"categories":{"analytics":true}}"#.to_vec())),
        Event::Choice(Wanted::All(true), By::Api),
        Event::Choice(Wanted::All(true), By::Client),
    ];
    for way in ways {
        let state = on(site(Regime::OptIn, true), &[start(), way.clone()]);
        assert_eq!((state.phase, status(&state)), (Phase::Confirming, "age"), "{way:?}");
        assert!(!granted(&state) && state.record.is_empty(), "{way:?}");

        let without = on(site(Regime::OptIn, false), &[start(), way.clone()]);
        assert!(without.phase == Phase::Answered && !without.asks_age, "{way:?}");
        assert_eq!(field(&without, "age"), "", "{way:?}");
    }
}

#[test]
fn a_yes_goes_with_the_grant_alone() {
    let state = on(site(Regime::OptIn, true), &[start(), choice(Wanted::All(true)), Event::Confirm(true, By::Visitor)]);
    assert!(granted(&state));
    assert_eq!((field(&state, "age"), field(&state, "method")), ("true", "\"grant-all\""));

    // It is kept with the grant, so a change of it is not asked about again.
    let again = on(site(Regime::OptIn, true), &[Event::Settle(state.record.clone(), NONE)]);
    assert_eq!(again.phase, Phase::Answered);
    let same = on(again, &[choice(Wanted::All(true))]);
    assert_eq!((same.phase, field(&same, "age")), (Phase::Answered, "true"));

    // A refusal keeps nothing of it, and the next grant asks.
    let refused = on(same, &[choice(Wanted::All(false))]);
    assert_eq!((field(&refused, "age"), field(&refused, "method")), ("", "\"deny-all\""));
    assert!(on(refused, &[choice(Wanted::All(true))]).asks_age);
}

#[test]
fn a_no_is_a_refusal_that_says_so_and_can_be_changed() {
    let no = [start(), choice(Wanted::All(true)), Event::Confirm(false, By::Visitor)];
    let state = on(site(Regime::OptIn, true), &no);
    assert_eq!(state.phase, Phase::Answered);
    assert!(!granted(&state));
    assert_eq!((field(&state, "age"), field(&state, "method")), ("false", "\"deny-all\""));
    assert_eq!(field(&state, "categories"), r#"{"necessary":true,"analytics":false}"#);
    assert_eq!(status(&state), "ageDenied");

    for (days, phase) in [(179.0, Phase::Answered), (180.0, Phase::Asking(Scope::All))] {
        let mut later = site(Regime::OptIn, true);
        step(&mut later, Event::Settle(state.record.clone(), NONE), NOW + days * DAY);
        assert_eq!(later.phase, phase, "{days} days later");
    }
    let changed = on(state, &[choice(Wanted::All(true)), Event::Confirm(true, By::Visitor)]);
    assert!(granted(&changed));
    assert_eq!((field(&changed, "age"), status(&changed)), ("true", ""));
}

#[test]
fn closing_the_question_is_no_answer() {
    let state = on(site(Regime::OptIn, true), &[start(), choice(Wanted::All(true)), Event::Close]);
    assert_eq!((state.phase, state.asks_age), (Phase::Asking(Scope::All), false));
    assert!(state.record.is_empty() && !granted(&state));
    // The choice is gone with the question.
    let late = on(state, &[Event::Confirm(true, By::Visitor)]);
    assert!(late.record.is_empty() && !granted(&late));
}

#[test]
fn refusing_is_never_asked_about() {
    for wanted in [Wanted::All(false), Wanted::Asked(false), Wanted::Switches(b"{}".to_vec())] {
        let state = on(site(Regime::OptIn, true), &[start(), choice(wanted.clone())]);
        assert_eq!((state.phase, field(&state, "age")), (Phase::Answered, ""), "{wanted:?}");
    }
}

#[test]
fn a_programs_yes_is_not_the_visitors() {
    for (by, word) in [(By::Client, "\"client\""), (By::Api, "\"api\"")] {
        let state = on(site(Regime::OptIn, true), &[start(), choice(Wanted::All(true)), Event::Confirm(true, by)]);
        assert_eq!(field(&state, "method"), word);
    }
}

#[test]
fn a_grant_from_before_the_question_does_not_count() {
    let before = on(site(Regime::OptIn, false), &[start(), choice(Wanted::All(true))]);
    let state = on(site(Regime::OptIn, true), &[Event::Settle(before.record, NONE)]);
    assert_eq!(state.phase, Phase::Asking(Scope::All));
    assert!(!granted(&state));

    let refused = on(site(Regime::OptIn, false), &[start(), choice(Wanted::All(false))]);
    let state = on(site(Regime::OptIn, true), &[Event::Settle(refused.record, NONE)]);
    assert_eq!(state.phase, Phase::Answered, "a refusal does");
}

#[test]
fn until_answered_an_opt_out_region_is_opt_in() {
    let state = on(site(Regime::OptOut, true), &[start()]);
    assert_eq!((state.phase, state.regime()), (Phase::Asking(Scope::All), Regime::OptIn));
    assert!(!granted(&state));

    let yes = on(state, &[choice(Wanted::All(true)), Event::Confirm(true, By::Visitor)]);
    assert!(granted(&yes));
    assert_eq!(yes.regime(), Regime::OptOut);
}

#[test]
fn what_the_browsers_signal_closed_is_confirmed_after_the_age() {
    let gpc = Event::Settle(Vec::new(), GPC);
    let asked = on(site(Regime::OptOut, true), &[gpc, choice(Wanted::All(true))]);
    assert!(asked.asks_age);
    let told = on(asked, &[Event::Confirm(true, By::Visitor)]);
    assert_eq!((told.phase, told.asks_age), (Phase::Confirming, false));
    assert!(!granted(&told) && told.record.is_empty());
    let no = on(told.clone(), &[Event::Confirm(false, By::Visitor)]);
    assert!(!granted(&no) && no.record.is_empty(), "a no to the opt-in is no answer about the age");
    let yes = on(told, &[Event::Confirm(true, By::Visitor)]);
    assert!(granted(&yes));
    assert_eq!(field(&yes, "age"), "true");
}

#[test]
fn an_expired_yes_is_asked_again() {
    let yes = on(site(Regime::OptIn, true), &[start(), choice(Wanted::All(true)), Event::Confirm(true, By::Visitor)]);
    let mut later = site(Regime::OptIn, true);
    step(&mut later, Event::Settle(yes.record, NONE), NOW + 200.0 * DAY);
    assert_eq!(later.phase, Phase::Asking(Scope::All));
    step(&mut later, choice(Wanted::All(true)), NOW + 200.0 * DAY);
    assert!(later.asks_age);
}

fn once() -> Event {
    Event::Once(b"stats".to_vec(), By::Visitor)
}

#[test]
fn what_is_loaded_once_waits_for_the_word_which_is_not_kept() {
    for regime in [Regime::OptIn, Regime::OptOut] {
        let asked = on(site(regime, true), &[start(), once()]);
        assert_eq!((asked.phase, status(&asked)), (Phase::Confirming, "age"));
        assert!(!asked.lets_in(1, 2));

        let state = on(asked, &[Event::Confirm(true, By::Visitor)]);
        assert!(state.lets_in(1, 2));
        assert!(!granted(&state) && state.record.is_empty() && !state.old_enough);
        assert_eq!(state.phase, Phase::Asking(Scope::All), "the question is where it was");
        // The next one needs no other word; a choice does.
        let state = on(state, &[once()]);
        assert!(state.lets_in(2, 2) && !state.asks_age);
        let state = on(state, &[choice(Wanted::All(true))]);
        assert!(state.asks_age && !granted(&state));
        // Its no takes back what was loaded.
        let state = on(state, &[Event::Confirm(false, By::Visitor)]);
        assert_eq!(field(&state, "age"), "false");
        assert!(!state.lets_in(1, 2) && !state.lets_in(2, 2));
        assert!(on(state, &[once()]).asks_age);
    }
}

#[test]
fn a_no_to_what_is_loaded_once_is_a_refusal() {
    let state = on(site(Regime::OptIn, true), &[start(), once(), Event::Confirm(false, By::Visitor)]);
    assert_eq!(
        (state.phase, field(&state, "age"), field(&state, "method")),
        (Phase::Answered, "false", "\"deny-all\"")
    );
    assert!(state.once.is_empty());
    let closed = on(site(Regime::OptIn, true), &[start(), once(), Event::Close]);
    assert!(closed.once.is_empty() && closed.record.is_empty());
    let known =
        on(site(Regime::OptIn, true), &[start(), choice(Wanted::All(true)), Event::Confirm(true, By::Visitor), once()]);
    assert!(known.lets_in(1, 2) && !known.asks_age);
}
