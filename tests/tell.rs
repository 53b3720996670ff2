//! What receivers are told: which grant each of their words follows.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, missing_docs)]

use portcullis::config::{Regime, plain::Plain};
use portcullis::consent::{By, Event, Signals, State, Wanted, step};
use portcullis::setup;
use portcullis::shield::held::Waiting;
use portcullis::shield::verdict::Request;
use portcullis::tell::{is_google, may};
use serde_json::{Value, json};

const NOW: f64 = 1_800_000_000_000.0;
const NONE: Signals = Signals { dnt: false, gpc: false };
const GPC: Signals = Signals { dnt: false, gpc: true };

/// A page with this config, settled under these signals, and what waits on it.
fn page(config: &Value, signals: Signals) -> (State, Waiting) {
    let mut plain = Plain::new(config.to_string().leak().as_bytes());
    let (purposes, shield) = setup::purposes(&mut plain, b"shop.example");
    let mut state = State { rules: setup::rules(&plain), purposes, ..State::default() };
    step(&mut state, Event::Settle(Vec::new(), signals), NOW);
    let mut waiting = Waiting::default();
    waiting.shield = shield;
    (state, waiting)
}

/// The page after these switches were saved.
fn chosen(config: &Value, switches: &Value) -> State {
    let mut state = page(config, NONE).0;
    step(&mut state, Event::Listed, NOW);
    step(&mut state, Event::Choice(Wanted::Switches(switches.to_string().into_bytes()), By::Visitor), NOW);
    state
}

fn google() -> Vec<(String, String)> {
    let table: Value = serde_json::from_str(include_str!("../src/tell/google.json")).expect("JSON");
    table.as_object().expect("object").iter().map(|(name, ids)| (name.clone(), ids.as_str().unwrap().into())).collect()
}

/// The signals that are granted.
fn granted(state: &State) -> Vec<String> {
    google().into_iter().filter(|(_, ids)| may(state, ids.as_bytes())).map(|(name, _)| name).collect()
}

const ADS: [&str; 3] = ["ad_storage", "ad_user_data", "ad_personalization"];

#[test]
fn google_has_its_seven_signals() {
    let names: Vec<String> = google().into_iter().map(|(name, _)| name).collect();
    let rest = ["analytics_storage", "functionality_storage", "personalization_storage", "security_storage"];
    assert_eq!(names, [&ADS[..], &rest].concat());
}

#[test]
fn each_signal_follows_its_purpose() {
    let none = json!({});
    assert_eq!(granted(&page(&none, NONE).0), ["security_storage"], "a first visit in an opt-in region");
    for (category, signals) in [
        ("marketing", &ADS[..]),
        ("analytics", &["analytics_storage"]),
        ("preferences", &["functionality_storage", "personalization_storage"]),
    ] {
        let state = chosen(&none, &json!({ "categories": { category: true }, "services": {} }));
        assert_eq!(granted(&state), [signals, &["security_storage"]].concat(), "{category}");
    }
    let opt_out = json!({ "regime": "opt-out" });
    assert_eq!(granted(&page(&opt_out, NONE).0).len(), 7, "silence in an opt-out region");
    assert_eq!(granted(&page(&opt_out, GPC).0), ["security_storage"], "a signal denies");
}

#[test]
fn before_the_config_is_read_nothing_is_granted() {
    assert_eq!(granted(&State::default()), [""; 0]);
    assert_eq!(State::default().rules.regime, Regime::OptIn);
}

#[test]
fn services_on_the_page_go_before_their_category() {
    let config = json!({ "services": ["google-ads", "google-adsense", "google-analytics"] });
    let state = |services: Value| {
        let categories = json!({ "analytics": true, "marketing": true });
        chosen(&config, &json!({ "categories": categories, "services": services }))
    };
    let all = state(json!({ "google-ads": true, "google-adsense": true, "google-analytics": true }));
    assert_eq!(granted(&all), [&ADS[..], &["analytics_storage", "security_storage"]].concat());
    let some = state(json!({ "google-ads": true, "google-adsense": false, "google-analytics": true }));
    assert_eq!(
        granted(&some),
        ["analytics_storage", "security_storage"],
        "one signal for both: both have to be granted"
    );
    let ads = state(json!({ "google-ads": true, "google-adsense": true, "google-analytics": false }));
    assert_eq!(granted(&ads), [&ADS[..], &["security_storage"]].concat());
}

#[test]
fn what_is_not_here_is_not_granted() {
    let config = json!({ "categories": [{ "id": "stats" }], "regime": "opt-out" });
    assert_eq!(granted(&page(&config, NONE).0), ["security_storage"], "categories of the owner's own");
    let (state, _) = page(&json!({ "regime": "opt-out" }), NONE);
    for (ids, expected) in [
        ("", false),
        (",", false),
        ("nobody", false),
        ("nobody,analytics", true),
        ("analytics,nobody", true),
        ("analytics", true),
        ("constructor", false),
    ] {
        assert_eq!(may(&state, ids.as_bytes()), expected, "{ids:?}");
    }
}

/// Every `?ids?` of the other receivers names things that are there.
#[test]
fn the_other_receivers_name_known_purposes() {
    let table = include_str!("../src/tell/receivers.json");
    let parts: Vec<&str> = table.split('?').collect();
    assert!(parts.len() > 10 && parts.len() % 2 == 1);
    for ids in parts.into_iter().skip(1).step_by(2) {
        let (services, category) = ids.rsplit_once(',').unwrap_or(("", ids));
        assert!(["preferences", "analytics", "marketing"].contains(&category), "{ids}");
        for id in services.split(',').filter(|id| !id.is_empty() && *id != "matomo") {
            assert!(portcullis::shield::catalogue::find(id.as_bytes()).is_some(), "{id}");
        }
    }
}

#[test]
fn google_tags_are_known_to_the_catalogue() {
    for id in ["google-ads", "google-adsense", "google-analytics", "google-tag-manager"] {
        assert!(is_google(id.as_bytes()) && portcullis::shield::catalogue::find(id.as_bytes()).is_some(), "{id}");
    }
    for id in ["", "google", "google-ad", "google-fonts", "hotjar", ","] {
        assert!(!is_google(id.as_bytes()), "{id}");
    }
}

/// Basic mode holds Google's tags. Advanced mode lets them go: unmarked ones, while no signal denies.
#[test]
fn advanced_mode() {
    const TAG: &[u8] = b"https://www.google-analytics.com/collect";
    let config = |mode: &str| json!({ "services": ["google-analytics", "hotjar"], "google": { "mode": mode } });
    let held = |mode: &str, signals: Signals, url: &[u8], mark: &[u8]| {
        let (mut state, mut waiting) = page(&config(mode), signals);
        waiting.weigh(&mut state, Request { url, mark }, 0) & 1 > 0
    };
    for (mode, signals, url, mark, expected) in [
        ("basic", NONE, TAG, b"".as_slice(), true),
        ("advanced", NONE, TAG, b"", false),
        ("advanced", GPC, TAG, b"", true),
        ("advanced", NONE, TAG, b"analytics", true),
        ("advanced", NONE, b"https://static.hotjar.com/x.js", b"", true),
        ("Advanced", NONE, TAG, b"", true),
    ] {
        assert_eq!(held(mode, signals, url, mark), expected, "{mode} {signals:?} {mark:?}");
    }
}

/// The same choice with something written beside it since (a hash, an id) is no news; another choice is.
#[test]
fn a_seal_is_no_news() {
    let mut state = chosen(&json!({}), &json!({ "categories": { "analytics": true }, "services": {} }));
    let record: Value = serde_json::from_slice(&state.record).expect("JSON");
    let mut sealed = record.clone();
    sealed["hash"] = json!("00");
    let effects = step(&mut state, Event::Settle(sealed.to_string().into_bytes(), NONE), NOW);
    assert!(!effects.tell && !effects.shield);
    assert!(String::from_utf8_lossy(&state.record).contains("hash"));
    let mut newer = record;
    newer["time"] = json!(1_800_000_000_001_u64);
    newer["categories"]["analytics"] = json!(false);
    let effects = step(&mut state, Event::Settle(newer.to_string().into_bytes(), NONE), NOW + 2.0);
    assert!(effects.tell && effects.shield);
}
