//! `cargo run -p xtask -- build [--debug] [--lang TAG]`: the crate becomes `dist/`.
//!
//! cargo (once per module) → snip → bindgen → prune → wasm-opt → esbuild and terser → the Wasm put into the script as a
//! string. Each step prints its time. A stamp over every input makes a second run return at once.
//!
//! With `--debug` the Wasm keeps the names of its functions and the scripts stay readable: for a stack trace, not for
//! a site. With `--lang` the script carries that language of `src/notice/lang/` in place of English.

mod bundle;
mod embed;
mod glue;
mod prune;
mod slim;
mod snip;
mod stamp;
mod steps;
mod wasm;

use anyhow::{Result, bail};
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Instant;

/// The crate's modules: `gate` is what every visitor loads, `more` what only opened preferences or an error need,
/// `worker` the service worker's.
const MODULES: [&str; 3] = ["gate", "more", "worker"];

/// What the build is for.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Look {
    /// Every byte counts.
    Small,
    /// Names and lines as they were written.
    Debug,
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let outcome = match words.as_slice() {
        ["build"] => build(Look::Small, "en"),
        ["build", "--debug"] => build(Look::Debug, "en"),
        ["build", "--lang", lang] => build(Look::Small, lang),
        ["build", "--debug", "--lang", lang] => build(Look::Debug, lang),
        _ => Err(anyhow::anyhow!("usage: cargo run -p xtask -- build [--debug] [--lang TAG]")),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("xtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn build(look: Look, lang: &str) -> Result<()> {
    let root = root();
    std::env::set_current_dir(&root)?;
    if !PathBuf::from("node_modules/binaryen").exists() {
        bail!("node_modules is missing: run `npm run build`, which installs it");
    }
    let stamp = stamp::of_inputs(look, lang)?;
    if stamp::is_fresh(&stamp) {
        println!("build      dist/ is up to date");
        return Ok(());
    }
    let start = Instant::now();
    stamp::forget()?;
    wasm::compile_all(&MODULES)?;
    steps::side_by_side(&MODULES, |module| steps::step(&format!("wasm       {module}"), || wasm::bind(module, look)))?;
    std::fs::create_dir_all("dist")?;
    steps::step("styles     www/*.css", bundle::styles)?;
    steps::step("languages  dist/lang", || bundle::languages(lang))?;
    steps::side_by_side(&bundle::ENTRIES, |entry| {
        steps::step(&format!("bundle     {}", entry.output), || bundle::write(entry, look, lang))
    })?;
    steps::step("types      dist/portcullis.d.ts, dist/portcullis.schema.json", bundle::types)?;
    stamp::keep(&stamp)?;
    println!("build      dist/ is ready ({:.1} s)", start.elapsed().as_secs_f32());
    Ok(())
}

/// The workspace's root: cargo names the crate it runs.
fn root() -> PathBuf {
    let crate_dir =
        std::env::var_os("CARGO_MANIFEST_DIR").map_or_else(|| env!("CARGO_MANIFEST_DIR").into(), PathBuf::from);
    crate_dir.parent().map_or_else(|| ".".into(), PathBuf::from)
}
