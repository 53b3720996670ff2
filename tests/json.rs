//! Our own JSON against the one that everybody uses.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, missing_docs)]

use portcullis::json::Json;
use proptest::prelude::*;
use serde_json::{Map, Value, json};

fn parse(text: &str) -> Option<Json> {
    Json::parse(text)
}

/// The same value; numbers that are no integers may differ in their last digits, because we count in decimals.
fn same(ours: &Json, theirs: &Value) -> bool {
    match (ours, theirs) {
        (Json::Null, Value::Null) => true,
        (Json::Bool(own), Value::Bool(known)) => own == known,
        (Json::Number(own), Value::Number(known)) => {
            let exact = known.as_i64().is_some_and(|known| known.abs() < 1 << 53);
            let known = known.as_f64().unwrap();
            let near = (own - known).abs() <= known.abs() * 1e-12 || (own.abs() < 1e-290 && known.abs() < 1e-290);
            *own == known || (!exact && near)
        }
        (Json::Text(own), Value::String(known)) => own == known,
        (Json::List(own), Value::Array(known)) => {
            own.len() == known.len() && own.iter().zip(known).all(|(own, known)| same(own, known))
        }
        (Json::Object(own), Value::Object(known)) => {
            own.len() == known.len()
                && own.iter().zip(known).all(|(own, known)| own.0 == *known.0 && same(&own.1, known.1))
        }
        _ => false,
    }
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
        r#"{"a":1,"b":2,"a":3}"#,
        r#""\"\\\/\b\f\n\r\t\u0041\u00e9\u20ac\ud83d\ude00""#,
        "\"é€😀\u{7f}\u{2028}\"",
        r#"{"":null}"#,
        r#""\uFFFF\u0000""#,
    ] {
        let known: Value = serde_json::from_str(text).expect(text);
        assert!(same(&parse(text).expect(text), &known), "{text}: {:?}", parse(text));
    }
}

#[test]
fn what_it_is_not() {
    for text in [
        "",
        " ",
        "nul",
        "nulll",
        "True",
        "undefined",
        "NaN",
        "Infinity",
        "-",
        "+1",
        ".5",
        "- 1",
        "1 2",
        "1e 3",
        "0x1",
        "1.e.5",
        "[",
        "]",
        "[1",
        "[1,",
        "[1,]",
        "[,1]",
        "[1 2]",
        "{",
        "}",
        "{\"a\"",
        "{\"a\":",
        "{\"a\":1",
        "{\"a\":1,}",
        "{a:1}",
        "{'a':1}",
        "{1:1}",
        "{\"a\" 1}",
        "{,}",
        "\"",
        "\"a",
        "\"\\\"",
        r#""\q""#,
        r#""\u12""#,
        r#""\u12g4""#,
        r#""\u+123""#,
        "\"\n\"",
        "\"\t\"",
        "\"\0\"",
        "'a'",
        "[]]",
        "{}{}",
        "\u{feff}1",
        "\u{a0}1",
        "//\n1",
        "/**/1",
    ] {
        assert!(serde_json::from_str::<Value>(text).is_err(), "{text}");
        assert_eq!(parse(text), None, "{text}");
    }
}

/// Where we differ, because it costs every visitor bytes and `JSON.stringify` writes none of it.
#[test]
fn numbers_that_json_does_not_have() {
    for (text, number) in
        [("01", 1.0), ("-007.50", -7.5), ("1.", 1.0), ("1e", 1.0), ("1e+", 1.0), ("1e999", f64::INFINITY)]
    {
        assert!(serde_json::from_str::<Value>(text).is_err(), "{text}");
        assert_eq!(parse(text), Some(Json::Number(number)), "{text}");
    }
    assert_eq!(parse("1.5e-99999999999"), Some(Json::Number(0.0)));
}

/// Where we differ on purpose: `JSON.stringify` escapes half a surrogate pair, so one may come in.
#[test]
fn half_a_character_is_none() {
    for text in [r#""\ud800""#, r#""\udc00""#, r#""\ud83dx""#, r#""\ud83d\n""#, r#""\udc00\ud800""#] {
        assert!(serde_json::from_str::<Value>(text).is_err(), "{text}");
        let text = parse(text).expect(text);
        assert!(text.text().contains(char::REPLACEMENT_CHARACTER), "{text:?}");
    }
}

#[test]
fn depth_is_bounded() {
    let nested = |depth: usize| ["[".repeat(depth), "]".repeat(depth)].concat();
    assert!(parse(&nested(32)).is_some());
    assert_eq!(parse(&nested(33)), None);
    assert_eq!(parse(&"[".repeat(100_000)), None);
    assert_eq!(parse(&"{\"a\":".repeat(100_000)), None);
}

#[test]
fn keys_and_values() {
    let mut json = parse(r#"{ "a": "x", "b": [true], "c": null, "d": 5 }"#).unwrap();
    assert!(json.is("a", "x") && json.is("b", "") && json.is("none", "") && !json.is("a", ""));
    assert_eq!(json.find("c"), Some(&Json::Null));
    assert_eq!(json.find("none"), None);
    assert_eq!(json.get("b").get("a"), &Json::Null);
    assert_eq!(json.get("b").items(), [Json::Bool(true)]);
    *json.get_mut("a").unwrap() = Json::from("y");
    json.put("d", Json::Null);
    json.put("e", Json::from(7_usize));
    assert_eq!(json.write(), r#"{"a":"y","b":[true],"c":null,"d":null,"e":7}"#);
    let mut list = Json::List(Vec::new());
    list.put("a", Json::Null);
    assert_eq!(list.get_mut("a"), None);
    assert_eq!(list.write(), "[]");
}

/// Any value whose numbers are integers: ours are.
fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        (-9_007_199_254_740_991_i64..=9_007_199_254_740_991).prop_map(Value::from),
        any::<String>().prop_map(Value::from),
        "[\\x00-\\x7f]{0,8}".prop_map(Value::from),
    ];
    leaf.prop_recursive(5, 40, 5, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            prop::collection::vec((any::<String>(), inner), 0..5)
                .prop_map(|entries| Value::Object(entries.into_iter().collect::<Map<_, _>>())),
        ]
    })
}

/// JSON with every letter of every string escaped, as pairs of surrogates where need be.
fn escaped(value: &Value) -> String {
    let text = |text: &str| {
        let units: String = text.encode_utf16().map(|unit| format!("\\u{unit:04x}")).collect();
        format!("\"{units}\"")
    };
    match value {
        Value::String(own) => text(own),
        Value::Array(items) => format!("[{}]", items.iter().map(escaped).collect::<Vec<_>>().join(" ,\n")),
        Value::Object(entries) => {
            let entry = |(key, value): (&String, &Value)| format!("{} : {}", text(key), escaped(value));
            format!("{{{}}}", entries.iter().map(entry).collect::<Vec<_>>().join("\t,"))
        }
        other => other.to_string(),
    }
}

/// What a document is broken with.
const MARKS: &str = "{}[]\",:\\/ \n\t\0 0123456789-+.eEutrfnalsd\u{e9}";
/// What they say of the numbers and halves of characters that we read.
const LAX: [&str; 5] =
    ["invalid number", "number out of range", "EOF while parsing a value", "surrogate", "end of hex escape"];

proptest! {
    #![proptest_config(ProptestConfig { cases: 1000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn we_read_what_they_write(value in value()) {
        let expected = Json::from(&value);
        prop_assert_eq!(parse(&value.to_string()), Some(expected.clone()));
        prop_assert_eq!(parse(&serde_json::to_string_pretty(&value).unwrap()), Some(expected.clone()));
        prop_assert_eq!(parse(&escaped(&value)), Some(expected));
    }

    #[test]
    fn they_read_what_we_write(value in value()) {
        let written = Json::from(&value).write();
        let read: Value = serde_json::from_str(&written).unwrap();
        prop_assert!(same(&Json::from(&value), &read), "{}", written);
        prop_assert_eq!(parse(&written), Some(Json::from(&value)));
    }

    #[test]
    fn numbers_are_theirs(text in "-?(0|[1-9][0-9]{0,20})(\\.[0-9]{1,20})?([eE][+-]?[0-9]{1,3})?") {
        match serde_json::from_str::<Value>(&text) {
            Ok(known) => prop_assert!(same(&parse(&text).unwrap(), &known), "{} {:?}", text, parse(&text)),
            // Beyond the largest number there is, or nearly.
            Err(_) => prop_assert!(parse(&text).unwrap().number().unwrap().abs() > 1e307, "{}", text),
        }
    }

    /// What is broken in one place is refused by both or by none.
    #[test]
    fn we_refuse_what_they_refuse(
        value in value(),
        at in any::<prop::sample::Index>(),
        new in prop::option::of(prop::sample::select(MARKS.chars().collect::<Vec<_>>())),
        instead in any::<bool>(),
    ) {
        let mut text: Vec<char> = if instead { value.to_string() } else { escaped(&value) }.chars().collect();
        let at = at.index(text.len());
        if instead || new.is_none() {
            text.remove(at);
        }
        text.splice(at..at, new);
        let text: String = text.into_iter().collect();
        let theirs = serde_json::from_str::<Value>(&text);
        match (parse(&text), &theirs) {
            (None, Err(_)) => {}
            (Some(ours), Ok(theirs)) => prop_assert!(same(&ours, theirs), "{}", text),
            (Some(_), Err(error)) => {
                prop_assert!(LAX.iter().any(|known| error.to_string().contains(known)), "{} {}", text, error);
            }
            (None, Ok(_)) => prop_assert!(false, "{}", text),
        }
    }
}

#[test]
fn numbers_are_written_whole() {
    let list = json!([0, -1, 42, 1_700_000_000_000_i64]);
    assert_eq!(Json::from(&list).write(), "[0,-1,42,1700000000000]");
}
