//! The decision, as tables: what silence, signals, choices, time and newcomers mean.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

mod common;
mod properties;

use portcullis::config::{OnSignal, Regime, SignalRules};
use portcullis::consent::record::{self, HISTORY_ENTRIES, HISTORY_MS};
use portcullis::consent::{
    self, By, Effects, Event, Grants, Method, NECESSARY, Phase, Purpose, Purposes, Rules, Scope, Signals, State,
    Wanted, is_on,
};
use portcullis::json::{Json, Text};
use proptest::prelude::*;
use serde_json::{Value, json};

const DAY: f64 = 86_400_000.0;
const NOW: f64 = 1_800_000_000_000.0;
const DNT: Signals = Signals { dnt: true, gpc: false };
const GPC: Signals = Signals { dnt: false, gpc: true };
const NONE: Signals = Signals { dnt: false, gpc: false };

fn rules(regime: Regime) -> Rules {
    Rules { regime, granted_days: 180.0, denied_days: 180.0, policy: b"1", lang: b"en", ..Rules::default() }
}

/// `necessary`, `analytics` (service `stats`), `marketing` (service `ads`).
fn site(regime: Regime) -> State {
    let mut purposes = Purposes::default();
    for id in [b"necessary".as_slice(), b"analytics", b"marketing"] {
        purposes.category(id);
    }
    purposes.service(b"stats", b"stats", 1, true);
    purposes.service(b"ads", b"ads", 2, true);
    State { rules: rules(regime), purposes, ..State::default() }
}

/// The same with one more service that the owner names, of this category.
fn site_with(id: Text, category: usize, regime: Regime) -> State {
    let mut state = site(regime);
    state.purposes.service(id, id, category, true);
    state
}

fn step(mut state: State, event: Event, now: f64) -> (State, Effects) {
    let effects = consent::step(&mut state, event, now);
    (state, effects)
}

fn start(state: State, record: Vec<u8>, signals: Signals) -> (State, Effects) {
    step(state, Event::Settle(record, signals), NOW)
}

fn choose(state: State, wanted: Wanted, by: By) -> (State, Effects) {
    step(state, Event::Choice(wanted, by), NOW)
}

fn pixel(category: Text) -> Event {
    Event::Found(b"pixel", b"Pixel", category)
}

/// JSON, as the browser hands it over.
fn text(value: Value) -> Vec<u8> {
    value.to_string().into_bytes()
}

fn value(text: &[u8]) -> Value {
    serde_json::from_slice(text).unwrap()
}

fn some(ids: &[&str], yes: bool) -> Wanted {
    Wanted::Some(text(json!(ids)), yes)
}

fn word(text: Text) -> &'static str {
    str::from_utf8(text).unwrap()
}

/// The purposes that pass, as a word each: `analytics marketing|stats ads`.
fn those(state: &State, pass: impl Fn(usize) -> bool) -> String {
    let of = |categories: bool| {
        let ours = |(index, purpose): &(usize, &Purpose)| {
            *index != NECESSARY && purpose.is_category(*index) == categories && pass(*index)
        };
        state.purposes.iter().filter(ours).map(|(_, purpose)| word(purpose.id)).collect::<Vec<_>>().join(" ")
    };
    format!("{}|{}", of(true), of(false))
}

fn granted(state: &State) -> String {
    those(state, |index| state.grants.has(index))
}

/// What the last step took.
fn lost(state: &State) -> String {
    those(state, |index| state.lost(index))
}

fn has(state: &State, id: &str) -> bool {
    state.grants.has(state.purposes.find(id.as_bytes()).unwrap())
}

const ALL: &str = "analytics marketing|stats ads";
const NOTHING: &str = "|";

fn entry_of(time: f64, signals: Signals, categories: Value, services: Value) -> Value {
    json!({
        "time": time as u64, "method": "chosen", "policy": "1", "lang": "en",
        "signals": { "dnt": signals.dnt, "gpc": signals.gpc }, "categories": categories, "services": services,
    })
}

fn entry(analytics: bool, marketing: bool, age_days: f64, signals: Signals) -> Value {
    let categories = json!({ "necessary": true, "analytics": analytics, "marketing": marketing });
    entry_of(NOW - age_days * DAY, signals, categories, json!({ "stats": analytics, "ads": marketing }))
}

fn after(before: &[u8], choice: Value) -> Vec<u8> {
    record::after(Json::new(before), Json::new(&text(choice)))
}

fn heard(entry: Value) -> Vec<u8> {
    after(&[], entry)
}

fn record(analytics: bool, marketing: bool, age_days: f64) -> Vec<u8> {
    heard(entry(analytics, marketing, age_days, NONE))
}

fn history(record: &[u8]) -> Vec<Value> {
    value(record)["history"].as_array().unwrap().clone()
}

/// What a record, if there is one, says of a category or a service.
fn answer(record: &[u8], list: &str, id: &str) -> Option<bool> {
    (!record.is_empty()).then(|| value(record))?[list][id].as_bool()
}

#[test]
fn signals_are_read_in_every_spelling() {
    for on in ["1", "yes", "true"] {
        assert!(is_on(on.as_bytes()), "{on}");
    }
    for off in ["0", "no", "false", "null", "undefined", "unspecified", "", "Yes", "2", "on"] {
        assert!(!is_on(off.as_bytes()), "{off}");
    }
}

/// What it is, the regime, what is stored, what the browser says; where the visitor stands and what is granted.
type Start<'a> = (&'a str, Regime, Vec<u8>, Signals, Phase, &'a str);

#[test]
fn what_a_page_starts_with() {
    use Phase::{Answered, Asking, Signalled};
    let fresh = Vec::new;
    #[rustfmt::skip]
    let table: &[Start] = &[
        ("silence is a no",                       Regime::OptIn,  fresh(),                  NONE, Asking(Scope::All),        NOTHING),
        ("silence is a yes",                      Regime::OptOut, fresh(),                  NONE, Asking(Scope::Collection), ALL),
        ("a grant stands",                        Regime::OptIn,  record(true, true, 1.0),  NONE, Answered,                  ALL),
        ("a refusal stands as long",              Regime::OptIn,  record(false, false, 179.0), NONE, Answered,               NOTHING),
        ("a grant of one is of one",              Regime::OptIn,  record(true, false, 1.0), NONE, Answered,                  "analytics|stats"),
        ("a grant expires",                       Regime::OptIn,  record(true, true, 180.0), NONE, Asking(Scope::All),       NOTHING),
        ("a refusal expires",                     Regime::OptIn,  record(false, false, 180.0), NONE, Asking(Scope::All),     NOTHING),
        ("opt-out: a refusal does not",           Regime::OptOut, record(false, false, 364.0), NONE, Answered,               NOTHING),
        ("opt-out: told again after a year, still refused", Regime::OptOut, record(false, false, 365.0), NONE, Asking(Scope::Collection), NOTHING),
        ("opt-out: half a refusal is one",        Regime::OptOut, record(true, false, 200.0), NONE, Answered,                "analytics|stats"),
        ("a signal denies without asking",        Regime::OptIn,  fresh(),                  DNT,  Signalled,                 NOTHING),
        ("so does the other",                     Regime::OptIn,  fresh(),                  GPC,  Signalled,                 NOTHING),
        ("in opt-out as well",                    Regime::OptOut, fresh(),                  GPC,  Signalled,                 NOTHING),
        ("a signal after a grant closes",         Regime::OptIn,  record(true, true, 1.0),  GPC,  Signalled,                 NOTHING),
        ("in opt-out as well",                    Regime::OptOut, record(true, true, 1.0),  GPC,  Signalled,                 NOTHING),
        ("a signal after a refusal changes nothing", Regime::OptIn, record(false, false, 1.0), GPC, Answered,                NOTHING),
        ("an expired grant under a signal",       Regime::OptIn,  record(true, true, 200.0), DNT, Signalled,                 NOTHING),
    ];
    for (what, regime, record, signals, phase, grants) in table {
        let (state, _) = start(site(*regime), record.clone(), *signals);
        assert_eq!((state.phase, granted(&state).as_str()), (*phase, *grants), "{what}");
    }
}

#[test]
fn a_choice_that_heard_the_signal_outranks_it() {
    let heard = heard(entry(true, false, 1.0, GPC));
    let (state, effects) = start(site(Regime::OptIn), heard.clone(), GPC);
    assert_eq!((state.phase, granted(&state).as_str()), (Phase::Answered, "analytics|stats"));
    assert!(!effects.keep);
    // But not another signal that came later.
    let (state, _) = start(site(Regime::OptIn), heard, Signals { dnt: true, gpc: true });
    assert_eq!((state.phase, granted(&state).as_str()), (Phase::Signalled, NOTHING));
}

#[test]
fn what_the_owner_makes_of_signals() {
    let with = |rule| {
        let mut state = site(Regime::OptIn);
        state.rules.signals = SignalRules { dnt: rule, gpc: OnSignal::Deny };
        state
    };
    let (state, _) = start(with(OnSignal::Ignore), Vec::new(), DNT);
    assert_eq!(state.phase, Phase::Asking(Scope::All));
    let (state, _) = start(with(OnSignal::Ignore), record(true, true, 1.0), DNT);
    assert_eq!(granted(&state), ALL);
    let (state, _) = start(with(OnSignal::Ask), record(true, true, 1.0), DNT);
    assert_eq!((state.phase, granted(&state).as_str()), (Phase::Asking(Scope::All), NOTHING));
    let mut opt_out = with(OnSignal::Ask);
    opt_out.rules.regime = Regime::OptOut;
    let (state, _) = start(opt_out, Vec::new(), DNT);
    assert_eq!((state.phase, granted(&state).as_str()), (Phase::Asking(Scope::All), NOTHING));
}

#[test]
fn a_signal_alone_writes_nothing_and_an_existing_record_notes_it_once() {
    let (state, effects) = start(site(Regime::OptIn), Vec::new(), GPC);
    assert!(!effects.keep);
    assert!(state.record.is_empty());

    let (state, effects) = start(site(Regime::OptIn), record(true, true, 1.0), GPC);
    assert!(effects.keep);
    let noted = state.record;
    assert_eq!(history(&noted).len(), 1);
    assert_eq!(history(&noted)[0]["method"], "signal");
    assert_eq!(history(&noted)[0]["time"], json!(NOW as u64));
    assert_eq!(history(&noted)[0]["signals"], json!({ "dnt": false, "gpc": true }));
    let mut choice = value(&noted);
    choice.as_object_mut().unwrap().retain(|key, _| key != "v" && key != "history");
    assert_eq!(choice, entry(true, true, 1.0, NONE), "the choice itself is not rewritten");

    let (state, effects) = start(site(Regime::OptIn), noted, GPC);
    assert!(!effects.keep, "once, not on every page");
    assert_eq!(history(&state.record).len(), 1);
}

#[test]
fn the_visitor_confirms_over_a_signal() {
    let (state, _) = start(site(Regime::OptIn), record(true, true, 1.0), GPC);
    let (state, effects) = choose(state, Wanted::All(true), By::Visitor);
    assert_eq!((state.phase, granted(&state).as_str()), (Phase::Answered, ALL));
    assert!(effects.keep && effects.shield);
    let (state, _) = start(site(Regime::OptIn), state.record, GPC);
    assert_eq!(granted(&state), ALL, "and it holds on the next page");
}

#[test]
fn every_choice_is_recorded_as_what_it_was() {
    #[rustfmt::skip]
    let table: &[(Wanted, By, Method, &str)] = &[
        (Wanted::All(true),                           By::Visitor, Method::GrantAll, ALL),
        (Wanted::Asked(true),                         By::Visitor, Method::GrantAll, ALL),
        (Wanted::All(false),                          By::Visitor, Method::DenyAll,  NOTHING),
        (Wanted::Asked(false),                        By::Visitor, Method::DenyAll,  NOTHING),
        (Wanted::All(true),                           By::Client,  Method::Client,   ALL),
        (Wanted::All(false),                          By::Client,  Method::Client,   NOTHING),
        (Wanted::All(true),                           By::Api,     Method::Api,      ALL),
        (some(&["analytics"], true), By::Api,    Method::Api,      "analytics|stats"),
        (some(&["ads"], true),      By::Api,     Method::Api,      "|ads"),
        (some(&["nobody"], true),   By::Api,     Method::Api,      NOTHING),
        (Wanted::Switches(text(json!({ "categories": { "analytics": true, "marketing": false }, "services": {} }))),
                                                      By::Visitor, Method::Chosen,   "analytics|stats"),
        (Wanted::Switches(text(json!({ "categories": { "analytics": true, "marketing": true }, "services": { "stats": false, "ads": true } }))),
                                                      By::Visitor, Method::Chosen,   "analytics marketing|ads"),
    ];
    for (wanted, by, method, grants) in table {
        let (state, _) = start(site(Regime::OptIn), Vec::new(), NONE);
        let (state, effects) = choose(state, wanted.clone(), *by);
        assert_eq!(granted(&state), *grants, "{wanted:?}");
        let written = value(&state.record);
        assert_eq!((&written["method"], &written["time"]), (&json!(word(method.word())), &json!(NOW as u64)));
        assert_eq!((&written["policy"], &written["lang"]), (&json!("1"), &json!("en")));
        assert_eq!(written["categories"].as_object().unwrap().len(), 3, "what was refused is there as well");
        assert_eq!(written["services"].as_object().unwrap().len(), 2);
        assert_eq!(state.phase, Phase::Answered);
        assert!(effects.keep && effects.tell && effects.notice);
    }
}

#[test]
fn withdrawing_keeps_the_past_and_names_what_to_clear() {
    let (state, _) = start(site(Regime::OptIn), record(true, true, 10.0), NONE);
    let (state, effects) = choose(state, some(&["marketing"], false), By::Visitor);
    assert_eq!(granted(&state), "analytics|stats");
    assert!(effects.sweep);
    assert_eq!(lost(&state), "marketing|ads");
    assert_eq!(history(&state.record), [entry(true, true, 10.0, NONE)], "what was true stays true");
}

#[test]
fn only_what_is_new_is_asked() {
    let newcomer = |regime| site_with(b"chat", 1, regime);
    let (state, _) = start(newcomer(Regime::OptIn), record(true, false, 1.0), NONE);
    assert_eq!((state.phase, granted(&state).as_str()), (Phase::Asking(Scope::New), "analytics|stats"));
    let (yes, _) = choose(state.clone(), Wanted::Asked(true), By::Visitor);
    assert_eq!(granted(&yes), "analytics|stats chat", "the refused rest stays refused");
    let (no, _) = choose(state.clone(), Wanted::Asked(false), By::Visitor);
    assert_eq!(granted(&no), "analytics|stats", "the granted rest stays granted");
    let (all, _) = choose(state, Wanted::All(false), By::Visitor);
    assert_eq!(granted(&all), NOTHING, "the page's own reject-all means all");

    // A new category alike.
    let mut state = site(Regime::OptIn);
    state.purposes.category(b"maps");
    let (state, _) = start(state, record(true, true, 1.0), NONE);
    assert_eq!((state.phase, granted(&state).as_str()), (Phase::Asking(Scope::New), ALL));

    // With the browser's signal on, what is new is denied without asking.
    let (state, _) = start(newcomer(Regime::OptIn), heard(entry(true, true, 1.0, GPC)), GPC);
    assert_eq!((state.phase, granted(&state).as_str()), (Phase::Answered, ALL));

    // Opt-out: a refusal covers later services of its category; a grant does too.
    let (state, _) = start(newcomer(Regime::OptOut), record(false, false, 1.0), NONE);
    assert_eq!((state.phase, granted(&state).as_str()), (Phase::Answered, NOTHING));
    let (state, _) = start(newcomer(Regime::OptOut), record(true, false, 1.0), NONE);
    assert_eq!(granted(&state), "analytics|stats chat");
    // And a new purpose after a refusal of everything is refused.
    let mut state = site(Regime::OptOut);
    state.purposes.category(b"maps");
    let (state, _) = start(state, record(false, false, 1.0), NONE);
    assert_eq!((state.phase, granted(&state).as_str()), (Phase::Asking(Scope::Collection), NOTHING));
}

#[test]
fn a_new_policy_asks_and_changes_nothing_by_itself() {
    for (regime, scope) in [(Regime::OptIn, Scope::Policy), (Regime::OptOut, Scope::Collection)] {
        let mut state = site(regime);
        state.rules.policy = b"2";
        let (state, _) = start(state, record(true, false, 1.0), NONE);
        assert_eq!((state.phase, granted(&state).as_str()), (Phase::Asking(scope), "analytics|stats"));
    }
}

#[test]
fn opting_in_after_an_opt_out_is_confirmed() {
    let (state, _) = start(site(Regime::OptOut), record(false, false, 1.0), NONE);
    let (state, effects) = choose(state, Wanted::All(true), By::Visitor);
    assert_eq!((state.phase, granted(&state).as_str()), (Phase::Confirming, NOTHING));
    assert!(!effects.keep);
    let (no, _) = step(state.clone(), Event::Confirm(false, By::Visitor), NOW);
    assert_eq!((no.phase, granted(&no).as_str()), (Phase::Answered, NOTHING));
    let (yes, effects) = step(state.clone(), Event::Confirm(true, By::Visitor), NOW);
    assert_eq!((yes.phase, granted(&yes).as_str()), (Phase::Answered, ALL));
    assert!(effects.keep);
    // A refusal in between needs none, and drops what was pending.
    let (refused, _) = choose(state, Wanted::All(false), By::Visitor);
    let (after, effects) = step(refused, Event::Confirm(true, By::Visitor), NOW);
    assert_eq!((granted(&after).as_str(), effects.keep), (NOTHING, false));

    // After GPC too; by API too; but not for a first grant, and not in opt-in.
    let (state, _) = start(site(Regime::OptOut), Vec::new(), GPC);
    assert_eq!(choose(state, Wanted::All(true), By::Api).0.phase, Phase::Confirming);
    let (state, _) = start(site(Regime::OptOut), Vec::new(), NONE);
    assert_eq!(choose(state, Wanted::All(true), By::Visitor).0.phase, Phase::Answered);
    let (state, _) = start(site(Regime::OptIn), record(false, false, 1.0), NONE);
    assert_eq!(choose(state, Wanted::All(true), By::Visitor).0.phase, Phase::Answered);
}

#[test]
fn a_question_that_is_open_outlives_what_is_written_beside_the_record() {
    let old = record(false, false, 1.0);
    let (state, _) = start(site(Regime::OptOut), old.clone(), NONE);
    let (state, _) = choose(state, Wanted::All(true), By::Visitor);
    // The third file chains the record while the visitor is asked.
    let mut chained = old[..old.len() - 1].to_vec();
    chained.extend_from_slice(br#","hash":"00"}"#);
    let (state, effects) = step(state, Event::Settle(chained.clone(), NONE), NOW);
    assert_eq!((state.phase, effects, &state.record), (Phase::Confirming, Effects::default(), &chained));
    let (yes, _) = step(state.clone(), Event::Confirm(true, By::Visitor), NOW);
    assert_eq!((yes.phase, granted(&yes).as_str()), (Phase::Answered, ALL));
    // Another choice, or a signal, answers it.
    let (other, _) = step(state.clone(), Event::Settle(record(false, false, 2.0), NONE), NOW);
    assert_eq!(other.phase, Phase::Answered);
    let (signalled, _) = step(state, Event::Settle(chained, GPC), NOW);
    assert_eq!(signalled.phase, Phase::Answered);
}

#[test]
fn the_first_layer_names_so_many_and_the_preferences_all() {
    let (mut state, _) = start(site(Regime::OptIn), Vec::new(), NONE);
    for place in 0..150 {
        let id: Text = format!("h{place}.test").leak().as_bytes();
        state = step(state, Event::Found(id, id, b"marketing"), NOW).0;
    }
    let asked = |state: &State| state.purposes.iter().filter(|(index, one)| !one.named && state.asks(*index)).count();
    assert_eq!(asked(&state), 100);
    let (all, _) = choose(state.clone(), Wanted::Asked(true), By::Visitor);
    assert!(has(&all, "h99.test") && !has(&all, "h100.test"), "nobody has read its name");
    let (state, _) = step(state, Event::Listed, NOW);
    assert_eq!(asked(&state), 150);
    let (all, _) = choose(state, Wanted::All(true), By::Visitor);
    assert!(has(&all, "h149.test"));
}

#[test]
fn what_is_found_bit_by_bit_is_granted_as_if_it_had_been_there() {
    for regime in [Regime::OptIn, Regime::OptOut] {
        for follows in [false, true] {
            let answers =
                text(json!({ "categories": { "marketing": true }, "services": { "a.test": true, "b.test": false } }));
            let (mut state, _) = if follows {
                step(site(regime), Event::Follow(answers.clone()), NOW)
            } else {
                let record = text(json!({
                    "v": 1, "time": NOW - DAY, "method": "chosen", "policy": "1", "lang": "en", "history": [],
                    "signals": { "dnt": false, "gpc": false },
                    "categories": { "marketing": true }, "services": { "a.test": true, "b.test": false },
                }));
                start(site(regime), record, NONE)
            };
            for id in [b"a.test".as_slice(), b"b.test", b"c.test"] {
                state = step(state, Event::Found(id, id, b"marketing"), NOW).0;
            }
            let again = if follows { Event::Follow(answers) } else { Event::Settle(state.record.clone(), NONE) };
            assert_eq!(step(state.clone(), again, NOW).0.grants, state.grants);
        }
    }
}

#[test]
fn a_found_service_waits_until_it_has_been_listed() {
    let found = || pixel(b"marketing");
    for regime in [Regime::OptIn, Regime::OptOut] {
        // While the notice is up it is listed there, and the answer covers it.
        let (state, _) = start(site(regime), Vec::new(), NONE);
        let (state, effects) = step(state, found(), NOW);
        assert!(!has(&state, "pixel") && effects.notice);
        let (state, _) = choose(state, Wanted::All(true), By::Visitor);
        assert!(has(&state, "pixel"));
        assert_eq!(answer(&state.record, "services", "pixel"), Some(true));

        // After the answer it waits in the preferences, without a notice.
        let (state, _) = start(site(regime), record(true, true, 1.0), NONE);
        let (state, _) = step(state, found(), NOW);
        assert_eq!((state.phase, has(&state, "pixel")), (Phase::Answered, false), "{regime:?}");
        let (unlisted, _) = choose(state.clone(), Wanted::All(true), By::Visitor);
        assert!(!has(&unlisted, "pixel"), "nobody has read its name");
        let (listed, _) = step(state, Event::Listed, NOW);
        let (listed, _) = choose(listed, Wanted::All(true), By::Visitor);
        assert!(has(&listed, "pixel"));
        // The next page knows it by the record.
        let (state, _) = start(site(regime), listed.record, NONE);
        let (state, _) = step(state, found(), NOW);
        assert!(has(&state, "pixel"));
    }
}

#[test]
fn closing_and_erasing() {
    let (state, _) = start(site(Regime::OptIn), Vec::new(), NONE);
    let (closed, effects) = step(state, Event::Close, NOW);
    assert_eq!((closed.phase, granted(&closed).as_str(), closed.record), (Phase::Dismissed, NOTHING, vec![]));
    assert_eq!(effects, Effects { notice: true, ..Effects::default() });
    // Found afterwards: an expired grant does not come back to life.
    let (state, _) = start(site(Regime::OptIn), record(true, true, 200.0), NONE);
    let (state, _) = step(state, Event::Close, NOW);
    let (state, _) = step(state, pixel(b"marketing"), NOW);
    assert_eq!(granted(&state), NOTHING);

    let (state, _) = start(site(Regime::OptIn), record(true, true, 1.0), NONE);
    let (state, effects) = step(state, Event::Erase, NOW);
    assert_eq!((state.phase, granted(&state).as_str()), (Phase::Asking(Scope::All), NOTHING));
    assert!(effects.forget && effects.sweep);
    assert_eq!(lost(&state), ALL);
}

#[test]
fn other_tabs_are_followed() {
    let (state, _) = start(site(Regime::OptIn), Vec::new(), NONE);
    let (state, effects) = step(state, Event::Settle(record(true, false, 0.0), NONE), NOW);
    assert_eq!((state.phase, granted(&state).as_str()), (Phase::Answered, "analytics|stats"));
    assert!(effects.shield && effects.notice && !effects.keep);
    let (state, _) = step(state, Event::Settle(Vec::new(), NONE), NOW);
    assert_eq!((state.phase, granted(&state).as_str()), (Phase::Asking(Scope::All), NOTHING));
}

#[test]
fn a_frame_follows_and_decides_nothing() {
    let top = text(json!({ "categories": { "analytics": true }, "services": { "stats": true } }));
    let (state, _) = step(site(Regime::OptOut), Event::Follow(top), NOW);
    assert_eq!((state.phase, granted(&state).as_str()), (Phase::Following, "analytics|stats"));
    let (state, effects) = choose(state, Wanted::All(true), By::Visitor);
    assert_eq!((granted(&state).as_str(), effects), ("analytics|stats", Effects::default()));
    let (state, _) = step(state, pixel(b"analytics"), NOW);
    assert_eq!(granted(&state), "analytics|stats");
    // What was allowed before it was met here is allowed when it is.
    let top = text(json!({ "categories": { "analytics": true }, "services": { "pixel": true } }));
    let (state, _) = step(site(Regime::OptIn), Event::Follow(top), NOW);
    let (state, effects) = step(state, pixel(b"analytics"), NOW);
    assert!(granted(&state).ends_with("|pixel") && effects.shield && !effects.tell, "{}", granted(&state));
}

#[test]
fn before_the_configuration_nothing_can_be_granted() {
    let (state, effects) = choose(State::default(), Wanted::All(true), By::Visitor);
    assert_eq!((state.phase, effects), (Phase::Waiting, Effects::default()));
}

#[test]
fn a_dry_run_asks_nothing() {
    let mut state = site(Regime::OptIn);
    state.rules.report = true;
    state.purposes.service(b"login", b"Login", NECESSARY, true);
    let (state, _) = start(state, record(true, true, 1.0), NONE);
    assert_eq!((state.phase, granted(&state).as_str()), (Phase::Reporting, "|login"));
    assert!(has(&state, "necessary"), "what needs no consent would not be held");
    let (state, effects) = choose(state, Wanted::All(true), By::Visitor);
    assert_eq!((granted(&state).as_str(), effects), ("|login", Effects::default()));
}

// ---- the record ----

fn is_record(value: &Value) -> bool {
    record::is_record(Json::new(value.to_string().as_bytes()), NOW)
}

#[test]
fn a_record_is_what_the_readme_says() {
    let record = after(&heard(entry(true, true, 30.0, NONE)), entry(true, false, 1.0, GPC));
    let written = value(&record);
    assert!(is_record(&written));
    let same = |value: &Value| {
        assert_eq!(value["method"], "chosen");
        assert_eq!((&value["policy"], &value["lang"]), (&json!("1"), &json!("en")));
    };
    same(&written);
    assert_eq!(written["v"], json!(1));
    assert_eq!(written["time"], json!((NOW - DAY) as u64));
    assert_eq!(written["categories"], json!({ "necessary": true, "analytics": true, "marketing": false }));
    assert_eq!(written["services"], json!({ "stats": true, "ads": false }));
    assert_eq!(written["signals"], json!({ "dnt": false, "gpc": true }));
    same(&written["history"][0]);
    assert_eq!(written["history"], json!([entry(true, true, 30.0, NONE)]));
    let keys: Vec<&String> = written.as_object().unwrap().keys().collect();
    assert_eq!(keys, ["v", "time", "method", "policy", "lang", "signals", "categories", "services", "history"]);
}

#[test]
fn what_is_no_record_counts_as_none() {
    let good = json!({ "v": 1, "time": NOW as u64 - 1, "method": "grant-all", "policy": "1", "lang": "en",
        "categories": { "analytics": true }, "services": {}, "signals": { "dnt": false, "gpc": false }, "history": [] });
    assert!(is_record(&good));
    let broken = [
        ("v", json!(2)),
        ("v", json!("1")),
        ("time", json!("now")),
        ("time", json!((NOW + DAY) as u64)),
        ("time", json!(-1)),
        ("time", json!(0)),
        ("time", json!(1.5)),
        ("time", json!(1e300)),
        ("time", json!(null)),
        ("method", json!("magic")),
        ("method", json!("signal")),
        ("method", json!("")),
        ("method", json!(1)),
        ("categories", json!([])),
        ("categories", json!([true])),
        ("categories", json!("all")),
        ("categories", json!({ "analytics": "yes" })),
        ("categories", json!({ "analytics": true, "marketing": null })),
        ("services", json!(7)),
        ("services", json!([true])),
        ("services", json!({ "stats": 1 })),
    ];
    for (key, value) in broken {
        let mut record = good.clone();
        record[key] = value;
        assert!(!is_record(&record), "{key}: {}", record[key]);
    }
    for key in ["time", "method", "categories"] {
        let mut record = good.clone();
        record.as_object_mut().unwrap().remove(key);
        assert!(!is_record(&record), "without {key}");
    }
    for other in [json!(null), json!(1), json!("x"), json!([]), json!({}), json!([good])] {
        assert!(!is_record(&other), "{other}");
    }
    assert!(!record::is_record(Json::default(), NOW));
}

#[test]
fn an_older_format_is_migrated_to_the_strict_side() {
    let old = json!({ "time": NOW as u64 - 1, "method": "grant-all",
        "categories": { "analytics": true, "marketing": true } });
    assert!(is_record(&old));
    let (state, _) = start(site(Regime::OptIn), text(old), NONE);
    // It did not note which services were listed, nor the policy: those are asked for.
    assert_eq!((state.phase, granted(&state).as_str()), (Phase::Asking(Scope::New), "analytics marketing|"));
    let (state, _) = choose(state, Wanted::Asked(true), By::Visitor);
    let written = value(&state.record);
    assert_eq!((&written["v"], &written["history"][0]["method"]), (&json!(1), &json!("grant-all")));
}

#[test]
fn the_history_is_bounded_and_in_order() {
    let at = |time: f64| entry_of(time, NONE, json!({}), json!({}));
    let mut record = Vec::new();
    for index in 0..HISTORY_ENTRIES + 10 {
        record = after(&record, at(NOW + index as f64));
    }
    let times: Vec<f64> = history(&record).iter().map(|entry| entry["time"].as_f64().unwrap()).collect();
    assert_eq!(times.len(), HISTORY_ENTRIES);
    assert!(times.windows(2).all(|pair| pair[0] < pair[1]));
    assert_eq!(times.last(), Some(&(NOW + (HISTORY_ENTRIES + 8) as f64)), "the newest are kept");

    let old = heard(at(NOW - HISTORY_MS - 1.0));
    let record = after(&old, entry(false, false, 0.0, NONE));
    assert!(history(&record).is_empty(), "nothing is kept for more than five years");
}

#[test]
fn a_record_is_kept_as_it_was_written() {
    // Space, escapes and what a page wrote beside it.
    let own = r#" { "time" : 1799999999999 , "method":"chosen",
        "policy":"\"1\\", "categories": {"analytics":true},"more":[1,{"a":"}"}] } "#;
    assert!(record::is_record(Json::new(own.as_bytes()), NOW));
    let record = after(own.as_bytes(), entry(false, false, 0.0, NONE));
    assert_eq!(history(&record), [value(own.as_bytes())]);
}

// ---- whatever happens ----

fn any_event() -> impl Strategy<Value = Event> {
    let signals = (any::<bool>(), any::<bool>()).prop_map(|(dnt, gpc)| Signals { dnt, gpc });
    let by = || prop_oneof![Just(By::Visitor), Just(By::Client), Just(By::Api)];
    let answers = || {
        let list = |ids: Vec<&'static str>| {
            prop::sample::subsequence(ids, 0..3).prop_flat_map(|ids| {
                let length = ids.len();
                (Just(ids), prop::collection::vec(any::<bool>(), length))
            })
        };
        (list(vec!["analytics", "marketing", "x"]), list(vec!["stats", "ads", "found1", "y"])).prop_map(
            |(categories, services)| {
                let object = |(ids, yes): (Vec<&str>, Vec<bool>)| -> Value { ids.into_iter().zip(yes).collect() };
                text(json!({ "categories": object(categories), "services": object(services) }))
            },
        )
    };
    let wanted = prop_oneof![
        Just(Wanted::All(true)),
        Just(Wanted::All(false)),
        any::<bool>().prop_map(Wanted::Asked),
        (prop::sample::subsequence(vec!["analytics", "ads", "x", "necessary"], 0..4), any::<bool>())
            .prop_map(|(ids, yes)| some(&ids, yes)),
        answers().prop_map(Wanted::Switches),
    ];
    let stored = (any::<bool>(), any::<bool>(), 0.0..400.0f64).prop_map(|(a, m, age)| record(a, m, age));
    const FOUND: [Text; 4] = [b"found0", b"found1", b"found2", b"found3"];
    const OF: [Text; 3] = [b"marketing", b"necessary", b"preferences"];
    prop_oneof![
        2 => (prop_oneof![3 => stored, 1 => Just(Vec::new())], signals)
            .prop_map(|(record, signals)| Event::Settle(record, signals)),
        3 => (wanted, by()).prop_map(|(wanted, by)| Event::Choice(wanted, by)),
        2 => (any::<bool>(), by()).prop_map(|(yes, by)| Event::Confirm(yes, by)),
        // One id is found once, in one category.
        2 => (0..4usize).prop_map(|id| Event::Found(FOUND[id], FOUND[id], OF[id % 3])),
        1 => Just(Event::Listed),
        1 => Just(Event::Close),
        1 => Just(Event::Erase),
    ]
}

proptest! {
    #[test]
    fn nothing_opens_in_opt_in_without_an_answer(events in prop::collection::vec(any_event(), 0..20)) {
        let mut state = site(Regime::OptIn);
        for event in events {
            state = step(state, event, NOW).0;
            for (index, purpose) in state.purposes.iter().skip(1) {
                let list = if purpose.is_category(index) { "categories" } else { "services" };
                let answer = answer(&state.record, list, word(purpose.id));
                prop_assert!(!state.grants.has(index) || answer == Some(true), "{}", word(purpose.id));
            }
        }
    }

    #[test]
    fn nothing_closed_opens_in_opt_out_without_a_second_confirmation(
        events in prop::collection::vec(any_event(), 0..20),
    ) {
        let mut state = start(site(Regime::OptOut), Vec::new(), NONE).0;
        for event in events.into_iter().filter(|event| !matches!(event, Event::Settle(..) | Event::Erase)) {
            let refused = |state: &State, list: &str, id: &str| answer(&state.record, list, id) == Some(false);
            let confirmed = matches!(event, Event::Confirm(true, _)) && state.phase == Phase::Confirming;
            let before = state.clone();
            state = step(state, event, NOW).0;
            for (index, purpose) in before.purposes.iter() {
                let list = if purpose.is_category(index) { "categories" } else { "services" };
                let opens = state.grants.has(index) && !before.grants.has(index);
                prop_assert!(!opens || confirmed || !refused(&before, list, word(purpose.id)), "{}", word(purpose.id));
            }
        }
    }

    #[test]
    fn reject_all_closes_everything_at_once(events in prop::collection::vec(any_event(), 0..20), opt_out: bool) {
        let mut state = start(site(if opt_out { Regime::OptOut } else { Regime::OptIn }), Vec::new(), NONE).0;
        for event in events {
            state = step(state, event, NOW).0;
        }
        let (state, effects) = choose(state, Wanted::All(false), By::Client);
        prop_assert_eq!(granted(&state), NOTHING);
        prop_assert!(effects.keep);
        // And nothing that was wanted before comes back.
        let (state, effects) = step(state, Event::Confirm(true, By::Visitor), NOW);
        prop_assert_eq!(granted(&state), NOTHING);
        prop_assert!(!effects.keep);
    }

    #[test]
    fn the_past_is_never_rewritten(events in prop::collection::vec(any_event(), 0..20)) {
        let mut state = start(site(Regime::OptIn), record(true, true, 1.0), NONE).0;
        for event in events.into_iter().filter(|event| matches!(event, Event::Choice(..) | Event::Confirm(..) | Event::Found(..))) {
            let before = state.record.clone();
            state = step(state, event, NOW).0;
            let after = &state.record;
            prop_assert!(history(after).starts_with(&history(&before)) || history(after).len() == HISTORY_ENTRIES);
            prop_assert!(*after == before || history(after).last().unwrap()["time"] == value(&before)["time"]);
        }
    }

    /// The record is what the browser reads as JSON and we read as a record, whatever happened.
    #[test]
    fn what_is_written_is_a_record(events in prop::collection::vec(any_event(), 0..20), opt_out: bool, gpc: bool) {
        let signals = Signals { dnt: false, gpc };
        let mut state = start(site(if opt_out { Regime::OptOut } else { Regime::OptIn }), Vec::new(), signals).0;
        for event in events {
            let effects;
            (state, effects) = step(state, event, NOW);
            prop_assert!(!effects.keep || is_record(&value(&state.record)));
            prop_assert_eq!(state.grants.0.len(), state.purposes.0.len());
            prop_assert!(state.grants.has(NECESSARY));
        }
    }

    /// Whatever has become of what is kept.
    #[test]
    fn a_changed_record_opens_nothing_that_it_does_not_say(
        yes: bool,
        entries in 0..60usize,
        changes in prop::collection::vec((any::<prop::sample::Index>(), common::change()), 0..5),
    ) {
        let mut stored = entry_of(NOW - DAY, NONE, json!({ "marketing": yes }), json!({ "tracker": !yes }));
        stored["history"] = vec![entry(yes, true, 3.0, NONE); entries].into();
        for (place, change) in changes {
            common::apply(&mut stored, place, change);
        }
        properties::record(&stored.to_string());
    }

    #[test]
    fn no_text_is_an_answer(text in "\\{(\"(v|time|method|categories|services|history)\":[\\[\\]{}\",:a-z01 .]{0,12},?){0,4}\\}?") {
        properties::record(&text);
    }

    /// What an effect says is what the state says.
    #[test]
    fn effects_are_what_changed(events in prop::collection::vec(any_event(), 0..20), opt_out: bool) {
        let mut state = start(site(if opt_out { Regime::OptOut } else { Regime::OptIn }), Vec::new(), NONE).0;
        for event in events {
            let before: Grants = state.grants.clone();
            let effects;
            (state, effects) = step(state, event, NOW);
            prop_assert_eq!(effects.shield, state.grants != before);
            let lost = (0..before.0.len()).any(|index| before.has(index) && !state.grants.has(index));
            prop_assert_eq!(effects.sweep, lost);
        }
    }
}

#[test]
fn before_the_configuration_is_read_nothing_can_be_granted_and_a_no_is_kept() {
    let shown = || start(State::default(), Vec::new(), NONE).0;
    assert_eq!(shown().phase, Phase::Asking(Scope::All));
    for wanted in [Wanted::All(true), Wanted::Asked(true), Wanted::Some(b"[\"stats\"]".to_vec(), true)] {
        let (state, effects) = choose(shown(), wanted, By::Visitor);
        assert_eq!((state.phase, effects), (Phase::Asking(Scope::All), Effects::default()));
    }
    let (refused, effects) = choose(shown(), Wanted::Asked(false), By::Visitor);
    assert_eq!((refused.phase, effects), (Phase::Dismissed, Effects { notice: true, ..Effects::default() }));
    // As `gate.rs` brings it along into the state of the configuration.
    let early = refused.early;
    let (state, effects) = start(State { early, ..site(Regime::OptIn) }, Vec::new(), NONE);
    assert_eq!(state.phase, Phase::Answered);
    assert!(effects.keep && effects.tell);
    let record = Json::new(&state.record);
    assert_eq!(record.get(b"method").text(), b"deny-all");
    assert_eq!(record.get(b"categories").get(b"analytics").bool(), Some(false));
    // A dry run writes nothing, whatever was answered before it was known to be one.
    let mut dry = State { early, ..site(Regime::OptIn) };
    dry.rules.report = true;
    let (state, effects) = start(dry, Vec::new(), NONE);
    assert_eq!((state.phase, effects.keep), (Phase::Reporting, false));
}

// ---- loaded once ----

fn once(state: State, id: &str) -> State {
    step(state, Event::Once(id.as_bytes().to_vec(), By::Visitor), NOW).0
}

#[test]
fn what_is_loaded_once_is_no_choice() {
    for (regime, signals) in [(Regime::OptIn, NONE), (Regime::OptIn, GPC), (Regime::OptOut, GPC)] {
        let (before, _) = start(site(regime), Vec::new(), signals);
        let (after, effects) = step(before.clone(), Event::Once(b"ads".to_vec(), By::Visitor), NOW);
        assert_eq!(effects, Effects { notice: true, ..Effects::default() });
        let State { once, .. } = &after;
        assert_eq!(once, &[4]);
        // No second confirmation, no record, no grant, and the question stays where it was.
        assert_eq!(State { once: Vec::new(), before: before.before.clone(), ..after }, before);
    }
}

#[test]
fn what_is_loaded_once_opens_its_purpose_alone() {
    let mut state = start(site(Regime::OptIn), Vec::new(), NONE).0;
    state.purposes.service(b"met", b"met", 2, false);
    let state = once(once(state, "ads"), "marketing");
    let opens = |turn| (0..state.purposes.0.len()).filter(|index| state.lets_in(turn, *index)).collect::<Vec<_>>();
    assert_eq!(opens(0), Vec::<usize>::new());
    assert_eq!(opens(1), [4], "the service");
    assert_eq!(opens(2), [2, 4], "a category opens what has been listed of it");
    assert_eq!(opens(3), Vec::<usize>::new());
    assert_eq!(once(state.clone(), "nobody").once, state.once);
}

#[test]
fn a_refusal_takes_back_what_was_loaded_once() {
    let loaded = || once(start(site(Regime::OptIn), Vec::new(), NONE).0, "ads");
    let ids = |id: &str| text(json!([id]));
    let switches = |stats, ads| {
        Wanted::Switches(text(json!({
            "categories": { "analytics": stats, "marketing": ads }, "services": { "stats": stats, "ads": ads },
        })))
    };
    let stays: [&[Wanted]; 4] = [
        &[switches(true, false)],
        &[Wanted::Some(ids("stats"), true), Wanted::Some(ids("stats"), false)],
        &[Wanted::Some(ids("ads"), true)],
        &[Wanted::All(true)],
    ];
    let ends: [&[Wanted]; 4] = [
        &[Wanted::All(false)],
        &[Wanted::Asked(false)],
        &[Wanted::Some(ids("ads"), true), switches(true, false)],
        &[Wanted::All(true), Wanted::Some(ids("marketing"), false)],
    ];
    for (choices, still) in stays.map(|one| (one, true)).into_iter().chain(ends.map(|one| (one, false))) {
        let state = choices.iter().fold(loaded(), |state, wanted| choose(state, wanted.clone(), By::Visitor).0);
        assert_eq!(state.lets_in(1, 4), still, "{choices:?}");
        // The next turn is another one.
        assert!(once(state, "ads").lets_in(2, 4));
    }
}

#[test]
fn whoever_decides_elsewhere_loads_nothing_once() {
    let mut dry = site(Regime::OptIn);
    dry.rules.report = true;
    let following = step(site(Regime::OptIn), Event::Follow(b"{}".to_vec()), NOW).0;
    for state in [site(Regime::OptIn), following, start(dry, Vec::new(), NONE).0] {
        assert_eq!(once(state.clone(), "ads"), state);
    }
}

// ---- whose grants count ----

fn asking(embedded: bool, visitor_only: bool) -> State {
    let mut state = State { embedded, ..site(Regime::OptIn) };
    state.rules.visitor_only = visitor_only;
    start(state, Vec::new(), NONE).0
}

/// Every way to grant, on a page of its own and in another site's frame, with and without `grants: "visitor"`.
#[test]
fn a_grant_counts_by_whose_it_is() {
    use By::{Api, Client, Visitor};
    let table = [
        // Embedded, of the visitor alone; whose grants count.
        (false, false, [Visitor, Client, Api].as_slice()),
        (false, true, &[Visitor]),
        (true, false, &[Api]),
        (true, true, &[]),
    ];
    let switches =
        || Wanted::Switches(text(json!({ "categories": { "analytics": true }, "services": { "stats": true } })));
    for (embedded, visitor_only, counts) in table {
        for by in [Visitor, Client, Api] {
            let may = counts.contains(&by);
            let before = asking(embedded, visitor_only);
            for wanted in [Wanted::All(true), Wanted::Asked(true), some(&["stats"], true), switches()] {
                let (after, effects) = choose(before.clone(), wanted.clone(), by);
                assert_eq!(effects.refused, !may, "{embedded} {visitor_only} {by:?} {wanted:?}");
                assert_eq!(has(&after, "stats"), may, "{embedded} {visitor_only} {by:?} {wanted:?}");
                assert_eq!(after.record.is_empty(), !may);
                assert_eq!(after.phase == before.phase, !may);
            }
            let (after, effects) = step(before.clone(), Event::Once(b"ads".to_vec(), by), NOW);
            assert_eq!((effects.refused, after.once.is_empty()), (!may, !may), "{embedded} {visitor_only} {by:?}");
            // A no always counts.
            for wanted in [Wanted::All(false), some(&["stats"], false)] {
                let (after, effects) = choose(before.clone(), wanted, by);
                assert!(!effects.refused && effects.keep && after.phase == Phase::Answered);
            }
        }
    }
}

#[test]
fn a_no_by_a_script_leaves_the_visitors_own_yes() {
    let (state, _) = choose(asking(false, true), Wanted::All(true), By::Visitor);
    let (state, effects) = choose(state, some(&["ads"], false), By::Api);
    assert!(!effects.refused);
    assert_eq!(granted(&state), "analytics marketing|stats");
    // Switches of which none is on are no grant.
    let off = Wanted::Switches(text(json!({ "categories": { "analytics": false }, "services": {} })));
    let (state, effects) = choose(state, off, By::Client);
    assert_eq!((granted(&state).as_str(), effects.refused), (NOTHING, false));
}

#[test]
fn a_program_does_not_confirm_where_the_visitor_has_to() {
    let mut state = site(Regime::OptIn);
    state.rules.visitor_only = true;
    state.rules.asks_age = true;
    let (state, _) = start(state, Vec::new(), NONE);
    let (pending, _) = choose(state, Wanted::All(true), By::Visitor);
    assert_eq!(pending.phase, Phase::Confirming);
    let (after, effects) = step(pending.clone(), Event::Confirm(true, By::Client), NOW);
    assert_eq!((effects.refused, after.phase, granted(&after).as_str()), (true, Phase::Asking(Scope::All), NOTHING));
    assert!(after.record.is_empty());
    let (after, effects) = step(pending, Event::Confirm(true, By::Visitor), NOW);
    assert_eq!((effects.refused, granted(&after).as_str()), (false, ALL));
}

#[test]
fn in_another_sites_frame_nothing_is_asked() {
    for regime in [Regime::OptIn, Regime::OptOut] {
        let (state, _) = start(State { embedded: true, ..site(regime) }, Vec::new(), NONE);
        assert_eq!(state.phase, Phase::Dismissed);
    }
    // What a script grants would be asked about there.
    let mut state = State { embedded: true, ..site(Regime::OptIn) };
    state.rules.asks_age = true;
    let (state, _) = start(state, Vec::new(), NONE);
    let (state, effects) = choose(state, Wanted::All(true), By::Api);
    assert_eq!((effects.refused, state.phase, state.asks_age), (true, Phase::Dismissed, false));
    // An answer from before stands.
    let (state, _) = start(State { embedded: true, ..site(Regime::OptIn) }, record(true, true, 1.0), NONE);
    assert_eq!((state.phase, granted(&state).as_str()), (Phase::Answered, ALL));
}

// ---- one choice for several subdomains ----

/// What another subdomain wrote into the cookie, so many days ago.
fn theirs(analytics: Value, marketing: Value, age_days: f64, method: &str) -> Text {
    let mut entry = entry(false, false, age_days, NONE);
    entry["method"] = json!(method);
    entry["shared"] = json!("help.shop.test");
    for (category, service, answer) in [("analytics", "stats", analytics), ("marketing", "ads", marketing)] {
        for (list, id) in [("categories", category), ("services", service)] {
            if answer.is_null() {
                entry[list].as_object_mut().unwrap().remove(id);
            } else {
                entry[list][id] = answer.clone();
            }
        }
    }
    text(entry).leak()
}

/// Whether it changed the record as well.
fn with_theirs(state: State, mine: Vec<u8>, theirs: Text) -> (State, bool) {
    let (mut state, effects) = step(state, Event::Shared(theirs), NOW);
    assert_eq!(effects, Effects::default());
    // What the second file writes before the page settles.
    state.record = mine;
    let crossed = consent::cross(&mut state, NOW);
    let record = std::mem::take(&mut state.record);
    (start(state, record, NONE).0, crossed)
}

#[test]
fn a_yes_of_a_subdomain_is_a_question_and_a_no_holds() {
    let (yes, no, none) = (json!(true), json!(false), Value::Null);
    type Cross<'a> = (&'a str, Vec<u8>, Text, Phase, &'a str, &'a str);
    let shared = Phase::Asking(Scope::Shared);
    let table: Vec<Cross> = vec![
        // What stands here, what stands there; the phase, what is granted, what is asked about.
        ("a yes", Vec::new(), theirs(yes.clone(), yes.clone(), 1.0, "grant-all"), shared, NOTHING, ALL),
        (
            "a yes after a no",
            record(false, false, 2.0),
            theirs(yes.clone(), yes.clone(), 1.0, "grant-all"),
            shared,
            NOTHING,
            ALL,
        ),
        (
            "an older yes",
            record(false, false, 1.0),
            theirs(yes.clone(), yes.clone(), 2.0, "grant-all"),
            Phase::Answered,
            NOTHING,
            ALL,
        ),
        ("a no", Vec::new(), theirs(no.clone(), no.clone(), 1.0, "deny-all"), Phase::Answered, NOTHING, ALL),
        (
            "a no after a yes",
            record(true, true, 2.0),
            theirs(no.clone(), no.clone(), 1.0, "deny-all"),
            Phase::Answered,
            NOTHING,
            ALL,
        ),
        (
            "an older no",
            record(true, true, 1.0),
            theirs(no.clone(), no.clone(), 2.0, "deny-all"),
            Phase::Answered,
            ALL,
            ALL,
        ),
        ("one of each", Vec::new(), theirs(yes.clone(), no.clone(), 1.0, "chosen"), shared, NOTHING, "analytics|stats"),
        (
            "one of each after a yes",
            record(true, true, 2.0),
            theirs(yes.clone(), no.clone(), 1.0, "chosen"),
            Phase::Answered,
            "analytics|stats",
            ALL,
        ),
        (
            "the same yes",
            record(true, true, 2.0),
            theirs(yes.clone(), yes.clone(), 1.0, "api"),
            Phase::Answered,
            ALL,
            ALL,
        ),
        // A cookie keeps nothing open for longer.
        (
            "a no after a yes that has expired",
            record(true, true, 200.0),
            theirs(none, no.clone(), 1.0, "chosen"),
            Phase::Asking(Scope::New),
            NOTHING,
            "analytics|stats",
        ),
    ];
    for (what, mine, cookie, phase, grants, asks) in table {
        let (state, _) = with_theirs(site(Regime::OptIn), mine.clone(), cookie);
        assert_eq!((state.phase, granted(&state).as_str()), (phase, grants), "{what}");
        assert_eq!(those(&state, |index| state.asks(index)), asks, "{what}");
        // The next page finds the same.
        let (again, crossed) = with_theirs(site(Regime::OptIn), state.record.clone(), cookie);
        assert_eq!((again.phase, granted(&again).as_str(), crossed), (phase, grants, false), "{what}, again");
        assert_eq!(again.record, state.record, "{what}, again");
        if phase == shared {
            let (accepted, _) = choose(state.clone(), Wanted::Asked(true), By::Visitor);
            assert_eq!((granted(&accepted).as_str(), accepted.phase), (asks, Phase::Answered), "{what}");
            let (refused, _) = choose(state, Wanted::Asked(false), By::Visitor);
            assert_eq!((granted(&refused).as_str(), refused.phase), (NOTHING, Phase::Answered), "{what}");
        }
    }
}

#[test]
fn what_crossed_says_where_it_was_made_and_what_was_before() {
    let (state, crossed) =
        with_theirs(site(Regime::OptIn), record(true, true, 2.0), theirs(json!(true), json!(false), 1.0, "chosen"));
    assert!(crossed);
    let written = value(&state.record);
    assert!(record::is_record(Json::new(&state.record), NOW));
    assert_eq!((&written["shared"], &written["method"]), (&json!("help.shop.test"), &json!("chosen")));
    assert_eq!(history(&state.record).len(), 1);
    // The signals that a yes was given beside stay what they were.
    let gpc = heard(entry(true, true, 2.0, NONE));
    let mut cookie = value(theirs(json!(true), json!(false), 1.0, "chosen"));
    cookie["signals"]["gpc"] = json!(true);
    let (state, crossed) = with_theirs(site(Regime::OptIn), gpc, text(cookie).leak());
    assert!(crossed);
    let (state, _) = start(site(Regime::OptIn), state.record, GPC);
    assert_eq!(granted(&state), NOTHING, "a signal that the yes did not hear closes");
}

#[test]
fn a_yes_crosses_where_every_subdomain_is_trusted() {
    let cookie = |method| theirs(json!(true), json!(true), 1.0, method);
    let mut trusting = site(Regime::OptIn);
    trusting.rules.trusts = true;
    let (state, crossed) = with_theirs(trusting.clone(), record(false, false, 2.0), cookie("grant-all"));
    assert_eq!((state.phase, granted(&state).as_str(), crossed), (Phase::Answered, ALL, true));
    assert_eq!(value(&state.record)["shared"], "help.shop.test");
    assert_eq!(history(&state.record).len(), 1);
    trusting.rules.visitor_only = true;
    for (method, phase) in [
        ("grant-all", Phase::Answered),
        ("api", Phase::Asking(Scope::Shared)),
        ("client", Phase::Asking(Scope::Shared)),
    ] {
        let (state, _) = with_theirs(trusting.clone(), Vec::new(), cookie(method));
        assert_eq!(state.phase, phase, "{method}");
    }
}

#[test]
fn a_subdomain_asks_nothing_where_silence_or_a_signal_answered() {
    let cookie = theirs(json!(true), json!(true), 1.0, "grant-all");
    let (state, _) = with_theirs(site(Regime::OptOut), record(false, false, 2.0), cookie);
    assert_eq!(state.phase, Phase::Answered);
    let (state, _) = step(site(Regime::OptIn), Event::Shared(cookie), NOW);
    let (state, _) = start(state, Vec::new(), GPC);
    assert_eq!(state.phase, Phase::Signalled);
    // Erased here, it is asked afresh.
    let (state, _) = with_theirs(site(Regime::OptIn), record(false, false, 2.0), cookie);
    let (state, _) = step(state, Event::Erase, NOW);
    assert_eq!(state.phase, Phase::Asking(Scope::All));
}
