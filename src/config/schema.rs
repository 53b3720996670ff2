//! The config's JSON Schema, generated from [`super::types`], and the rules of [`super::check`] said as patterns.
//!
//! A test holds schema and reader together: what the schema forbids, the reader reports, and the other way round where
//! a schema can say it.

use super::types::{Config, MAX_ID, MAX_LANG, MAX_REGION, MAX_TEXT, Regime};
use crate::shield::catalogue;
use alloc::{borrow::Cow, string::String, vec::Vec};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Serialize, Serializer};
use serde_json::Value;

/// Not empty once the space around it is gone.
pub(super) const TEXT: &str = r"[^ \t\n\r\f]";
/// As `Rule::CategoryId`.
pub(super) const CATEGORY_ID: &str = r"^(?!constructor$)[a-z0-9][a-z0-9-]*$";
/// As `Rule::ServiceId`.
pub(super) const SERVICE_ID: &str = r"^(?!constructor$)[a-z0-9][a-z0-9.-]*$";
/// As `Rule::TextKey`.
const TEXT_KEY: &str = r"^(?!constructor$)[A-Za-z][A-Za-z0-9.-]*$";
/// As `Rule::Pattern`.
pub(super) const PATTERN: &str = r"^[^*]+\*?$";
/// As `Rule::Region`.
pub(super) const REGION: &str = r"^[A-Z][A-Z0-9-](?:-[A-Z0-9-]*)?$";
/// As `Rule::Language`.
pub(super) const LANGUAGE: &str = r"^[A-Za-z][A-Za-z0-9-]*$";

macro_rules! link {
    ($more:literal) => {
        concat!(
            r"^(?:[Hh][Tt][Tt][Pp][Ss]?://[^\x00-\x20\x7f]+|",
            $more,
            r"(?!$)[^\x00-\x20\x7f:/?#@]*(?:[/?#][^\x00-\x20\x7f]*)?)$"
        )
    };
}
/// As `Rule::Link`.
pub(super) const LINK: &str = link!("");
/// As `Rule::Contact`.
pub(super) const CONTACT: &str = link!(r"[Mm][Aa][Ii][Ll][Tt][Oo]:[^\x00-\x20\x7f]+|");

macro_rules! host {
    ($dot:literal, $path:literal) => {
        concat!(
            "^",
            $dot,
            r##"(?:[Ll][Oo][Cc][Aa][Ll][Hh][Oo][Ss][Tt]|\[[!"$-)+,.0->@-\[\]-~]*\]"##,
            r"|(?:[0-9]{1,63}\.){3}[0-9]{1,63}",
            r"|(?=[^/]{1,253}\.?(?:/|$))(?:[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?\.)+",
            r"(?=[A-Za-z])[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?)\.?",
            $path,
            "$"
        )
    };
}
/// As `Rule::Exact` and `Rule::Site`.
pub(super) const HOST: &str = host!("", "");
/// As `Rule::Share`.
pub(super) const SHARE: &str = host!(r"\.", "");
/// As `Rule::Origin`.
pub(super) const ORIGIN: &str = r##"^https?://[!"$-)+-.0->@\[\]-~]+$"##;
/// As `Rule::HostPath`.
pub(super) const HOST_PATH: &str = host!("", r##"(?:/[!"$-)+->@-\[\]-~]*)?"##);

/// Pairs as the object that they are in JSON.
pub(super) fn map<S: Serializer, T: Serialize>(pairs: &[(String, T)], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_map(pairs.iter().map(|(key, value)| (key, value)))
}

/// How `Config::text` looks in JSON.
pub(super) struct Texts;

impl JsonSchema for Texts {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Texts".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "object",
            "propertyNames": { "pattern": LANGUAGE, "maxLength": MAX_LANG },
            "additionalProperties": {
                "type": "object",
                "propertyNames": { "pattern": TEXT_KEY, "maxLength": MAX_ID },
                "additionalProperties": { "type": "string", "pattern": TEXT, "maxLength": MAX_TEXT }
            }
        })
    }
}

/// How `Regions::regions` looks in JSON.
pub(super) struct RegimeByRegion;

impl JsonSchema for RegimeByRegion {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "RegimeByRegion".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "object",
            "propertyNames": { "pattern": REGION, "maxLength": MAX_REGION },
            "additionalProperties": generator.subschema_for::<Regime>()
        })
    }
}

/// The JSON Schema (draft 2020-12) of the config, as `dist/portcullis.schema.json` holds it.
///
/// It says what one value may be. What it cannot say, because it takes two values to see it, the reader reports:
/// an id for the second time, a category that is not listed, `gpc: "ignore"` with an opt-out region.
pub fn schema() -> Value {
    let generator = schemars::generate::SchemaSettings::draft2020_12().into_generator();
    let generated = generator.into_root_schema_for::<Config>();
    let mut schema =
        json_schema!({ "$schema": generated.get("$schema"), "title": "Portcullis configuration" }).to_value();
    if let (Some(schema), Value::Object(rest)) = (schema.as_object_mut(), generated.to_value()) {
        schema.extend(rest.into_iter().filter(|(key, _)| key != "$schema" && key != "title"));
    }
    tidy(&mut schema);
    if let Some(properties) = schema.pointer_mut("/properties").and_then(Value::as_object_mut) {
        let own = json_schema!({
            "description": "Where this schema is, for the editor of who writes the config. Not used.",
            "type": "string",
            "maxLength": MAX_TEXT
        });
        properties.insert("$schema".into(), own.to_value());
    }
    if let Some(known) = schema.pointer_mut("/$defs/ServiceEntry/anyOf/0").and_then(Value::as_object_mut) {
        let mut ids: Vec<String> =
            catalogue::services(catalogue::walk()).map(|known| catalogue::text(known.id()).into()).collect();
        ids.sort();
        known.insert("enum".into(), ids.into());
    }
    schema
}

/// Drops what helps no one who reads the schema: defaults that say "nothing" or repeat those of their parts, the width
/// of our integers, and the line ends of our comments. And `null`: what may be absent may not be null as well.
fn tidy(value: &mut Value) {
    match value {
        Value::Object(map) => {
            match map.get("default") {
                Some(Value::Null | Value::Object(_)) => drop(map.remove("default")),
                Some(Value::String(text)) if text.is_empty() => drop(map.remove("default")),
                _ => {}
            }
            map.remove("format");
            if let Some(Value::String(text)) = map.get_mut("description") {
                *text = text.replace('\n', " ");
            }
            if let Some(Value::Array(kinds)) = map.get_mut("type") {
                kinds.retain(|kind| kind != "null");
                if let (Some(kind), true) = (kinds.pop(), kinds.is_empty()) {
                    map.insert("type".into(), kind);
                }
            }
            if let Some(Value::Array(choices)) = map.get_mut("anyOf") {
                choices.retain(|choice| choice.get("type").is_none_or(|kind| kind != "null"));
                if let [Value::Object(_)] = &choices[..]
                    && let Some(Value::Object(choice)) = choices.pop()
                {
                    map.remove("anyOf");
                    map.extend(choice);
                }
            }
            for (key, inner) in map {
                match inner {
                    // Here the keys are the owner's, not JSON Schema's.
                    Value::Object(named) if key == "properties" || key == "$defs" => {
                        named.values_mut().for_each(tidy);
                    }
                    _ => tidy(inner),
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(tidy),
        _ => {}
    }
}
