//! Configs to test with, whole and broken, and what holds the two readers of them together.

#![allow(dead_code)]

use portcullis::config::{plain::Plain, *};
use portcullis::json::Json;
use proptest::prelude::*;
use serde_json::{Value, json};

/// The plain config says what the typed one does, and that something is wrong exactly when there are lines to show.
#[track_caller]
pub fn plain_agrees(value: &Value, config: &Config, wrong: bool) {
    let plain = Plain::new(value.into());
    assert_eq!(plain.wrong, wrong, "{value}");
    assert_eq!((plain.mode(), plain.block(), plain.signals()), (config.mode, config.block, config.signals), "{value}");
    let Expires { granted, denied } = config.expires;
    assert_eq!(plain.days(), (granted.into(), denied.into()), "{value}");
    assert_eq!(plain.regime(), regime(config), "{value}");

    let policy =
        json!({ "version": config.policy.version, "url": config.policy.url, "changes": config.policy.changes });
    let found = |key: &str| plain.policy().get(key);
    let changes: Vec<Value> = found("changes").items().iter().map(Value::from).collect();
    assert_eq!(json!({ "version": found("version").text(), "url": word(found("url")), "changes": changes }), policy);

    let theme = match config.notice.theme {
        Theme::Auto => "",
        Theme::Light => "light",
        Theme::Dark => "dark",
    };
    let notice = (theme, config.notice.reopen == Reopen::Button, config.notice.close);
    let theme_of = |plain: &Plain| if plain.theme() == "auto" { String::new() } else { plain.theme().to_owned() };
    assert_eq!((&*theme_of(&plain), plain.reopen(), plain.close()), notice, "{value}");

    let categories: Vec<Value> = config
        .category_ids()
        .iter()
        .map(|id| {
            let own = config.categories.iter().find(|category| category.id == *id);
            let (label, description) = own.map(|own| (&own.label, &own.description)).unzip();
            json!({ "id": id, "label": label, "description": description })
        })
        .collect();
    assert_eq!(objects(plain.categories(), &["id", "label", "description"]), categories, "{value}");

    let services: Vec<Value> = config
        .services
        .iter()
        .map(|service| match service {
            ServiceEntry::Known(id) => json!(id),
            ServiceEntry::Own(own) => {
                json!({ "id": own.id, "name": own.name, "category": own.category, "hosts": own.hosts })
            }
        })
        .collect();
    assert_eq!(objects(plain.services(), &["id", "name", "category", "hosts"]), services, "{value}");

    let allow: Vec<&str> = plain.allow().iter().map(Json::text).collect();
    assert_eq!(allow, config.allow, "{value}");
    let own = |text: &Option<String>| text.clone().unwrap_or_default();
    assert_eq!(
        (plain.site(), plain.base(), plain.lang()),
        (&*own(&config.site), &*own(&config.base), &*own(&config.lang))
    );
    for (lang, texts) in &config.text {
        let own: Vec<(String, String)> = plain
            .text(lang)
            .entries()
            .iter()
            .filter(|(_, text)| *text != Json::Null)
            .map(|(key, text)| (key.clone(), text.text().into()))
            .collect();
        assert_eq!(own, *texts, "{value}");
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

fn word(text: &Json) -> Value {
    text.into()
}

/// A list with these keys of its objects.
fn objects(items: &[Json], keys: &[&str]) -> Vec<Value> {
    let object = |item: &Json| {
        let entry = |key: &&str| {
            let value = item.get(key);
            let none = *key == "hosts" && *value == Json::Null;
            ((*key).to_owned(), if none { json!([]) } else { value.into() })
        };
        if item.is_object() { keys.iter().map(entry).collect() } else { Value::from(item) }
    };
    items.iter().map(object).collect()
}

/// A config with every key of the schema, each of another value than its default.
pub fn full() -> Value {
    json!({
        "$schema": "./portcullis.schema.json",
        "mode": "report",
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
        "notice": { "layout": "bar", "theme": "dark", "reopen": "none", "close": true },
        "lang": "de-AT",
        "text": { "de-AT": { "title": "Grüß Gott" }, "en": {} },
        "base": "https://static.shop.example/p/"
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
