//! The config as the first file reads it: what stands in for what is broken, and that it says what the typed reader
//! says.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, missing_docs)]

mod common;

use common::{apply, change, full, places, plain_agrees};
use portcullis::config::{plain::Plain, *};
use portcullis::json::Json;
use proptest::prelude::*;
use serde_json::{Value, json};

fn agrees(value: &Value) {
    let mut words = Words::default();
    let config = read(value, &mut words);
    plain_agrees(value, &config, !words.lines().is_empty());
}

/// A broken config, and what has to be so of it.
type Fallback = (&'static str, fn(&Plain) -> bool);

#[test]
fn what_is_broken_falls_to_the_strict_side() {
    let third_party: fn(&Plain) -> bool = |plain| plain.block() == Block::ThirdParty;
    let table: &[Fallback] = &[
        ("null", third_party),
        ("5", third_party),
        ("[]", third_party),
        (r#""known""#, third_party),
        (r#"{ "block": "marke" }"#, third_party),
        (r#"{ "block": null }"#, third_party),
        (r#"{ "mode": "Report" }"#, |plain| plain.mode() == Mode::Gate),
        (r#"{ "regime": "optout", "region": "US" }"#, |plain| plain.regime() == Regime::OptIn),
        (r#"{ "regime": ["opt-out"], "region": "US" }"#, |plain| plain.regime() == Regime::OptIn),
        (r#"{ "regime": { "regions": { "US-CA": "opt-out" } }, "region": "us-ca" }"#, |plain| {
            plain.regime() == Regime::OptIn
        }),
        // That region, and not the default.
        (r#"{ "regime": { "default": "opt-out", "regions": { "US": "optout" } }, "region": "US-CA" }"#, |plain| {
            plain.regime() == Regime::OptIn
        }),
        // We cannot tell whom it was for.
        (r#"{ "regime": { "default": "opt-out", "regions": { "us": "opt-in" } }, "region": "FR" }"#, |plain| {
            plain.regime() == Regime::OptIn
        }),
        (r#"{ "regime": { "default": "opt-out", "regions": "US" }, "region": "FR" }"#, |plain| {
            plain.regime() == Regime::OptIn
        }),
        (r#"{ "signals": { "gpc": "ingore", "dnt": true } }"#, |plain| plain.signals() == SignalRules::default()),
        (r#"{ "signals": { "gpc": "ignore" }, "regime": { "regions": { "US-CA": "opt-out" } } }"#, |plain| {
            plain.signals().gpc == OnSignal::Deny
        }),
        (r#"{ "expires": { "granted": 731, "denied": "180" } }"#, |plain| plain.days() == (180.0, 180.0)),
        (r#"{ "expires": { "granted": 30.5, "denied": -1 } }"#, |plain| plain.days() == (180.0, 180.0)),
        (r#"{ "allow": ["https://acme.example", "a.example", null, "*.b.example"] }"#, |plain| {
            plain.allow() == [Json::from("a.example")]
        }),
        (r#"{ "allow": "acme.example" }"#, |plain| plain.allow().is_empty()),
        (r#"{ "site": "https://shop.example" }"#, |plain| plain.site().is_empty()),
        (r#"{ "services": "hotjar" }"#, third_party),
        (r#"{ "services": ["hotjaar"] }"#, third_party),
        (r#"{ "services": [["hotjar"]] }"#, third_party),
        (r#"{ "services": [{ "id": "a", "category": "analytics", "hosts": "a.example" }] }"#, third_party),
        (r#"{ "services": [{ "id": "a", "category": "analytics", "hosts": ["//a.example"] }] }"#, third_party),
        (r#"{ "services": [{ "id": "a", "category": "marketign", "hosts": ["a.example"] }] }"#, |plain| {
            let service = &plain.services()[0];
            service.get("category").text() == "marketing" && service.get("hosts").items().len() == 1
        }),
        (
            r#"{ "services": [{ "id": "A B", "name": "A B", "category": "analytics", "hosts": ["a.example"] }] }"#,
            |plain| plain.services()[0].get("id").text() == "a-b",
        ),
        (r#"{ "services": ["hotjar", { "id": "hotjar", "category": "analytics" }] }"#, |plain| {
            plain.services()[1].get("id").text() == "hotjar-2"
        }),
        (r#"{ "categories": [{ "id": "Stats" }, { "label": "Stats" }, 5] }"#, |plain| plain.categories().len() == 4),
        (r#"{ "categories": {} }"#, |plain| plain.categories().len() == 4),
        (r#"{ "policy": { "url": "javascript:alert(1)", "version": 3 } }"#, |plain| {
            plain.policy().get("url").text().is_empty() && plain.policy().get("version").text().is_empty()
        }),
        (r#"{ "base": "javascript:alert(1)" }"#, |plain| plain.base().is_empty()),
        (r#"{ "lang": "_", "text": { "_": { "title": "x" } } }"#, |plain| {
            plain.lang().is_empty() && plain.text("_").get("title").text().is_empty()
        }),
        (r#"{ "notice": { "theme": "drak", "reopen": "no", "close": "yes" } }"#, |plain| {
            plain.theme().is_empty() && plain.reopen() && !plain.close()
        }),
        (r#"{ "__proto__": { "block": "marked" } }"#, |plain| plain.block() == Block::Known),
    ];
    for (json, strict) in table {
        let plain = Plain::new(Json::parse(json).unwrap());
        assert!(plain.wrong, "{json}");
        assert!(strict(&plain), "{json}: {plain:?}");
        agrees(&serde_json::from_str(json).unwrap());
    }
}

/// Nothing is replaced, but the owner should look again.
#[test]
fn warnings_count_as_wrong() {
    for value in [
        json!({ "expires": { "denied": 30 } }),
        json!({ "allow": ["stats.g.doubleclick.net"] }),
        json!({ "services": [{ "id": "hotjar", "category": "necessary" }] }),
    ] {
        assert!(Plain::new((&value).into()).wrong, "{value}");
        agrees(&value);
    }
}

#[test]
fn a_good_config_is_not_wrong() {
    for value in [full(), json!({})] {
        assert!(!Plain::new((&value).into()).wrong, "{value}");
        agrees(&value);
    }
}

#[test]
fn necessary_comes_first() {
    let value = json!({ "categories": [{ "id": "stats" }, { "id": "necessary", "label": "Needed" }] });
    let plain = Plain::new((&value).into());
    assert_eq!(plain.categories()[0].get("label").text(), "Needed");
    assert_eq!(plain.categories()[1].get("id").text(), "stats");
    assert_eq!(plain.categories().len(), 2);
}

#[test]
fn us_ca_goes_before_us() {
    for (region, expected) in [
        (json!("US-CA"), Regime::OptOut),
        (json!("US-NY"), Regime::OptIn),
        (json!("US"), Regime::OptIn),
        (json!("FR"), Regime::OptOut),
        (json!(null), Regime::OptIn),
    ] {
        let regions = json!({ "US-CA": "opt-out", "US": "opt-in" });
        let mut value = json!({ "regime": { "default": "opt-out", "regions": regions } });
        if region.is_string() {
            value["region"] = region;
        }
        assert_eq!(Plain::new((&value).into()).regime(), expected, "{value}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn plain_and_typed_agree_on_changed_configs(
        changes in prop::collection::vec((any::<prop::sample::Index>(), change()), 1..5),
    ) {
        let mut value = full();
        for (place, change) in changes {
            apply(&mut value, place, change);
        }
        agrees(&value);
    }

    #[test]
    fn plain_and_typed_agree_on_texts(text in prop_oneof![
        "\\PC{0,20}",
        "[a-zA-Z0-9:/@.?#*_ \\-\\[\\]\\\\\t\n\u{7f}é%]{0,16}",
        "(https?|javascript|mailto|HTTP|x)?(:|://|//)?[a-z0-9.@:/ -]{0,12}",
        "([a-z0-9-]{1,3}\\.){0,4}([a-z0-9]{1,3}|25[0-9]|localhost)\\.?(:[0-9]{1,3})?(/[a-z./?*]{0,6})?",
        "[A-Za-z0-9]{1,9}(-[A-Za-z0-9]{1,9}){0,2}",
        "a{60,70}(\\.a{50,64}){0,4}",
    ]) {
        for value in places(&text) {
            agrees(&value);
        }
    }
}
