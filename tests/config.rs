//! The config: what is read, what stands in for what is broken, how each problem reads, and that schema and reader say
//! the same.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, missing_docs)]

mod common;

use common::{apply, change, full, places};
use portcullis::config::*;
use proptest::prelude::*;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::sync::LazyLock;

/// The config that a value gives, and the lines that the console would show.
fn lines(value: &Value) -> (Config, Vec<String>) {
    let mut words = Words::default();
    let config = read(value, &mut words);
    let mut count = Count::default();
    assert_eq!(read(value, &mut count), config, "who listens makes no difference");
    let lines = words.lines();
    common::plain_agrees(value, &config, !lines.is_empty());
    let errors = lines.iter().filter(|line| line.severity == Severity::Error).count();
    assert_eq!((count.errors, count.warnings), (errors, lines.len() - errors));
    let mark =
        |line: Line| if line.severity == Severity::Warning { format!("warning: {}", line.text) } else { line.text };
    (config, lines.into_iter().map(mark).collect())
}

/// As [`lines`], from JSON text: the order of keys is the owner's.
fn told(json: &str) -> Vec<String> {
    lines(&serde_json::from_str(json).expect(json)).1
}

fn config(value: Value) -> Config {
    lines(&value).0
}

fn texts(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|text| (*text).into()).collect()
}

#[test]
fn everything_is_read() {
    let (config, lines) = lines(&full());
    assert_eq!(lines, [""; 0]);
    let expected = Config {
        mode: Mode::Report,
        enforce: Enforce::Hooks,
        worker: Some("/portcullis-sw.js".into()),
        block: Block::Marked,
        regime: RegimeRule::ByRegion(Regions {
            default: Regime::OptOut,
            regions: vec![("DE".into(), Regime::OptIn), ("US-CA".into(), Regime::OptOut)],
        }),
        region: Some("US-CA".into()),
        signals: SignalRules { dnt: OnSignal::Ignore, gpc: OnSignal::Ask },
        expires: Expires { granted: 90, denied: 365 },
        policy: Policy {
            version: "2026-11".into(),
            url: Some("/privacy".into()),
            changes: texts(&["One more service."]),
        },
        controller: Some(Controller {
            name: "Acme Ltd".into(),
            contact: Some("mailto:privacy@acme.example".into()),
            reply_days: 14,
        }),
        categories: vec![
            Category { id: "necessary".into(), label: Some("Needed".into()), description: None },
            Category {
                id: "analytics".into(),
                label: Some("Counting".into()),
                description: Some("How many came.".into()),
            },
            Category { id: "stats-2".into(), label: None, description: None },
        ],
        services: vec![
            ServiceEntry::Known("google-analytics".into()),
            ServiceEntry::Own(Service {
                id: "acme.stats".into(),
                name: Some("Acme Stats".into()),
                category: "stats-2".into(),
                hosts: texts(&[
                    "acme.example",
                    "127.0.0.1/ads/",
                    "xn--bcher-kva.example",
                    "localhost",
                    "[2001:db8::1]",
                    "shop.example",
                ]),
                cookies: texts(&["_acme*"]),
                storage: texts(&["acme:*", "acme"]),
                privacy_url: Some("https://acme.example/privacy".into()),
                retention: Some("13 months".into()),
            }),
        ],
        allow: texts(&["cdn.example", "127.0.0.1"]),
        site: Some("shop.example.co.uk".into()),
        notice: Notice {
            layout: Layout::Bar,
            position: Position::Top,
            theme: Theme::Dark,
            reopen: Reopen::None,
            close: true,
            lock: true,
        },
        lang: Some("de-AT".into()),
        text: vec![("de-AT".into(), vec![("title".into(), "Grüß Gott".into())]), ("en".into(), vec![])],
        base: Some("https://static.shop.example/p/".into()),
        min_age: Some(14),
        google: Some(Google {
            mode: GoogleMode::Basic,
            region: texts(&["DE"]),
            wait_for_update: Some(500),
            ads_data_redaction: true,
            url_passthrough: true,
        }),
        tell: vec![Receiver::Meta, Receiver::DataLayer],
        receipt: Some(Receipt { endpoint: "/consent".into() }),
        share: Some(ShareRule::Trusting(Sharing { domain: ".shop.example.co.uk".into(), trust_subdomains: true })),
        grants: GrantsBy::Visitor,
        embedders: texts(&["https://partner.example", "http://localhost:8080"]),
    };
    assert_eq!(config, expected);
    assert_eq!(config.category_ids(), ["necessary", "analytics", "stats-2"]);
}

#[test]
fn absent_means_the_default() {
    for value in [
        json!({}),
        json!({ "signals": {}, "expires": {}, "policy": {}, "notice": {}, "text": {}, "services": [], "allow": [] }),
    ] {
        let (config, lines) = lines(&value);
        assert_eq!(lines, [""; 0], "{value}");
        assert_eq!(config, Config::default(), "{value}");
    }
    assert_eq!(Config::default().category_ids(), CATEGORIES);
    assert_eq!(config(json!({ "regime": {} })).regime, RegimeRule::ByRegion(Regions::default()));
    let service = config(json!({ "services": [{ "id": "acme", "category": "necessary" }] })).services.remove(0);
    let expected = Service { id: "acme".into(), category: "necessary".into(), ..Service::default() };
    assert_eq!(service, ServiceEntry::Own(expected));
}

#[test]
fn what_is_broken_falls_to_the_strict_side() {
    for value in [json!(null), json!(true), json!(5), json!("known"), json!([]), json!([{ "block": "known" }])] {
        let (config, lines) = lines(&value);
        assert_eq!(config, Config::strict(), "{value}");
        assert_eq!(lines.len(), 1, "{lines:?}");
    }
    assert_eq!(Config::strict(), Config { block: Block::ThirdParty, ..Config::default() });

    let broken = [json!(null), json!(true), json!(7), json!("marke"), json!(["marked"]), json!({ "marked": true })];
    for value in &broken {
        let same = |key: &str, expected: Config| {
            let (config, lines) = lines(&json!({ key: value }));
            assert!(!lines.is_empty(), "{key}: {value}");
            assert_eq!(config, expected, "{key}: {value}");
        };
        let default = Config::default;
        same("block", Config::strict());
        same("mode", default());
        same("signals", default());
        same("expires", default());
        same("policy", default());
        same("notice", default());
        if !value.is_object() {
            same("regime", default());
        }
        for key in ["controller", "region", "lang", "base", "site", "$schema"] {
            if !value.is_string() || key == "region" {
                same(key, default());
            }
        }
        if !value.is_array() {
            same("categories", default());
            same("allow", default());
            same("services", Config::strict());
        }
        if !value.is_object() {
            same("text", default());
        }
        let config = config(json!({
            "signals": { "dnt": value, "gpc": value },
            "expires": { "granted": value, "denied": value },
            "notice": { "layout": value, "theme": value, "reopen": value, "close": "yes" },
            "regime": { "default": value },
        }));
        let granted = if *value == json!(7) { 7 } else { 180 };
        let by_region = RegimeRule::ByRegion(Regions::default());
        let expires = Expires { granted, denied: granted };
        assert_eq!(config, Config { regime: by_region, expires, ..Config::default() }, "{value}");
    }
    // We cannot tell whom the broken name was for, so the rest of the world is asked.
    for broken in [
        json!({ "California": "opt-out" }),
        json!({ "US": "opt-out", "us": "opt-in" }),
        json!({ "__proto__": "opt-in" }),
        json!("DE"),
    ] {
        let RegimeRule::ByRegion(rule) =
            config(json!({ "regime": { "default": "opt-out", "regions": broken } })).regime
        else {
            panic!("{broken}")
        };
        assert_eq!(rule.default, Regime::OptIn, "{broken}");
    }
    let rule = config(json!({ "regime": { "default": "opt-out", "regions": { "US": "opt-uot" } } })).regime;
    let expected = Regions { default: Regime::OptOut, regions: vec![("US".into(), Regime::OptIn)] };
    assert_eq!(rule, RegimeRule::ByRegion(expected), "that region, and no other");
}

/// A service of its own, read from an object in a list of one.
fn service(value: Value) -> (Service, Block) {
    let mut config = config(json!({ "services": [value] }));
    let ServiceEntry::Own(service) = config.services.remove(0) else { panic!("{config:?}") };
    (service, config.block)
}

#[test]
fn a_broken_service_holds_its_hosts() {
    for category in [json!(null), json!(3), json!("marketnig"), json!(""), json!("Necessary"), json!(["necessary"])] {
        let (service, block) = service(json!({ "id": "acme", "category": category, "hosts": ["acme.example"] }));
        assert_eq!((service.category.as_str(), block), ("marketing", Block::Known), "{category}");
        assert_eq!(service.hosts, ["acme.example"]);
    }
    assert_eq!(service(json!({ "id": "acme", "hosts": ["acme.example"] })).0.category, "marketing");
    for (id, name, expected) in [
        (json!("Acme!"), json!("Acme Stats"), "acme-stats"),
        (json!(5), json!(null), "unnamed"),
        (json!("__proto__"), json!("__proto__"), "proto"),
        (json!("constructor"), json!(null), "unnamed"),
        (json!(""), json!("統計"), "unnamed"),
    ] {
        let (service, block) =
            service(json!({ "id": id, "name": name, "category": "analytics", "hosts": ["acme.example"] }));
        assert_eq!((service.id.as_str(), block), (expected, Block::Known));
        assert_eq!(service.hosts, ["acme.example"]);
    }
    let nameless = json!({ "category": "analytics", "hosts": ["a.example"] });
    let (twice, problems) = lines(&json!({ "services": [nameless, nameless] }));
    assert_eq!(twice.services.iter().map(ServiceEntry::id).collect::<Vec<_>>(), ["unnamed", "unnamed-2"]);
    assert_eq!(problems, [r#"services[0]: missing key "id""#, r#"services[1]: missing key "id""#]);
    // An id for the second time: another id, the same hosts.
    let acme = json!({ "id": "acme", "category": "analytics", "hosts": ["a.example"] });
    let config = config(json!({ "services": [acme, acme, acme, "hotjar", "hotjar"] }));
    let ids: Vec<&str> = config.services.iter().map(ServiceEntry::id).collect();
    assert_eq!(ids, ["acme", "acme-2", "acme-2-2", "hotjar"]);
    // Whatever it was, it is held now.
    for host in [
        json!("https://acme.example/"),
        json!("//acme.example"),
        json!("*.acme.example"),
        json!("acme.example:8443/x"),
        json!("acme,example"),
        json!("acme"),
        json!("bücher.example"),
        json!("acme.example/a?b"),
        json!(""),
        json!(null),
    ] {
        let (service, block) = service(json!({ "id": "acme", "category": "analytics", "hosts": ["a.example", host] }));
        assert_eq!((service.hosts, block), (texts(&["a.example"]), Block::ThirdParty), "{host}");
    }
    let (service, block) = service(json!({ "id": "acme", "category": "analytics", "hosts": "acme.example" }));
    assert_eq!((service.hosts, block), (vec![], Block::ThirdParty));
    for services in [json!([7]), json!(["no-such-service"]), json!([null]), json!({})] {
        let value = json!({ "block": "marked", "services": services });
        assert_eq!(config_block(&value), Block::ThirdParty, "{services}");
    }
}

fn config_block(value: &Value) -> Block {
    lines(value).0.block
}

#[test]
fn what_would_let_through_is_dropped_when_broken() {
    for host in [
        "https://acme.example",
        "//acme.example",
        "acme.example:80",
        "*.acme.example",
        "acme.example/",
        "acme",
        "a..b",
        "1.2.3",
        "1.2.3.4.5",
        "0x7f.1",
        "example.1",
        " acme.example",
        "acme.example ",
        "user@acme.example",
        "-a.example",
        "a-.example",
        "a b.example",
        "a.example?",
        "a.example#",
        "a.example\\b",
        "",
        ".",
        "..",
        "*",
        "[x",
        "x]",
        "acme.example\n",
        "é.example",
        "[::1",
        "::1",
        "a.example..",
        "javascript:x",
    ] {
        let (config, lines) = lines(&json!({ "allow": [host], "site": host }));
        assert_eq!((config.allow, config.site), (vec![], None), "{host:?}");
        assert_eq!(lines.len(), 2, "{host:?}: {lines:?}");
    }
    let long = |labels: usize| [vec!["a".repeat(49); labels].join("."), "b.c".into()].join(".");
    assert_eq!(config(json!({ "site": long(5) })).site, Some(long(5)));
    assert_eq!(config(json!({ "site": long(6) })).site, None);
}

#[test]
fn links_are_web_or_relative() {
    for link in [
        "https://a.example/",
        "HTTP://a.example",
        "/privacy",
        "privacy",
        "../p?q=a:b",
        "#p",
        "?a=javascript:x",
        "//a.example",
        "./a:b",
        "/a@b",
    ] {
        let config =
            config(json!({ "policy": { "url": link }, "base": link, "controller": { "name": "A", "contact": link } }));
        assert_eq!(config.policy.url.as_deref(), Some(link));
        assert_eq!(config.base.as_deref(), Some(link));
        assert_eq!(config.controller.unwrap().contact.as_deref(), Some(link));
    }
    for link in [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        " javascript:alert(1)",
        "\tjavascript:alert(1)",
        "\u{1}javascript:alert(1)",
        "java\nscript:alert(1)",
        "java\tscript:alert(1)",
        "javascript\r:alert(1)",
        "data:text/html,x",
        "vbscript:x",
        "blob:x",
        "file:///etc/passwd",
        "http:",
        "http:/",
        "https://",
        "https:acme.example",
        "ftp://a.example",
        ":",
        "",
        "mailto:",
        "privacy@acme.example",
        "a b",
        "https://a.example/ b",
        "\u{7f}x",
    ] {
        let (config, lines) = lines(&json!({
            "policy": { "url": link }, "base": link, "controller": { "name": "A", "contact": link },
            "services": [{ "id": "a", "category": "analytics", "privacyUrl": link }]
        }));
        assert_eq!(lines.len(), 4, "{link:?}: {lines:?}");
        assert_eq!((config.policy.url, config.base), (None, None), "{link:?}");
        assert_eq!(config.controller.unwrap().contact, None, "{link:?}");
        let ServiceEntry::Own(service) = &config.services[0] else { panic!() };
        assert_eq!(service.privacy_url, None, "{link:?}");
    }
    let config = config(
        json!({ "policy": { "url": "mailto:a@b.example" }, "controller": { "name": "A", "contact": "MAILTO:a@b.example" } }),
    );
    assert_eq!(config.policy.url, None, "a policy is no mail");
    assert_eq!(config.controller.unwrap().contact.as_deref(), Some("MAILTO:a@b.example"));
}

#[test]
fn a_service_of_the_catalogue_keeps_its_hosts() {
    let (service, _) = service(json!({ "id": "plausible", "category": "necessary", "hosts": ["shop.example/stats/"] }));
    assert_eq!(service.hosts, ["shop.example/stats/", "plausible.io"]);
    assert_eq!(service.name, None, "the second file knows it");
    assert_eq!(service.category, "necessary", "the owner's word, with a warning");
}

/// Each problem, word for word. A line that starts with `warning:` is no error.
#[test]
fn problems_in_words() {
    let table: &[(&str, &[&str])] = &[
        ("5", &["config: found a number, expected an object"]),
        ("[]", &["config: found a list, expected an object"]),
        // Keys.
        (
            r#"{ "services": ["hotjar", "plausible", { "id": "acme", "catgory": "analytics", "category": "analytics" }] }"#,
            &[r#"services[2].catgory: unknown key; did you mean "category"?"#],
        ),
        (r#"{ "Block": "known" }"#, &[r#"Block: unknown key; did you mean "block"?"#]),
        (r#"{ "bolck": "known" }"#, &[r#"bolck: unknown key; did you mean "block"?"#]),
        (r#"{ "signals": { "whatever": 1 } }"#, &[r#"signals.whatever: unknown key; expected one of "dnt", "gpc""#]),
        (
            r#"{ "signals": { "__proto__": 1, "a b": 2, "": 3, "x\u202e\n\"": 4 } }"#,
            &[
                r#"signals.__proto__: unknown key; expected one of "dnt", "gpc""#,
                r#"signals["a b"]: unknown key; expected one of "dnt", "gpc""#,
                r#"signals[""]: unknown key; expected one of "dnt", "gpc""#,
                r#"signals["x\u{202e}\u{a}\""]: unknown key; expected one of "dnt", "gpc""#,
            ],
        ),
        (
            r#"{ "services": [{ "name": "Acme" }] }"#,
            &[r#"services[0]: missing key "id""#, r#"services[0]: missing key "category""#],
        ),
        (r#"{ "controller": {} }"#, &[r#"controller: missing key "name""#]),
        // Kinds.
        (r#"{ "mode": 5 }"#, &[r#"mode: found a number, expected one of "gate", "report""#]),
        (r#"{ "regime": null }"#, &[r#"regime: found null, expected one of "opt-in", "opt-out", or an object"#]),
        (
            r#"{ "notice": { "layout": [], "close": "yes" } }"#,
            &[
                r#"notice.layout: found a list, expected one of "bar", "box", "modal""#,
                "notice.close: found a text, expected true or false",
            ],
        ),
        (
            r#"{ "policy": { "version": 3, "changes": "x" } }"#,
            &["policy.version: found a number, expected a text", "policy.changes: found a text, expected a list"],
        ),
        (
            r#"{ "services": [false] }"#,
            &["services[0]: found true or false, expected the id of a service that the catalogue knows, or an object"],
        ),
        // Words.
        (
            r#"{ "block": "thrid-party" }"#,
            &[
                r#"block: found "thrid-party", expected one of "marked", "known", "third-party"; did you mean "third-party"?"#,
            ],
        ),
        (r#"{ "regime": "GDPR" }"#, &[r#"regime: found "GDPR", expected one of "opt-in", "opt-out""#]),
        (
            r#"{ "regime": { "regions": { "US-CA": "optout" } } }"#,
            &[
                r#"regime.regions["US-CA"]: found "optout", expected one of "opt-in", "opt-out"; did you mean "opt-out"?"#,
            ],
        ),
        // Numbers.
        (
            r#"{ "expires": { "granted": 0, "denied": 731 } }"#,
            &[
                "expires.granted: found 0, expected a whole number from 1 to 730",
                "expires.denied: found 731, expected a whole number from 1 to 730",
            ],
        ),
        (
            r#"{ "expires": { "granted": 30.5, "denied": -1e300 }, "controller": { "name": "A", "replyDays": "30" } }"#,
            &[
                "expires.granted: found 30.5, expected a whole number from 1 to 730",
                &["expires.denied: found -1", &"0".repeat(300), ", expected a whole number from 1 to 730"].concat(),
                "controller.replyDays: found a text, expected a whole number from 1 to 90",
            ],
        ),
        // Texts.
        (
            r#"{ "policy": { "version": " " }, "site": "" }"#,
            &[
                r#"policy.version: found " ", expected a text with something in it"#,
                r#"site: found "", expected a text with something in it"#,
            ],
        ),
        (
            r#"{ "categories": [{ "id": "My Stats" }, { "id": "constructor" }] }"#,
            &[
                r#"categories[0].id: found "My Stats", expected an id of lower-case letters, digits and hyphens; did you mean "my-stats"?"#,
                r#"categories[1].id: found "constructor", expected an id of lower-case letters, digits and hyphens"#,
            ],
        ),
        (
            r#"{ "services": [{ "id": "Acme/Stats", "category": "analytics" }] }"#,
            &[
                r#"services[0].id: found "Acme/Stats", expected an id of lower-case letters, digits, dots and hyphens; did you mean "acme-stats"?"#,
            ],
        ),
        (
            r#"{ "region": "California", "lang": "english/GB" }"#,
            &[
                "region: found 10 characters, expected at most 6",
                r#"lang: found "english/GB", expected a language tag such as "en" or "de-AT""#,
            ],
        ),
        (
            r#"{ "text": { "en": { "my title": "x", "title": 5 }, "_": {}, "de": [] } }"#,
            &[
                r#"text.en["my title"]: found "my title", expected the key of a text: letters, digits, dots and hyphens"#,
                "text.en.title: found a number, expected a text",
                r#"text._: found "_", expected a language tag such as "en" or "de-AT""#,
                "text.de: found a list, expected an object",
            ],
        ),
        (
            r#"{ "services": [{ "id": "a", "category": "analytics", "cookies": ["*", "a*b"], "storage": [""] }] }"#,
            &[
                r#"services[0].cookies[0]: found "*", expected a name, or the start of one with "*" at its end"#,
                r#"services[0].cookies[1]: found "a*b", expected a name, or the start of one with "*" at its end"#,
                r#"services[0].storage[0]: found "", expected a text with something in it"#,
            ],
        ),
        // Hosts.
        (
            r#"{ "services": [{ "id": "a", "category": "analytics", "hosts": [
                "https://acme.example/", "*.acme.example", "acme.example:8080", "acme", "bücher.example", "acme.example/?x"
            ] }] }"#,
            &[
                r#"services[0].hosts[0]: found "https://acme.example/", expected a bare host name: drop the scheme; did you mean "acme.example"?"#,
                r#"services[0].hosts[1]: found "*.acme.example", expected a host name: its subdomains are included; did you mean "acme.example"?"#,
                r#"services[0].hosts[2]: found "acme.example:8080", expected a host name without a port: ports are ignored; did you mean "acme.example"?"#,
                r#"services[0].hosts[3]: found "acme", expected a host name such as "acme.example""#,
                r#"services[0].hosts[4]: found "bücher.example", expected a host name in punycode ("xn--…"), as the browser's address bar copies it"#,
                r#"services[0].hosts[5]: found "acme.example/?x", expected a host and the start of a path, without query, wildcard or spaces"#,
            ],
        ),
        (
            r#"{ "allow": ["cdn.example/lib/", "*.cdn.example"], "site": "*.shop.example" }"#,
            &[
                r#"allow[0]: found "cdn.example/lib/", expected a host name without a path; did you mean "cdn.example"?"#,
                r#"allow[1]: found "*.cdn.example", expected host names without a wildcard, each named; did you mean "cdn.example"?"#,
                r#"site: found "*.shop.example", expected a host name: its subdomains are included; did you mean "shop.example"?"#,
            ],
        ),
        (
            r#"{ "embedders": ["https://A.example/", "a.example", "https://a.example/a"], "grants": "user",
                "share": { "trustSubdomains": 1 } }"#,
            &[
                r#"embedders[0]: found "https://A.example/", expected an origin such as "https://example.com", without a path; did you mean "https://a.example"?"#,
                r#"embedders[1]: found "a.example", expected an origin such as "https://example.com", without a path; did you mean "https://a.example"?"#,
                r#"embedders[2]: found "https://a.example/a", expected an origin such as "https://example.com", without a path; did you mean "https://a.example"?"#,
                r#"grants: found "user", expected one of "any", "visitor""#,
                r#"share: missing key "domain""#,
                "share.trustSubdomains: found a number, expected true or false",
            ],
        ),
        // Links.
        (
            r#"{ "policy": { "url": "\tjavascript:alert(1)" }, "controller": { "name": "A", "contact": "dpo@acme.example" } }"#,
            &[
                r#"policy.url: found "\u{9}javascript:alert(1)", expected a link with http: or https:, or a relative one"#,
                r#"controller.contact: found "dpo@acme.example", expected a link with http:, https: or mailto:, or a relative one; did you mean "mailto:dpo@acme.example"?"#,
            ],
        ),
        // Ids among each other.
        (
            r#"{ "categories": [{ "id": "analytics" }, { "id": "analytics" }], "services": [
                { "id": "analytics", "category": "analytics" }, "hotjar", "hotjar", { "id": "hotjar", "category": "analytics" }
            ] }"#,
            &[
                r#"categories[1].id: found "analytics" again, expected a name that nothing else has"#,
                r#"services[0].id: found "analytics" again, expected a name that nothing else has"#,
                r#"services[2]: found "hotjar" again, expected a name that nothing else has"#,
                r#"services[3].id: found "hotjar" again, expected a name that nothing else has"#,
            ],
        ),
        (
            r#"{ "regime": { "regions": { "us-ca": "opt-in" } }, "lang": "de_AT", "region": null }"#,
            &[
                r#"regime.regions["us-ca"]: found "us-ca", expected a region of ISO 3166 such as "DE" or "US-CA"; did you mean "US-CA"?"#,
                r#"lang: found "de_AT", expected a language tag such as "en" or "de-AT"; did you mean "de-AT"?"#,
                "region: found null, expected a text",
            ],
        ),
        // Categories and the catalogue.
        (
            r#"{ "services": [{ "id": "acme", "category": "analitycs" }, "goggle-analytics", "no-such-thing"] }"#,
            &[
                r#"services[0].category: found "analitycs", expected one of "necessary", "preferences", "analytics", "marketing"; did you mean "analytics"?"#,
                r#"services[1]: found "goggle-analytics", expected the id of a service that the catalogue knows, or an object; did you mean "google-analytics"?"#,
                r#"services[2]: found "no-such-thing", expected the id of a service that the catalogue knows, or an object"#,
            ],
        ),
        (
            r#"{ "services": ["hotjar"], "categories": [{ "id": "analytic" }] }"#,
            &[r#"services[0]: found "analytics", expected one of "necessary", "analytic"; did you mean "analytic"?"#],
        ),
        // What two values say together.
        (
            r#"{ "signals": { "gpc": "ignore" }, "regime": { "regions": { "US-CA": "opt-out" } } }"#,
            &[r#"signals.gpc: found "ignore", expected "deny" or "ask" where a region is opt-out (11 CCR § 7025)"#],
        ),
        (r#"{ "signals": { "gpc": "ignore", "dnt": "ignore" } }"#, &[]),
        (
            r#"{ "expires": { "denied": 30 } }"#,
            &[
                "warning: expires.denied: found 30, expected at least 180 as for expires.granted: a refusal lasts as long as a grant",
            ],
        ),
        (
            r#"{ "expires": { "granted": 365 } }"#,
            &[
                "warning: expires.denied: found 180, expected at least 365 as for expires.granted: a refusal lasts as long as a grant",
            ],
        ),
        (
            r#"{ "services": [
                { "id": "hotjar", "category": "necessary" },
                { "id": "count", "category": "necessary", "hosts": ["own.example", "www.google-analytics.com"] },
                { "id": "chat", "category": "necessary", "hosts": ["widget.intercom.io"] }
            ], "allow": ["cdn.example", "stats.g.doubleclick.net"] }"#,
            &[
                "warning: services[0].category: found Hotjar, which the catalogue knows as analytics; expected nothing that needs consent",
                "warning: services[1].category: found Google Analytics, which the catalogue knows as analytics; expected nothing that needs consent",
                "warning: allow[1]: found Google Ads, which the catalogue knows as marketing; expected nothing that needs consent",
            ],
        ),
    ];
    for (json, expected) in table {
        assert_eq!(told(json), *expected, "{json}");
    }
    let long = |length: usize| json!({ "region": "x".repeat(length), "mode": "é".repeat(100), "lang": "x".repeat(36) });
    assert_eq!(
        lines(&long(2001)).1,
        [
            "region: found 2001 characters, expected at most 6".into(),
            format!(r#"mode: found "{}…", expected one of "gate", "report""#, "é".repeat(80)),
            "lang: found 36 characters, expected at most 35".into(),
        ]
    );
}

#[test]
fn lines_follow_the_order_of_the_config() {
    let json = r#"{
        "allow": ["x"], "expires": { "denied": 10, "granted": 20 }, "services": ["no"], "zzz": 1,
        "signals": { "foo": 1, "gpc": "ignore", "dnt": "no" }, "regime": "opt-out", "mode": "x",
        "categories": [{ "description": 1, "id": "Bad", "idd": 1 }]
    }"#;
    let paths: Vec<String> = told(json)
        .iter()
        .map(|line| line.trim_start_matches("warning: ").split(": ").next().unwrap().to_owned())
        .collect();
    assert_eq!(
        paths,
        [
            "allow[0]",
            "expires.denied",
            "services[0]",
            "zzz",
            "signals.foo",
            "signals.gpc",
            "signals.dnt",
            "mode",
            "categories[0].description",
            "categories[0].id",
            "categories[0].idd",
        ]
    );
}

/// What a polluted prototype offers is never asked for: only a value's own keys are.
#[test]
fn only_own_keys_are_read() {
    struct Polluted;
    impl Raw for Polluted {
        fn kind(&self) -> Kind {
            Kind::Object
        }
        fn as_bool(&self) -> Option<bool> {
            None
        }
        fn as_number(&self) -> Option<f64> {
            None
        }
        fn as_text(&self) -> Option<String> {
            None
        }
        fn get(&self, key: &str) -> Option<Self> {
            panic!("{key} is not its own")
        }
        fn keys(&self) -> Vec<String> {
            Vec::new()
        }
        fn items(&self) -> Vec<Self> {
            Vec::new()
        }
    }
    let mut count = Count::default();
    assert_eq!(read(&Polluted, &mut count), Config::default());
    assert_eq!(count, Count::default());
}

// ——— Schema and reader ———

static SCHEMA: LazyLock<Value> = LazyLock::new(schema);
static VALIDATOR: LazyLock<jsonschema::Validator> = LazyLock::new(|| jsonschema::validator_for(&SCHEMA).unwrap());

fn definition(name: &str) -> &'static Value {
    if name == "Config" { &SCHEMA } else { &SCHEMA["$defs"][name] }
}

fn set<'a>(words: impl IntoIterator<Item = &'a str>) -> BTreeSet<&'a str> {
    words.into_iter().collect()
}

#[test]
fn the_schema_has_the_readers_keys_and_words_and_no_others() {
    assert_eq!(SCHEMA["$schema"], "https://json-schema.org/draft/2020-12/schema");
    for (name, keys) in KEYS {
        let definition = definition(name);
        let properties = definition["properties"].as_object().unwrap_or_else(|| panic!("{name}"));
        assert_eq!(set(properties.keys().map(String::as_str)), set(keys.iter().copied()), "{name}");
        assert_eq!(definition["additionalProperties"], false, "{name}");
        for (key, property) in properties {
            assert!(property["description"].is_string(), "{name}.{key} is described");
        }
    }
    for (name, words) in WORDS {
        let choices = definition(name)["oneOf"].as_array().unwrap_or_else(|| panic!("{name}"));
        let choices = choices.iter().map(|choice| choice["const"].as_str().unwrap());
        assert_eq!(choices.collect::<Vec<_>>(), *words, "{name}");
    }
    let named = KEYS.iter().chain(WORDS).map(|table| table.0).filter(|name| *name != "Config");
    let unions = ["RegimeRule", "ServiceEntry", "ShareRule"];
    let definitions = SCHEMA["$defs"].as_object().unwrap();
    assert_eq!(set(definitions.keys().map(String::as_str)), set(named.chain(unions)));
}

#[test]
fn the_full_config_uses_every_key() {
    let full = full();
    assert_eq!(set(full.as_object().unwrap().keys().map(String::as_str)), set(KEYS[0].1.iter().copied()));
    assert!(VALIDATOR.is_valid(&full));
    assert!(VALIDATOR.is_valid(&json!({})));
}

#[test]
fn defaults_in_the_schema_are_the_readers() {
    let mut value = json!({});
    for (key, property) in SCHEMA["properties"].as_object().unwrap() {
        if let Some(default) = property.get("default") {
            value[key] = default.clone();
        }
    }
    for (key, name) in [("signals", "SignalRules"), ("expires", "Expires"), ("policy", "Policy"), ("notice", "Notice")]
    {
        let properties = definition(name)["properties"].as_object().unwrap();
        let defaults =
            properties.iter().filter_map(|(key, property)| Some((key.clone(), property.get("default")?.clone())));
        value[key] = Value::Object(defaults.collect());
    }
    let (config, lines) = lines(&value);
    assert_eq!((config, lines), (Config::default(), vec![]), "{value}");
    assert!(VALIDATOR.is_valid(&value));
}

/// Which problems the reader reports, parted by whether a schema could say so. It could not where it takes two values
/// to see the problem.
#[derive(Default, Debug)]
struct Seen {
    schema: usize,
    reader_only: usize,
}

impl Report for Seen {
    fn problem(&mut self, problem: Problem<'_>) {
        match problem {
            Problem::Duplicate { .. }
            | Problem::UnknownCategory { .. }
            | Problem::GpcIgnored
            | Problem::StrictBlock => self.reader_only += 1,
            _ if problem.severity() == Severity::Warning => {}
            _ => self.schema += 1,
        }
    }
}

/// The schema says invalid exactly when the reader reports an error that a schema can express.
fn agree(value: &Value) -> Result<(), TestCaseError> {
    let mut seen = Seen::default();
    read(value, &mut seen);
    let errors: Vec<String> = VALIDATOR.iter_errors(value).map(|error| error.to_string()).collect();
    prop_assert_eq!(
        errors.is_empty(),
        seen.schema == 0,
        "{} {:?} schema: {:?}, reader: {:?}",
        value,
        seen,
        errors,
        lines(value).1
    );
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn schema_and_reader_agree_on_changed_configs(
        changes in prop::collection::vec((any::<prop::sample::Index>(), change()), 1..4),
    ) {
        let mut value = full();
        for (place, change) in changes {
            apply(&mut value, place, change);
        }
        agree(&value)?;
    }

    #[test]
    fn schema_and_reader_agree_on_texts(text in prop_oneof![
        "\\PC{0,20}",
        "[a-zA-Z0-9:/@.?#*_ \\-\\[\\]\\\\\t\n\u{7f}é%]{0,16}",
        "(https?|javascript|mailto|HTTP|x)?(:|://|//)?[a-z0-9.@:/ -]{0,12}",
        "([a-z0-9-]{1,3}\\.){0,4}([a-z0-9]{1,3}|25[0-9]|localhost)\\.?(:[0-9]{1,3})?(/[a-z./?*]{0,6})?",
        "[0-9]{1,3}\\.[0-9]{1,3}\\.[0-9]{1,3}\\.[0-9]{1,3}",
        "[A-Za-z0-9]{1,9}(-[A-Za-z0-9]{1,9}){0,2}",
        "a{60,70}(\\.a{50,64}){0,4}",
    ]) {
        for value in places(&text) {
            agree(&value)?;
        }
    }

    /// No link that is kept leaves the web: a browser's own parser says so.
    #[test]
    fn a_kept_link_is_web_or_mail(link in prop_oneof![
        "\\PC{0,20}",
        "[\\x00- ]{0,2}[jJ][aA][vV][aA][\\x00- ]{0,1}[sS]cript[\\x00- ]{0,1}:[a-z()/]{0,6}",
        "[a-zA-Z+.-]{0,6}[:/\\\\@?#\t ]{1,3}[a-z@:.]{0,8}",
    ]) {
        let config = config(json!({ "policy": { "url": link }, "controller": { "name": "A", "contact": link } }));
        let base = url::Url::parse("https://shop.example/a/b").unwrap();
        let scheme = |link: Option<String>| link.and_then(|link| base.join(&link).ok()).map(|url| url.scheme().to_owned());
        if let Some(scheme) = scheme(config.policy.url) {
            prop_assert!(["http", "https"].contains(&scheme.as_str()), "{scheme}");
        }
        if let Some(scheme) = scheme(config.controller.unwrap().contact) {
            prop_assert!(["http", "https", "mailto"].contains(&scheme.as_str()), "{scheme}");
        }
    }

    /// A host that is kept is one that a browser would say in the same letters.
    #[test]
    fn a_kept_host_is_the_browsers(host in prop_oneof![
        "[a-zA-Z0-9._-]{1,20}",
        "([a-z0-9-]{1,3}\\.){1,4}[a-z0-9]{1,3}\\.?",
        "(0x)?[1-9][0-9]{0,2}(\\.[1-9][0-9]{0,2}){0,3}",
    ]) {
        if let Some(kept) = config(json!({ "site": host })).site {
            let parsed = url::Url::parse(&format!("https://{kept}/"));
            // Some names of valid letters are still refused, as broken punycode is: no request can have them.
            if let Ok(parsed) = parsed {
                prop_assert_eq!(parsed.host_str(), Some(kept.as_str()));
            }
        }
    }
}
