//! The glue that bindgen writes, made to fit the module that wasm-opt left: short names on both sides, one import
//! object, and nothing in it that the module no longer asks for.

use anyhow::{Context, Result, ensure};
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};

/// What `wasm-opt --minify-imports-and-exports-and-modules` prints.
#[derive(Deserialize)]
struct Renamed {
    /// Module, name, short name.
    imports: Vec<(String, String, String)>,
    exports: Vec<(String, String)>,
}

/// wasm-opt puts every import under this module.
const MODULE: &str = "a";
/// bindgen's own imports; what else is imported comes from a script of ours, without glue.
const BINDGEN: &str = "./portcullis_bg.js";

pub fn rename(glue: &str, renamed: &str) -> Result<String> {
    let renamed: Renamed = serde_json::from_str(renamed).context("wasm-opt printed no table of names")?;
    let own: BTreeMap<&str, &str> = renamed
        .imports
        .iter()
        .filter(|(module, _, _)| module == BINDGEN)
        .map(|(_, name, short)| (name.as_str(), short.as_str()))
        .collect();
    let exports: BTreeMap<&str, &str> =
        renamed.exports.iter().map(|(name, short)| (name.as_str(), short.as_str())).collect();

    let mut namespaces = BTreeMap::new();
    let mut found = BTreeSet::new();
    let mut kept = String::with_capacity(glue.len());
    // Whether the lines that come now belong to something that stays.
    let mut keeping = true;
    let mut opened = false;
    for line in glue.lines() {
        if let Some((name, body)) = import_line(line) {
            keeping = own.contains_key(name);
            if let Some(short) = own.get(name) {
                found.insert(name);
                kept.push_str(&format!("        {short}: {body}\n"));
            }
            continue;
        }
        if line == "    };" {
            keeping = true;
        }
        if let Some((module, namespace)) = given_line(line) {
            if module == BINDGEN {
                kept.push_str(&format!("        {MODULE}: {namespace},\n"));
                opened = true;
            }
            continue;
        }
        if let Some((namespace, module)) = namespace_line(line) {
            namespaces.entry(module.to_string()).or_insert(namespace.to_string());
        }
        // A page can put what it likes in the place of a constructor (`Window`, in many a library).
        ensure!(
            !(keeping && line.contains("arg0 instanceof")),
            "the module asks what is a constructor's: {}",
            line.trim()
        );
        if keeping {
            kept.push_str(&rename_exports(line, &exports));
            kept.push('\n');
        }
        if line == "    const import0 = {" {
            for (module, name, short) in renamed.imports.iter().filter(|(module, _, _)| module != BINDGEN) {
                let namespace = namespaces.get(module).with_context(|| format!("the glue imports no {module}"))?;
                kept.push_str(&format!("        {short}: {namespace}.{name},\n"));
            }
        }
    }
    ensure!(opened, "the glue no longer gives imports under {BINDGEN}");
    for name in own.keys() {
        ensure!(found.contains(name), "the module imports {name}, which the glue lacks");
    }
    Ok(kept)
}

/// `        NAME: function(…`, or guarded by `handleError(…`, inside `__wbg_get_imports`.
fn import_line(line: &str) -> Option<(&str, &str)> {
    let (name, body) = line.strip_prefix("        ")?.split_once(": ")?;
    let called = body.starts_with("function(") || body.starts_with("handleError(function (");
    (called && name.starts_with("__wb") && name.bytes().all(is_name)).then_some((name, body))
}

/// `        "MODULE": importN,` in what `__wbg_get_imports` returns.
fn given_line(line: &str) -> Option<(&str, &str)> {
    let (module, namespace) = line.strip_prefix("        \"")?.strip_suffix(',')?.split_once("\": ")?;
    namespace.starts_with("import").then_some((module, namespace))
}

/// `import * as importN from "MODULE"`.
fn namespace_line(line: &str) -> Option<(&str, &str)> {
    line.strip_prefix("import * as ")?
        .trim_end_matches([';', '"', '\''])
        .split_once(" from ")
        .map(|(namespace, module)| (namespace, module.trim_start_matches(['"', '\''])))
}

/// `wasm.NAME` → `wasm.x`. A name the module does not export stays: its caller is dead and the bundler drops it.
fn rename_exports(line: &str, exports: &BTreeMap<&str, &str>) -> String {
    let mut out = String::with_capacity(line.len());
    let mut rest = line;
    while let Some(at) = rest.find("wasm.") {
        let (before, after) = rest.split_at(at + "wasm.".len());
        let end = after.bytes().position(|byte| !is_name(byte)).unwrap_or(after.len());
        let (name, tail) = after.split_at(end);
        out.push_str(before);
        out.push_str(exports.get(name).copied().unwrap_or(name));
        rest = tail;
    }
    out.push_str(rest);
    out
}

fn is_name(byte: u8) -> bool {
    byte == b'_' || byte.is_ascii_alphanumeric()
}

#[cfg(test)]
mod tests {
    use super::*;

    const GLUE: &str = r#"import * as import1 from "../www/page"
export function start() {
    wasm.start(wasm.__wbindgen_malloc);
}
function __wbg_get_imports() {
    const import0 = {
        __proto__: null,
        __wbg_dead_01: function(arg0) {
            return arg0.dead;
        },
        __wbg_live_02: handleError(function (arg0) {
            arg0.live();
        }),
    };
    return {
        __proto__: null,
        "./portcullis_bg.js": import0,
        "../www/page": import1,
    };
}
"#;

    #[test]
    fn both_sides_get_the_short_names_and_the_dead_goes() {
        let renamed = r#"{"imports": [["./portcullis_bg.js", "__wbg_live_02", "a"], ["../www/page", "tell", "b"]],
            "exports": [["start", "c"], ["__wbindgen_malloc", "d"]]}"#;
        let glue = rename(GLUE, renamed).unwrap();
        assert!(glue.contains("        a: handleError("));
        assert!(glue.contains("        b: import1.tell,"));
        assert!(glue.contains("    wasm.c(wasm.d);"));
        assert!(glue.contains("        a: import0,\n    };"));
        assert!(!glue.contains("dead") && !glue.contains(": import1,"));
    }

    #[test]
    fn what_asks_a_constructor_of_the_page_is_an_error() {
        let asks = GLUE.replace("arg0.live();", "return arg0 instanceof Window;");
        let renamed = r#"{"imports": [["./portcullis_bg.js", "__wbg_live_02", "a"]], "exports": []}"#;
        assert!(rename(&asks, renamed).is_err());
    }

    #[test]
    fn an_import_without_glue_is_an_error() {
        assert!(rename(GLUE, r#"{"imports": [["./portcullis_bg.js", "__wbg_new_03", "a"]], "exports": []}"#).is_err());
    }
}
