//! The decision, as tables: what silence, signals, choices, time and newcomers mean.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

use portcullis::config::{OnSignal, Regime, SignalRules};
use portcullis::consent::record::{self, HISTORY_ENTRIES, HISTORY_MS};
use portcullis::consent::{
    By, Category, Effects, Event, Method, Phase, Purposes, Rules, Scope, Service, Signals, State, Wanted, is_on, step,
};
use portcullis::json::Json;
use proptest::prelude::*;
use serde_json::{Value, json};

const DAY: f64 = 86_400_000.0;
const NOW: f64 = 1_800_000_000_000.0;
const DNT: Signals = Signals { dnt: true, gpc: false };
const GPC: Signals = Signals { dnt: false, gpc: true };
const NONE: Signals = Signals { dnt: false, gpc: false };

fn service(id: &str, category: usize) -> Service {
    Service { id: id.into(), name: id.into(), category, named: true, listed: true }
}

/// `necessary`, `analytics` (service `stats`), `marketing` (service `ads`).
fn site(regime: Regime) -> State {
    let categories = ["necessary", "analytics", "marketing"].map(|id| Category { id: id.into() }).into();
    State {
        rules: Rules {
            regime,
            granted_days: 180.0,
            denied_days: 180.0,
            policy: "1".into(),
            lang: "en".into(),
            ..Rules::default()
        },
        purposes: Purposes { categories, services: vec![service("stats", 1), service("ads", 2)] },
        ..State::default()
    }
}

fn start(state: State, record: Json, signals: Signals) -> (State, Effects) {
    step(state, Event::Settle(record, signals), NOW)
}

fn choose(state: State, wanted: Wanted, by: By) -> (State, Effects) {
    step(state, Event::Choice(wanted, by), NOW)
}

fn to_json(value: Value) -> Json {
    Json::from(&value)
}

fn to_value(json: &Json) -> Value {
    Value::from(json)
}

/// What is granted, as a word a purpose: `analytics marketing | stats ads`.
fn granted(state: &State) -> String {
    let State { purposes, grants, .. } = state;
    let categories =
        purposes.categories.iter().enumerate().skip(1).filter(|(i, _)| grants.category(*i)).map(|(_, c)| c.id.clone());
    let services = purposes.services.iter().enumerate().filter(|(i, _)| grants.service(*i)).map(|(_, s)| s.id.clone());
    format!("{}|{}", categories.collect::<Vec<_>>().join(" "), services.collect::<Vec<_>>().join(" "))
}

const ALL: &str = "analytics marketing|stats ads";
const NOTHING: &str = "|";

fn entry(analytics: bool, marketing: bool, age_days: f64, signals: Signals) -> Json {
    record::entry(NOW - age_days * DAY, Method::Chosen, "1", signals, "en")
        .with("categories", to_json(json!({ "necessary": true, "analytics": analytics, "marketing": marketing })))
        .with("services", to_json(json!({ "stats": analytics, "ads": marketing })))
}

fn heard(entry: Json) -> Json {
    record::after(Json::Null, entry)
}

fn record(analytics: bool, marketing: bool, age_days: f64) -> Json {
    heard(entry(analytics, marketing, age_days, NONE))
}

fn history(record: &Json) -> &[Json] {
    record.get("history").items()
}

#[test]
fn signals_are_read_in_every_spelling() {
    for on in ["1", "yes", "true"] {
        assert!(is_on(on), "{on}");
    }
    for off in ["0", "no", "false", "null", "undefined", "unspecified", "", "Yes", "2", "on"] {
        assert!(!is_on(off), "{off}");
    }
}

#[test]
fn what_a_page_starts_with() {
    use Phase::{Answered, Asking, Signalled};
    let fresh = || Json::Null;
    #[rustfmt::skip]
    let table: &[(&str, Regime, Json, Signals, Phase, &str)] = &[
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
    let (state, _) = start(with(OnSignal::Ignore), Json::Null, DNT);
    assert_eq!(state.phase, Phase::Asking(Scope::All));
    let (state, _) = start(with(OnSignal::Ignore), record(true, true, 1.0), DNT);
    assert_eq!(granted(&state), ALL);
    let (state, _) = start(with(OnSignal::Ask), record(true, true, 1.0), DNT);
    assert_eq!((state.phase, granted(&state).as_str()), (Phase::Asking(Scope::All), NOTHING));
    let mut opt_out = with(OnSignal::Ask);
    opt_out.rules.regime = Regime::OptOut;
    let (state, _) = start(opt_out, Json::Null, DNT);
    assert_eq!((state.phase, granted(&state).as_str()), (Phase::Asking(Scope::All), NOTHING));
}

#[test]
fn a_signal_alone_writes_nothing_and_an_existing_record_notes_it_once() {
    let (state, effects) = start(site(Regime::OptIn), Json::Null, GPC);
    assert!(!effects.keep);
    assert_eq!(state.record, Json::Null);

    let (state, effects) = start(site(Regime::OptIn), record(true, true, 1.0), GPC);
    assert!(effects.keep);
    let noted = state.record;
    assert_eq!(history(&noted).len(), 1);
    assert_eq!(history(&noted)[0].get("method").text(), "signal");
    assert_eq!(record::signals(&history(&noted)[0]), GPC);
    assert_eq!(record::signals(&noted), NONE, "the choice itself is not rewritten");

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
        (Wanted::Some(vec!["analytics".into()], true), By::Api,    Method::Api,      "analytics|stats"),
        (Wanted::Some(vec!["ads".into()], true),      By::Api,     Method::Api,      "|ads"),
        (Wanted::Some(vec!["nobody".into()], true),   By::Api,     Method::Api,      NOTHING),
        (Wanted::Switches(to_json(json!({ "categories": { "analytics": true, "marketing": false }, "services": {} }))),
                                                      By::Visitor, Method::Chosen,   "analytics|stats"),
        (Wanted::Switches(to_json(json!({ "categories": { "analytics": true, "marketing": true }, "services": { "stats": false, "ads": true } }))),
                                                      By::Visitor, Method::Chosen,   "analytics marketing|ads"),
    ];
    for (wanted, by, method, grants) in table {
        let (state, _) = start(site(Regime::OptIn), Json::Null, NONE);
        let (state, effects) = choose(state, wanted.clone(), *by);
        assert_eq!(granted(&state), *grants, "{wanted:?}");
        let written = to_value(&state.record);
        assert_eq!((&written["method"], &written["time"]), (&json!(method.word()), &json!(NOW)));
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
    let (state, effects) = choose(state, Wanted::Some(vec!["marketing".into()], false), By::Visitor);
    assert_eq!(granted(&state), "analytics|stats");
    assert!(effects.sweep == [1]);
    assert_eq!(history(&state.record), [entry(true, true, 10.0, NONE)], "what was true stays true");
}

#[test]
fn only_what_is_new_is_asked() {
    let newcomer = |regime| {
        let mut state = site(regime);
        state.purposes.services.push(service("chat", 1));
        state
    };
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
    state.purposes.categories.push(Category { id: "maps".into() });
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
    state.purposes.categories.push(Category { id: "maps".into() });
    let (state, _) = start(state, record(false, false, 1.0), NONE);
    assert_eq!((state.phase, granted(&state).as_str()), (Phase::Asking(Scope::Collection), NOTHING));
}

#[test]
fn a_new_policy_asks_and_changes_nothing_by_itself() {
    for (regime, scope) in [(Regime::OptIn, Scope::Policy), (Regime::OptOut, Scope::Collection)] {
        let mut state = site(regime);
        state.rules.policy = "2".into();
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
    let (state, _) = start(site(Regime::OptOut), Json::Null, GPC);
    assert_eq!(choose(state, Wanted::All(true), By::Api).0.phase, Phase::Confirming);
    let (state, _) = start(site(Regime::OptOut), Json::Null, NONE);
    assert_eq!(choose(state, Wanted::All(true), By::Visitor).0.phase, Phase::Answered);
    let (state, _) = start(site(Regime::OptIn), record(false, false, 1.0), NONE);
    assert_eq!(choose(state, Wanted::All(true), By::Visitor).0.phase, Phase::Answered);
}

#[test]
fn a_found_service_waits_until_it_has_been_listed() {
    let found = || Event::Found(Service { named: false, listed: false, ..service("pixel", 2) });
    for regime in [Regime::OptIn, Regime::OptOut] {
        // While the notice is up it is listed there, and the answer covers it.
        let (state, _) = start(site(regime), Json::Null, NONE);
        let (state, effects) = step(state, found(), NOW);
        assert!(!state.grants.service(2) && effects.notice);
        let (state, _) = choose(state, Wanted::All(true), By::Visitor);
        assert!(state.grants.service(2));
        assert_eq!(record::service(&state.record, "pixel"), Some(true));

        // After the answer it waits in the preferences, without a notice.
        let (state, _) = start(site(regime), record(true, true, 1.0), NONE);
        let (state, _) = step(state, found(), NOW);
        assert_eq!((state.phase, state.grants.service(2)), (Phase::Answered, false), "{regime:?}");
        let (unlisted, _) = choose(state.clone(), Wanted::All(true), By::Visitor);
        assert!(!unlisted.grants.service(2), "nobody has read its name");
        let (listed, _) = step(state, Event::Listed, NOW);
        let (listed, _) = choose(listed, Wanted::All(true), By::Visitor);
        assert!(listed.grants.service(2));
        // The next page knows it by the record.
        let (state, _) = start(site(regime), listed.record, NONE);
        let (state, _) = step(state, found(), NOW);
        assert!(state.grants.service(2));
    }
}

#[test]
fn closing_and_erasing() {
    let (state, _) = start(site(Regime::OptIn), Json::Null, NONE);
    let (closed, effects) = step(state, Event::Close, NOW);
    assert_eq!((closed.phase, granted(&closed).as_str(), closed.record), (Phase::Dismissed, NOTHING, Json::Null));
    assert_eq!(effects, Effects { notice: true, ..Effects::default() });
    // Found afterwards: an expired grant does not come back to life.
    let (state, _) = start(site(Regime::OptIn), record(true, true, 200.0), NONE);
    let (state, _) = step(state, Event::Close, NOW);
    let (state, _) = step(state, Event::Found(Service { named: false, ..service("pixel", 2) }), NOW);
    assert_eq!(granted(&state), NOTHING);

    let (state, _) = start(site(Regime::OptIn), record(true, true, 1.0), NONE);
    let (state, effects) = step(state, Event::Erase, NOW);
    assert_eq!((state.phase, granted(&state).as_str()), (Phase::Asking(Scope::All), NOTHING));
    assert!(effects.forget && effects.sweep == [0, 1]);
}

#[test]
fn other_tabs_are_followed() {
    let (state, _) = start(site(Regime::OptIn), Json::Null, NONE);
    let (state, effects) = step(state, Event::Settle(record(true, false, 0.0), NONE), NOW);
    assert_eq!((state.phase, granted(&state).as_str()), (Phase::Answered, "analytics|stats"));
    assert!(effects.shield && effects.notice && !effects.keep);
    let (state, _) = step(state, Event::Settle(Json::Null, NONE), NOW);
    assert_eq!((state.phase, granted(&state).as_str()), (Phase::Asking(Scope::All), NOTHING));
}

#[test]
fn a_frame_follows_and_decides_nothing() {
    let top = to_json(json!({ "categories": { "analytics": true }, "services": { "stats": true } }));
    let (state, _) = step(site(Regime::OptOut), Event::Follow(top), NOW);
    assert_eq!((state.phase, granted(&state).as_str()), (Phase::Following, "analytics|stats"));
    let (state, effects) = choose(state, Wanted::All(true), By::Visitor);
    assert_eq!((granted(&state).as_str(), effects), ("analytics|stats", Effects::default()));
    let (state, _) = step(state, Event::Found(Service { named: false, ..service("pixel", 1) }), NOW);
    assert_eq!(granted(&state), "analytics|stats");
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
    let (state, _) = start(state, record(true, true, 1.0), NONE);
    assert_eq!((state.phase, granted(&state).as_str()), (Phase::Reporting, NOTHING));
}

// ---- the record ----

fn read(value: &Value) -> Option<Json> {
    record::read(value.into(), NOW)
}

#[test]
fn a_record_is_what_the_readme_says() {
    let record = record::after(heard(entry(true, true, 30.0, NONE)), entry(true, false, 1.0, GPC));
    let written = to_value(&record);
    assert_eq!(read(&written), Some(record.clone()));
    assert_eq!(Json::parse(&record.write()), Some(record));
    let same = |value: &Value| {
        assert_eq!(value["method"], "chosen");
        assert_eq!((&value["policy"], &value["lang"]), (&json!("1"), &json!("en")));
    };
    same(&written);
    assert_eq!(written["v"], json!(1.0));
    assert_eq!(written["categories"], json!({ "necessary": true, "analytics": true, "marketing": false }));
    assert_eq!(written["services"], json!({ "stats": true, "ads": false }));
    assert_eq!(written["signals"], json!({ "dnt": false, "gpc": true }));
    same(&written["history"][0]);
    assert_eq!(written["history"].as_array().unwrap().len(), 1);
}

#[test]
fn what_is_no_record_counts_as_none() {
    let good = json!({ "v": 1, "time": NOW - 1.0, "method": "grant-all", "policy": "1", "lang": "en",
        "categories": { "analytics": true }, "services": {}, "signals": { "dnt": false, "gpc": false }, "history": [] });
    assert!(read(&good).is_some());
    let broken = [
        ("v", json!(2)),
        ("v", json!("1")),
        ("time", json!("now")),
        ("time", json!(NOW + DAY)),
        ("time", json!(-1)),
        ("time", json!(null)),
        ("method", json!("magic")),
        ("method", json!("signal")),
        ("method", json!(1)),
        ("categories", json!([])),
        ("categories", json!("all")),
        ("categories", json!({ "analytics": "yes" })),
        ("services", json!(7)),
    ];
    for (key, value) in broken {
        let mut record = good.clone();
        record[key] = value;
        assert_eq!(read(&record), None, "{key}: {}", record[key]);
    }
    for other in [json!(null), json!(1), json!("x"), json!([]), json!({})] {
        assert_eq!(read(&other), None, "{other}");
    }
}

#[test]
fn an_older_format_is_migrated_to_the_strict_side() {
    let old =
        json!({ "time": NOW - 1.0, "method": "grant-all", "categories": { "analytics": true, "marketing": true } });
    let (state, _) = start(site(Regime::OptIn), read(&old).unwrap(), NONE);
    // It did not note which services were listed, nor the policy: those are asked for.
    assert_eq!((state.phase, granted(&state).as_str()), (Phase::Asking(Scope::New), "analytics marketing|"));
    let (state, _) = choose(state, Wanted::Asked(true), By::Visitor);
    let written = to_value(&state.record);
    assert_eq!((&written["v"], &written["history"][0]["method"]), (&json!(1.0), &json!("grant-all")));
}

#[test]
fn the_history_is_bounded_and_in_order() {
    let mut record = Json::Null;
    for index in 0..HISTORY_ENTRIES + 10 {
        record = record::after(record, record::entry(NOW + index as f64, Method::Chosen, "1", NONE, "en"));
    }
    let times: Vec<f64> = history(&record).iter().map(record::time).collect();
    assert_eq!(times.len(), HISTORY_ENTRIES);
    assert!(times.windows(2).all(|pair| pair[0] < pair[1]));
    assert_eq!(times.last(), Some(&(NOW + (HISTORY_ENTRIES + 8) as f64)), "the newest are kept");

    let old = heard(record::entry(NOW - HISTORY_MS - 1.0, Method::Chosen, "1", NONE, "en"));
    let record = record::after(old, entry(false, false, 0.0, NONE));
    assert!(history(&record).is_empty(), "nothing is kept for more than five years");
}

// ---- whatever happens ----

fn any_event() -> impl Strategy<Value = Event> {
    let signals = (any::<bool>(), any::<bool>()).prop_map(|(dnt, gpc)| Signals { dnt, gpc });
    let by = prop_oneof![Just(By::Visitor), Just(By::Client), Just(By::Api)];
    let wanted = prop_oneof![
        Just(Wanted::All(true)),
        Just(Wanted::All(false)),
        any::<bool>().prop_map(Wanted::Asked),
        (prop::sample::subsequence(vec!["analytics", "ads", "x", "necessary"], 0..4), any::<bool>())
            .prop_map(|(ids, yes)| Wanted::Some(ids.into_iter().map(String::from).collect(), yes)),
    ];
    let stored = || (any::<bool>(), any::<bool>(), 0.0..400.0f64).prop_map(|(a, m, age)| record(a, m, age));
    prop_oneof![
        (stored(), signals).prop_map(|(record, signals)| Event::Settle(record, signals)),
        (wanted, by).prop_map(|(wanted, by)| Event::Choice(wanted, by)),
        any::<bool>().prop_map(|yes| Event::Confirm(yes, By::Visitor)),
        (0..4usize).prop_map(|n| Event::Found(Service {
            named: false,
            listed: false,
            ..service(&format!("found{n}"), 2)
        })),
        Just(Event::Listed),
        Just(Event::Close),
        Just(Event::Erase),
    ]
}

proptest! {
    #[test]
    fn nothing_opens_in_opt_in_without_an_answer(events in prop::collection::vec(any_event(), 0..20)) {
        let mut state = site(Regime::OptIn);
        for event in events {
            state = step(state, event, NOW).0;
            for (index, service) in state.purposes.services.iter().enumerate() {
                prop_assert!(!state.grants.service(index) || record::service(&state.record, &service.id) == Some(true));
            }
            for (index, category) in state.purposes.categories.iter().enumerate().skip(1) {
                prop_assert!(!state.grants.category(index) || record::category(&state.record, &category.id) == Some(true));
            }
        }
    }

    #[test]
    fn reject_all_closes_everything_at_once(events in prop::collection::vec(any_event(), 0..20), opt_out: bool) {
        let mut state = start(site(if opt_out { Regime::OptOut } else { Regime::OptIn }), Json::Null, NONE).0;
        for event in events {
            state = step(state, event, NOW).0;
        }
        let (state, effects) = choose(state, Wanted::All(false), By::Client);
        prop_assert_eq!(granted(&state), NOTHING);
        prop_assert!(effects.keep);
    }

    #[test]
    fn the_past_is_never_rewritten(events in prop::collection::vec(any_event(), 0..20)) {
        let mut state = start(site(Regime::OptIn), record(true, true, 1.0), NONE).0;
        for event in events.into_iter().filter(|event| matches!(event, Event::Choice(..) | Event::Confirm(..) | Event::Found(_))) {
            let before = state.record.clone();
            state = step(state, event, NOW).0;
            let after = &state.record;
            prop_assert!(history(after).starts_with(history(&before)) || history(after).len() == HISTORY_ENTRIES);
            prop_assert!(*after == before || history(after).last().map(record::time) == Some(record::time(&before)));
        }
    }
}
