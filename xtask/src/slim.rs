//! The helpers in bindgen's glue, in the shape that a browser with reference types needs (Chrome 96, Firefox 79,
//! Safari 15.1): without the ways around what older ones lack, and without calls that a page could have patched, such
//! as `Function.prototype.apply`.
//!
//! The texts are those of the one bindgen that Cargo.toml names; another that writes them differently stops the build.

use crate::snip::plain;
use anyhow::{Context, Result, ensure};
use walrus::ir::{Call, Instr, InstrLocId};
use walrus::{FunctionKind, ImportKind, Module};

/// A helper's first line and what stands in its place, to its closing brace or bracket at the line's start.
const HELPERS: &[(&str, &str)] = &[
    // Two gigabytes of text, after which Safari's decoder gives up, never pass here.
    (
        "function decodeText(bytes) {",
        "function decodeText(bytes) {
    return cachedTextDecoder.decode(bytes);
}",
    ),
    // `encodeInto` is older than reference types.
    ("if (!('encodeInto' in cachedTextEncoder)) {", ""),
    // At most three bytes for each UTF-16 unit (Encoding § 8.1), given back after.
    (
        "function passStringToWasm0(arg, malloc, realloc) {",
        "function passStringToWasm0(arg, malloc, realloc) {
    const room = arg.length * 3;
    const ptr = malloc(room, 1) >>> 0;
    WASM_VECTOR_LEN = cachedTextEncoder.encodeInto(arg, getUint8ArrayMemory0().subarray(ptr, ptr + room)).written;
    return room ? realloc(ptr, room, WASM_VECTOR_LEN, 1) >>> 0 : ptr;
}",
    ),
    (
        "function getDataViewMemory0() {",
        "function getDataViewMemory0() {
    return cachedDataViewMemory0?.buffer === wasm.memory.buffer
        ? cachedDataViewMemory0
        : (cachedDataViewMemory0 = new DataView(wasm.memory.buffer));
}",
    ),
    (
        "function getUint8ArrayMemory0() {",
        "function getUint8ArrayMemory0() {
    return cachedUint8ArrayMemory0?.buffer === wasm.memory.buffer
        ? cachedUint8ArrayMemory0
        : (cachedUint8ArrayMemory0 = new Uint8Array(wasm.memory.buffer));
}",
    ),
    // No import here takes more than eight arguments; those not given are not looked at.
    (
        "function handleError(f, args) {",
        "function handleError(f) {
    return (a, b, c, d, e, g, h, i) => {
        try {
            return f(a, b, c, d, e, g, h, i);
        } catch (error) {
            wasm.__wbindgen_exn_store(addToExternrefTable0(error));
        }
    };
}",
    ),
    // Always called with `{ module }`, and once.
    (
        "function initSync(module) {",
        "function initSync({ module }) {
    return __wbg_finalize_init(new WebAssembly.Instance(module, __wbg_get_imports()));
}",
    ),
    (
        "function __wbg_finalize_init(instance, module) {",
        "function __wbg_finalize_init(instance) {
    wasm = instance.exports;
    wasm.__wbindgen_start();
    return wasm;
}",
    ),
];

/// The same within one line.
const PHRASES: &[(&str, &str)] = &[
    (": function() { return handleError(function (", ": handleError(function ("),
    ("        }, arguments); },", "        }),"),
    // Older than reference types.
    ("typeof globalThis === 'undefined' ? undefined : globalThis", "globalThis"),
];

/// js-sys looks for the global object under four names, one after the other. In a page and in a worker of such a browser,
/// `globalThis` is all of them.
pub fn one_global(module: &mut Module) -> Result<()> {
    let looks = |function: &&walrus::Function| {
        function.name.as_deref().is_some_and(|name| plain(name) == "js_sys::global::get_global_object")
    };
    let Some(global) = module.funcs.iter().find(looks).map(walrus::Function::id) else {
        return Ok(());
    };
    let accessor = module
        .imports
        .iter()
        .find_map(|import| match import.kind {
            ImportKind::Function(id) if import.name.contains("static_accessor_GLOBAL_THIS") => Some(id),
            _ => None,
        })
        .context("js-sys asks for `globalThis` in another way than slim knows: see one_global")?;
    ensure!(
        module.funcs.get(global).ty() == module.funcs.get(accessor).ty(),
        "js-sys gives the global object in another form than slim knows: see one_global"
    );
    if let FunctionKind::Local(local) = &mut module.funcs.get_mut(global).kind {
        let entry = local.entry_block();
        local.block_mut(entry).instrs = vec![(Instr::Call(Call { func: accessor }), InstrLocId::default())];
    }
    Ok(())
}

pub fn slim(glue: &str) -> Result<String> {
    let mut slimmed = String::with_capacity(glue.len());
    let mut skipping = false;
    for line in glue.lines() {
        if skipping {
            skipping = line != "}";
        } else if let Some((_, short)) = HELPERS.iter().find(|(first, _)| *first == line) {
            skipping = true;
            slimmed.push_str(short);
            slimmed.push('\n');
        } else {
            slimmed.push_str(line);
            slimmed.push('\n');
        }
    }
    for (first, short) in HELPERS {
        let name = first.split('(').next().unwrap_or(first);
        let known = !name.starts_with("function ") || !slimmed.contains(&format!("{name}(")) || slimmed.contains(short);
        ensure!(known, "bindgen writes another `{name}` than slim knows: see HELPERS");
    }
    for (long, short) in PHRASES {
        slimmed = slimmed.replace(long, short);
    }
    ensure!(!slimmed.contains("arg8"), "an import takes more arguments than slim's `handleError` passes on");
    ensure!(!slimmed.contains("arguments)"), "bindgen writes another `handleError` than slim knows: see PHRASES");
    Ok(slimmed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_helper_is_replaced_whole() {
        let glue =
            slim("function decodeText(bytes) {\n    if (late) {\n    }\n    return 1;\n}\nlet after;\n").unwrap();
        assert_eq!(glue, "function decodeText(bytes) {\n    return cachedTextDecoder.decode(bytes);\n}\nlet after;\n");
    }

    #[test]
    fn a_throwing_import_becomes_a_plain_function() {
        let glue =
            "        __wbg_get_01: function() { return handleError(function (arg0) {\n        }, arguments); },\n";
        assert_eq!(slim(glue).unwrap(), "        __wbg_get_01: handleError(function (arg0) {\n        }),\n");
    }

    #[test]
    fn an_unknown_helper_stops_the_build() {
        assert!(slim("function decodeText(bytes, fatal) {\n}\n").is_err());
    }

    #[test]
    fn one_name_of_the_global_object_is_asked_for() {
        let mut module = Module::default();
        let form = module.types.add(&[], &[walrus::ValType::I32]);
        let (accessor, _) = module.add_import_func("js", "__wbg_static_accessor_GLOBAL_THIS_01", form);
        let mut looks = walrus::FunctionBuilder::new(&mut module.types, &[], &[walrus::ValType::I32]);
        looks.name("js_sys::global::get_global_object".into()).func_body().i32_const(1).drop().i32_const(2);
        let global = looks.finish(Vec::new(), &mut module.funcs);
        one_global(&mut module).unwrap();
        let local = module.funcs.get(global).kind.unwrap_local();
        let instrs = &local.block(local.entry_block()).instrs;
        assert!(matches!(instrs.as_slice(), [(Instr::Call(Call { func }), _)] if *func == accessor));
    }
}
