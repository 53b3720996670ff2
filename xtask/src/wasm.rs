//! From the crate to the two Wasm modules and their glue.

use crate::{Look, glue, prune, slim, snip, stamp, steps};
use anyhow::{Context, Result, bail};
use std::collections::HashMap;
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;
use wasmparser::{KnownCustom, Name, Parser, Payload, TypeRef};

const TRIPLE: &str = "wasm32-unknown-unknown";

/// What wasm-opt is told, run after run; measured for the fewest bytes after Brotli, not before. It reads the features
/// that the module uses from its own section: `--all-features` would emit encodings that browsers refuse.
const OPTIMIZE: &[&str] = &[
    // The control flow is taken apart, freed of what it sets twice, and built anew.
    "--flatten",
    "--rse",
    "--rereloop",
    "-Oz",
    "--simplify-locals-nostructure",
    "-Oz",
    // The stack's far end lies below 1024: no pointer wraps around to there.
    "--low-memory-unused",
    // Large functions that are inlined into their one caller read worse to Brotli than on their own; tiny ones do not.
    "--one-caller-inline-max-function-size=20",
    "--always-inline-max-function-size=6",
    "--debuginfo",
];
/// At the end, when the names have served the report.
const FINISH: &[&str] = &["--strip-debug", "--strip-producers", "--strip-target-features", SHORT_NAMES];
const FINISH_DEBUG: &[&str] = &["--debuginfo", SHORT_NAMES];
const SHORT_NAMES: &str = "--minify-imports-and-exports-and-modules";

/// Compiles the modules side by side: the link of each runs on one core.
pub fn compile_all(modules: &[&str]) -> Result<()> {
    let start = Instant::now();
    println!("cargo      {} (release, {TRIPLE})", modules.join(", "));
    steps::side_by_side(modules, |module| compile(module))?;
    println!("cargo      {} ({:.1} s)", modules.join(", "), start.elapsed().as_secs_f32());
    Ok(())
}

fn compile(module: &str) -> Result<()> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut child = Command::new(cargo)
        .args(["build", "--release", "--lib", "--package", "portcullis", "--locked", "--target", TRIPLE])
        // A directory each: both are the same crate and would overwrite each other's output.
        .args(["--no-default-features", "--features", module, "--target-dir"])
        .arg(target_dir(module))
        .env("CARGO_ENCODED_RUSTFLAGS", rustflags()?)
        .stdin(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .context("cannot start cargo")?;
    if let Some(stderr) = child.stderr.take() {
        for line in BufReader::new(stderr).lines() {
            let line = line?;
            // The two share the registry's cache and wait for each other a moment.
            if !line.contains("Blocking waiting") {
                println!("  {module} | {}", line.trim_start());
            }
        }
    }
    if !child.wait()?.success() {
        bail!("cargo build --features {module} failed");
    }
    Ok(())
}

fn target_dir(module: &str) -> PathBuf {
    Path::new("target/wasm").join(module)
}

/// Panic locations name source files: without the builder's directories every machine makes the same bytes. The
/// compiler names its own library by its commit, but where the component `rust-src` is installed by that directory.
fn rustflags() -> Result<String> {
    let home = std::env::var_os("CARGO_HOME")
        .map(PathBuf::from)
        .or_else(|| std::env::home_dir().map(|home| home.join(".cargo")))
        .context("neither CARGO_HOME nor a home directory is known")?;
    let rustc = |arguments: &[&str]| {
        steps::output(Command::new(std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into())).args(arguments))
    };
    let sysroot = rustc(&["--print", "sysroot"])?;
    let sysroot = sysroot.trim();
    let version = rustc(&["-vV"])?;
    let commit = version.lines().find_map(|line| line.strip_prefix("commit-hash: ")).unwrap_or_default();
    let flags = [
        // What `prune` reads.
        "-Clink-arg=--emit-relocs".to_string(),
        // 64 KiB instead of 1 MiB: constants have shorter addresses, and a page keeps a tenth of the memory. The stack
        // comes first, so one that overflows traps at once.
        "-Clink-arg=-zstack-size=65536".to_string(),
        format!("--remap-path-prefix={}=", std::env::current_dir()?.display()),
        format!("--remap-path-prefix={}=", home.join("registry/src").display()),
        format!("--remap-path-prefix={sysroot}/lib/rustlib/src/rust=/rustc/{commit}"),
    ];
    Ok(flags.join("\u{1f}"))
}

/// bindgen, snip and wasm-opt: leaves `portcullis.js` and `portcullis_bg.wasm` in `target/bindgen/<module>`.
pub fn bind(module: &str, look: Look) -> Result<String> {
    let compiled = target_dir(module).join(TRIPLE).join("release/portcullis.wasm");
    let bytes = fs::read(&compiled).with_context(|| format!("cannot read {}", compiled.display()))?;
    let dir = Path::new("target/bindgen").join(module);
    // A change to the scripts alone leaves the module as it was: optimizing takes most of a build.
    let stamp = stamp::of_module(&bytes, look)?;
    let kept = dir.join("stamp");
    let made = ["portcullis_bg.wasm", "portcullis.js", "portcullis.d.ts"];
    if fs::read_to_string(&kept).is_ok_and(|old| old == stamp) && made.iter().all(|name| dir.join(name).is_file()) {
        return Ok("as it was".to_string());
    }
    // A build that stops half way must not look finished; there may be none.
    fs::remove_file(&kept).ok();
    let (mut parsed, references) = prune::parse(&bytes)?;
    let snipped = snip::snip(&mut parsed)?;
    slim::one_global(&mut parsed)?;

    let mut output = wasm_bindgen_cli_support::Bindgen::new()
        .input_module("portcullis", parsed)
        .web(true)?
        .typescript(true)
        .generate_output()?;
    fs::create_dir_all(&dir)?;
    let glue = output.js().to_string();
    drop_exports(output.wasm_mut(), &glue);
    let pruned = prune::prune(output.wasm_mut(), &references)?;
    let bound_dir = target_dir(module).join("bound");
    output.emit(&bound_dir)?;
    let bound = bound_dir.join("portcullis_bg.wasm");
    let glue = slim::slim(&fs::read_to_string(bound_dir.join("portcullis.js"))?)?;

    let named = target_dir(module).join("named.wasm");
    let optimized = dir.join("portcullis_bg.wasm");
    wasm_opt(OPTIMIZE, &bound, &named)?;
    fs::write(target_dir(module).join("functions.txt"), functions(&fs::read(&named)?)?)?;
    let finish = if look == Look::Debug { FINISH_DEBUG } else { FINISH };
    let renamed = wasm_opt(finish, &named, &optimized)?;
    // The types of the glue, for tsc alone.
    fs::copy(bound_dir.join("portcullis.d.ts"), dir.join("portcullis.d.ts"))?;
    fs::write(dir.join("portcullis.js"), glue::rename(&glue, &renamed)?)?;
    fs::write(kept, stamp)?;
    let (before, after) = (fs::metadata(&bound)?.len(), fs::metadata(&optimized)?.len());
    Ok(format!(
        "{snipped} functions snipped, {} pruned, {} bytes of constants cleared, {before} → {after} bytes",
        pruned.slots, pruned.bytes
    ))
}

fn wasm_opt(flags: &[&str], from: &Path, to: &Path) -> Result<String> {
    steps::output(steps::node("binaryen/bin/wasm-opt").args(flags).arg(from).arg("--output").arg(to))
}

/// bindgen exports a few things that its own glue never asks for.
fn drop_exports(module: &mut walrus::Module, glue: &str) {
    let unused = |name: &str| !glue.contains(&format!("wasm.{name}"));
    let ids: Vec<_> = module.exports.iter().filter(|export| unused(&export.name)).map(|export| export.id()).collect();
    for id in ids {
        module.exports.delete(id);
    }
}

/// The functions and their bytes, the largest first: where to look when the module has grown.
fn functions(wasm: &[u8]) -> Result<String> {
    let mut imported = 0;
    let mut sizes = Vec::new();
    let mut names = HashMap::new();
    for payload in Parser::new(0).parse_all(wasm) {
        match payload? {
            Payload::ImportSection(imports) => {
                for import in imports.into_imports() {
                    imported += u32::from(matches!(import?.ty, TypeRef::Func(_)));
                }
            }
            Payload::CodeSectionEntry(body) => sizes.push(body.range().len()),
            Payload::CustomSection(section) => {
                let KnownCustom::Name(parts) = section.as_known() else {
                    continue;
                };
                for part in parts {
                    let Name::Function(map) = part? else { continue };
                    for naming in map {
                        let naming = naming?;
                        names.insert(naming.index, snip::plain(naming.name));
                    }
                }
            }
            _ => {}
        }
    }
    let mut rows: Vec<_> = sizes.into_iter().zip(imported..).collect();
    rows.sort_unstable_by(|one, other| other.cmp(one));
    let lines = rows.into_iter().map(|(size, index)| match names.get(&index) {
        Some(name) => format!("{size:6}  {name}\n"),
        None => format!("{size:6}  ({index})\n"),
    });
    Ok(lines.collect())
}
