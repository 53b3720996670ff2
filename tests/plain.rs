//! The config as the first file reads it: what stands in for what is broken, and that it says what the typed reader
//! says.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, missing_docs)]

mod common;
mod properties;

use common::{Lean, apply, change, full, lean, lean_text};
use portcullis::config::*;
use portcullis::consent::Purposes;
use portcullis::shield::hosts::Owner;
use properties::agrees;
use proptest::prelude::*;
use serde_json::{Value, json};

/// Ids of the categories.
fn categories(purposes: &Purposes) -> Vec<&str> {
    let ours = purposes.iter().filter(|(index, own)| own.is_category(*index));
    ours.map(|(_, own)| str::from_utf8(own.id).unwrap()).collect()
}

/// Ids of the services, each with its category's.
fn services(purposes: &Purposes) -> Vec<(&str, &str)> {
    let word = |index: usize| str::from_utf8(purposes.get(index).unwrap().id).unwrap();
    let ours = purposes.iter().filter(|(index, own)| !own.is_category(*index));
    ours.map(|(index, own)| (word(index), word(own.of))).collect()
}

/// Who a host belongs to: a service's id, `allowed`, or nobody.
fn owner<'a>(lean: &'a Lean, host: &str) -> &'a str {
    match lean.shield.hosts.find(host.as_bytes(), b"/") {
        Some(Owner::Service(index)) => str::from_utf8(lean.purposes.get(index).unwrap().id).unwrap(),
        Some(Owner::Allowed) => "allowed",
        _ => "",
    }
}

/// A broken config, and what has to be so of it.
type Fallback = (&'static str, fn(&Lean) -> bool);

#[test]
fn what_is_broken_falls_to_the_strict_side() {
    let third_party: fn(&Lean) -> bool = |lean| lean.shield.block == Block::ThirdParty;
    let opt_in: fn(&Lean) -> bool = |lean| lean.plain.regime() == Regime::OptIn;
    let default_days: fn(&Lean) -> bool = |lean| lean.plain.days() == (180.0, 180.0);
    let nothing: fn(&Lean) -> bool = |lean| lean.shield.block == Block::Known;
    let table: &[Fallback] = &[
        ("null", third_party),
        ("5", third_party),
        ("[]", third_party),
        (r#""known""#, third_party),
        (r#"[{ "block": "marked" }]"#, third_party),
        (r#"{ "block": "marke" }"#, third_party),
        (r#"{ "block": null }"#, third_party),
        (r#"{ "block": ["marked"] }"#, third_party),
        (r#"{ "mode": "Report" }"#, |lean| lean.plain.mode() == Mode::Gate),
        (r#"{ "mode": ["report"] }"#, |lean| lean.plain.mode() == Mode::Gate),
        (r#"{ "regime": "optout", "region": "US" }"#, opt_in),
        (r#"{ "regime": ["opt-out"], "region": "US" }"#, opt_in),
        (r#"{ "regime": { "regions": { "US-CA": "opt-out" } }, "region": "us-ca" }"#, opt_in),
        // A region that is none is not known, and so not the default's.
        (r#"{ "regime": { "default": "opt-out" }, "region": "us-ca" }"#, opt_in),
        (r#"{ "regime": { "default": "opt-out" }, "region": "California" }"#, opt_in),
        (r#"{ "regime": { "default": "opt-out" }, "region": " " }"#, opt_in),
        (r#"{ "regime": { "default": "opt-out" }, "region": ["US"] }"#, opt_in),
        (r#"{ "regime": { "regions": ["opt-out"] }, "region": "U" }"#, opt_in),
        (r#"{ "regime": { "regions": { "": "opt-out" } }, "region": "U" }"#, opt_in),
        // That region, and not the default.
        (r#"{ "regime": { "default": "opt-out", "regions": { "US": "optout" } }, "region": "US-CA" }"#, opt_in),
        // We cannot tell whom it was for.
        (r#"{ "regime": { "default": "opt-out", "regions": { "us": "opt-in" } }, "region": "FR" }"#, opt_in),
        (r#"{ "regime": { "default": "opt-out", "regions": "US" }, "region": "FR" }"#, opt_in),
        (r#"{ "signals": { "gpc": "ingore", "dnt": true } }"#, |lean| lean.plain.signals() == SignalRules::default()),
        (r#"{ "signals": "ignore" }"#, |lean| lean.plain.signals() == SignalRules::default()),
        (r#"{ "signals": { "gpc": "ignore" }, "regime": { "regions": { "US-CA": "opt-out" } } }"#, |lean| {
            lean.plain.signals().gpc == OnSignal::Deny
        }),
        (r#"{ "expires": { "granted": 731, "denied": "180" } }"#, default_days),
        (r#"{ "expires": { "granted": 30.5, "denied": -1 } }"#, default_days),
        (r#"{ "expires": { "granted": 365.5, "denied": 1e300 } }"#, default_days),
        (r#"{ "allow": ["https://acme.example", "a.example", null, "*.b.example"] }"#, |lean| {
            (owner(lean, "a.example"), owner(lean, "acme.example"), owner(lean, "x.b.example")) == ("allowed", "", "")
        }),
        (r#"{ "allow": ["cdn.example/", "acme", "-a.example"] }"#, |lean| {
            ["cdn.example", "acme", "-a.example"].iter().all(|host| owner(lean, host).is_empty())
        }),
        (r#"{ "allow": "acme.example" }"#, |lean| owner(lean, "acme.example").is_empty()),
        (r#"{ "site": "https://shop.example" }"#, |lean| lean.plain.site().is_empty()),
        (r#"{ "site": "uk" }"#, |lean| lean.plain.site().is_empty()),
        (r#"{ "services": "hotjar" }"#, third_party),
        (r#"{ "services": ["hotjaar"] }"#, third_party),
        (r#"{ "services": [""] }"#, third_party),
        (r#"{ "services": [["hotjar"]] }"#, third_party),
        (r#"{ "services": [{ "id": "a", "category": "analytics", "hosts": "a.example" }] }"#, third_party),
        (r#"{ "services": [{ "id": "a", "category": "analytics", "hosts": ["//a.example"] }] }"#, third_party),
        (r#"{ "services": [{ "id": "a", "category": "marketign", "hosts": ["a.example"] }] }"#, |lean| {
            services(&lean.purposes) == [("a", "marketing")] && owner(lean, "a.example") == "a"
        }),
        // It stays held by the id that it has; the second file's is another.
        (
            r#"{ "services": [{ "id": "A B", "name": "A B", "category": "analytics", "hosts": ["a.example"] }] }"#,
            |lean| services(&lean.purposes) == [("A B", "analytics")] && owner(lean, "a.example") == "A B",
        ),
        (r#"{ "services": [{ "category": "analytics", "hosts": ["a.example"] }] }"#, |lean| {
            owner(lean, "a.example") == "a.example" && lean.shield.block == Block::Known
        }),
        (r#"{ "services": [{ "category": "analytics" }] }"#, third_party),
        (
            r#"{ "services": ["hotjar", { "id": "hotjar", "category": "analytics", "hosts": ["a.example"] }] }"#,
            |lean| {
                services(&lean.purposes) == [("hotjar", "analytics"), ("a.example", "analytics")]
                    && owner(lean, "static.hotjar.com") == "hotjar"
                    && owner(lean, "a.example") == "a.example"
            },
        ),
        (r#"{ "services": ["hotjar", { "id": "hotjar", "category": "analytics" }] }"#, third_party),
        (r#"{ "categories": [{ "id": "Stats" }, { "label": "Stats" }, 5] }"#, |lean| {
            categories(&lean.purposes) == CATEGORIES
        }),
        (r#"{ "categories": {} }"#, |lean| categories(&lean.purposes) == CATEGORIES),
        (r#"{ "categories": [{ "id": "necessary" }, { "id": "necessary" }] }"#, |lean| {
            categories(&lean.purposes) == ["necessary"]
        }),
        (r#"{ "policy": { "url": "javascript:alert(1)", "version": 3 } }"#, |lean| {
            lean.plain.policy_version().is_empty()
        }),
        (r#"{ "policy": { "version": "\t\n" } }"#, nothing),
        (r#"{ "base": "javascript:alert(1)" }"#, nothing),
        (r#"{ "base": "\tjavascript:alert(1)" }"#, nothing),
        (r#"{ "lang": "_", "text": { "_": { "title": "x" } } }"#, nothing),
        (r#"{ "notice": { "theme": "drak", "reopen": "no", "close": "yes" } }"#, nothing),
        (r#"{ "__proto__": { "block": "marked" } }"#, nothing),
        (r#"{ "signals": { "constructor": "ignore" } }"#, nothing),
    ];
    for (json, strict) in table {
        let value: Value = serde_json::from_str(json).unwrap();
        // As `JSON.stringify` writes it, and as a person does.
        for lean in [lean(&value), lean_text(json), lean_text(&serde_json::to_string_pretty(&value).unwrap())] {
            assert!(lean.plain.wrong, "{json}");
            assert!(strict(&lean), "{json}: {:?} {:?}", lean.plain, lean.purposes);
        }
        agrees(&value);
    }
}

/// Where the first file is not sure, because it does not undo escapes: the second one is asked, and has nothing to say.
#[test]
fn what_an_escape_hides_counts_as_wrong() {
    for value in [
        json!({ "policy": { "version": "\"1\"" } }),
        json!({ "categories": [{ "id": "analytics", "label": "\t Counting" }] }),
        json!({ "policy": { "url": "/a\"b" } }),
        json!({ "services": [{ "id": "a", "category": "analytics", "storage": ["a\"b"] }] }),
        // 200 characters, and one more as they are written.
        json!({ "policy": { "version": "x".repeat(199) + "\"" } }),
    ] {
        let mut words = Words::default();
        read(&value, &mut words);
        assert_eq!(words.lines().len(), 0, "{value}");
        assert!(lean(&value).plain.wrong, "{value}");
        agrees(&value);
    }
    for value in [
        json!({ "policy": { "version": "1 \"b\"", "changes": ["Two\nlines."] } }),
        json!({ "$schema": "\\" }),
        json!({ "text": { "en": { "title": "Our \"biscuits\"" } } }),
    ] {
        assert!(!lean(&value).plain.wrong, "{value}");
        agrees(&value);
    }
}

/// Nothing is replaced, but the owner should look again.
#[test]
fn warnings_count_as_wrong() {
    for value in [
        json!({ "expires": { "denied": 30 } }),
        json!({ "allow": ["stats.g.doubleclick.net"] }),
        json!({ "services": [{ "id": "hotjar", "category": "necessary" }] }),
        json!({ "services": [{ "id": "a", "category": "necessary", "hosts": ["facebook.com/tr/x"] }] }),
        json!({ "services": [{ "id": "a", "category": "necessary", "hosts": ["Stats.g.Doubleclick.net./x"] }] }),
    ] {
        assert!(lean(&value).plain.wrong, "{value}");
        agrees(&value);
    }
}

#[test]
fn a_good_config_is_not_wrong() {
    for value in [
        full(),
        json!({}),
        // What the catalogue knows as harmless, and a host of which it knows another path.
        json!({ "services": [{ "id": "chat", "category": "necessary", "hosts": ["widget.intercom.io"] }] }),
        json!({ "services": [{ "id": "a", "category": "necessary", "hosts": ["www.facebook.com/x/tr"] }] }),
        // Space around a text, capitals and final dots.
        json!({ "services": [{ "id": "a", "name": " A ", "category": " analytics ", "hosts": ["A.Example./x"] }] }),
        json!({ "allow": ["LocalHost", "[2001:DB8::1]", "CDN.example."], "site": "SHOP.example.CO.uk." }),
        json!({ "policy": { "version": " 1 " }, "categories": [{ "id": "necessary" }], "services": [] }),
    ] {
        assert!(!lean(&value).plain.wrong, "{value}");
        agrees(&value);
    }
}

#[test]
fn necessary_comes_first() {
    let value = json!({ "categories": [{ "id": "stats" }, { "id": "necessary", "label": "Needed" }] });
    assert_eq!(categories(&lean(&value).purposes), ["necessary", "stats"]);
    agrees(&value);
    // And alone, where the owner lists no other.
    let value = json!({ "categories": [{ "id": "necessary" }] });
    assert_eq!(categories(&lean(&value).purposes), ["necessary"]);
    agrees(&value);
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
        assert_eq!(lean(&value).plain.regime(), expected, "{value}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, failure_persistence: None, ..ProptestConfig::default() })]

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
        properties::texts(&text);
    }

    /// No text at all, well-formed or not, is worse than a broken config.
    #[test]
    fn no_text_upsets_it(text in prop_oneof![
        "\\PC{0,40}",
        r#"[\[\]{}",:\\ a0]{0,40}"#,
        r#"\{"(block|services|regime|allow|site|categories)":[\[\]{}",:\\ a.]{0,30}"#,
    ]) {
        properties::config(&text);
    }
}
