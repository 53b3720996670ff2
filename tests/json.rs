//! Our own JSON against the one that everybody uses.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, missing_docs)]

use portcullis::json::{self, Json};
use proptest::prelude::*;
use serde_json::{Map, Value, json};

/// What stands between two quotes, read.
fn decoded(text: &[u8]) -> String {
    serde_json::from_slice(&[b"\"", text, b"\""].concat()).unwrap()
}

/// That every method says of a value what they say of it, and so of all that is in it.
fn same(own: Json, known: &Value) {
    assert_eq!(serde_json::from_slice::<Value>(own.raw()).unwrap(), *known, "{own:?}");
    assert!(!own.is_none());
    assert_eq!(own.is_object(), known.is_object());
    assert_eq!(own.bool(), known.as_bool());
    assert_eq!(decoded(own.text()), known.as_str().unwrap_or_default());
    let digits = own.raw().iter().all(u8::is_ascii_digit);
    assert_eq!(own.number(), if digits { known.as_f64().unwrap() } else { 0.0 });
    let members: Vec<(&[u8], Json)> = own.members().collect();
    match known {
        Value::Object(map) => {
            assert_eq!(members.len(), map.len(), "{known}");
            for ((key, value), (name, inner)) in members.iter().zip(map) {
                assert_eq!(decoded(key), *name);
                assert_eq!(own.get(key), *value);
                same(*value, inner);
            }
        }
        Value::Array(items) => {
            assert_eq!(members.len(), items.len(), "{known}");
            for ((key, value), inner) in members.iter().zip(items) {
                assert!(key.is_empty());
                same(*value, inner);
            }
        }
        _ => assert!(members.is_empty()),
    }
    assert!(own.get(b"no such key").is_none());
}

#[test]
fn what_json_is() {
    for text in [
        "null",
        " \t\n\rtrue ",
        "false",
        "0",
        "-0",
        "10",
        "-1.5",
        "1e3",
        "1E+3",
        "15e-1",
        "0.1",
        "180.0",
        "1e-400",
        "1.8e2",
        "9007199254740991",
        "\"\"",
        "[]",
        "{}",
        "[ ]",
        "{ }",
        "[1, [2, {\"a\": []}]]",
        r#"{"a":1,"b":{"a":[{"c":"}]\""}]},"c" : 3}"#,
        r#""\"\\\/\b\f\n\r\t\u0041\u00e9\u20ac\ud83d\ude00""#,
        r#"["\\", "\\\\\"", "{", "[", ":,"]"#,
        "\"é€😀\u{7f}\u{2028}\"",
        r#"{"":null}"#,
        r#""\uFFFF\u0000""#,
    ] {
        same(Json::new(text.as_bytes()), &serde_json::from_str(text).expect(text));
    }
}

#[test]
fn what_is_asked_of_the_wrong_kind_is_nothing() {
    let text = br#" { "a": "x", "b": [true], "c": null, "d": 5, "e": { "a": "y" } } "#;
    let root = Json::new(text);
    assert_eq!(root.get(b"a").text(), b"x");
    assert_eq!(root.get(b"e").get(b"a").text(), b"y");
    assert_eq!(root.get(b"b").members().map(|(_, item)| item.bool()).collect::<Vec<_>>(), [Some(true)]);
    assert!(root.get(b"c").raw() == b"null" && !root.get(b"c").is_none());
    for nothing in [root.get(b"none"), root.get(b"b").get(b"a"), root.get(b"a").get(b"a"), root.get(b"none").get(b"a")]
    {
        assert_eq!(nothing, Json::default());
        assert!(nothing.is_none() && !nothing.is_object() && nothing.raw().is_empty() && nothing.text().is_empty());
        assert_eq!((nothing.bool(), nothing.number(), nothing.members().count()), (None, 0.0, 0));
    }
    for (key, number) in [("a", 0.0), ("b", 0.0), ("c", 0.0), ("d", 5.0)] {
        assert_eq!(root.get(key.as_bytes()).number(), number, "{key}");
    }
    // The number that a text starts with is not the number that it is.
    for text in ["-1", "30.5", "1e300", "1.8e2", "180.0", "5x", "x5", "\"5\"", ""] {
        assert_eq!(Json::new(text.as_bytes()).number(), 0.0, "{text}");
    }
}

/// Any value.
fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        (-9_007_199_254_740_991_i64..=9_007_199_254_740_991).prop_map(Value::from),
        (0..=9_007_199_254_740_991_u64).prop_map(Value::from),
        (-1e9..1e9_f64).prop_map(Value::from),
        any::<String>().prop_map(Value::from),
        "[\\x00-\\x7f]{0,8}".prop_map(Value::from),
        r#"[\[\]{},:"\\ ]{0,8}"#.prop_map(Value::from),
    ];
    leaf.prop_recursive(5, 40, 5, |inner| {
        let key = prop_oneof![any::<String>(), r#"[a-c"\\{}:,]{0,2}"#];
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            prop::collection::vec((key, inner), 0..5)
                .prop_map(|entries| Value::Object(entries.into_iter().collect::<Map<_, _>>())),
        ]
    })
}

/// JSON with every letter of every string escaped, as pairs of surrogates where need be, and space wherever it may be.
fn escaped(value: &Value) -> String {
    let text = |text: &str| {
        let units: String = text.encode_utf16().map(|unit| format!("\\u{unit:04x}")).collect();
        format!("\"{units}\"")
    };
    match value {
        Value::String(own) => text(own),
        Value::Array(items) => format!("[\n{} ]", items.iter().map(escaped).collect::<Vec<_>>().join(" ,\r\n")),
        Value::Object(entries) => {
            let entry = |(key, value): (&String, &Value)| format!("{} : {}", text(key), escaped(value));
            format!("{{\t{} }}", entries.iter().map(entry).collect::<Vec<_>>().join("\t, "))
        }
        other => other.to_string(),
    }
}

/// Asks a value and all that is in it everything; how many values there were.
fn walk(value: Json) -> usize {
    let _ = (value.bool(), value.number(), value.text(), value.is_object(), value.get(b"a"));
    1 + value.members().map(|(_, inner)| walk(inner)).sum::<usize>()
}

/// The value, by our writers. What is in a string is as it stands in JSON.
fn write(out: &mut Vec<u8>, value: &Value) {
    let inner = |text: &str| {
        let quoted = Value::from(text).to_string();
        quoted.as_bytes()[1..quoted.len() - 1].to_vec()
    };
    match value {
        Value::Object(entries) => {
            json::add(out, b"{");
            for (key, value) in entries {
                let key = inner(key);
                match value {
                    Value::Bool(yes) => json::truth(out, &key, *yes),
                    Value::String(own) => json::text(out, &key, &inner(own)),
                    value => {
                        json::key(out, &key);
                        write(out, value);
                    }
                }
            }
            json::add(out, b"}");
        }
        Value::Array(items) => {
            json::add(out, b"[");
            for item in items {
                json::comma(out);
                write(out, item);
            }
            json::add(out, b"]");
        }
        Value::String(own) => json::quote(out, &inner(own)),
        Value::Number(number) if number.is_u64() => json::number(out, number.as_u64().unwrap()),
        other => json::add(out, other.to_string().as_bytes()),
    }
}

/// What a document is broken with.
const MARKS: &str = "{}[]\",:\\/ \n\t\0 0123456789-+.eEutrfnalsd\u{e9}";

proptest! {
    #![proptest_config(ProptestConfig { cases: 1000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn we_read_what_they_write(value in value()) {
        for text in [value.to_string(), serde_json::to_string_pretty(&value).unwrap(), escaped(&value)] {
            same(Json::new(text.as_bytes()), &value);
        }
    }

    #[test]
    fn they_read_what_we_write(value in value()) {
        let mut out = Vec::new();
        write(&mut out, &value);
        prop_assert_eq!(serde_json::from_slice::<Value>(&out).unwrap(), value);
    }

    #[test]
    fn numbers_are_written_whole(number: u64) {
        let mut out = Vec::new();
        json::number(&mut out, number);
        prop_assert_eq!(String::from_utf8(out).unwrap(), number.to_string());
    }

    #[test]
    fn no_bytes_at_all_upset_it(bytes in prop_oneof![
        prop::collection::vec(any::<u8>(), 0..60),
        prop::collection::vec(prop::sample::select(MARKS.as_bytes()), 0..60),
    ]) {
        prop_assert!(walk(Json::new(&bytes)) <= bytes.len() + 1);
    }

    /// What is broken in one place gives values or none, and no more of them than it has letters.
    #[test]
    fn what_is_broken_gives_some_values_or_none(
        value in value(),
        at in any::<prop::sample::Index>(),
        new in prop::option::of(prop::sample::select(MARKS.chars().collect::<Vec<_>>())),
    ) {
        let mut text: Vec<char> = value.to_string().chars().collect();
        let at = at.index(text.len());
        text.splice(at..=at, new);
        let text: String = text.into_iter().collect();
        prop_assert!(walk(Json::new(text.as_bytes())) <= text.len() + 1);
    }
}

#[test]
fn depth_is_none_of_our_concern() {
    for text in ["[".repeat(100_000), "{\"a\":".repeat(100_000), ["[".repeat(100_000), "]".repeat(100_000)].concat()] {
        let value = Json::new(text.as_bytes());
        assert_eq!(value.raw().len(), text.len());
        assert_eq!(value.members().count(), 1);
    }
}

#[test]
fn a_comma_stands_between_two_and_nowhere_else() {
    let list = json!([0, 42, 1_700_000_000_000_u64, u64::MAX, {}, [], { "a": [[]], "b": true }]);
    let mut out = Vec::new();
    write(&mut out, &list);
    assert_eq!(String::from_utf8(out).unwrap(), list.to_string());
}
