//! Configs to test with, whole and broken, and what holds the two readers of them together.

#![allow(dead_code)]

use portcullis::config::{plain::Plain, *};
use portcullis::consent::{Grants, NECESSARY, Purposes};
use portcullis::json::Text;
use portcullis::setup;
use portcullis::shield::catalogue;
use portcullis::shield::hosts::{Hosts, Owner, is_within};
use portcullis::shield::verdict::{Request, Shield, verdict};
use proptest::prelude::*;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};
use url::Url;

/// The page that the configs are for.
pub const HOST: Text = b"www.shop.example.co.uk";

/// A text that lives as long as the page; the same text only once, because a fuzzer asks without end.
pub fn kept(text: &str) -> Text {
    static KEPT: Mutex<BTreeSet<Text>> = Mutex::new(BTreeSet::new());
    let mut all = KEPT.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(known) = all.get(text.as_bytes()) {
        return known;
    }
    let new = text.as_bytes().to_vec().leak();
    all.insert(new);
    new
}

/// JSON as `JSON.stringify` writes it: all that the first file reads has gone through it.
pub fn stringify(value: &Value) -> String {
    match value {
        Value::Number(number) => match number.as_f64() {
            Some(float) if float.fract() == 0.0 && float.abs() < 1e21 => format!("{float:.0}"),
            _ => number.to_string(),
        },
        Value::Array(items) => format!("[{}]", items.iter().map(stringify).collect::<Vec<_>>().join(",")),
        Value::Object(entries) => {
            let entry = |(key, value): (&String, &Value)| format!("{}:{}", json!(key), stringify(value));
            format!("{{{}}}", entries.iter().map(entry).collect::<Vec<_>>().join(","))
        }
        other => other.to_string(),
    }
}

/// A config as the first file has it once it is set up.
pub struct Lean {
    pub plain: Plain,
    pub purposes: Purposes,
    pub shield: Shield,
}

pub fn lean(value: &Value) -> Lean {
    lean_text(&stringify(value))
}

pub fn lean_text(text: &str) -> Lean {
    let mut plain = Plain::new(kept(text));
    let (purposes, shield) = setup::purposes(&mut plain, HOST);
    Lean { plain, purposes, shield }
}

/// All hosts of the service at which a walk stands.
fn hosts_of(mut known: catalogue::Known) -> Vec<String> {
    let mut hosts = vec![catalogue::text(known.host()).into()];
    while known.another() {
        hosts.push(catalogue::text(known.host()).into());
    }
    hosts
}

/// The same, from what the typed reader says.
fn typed(config: &Config) -> (Purposes, Shield) {
    let mut hosts = Hosts::default();
    for host in &config.allow {
        hosts.add(kept(host), Owner::Allowed);
    }
    let mut purposes = Purposes::default();
    for id in config.category_ids() {
        purposes.category(kept(&id));
    }
    for entry in &config.services {
        let known = catalogue::find(entry.id().as_bytes());
        let (name, category, own): (_, _, Vec<String>) = match entry {
            ServiceEntry::Known(_) => (None, known.unwrap().category(), hosts_of(known.unwrap())),
            ServiceEntry::Own(own) => (own.name.clone(), &*own.category, own.hosts.clone()),
        };
        let of = purposes.category(kept(category));
        for host in own {
            hosts.add(kept(&host), Owner::Service(purposes.0.len()));
        }
        let name = name.unwrap_or(entry.id().into());
        purposes.service(kept(entry.id()), kept(&name), of, true);
    }
    let mut known = catalogue::walk();
    while known.next() {
        if !config.services.iter().any(|entry| entry.id().as_bytes() == known.id()) {
            hosts.add(kept(catalogue::text(known.host())), Owner::Catalogue(known.place()));
        }
    }
    let site = config.site.as_deref().filter(|site| is_within(HOST, site.as_bytes()));
    let site = kept(site.unwrap_or("shop.example.co.uk"));
    (purposes, Shield { block: config.block, site, host: HOST, hosts, ..Shield::default() })
}

/// What stands between two quotes of JSON, read, without space around it.
fn decoded(text: Text) -> String {
    let text: String = serde_json::from_slice(&[b"\"", text, b"\""].concat()).unwrap();
    text.trim_ascii().into()
}

/// Id, name and category of each purpose.
fn listed(purposes: &Purposes) -> Vec<[String; 3]> {
    purposes.iter().map(|(_, own)| [own.id, own.name, purposes.get(own.of).unwrap().id].map(decoded)).collect()
}

/// The same, by names that stand as they are.
fn listed_raw(purposes: &Purposes) -> Vec<[String; 3]> {
    let word = |text: Text| String::from_utf8(text.into()).unwrap();
    purposes.iter().map(|(_, own)| [own.id, own.name, purposes.get(own.of).unwrap().id].map(word)).collect()
}

/// A category of this id is granted, with all of its services, and what is always.
fn granted(purposes: &Purposes, category: Text) -> Grants {
    let has = |of: usize| purposes.get(of).is_some_and(|of| of.id == category);
    Grants(purposes.iter().map(|(_, own)| own.always() || has(own.of)).collect())
}

/// Every text in a value.
fn texts<'a>(value: &'a Value, into: &mut Vec<&'a str>) {
    match value {
        Value::String(text) => into.push(text),
        Value::Array(items) => items.iter().for_each(|item| texts(item, into)),
        Value::Object(entries) => entries.values().for_each(|value| texts(value, into)),
        _ => {}
    }
}

/// Addresses that a config may mean something for: all that it names as a host, what the catalogue knows, the page's own
/// and a stranger's.
fn addresses(value: &Value) -> Vec<String> {
    let mut named = vec![
        "www.google-analytics.com/g",
        "static.hotjar.com",
        "www.facebook.com/tr?id=1",
        "connect.facebook.net",
        "stranger.test",
        "shop.example.co.uk",
        "a.shop.example.co.uk",
        "www.shop.example.co.uk/ads/",
        "www.shop.example.co.uk:81",
        "acme.example",
        "127.0.0.1",
        "co.uk",
    ];
    texts(value, &mut named);
    named.sort_unstable();
    named.dedup();
    let spelled = named.iter().flat_map(|text| [format!("https://{text}"), format!("https://a.{text}")]);
    let mut urls: Vec<String> = spelled.filter_map(|text| Url::parse(&text).ok()).map(String::from).collect();
    urls.push("data:,".into());
    urls
}

/// The lean config says what the typed one does, or less: that something is wrong whenever there are lines to show, and
/// nothing passes that the typed one would hold. Where nothing is wrong they are the same.
#[track_caller]
pub fn plain_agrees(value: &Value, config: &Config, wrong: bool) {
    let Lean { plain, purposes, shield } = lean(value);
    assert!(plain.wrong || !wrong, "{value} is wrong");
    // What an escape hides may be good all the same; nothing else is called wrong that is not.
    assert!(wrong || !plain.wrong || stringify(value).contains('\\'), "{value} is not wrong");

    let (of_typed, typed) = typed(config);
    let Expires { granted: yes, denied: no } = config.expires;
    assert_eq!((plain.mode(), plain.days()), (config.mode, (yes.into(), no.into())), "{value}");
    let open = |rule| match rule {
        OnSignal::Deny => 0,
        OnSignal::Ask => 1,
        OnSignal::Ignore => 2,
    };
    let (own, known) = (plain.signals(), config.signals);
    let silence = regime(config);
    if plain.wrong {
        assert!(plain.regime() == silence || plain.regime() == Regime::OptIn, "{value}");
        assert!(open(own.dnt) <= open(known.dnt) && open(own.gpc) <= open(known.gpc), "{value}");
        assert!(shield.block == typed.block || shield.block == Block::ThirdParty, "{value}");
    } else {
        assert_eq!((plain.regime(), own, shield.block), (silence, known, typed.block), "{value}");
        assert_eq!(decoded(plain.policy_version()), config.policy.version, "{value}");
        assert_eq!(listed(&purposes), listed_raw(&of_typed), "{value}");
        assert!(shield.site.eq_ignore_ascii_case(typed.site), "{value}");
    }
    assert_eq!(purposes.get(NECESSARY).map(|own| own.id), Some(b"necessary".as_slice()));
    assert!(is_within(HOST, shield.site), "{value}");

    let trusts = matches!(&config.share, Some(ShareRule::Trusting(sharing)) if sharing.trust_subdomains);
    let visitor_only = config.grants == GrantsBy::Visitor;
    if plain.wrong {
        assert!(plain.visitor_only() || !visitor_only, "{value}");
    } else {
        assert_eq!((plain.visitor_only(), plain.trusts_subdomains()), (visitor_only, trusts), "{value}");
    }
    let mut named = vec!["https://partner.example", "http://localhost:8080", "https://other.example"];
    texts(value, &mut named);
    for origin in named {
        let known = config.embedders.iter().any(|known| known == origin);
        assert_eq!(plain.may_embed(origin.as_bytes()), known, "{origin}: {value}");
    }

    let urls = addresses(value);
    let categories = purposes.iter().filter(|(index, own)| own.is_category(*index)).map(|(_, own)| own.id);
    for category in categories {
        let (own_grants, known_grants) = (granted(&purposes, category), granted(&of_typed, category));
        for url in &urls {
            let request = Request { url: url.as_bytes(), mark: b"" };
            let own = verdict(&shield, &purposes, &own_grants, request);
            let known = verdict(&typed, &of_typed, &known_grants, request);
            if plain.wrong {
                assert!(own.is_some() || known.is_none(), "{url} passes: {value}");
            } else {
                assert_eq!(own, known, "{url}: {value}");
            }
        }
    }
}

/// What silence means where the config says that the visitor is.
fn regime(config: &Config) -> Regime {
    match (&config.regime, &config.region) {
        (RegimeRule::One(regime), _) => *regime,
        (RegimeRule::ByRegion(_), None) => Regime::OptIn,
        (RegimeRule::ByRegion(rule), Some(region)) => {
            let find = |code: &str| rule.regions.iter().find(|known| known.0 == code).map(|known| known.1);
            find(region).or_else(|| find(&region[..2])).unwrap_or(rule.default)
        }
    }
}

/// A config with every key of the schema, each of another value than its default.
pub fn full() -> Value {
    json!({
        "$schema": "./portcullis.schema.json",
        "mode": "report",
        "enforce": "hooks",
        "worker": "/portcullis-sw.js",
        "block": "marked",
        "regime": { "default": "opt-out", "regions": { "DE": "opt-in", "US-CA": "opt-out" } },
        "region": "US-CA",
        "signals": { "dnt": "ignore", "gpc": "ask" },
        "expires": { "granted": 90, "denied": 365 },
        "policy": { "version": "2026-11", "url": "/privacy", "changes": ["One more service."] },
        "controller": { "name": " Acme Ltd ", "contact": "mailto:privacy@acme.example", "replyDays": 14 },
        "categories": [
            { "id": "necessary", "label": "Needed" },
            { "id": "analytics", "label": "Counting", "description": "How many came." },
            { "id": "stats-2" }
        ],
        "services": [
            "google-analytics",
            {
                "id": "acme.stats", "name": "Acme Stats", "category": "stats-2",
                "hosts": ["Acme.Example.", "127.0.0.1/ads/", "xn--bcher-kva.example", "localhost", "[2001:DB8::1]", "shop.example/"],
                "cookies": ["_acme*"], "storage": ["acme:*", "acme"],
                "privacyUrl": "https://acme.example/privacy", "retention": "13 months"
            }
        ],
        "allow": ["CDN.example", "127.0.0.1"],
        "site": "Shop.Example.co.uk.",
        "notice": { "layout": "bar", "position": "top", "theme": "dark", "reopen": "none", "close": true, "lock": true },
        "lang": "de-AT",
        "text": { "de-AT": { "title": "Grüß Gott" }, "en": {} },
        "base": "https://static.shop.example/p/",
        "minAge": 14,
        "google": { "mode": "basic", "region": ["DE"], "waitForUpdate": 500, "adsDataRedaction": true, "urlPassthrough": true },
        "tell": ["meta", "data-layer"],
        "receipt": { "endpoint": "/consent" },
        "share": { "domain": ".shop.example.co.uk", "trustSubdomains": true },
        "grants": "visitor",
        "embedders": ["https://partner.example", "http://localhost:8080"]
    })
}

/// All pointers into a value.
fn pointers(value: &Value, at: String, into: &mut Vec<String>) {
    match value {
        Value::Object(map) => {
            for (key, inner) in map {
                pointers(inner, format!("{at}/{}", key.replace('~', "~0").replace('/', "~1")), into);
            }
        }
        Value::Array(items) => {
            for (index, inner) in items.iter().enumerate() {
                pointers(inner, format!("{at}/{index}"), into);
            }
        }
        _ => {}
    }
    into.push(at);
}

/// A word with two of its letters in each other's place, or one missing.
fn slip(word: &str, at: usize) -> String {
    let mut letters: Vec<char> = word.chars().collect();
    match letters.len() {
        0 => "x".into(),
        length if at.is_multiple_of(2) && length > 1 => {
            letters.swap(at % (length - 1), at % (length - 1) + 1);
            letters.into_iter().collect()
        }
        length => {
            letters.remove(at % length);
            letters.into_iter().collect()
        }
    }
}

/// What is done to one place of a config.
#[derive(Debug, Clone)]
pub enum Change {
    Replace(Value),
    Misspell(usize),
    Unknown(String),
    Remove(usize),
    Repeat(usize),
}

/// One change to a config.
pub fn change() -> impl Strategy<Value = Change> {
    let words: Vec<Value> = WORDS.iter().flat_map(|table| table.1).map(|word| json!(word)).collect();
    let values = prop_oneof![
        prop::sample::select(vec![
            json!(null),
            json!(true),
            json!(false),
            json!(0),
            json!(1),
            json!(30),
            json!(180.0),
            json!(30.5),
            json!(-1),
            json!(731),
            json!(1e300),
            json!([]),
            json!({}),
            json!(""),
            json!(" "),
            json!("x"),
            json!(["x"]),
            json!([null]),
            json!("__proto__"),
            json!("constructor"),
            json!("hotjar"),
            json!("javascript:alert(1)"),
            json!("acme.example"),
            json!("https://acme.example/a"),
            json!("mailto:a@b.example"),
            json!("x".repeat(36)),
            json!("x".repeat(65)),
            json!("x".repeat(201)),
            json!("é".repeat(2000)),
            json!("é".repeat(2001)),
            json!({ "id": "x", "category": "analytics" }),
            json!({ "US": "opt-out" }),
            json!("\u{0}"),
            json!("a\nb"),
        ]),
        prop::sample::select(words),
        "\\PC{0,12}".prop_map(Value::from),
    ];
    prop_oneof![
        4 => values.prop_map(Change::Replace),
        3 => any::<usize>().prop_map(Change::Misspell),
        1 => prop::sample::select(vec!["", "x", "__proto__", "constructor", "Mode", "toString", "a b"])
            .prop_map(|key| Change::Unknown(key.into())),
        2 => any::<usize>().prop_map(Change::Remove),
        1 => any::<usize>().prop_map(Change::Repeat),
    ]
}

/// Makes a change to one place.
pub fn apply(root: &mut Value, place: prop::sample::Index, change: Change) {
    let mut all = Vec::new();
    pointers(root, String::new(), &mut all);
    let at: &String = place.get(&all);
    let value = root.pointer_mut(at).unwrap();
    match (change, value) {
        (Change::Replace(new), value) => *value = new,
        (Change::Misspell(at), Value::String(text)) => *text = slip(text, at),
        (Change::Misspell(at), Value::Object(map)) if !map.is_empty() => {
            let key = map.keys().nth(at % map.len()).unwrap().clone();
            let inner = map.remove(&key).unwrap();
            map.insert(slip(&key, at), inner);
        }
        (Change::Unknown(key), Value::Object(map)) => drop(map.insert(key, json!("opt-in"))),
        (Change::Remove(at), Value::Object(map)) if !map.is_empty() => {
            let key = map.keys().nth(at % map.len()).unwrap().clone();
            map.remove(&key);
        }
        (Change::Remove(at), Value::Array(items)) if !items.is_empty() => drop(items.remove(at % items.len())),
        (Change::Repeat(at), Value::Array(items)) if !items.is_empty() => {
            let item = items[at % items.len()].clone();
            items.push(item);
        }
        _ => {}
    }
}

/// Places for a text, by what it is used as.
pub fn places(text: &str) -> Vec<Value> {
    let service = |key: &str| {
        let mut service = json!({ "id": "acme", "category": "analytics" });
        let list = matches!(key, "hosts" | "cookies" | "storage");
        service[key] = if list { json!([text]) } else { json!(text) };
        json!({ "services": [service] })
    };
    let mut places: Vec<Value> =
        ["id", "name", "hosts", "cookies", "storage", "privacyUrl", "retention"].into_iter().map(service).collect();
    places.extend([
        json!({ "allow": [text] }),
        json!({ "site": text }),
        json!({ "region": text }),
        json!({ "regime": { "regions": { text: "opt-in" } } }),
        json!({ "lang": text }),
        json!({ "text": { text: {} } }),
        json!({ "text": { "en": { text: "x" } } }),
        json!({ "text": { "en": { "title": text } } }),
        json!({ "base": text }),
        json!({ "policy": { "version": text, "url": "/" } }),
        json!({ "controller": { "name": "A", "contact": text } }),
        json!({ "categories": [{ "id": text }] }),
    ]);
    places
}
