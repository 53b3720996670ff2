//! A hash of everything the build reads, so that an unchanged tree is not built again.

use crate::Look;
use anyhow::{Context, Result};
use std::collections::BTreeSet;
use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};

const STAMP: &str = "target/wasm/stamp";
const INPUTS: [&str; 10] = [
    ".cargo",
    "Cargo.toml",
    "Cargo.lock",
    "build.rs",
    "package.json",
    "package-lock.json",
    "rust-toolchain.toml",
    "src",
    "www",
    "xtask",
];
/// What a build leaves; one that is missing makes the stamp worthless.
const OUTPUTS: [&str; 10] = [
    "dist/lang/en.json",
    "dist/portcullis.js",
    "dist/portcullis.mjs",
    "dist/portcullis-embed.js",
    "dist/portcullis-more.js",
    "dist/portcullis-sw.js",
    "dist/portcullis-inside.js",
    "dist/portcullis-tell.js",
    "dist/portcullis.d.ts",
    "dist/portcullis.schema.json",
];
/// The demo is served as it stands: it is no input.
const NO_INPUT: &str = "www/demo";

pub fn of_inputs(look: Look, lang: &str) -> Result<String> {
    let mut files = BTreeSet::new();
    for input in INPUTS {
        collect(Path::new(input), &mut files)?;
    }
    let mut hasher = DefaultHasher::new();
    look.hash(&mut hasher);
    lang.hash(&mut hasher);
    compiler().hash(&mut hasher);
    for file in files {
        file.hash(&mut hasher);
        fs::read(&file).with_context(|| format!("cannot read {}", file.display()))?.hash(&mut hasher);
    }
    Ok(format!("{:016x}", hasher.finish()))
}

/// What a module's glue and its optimized Wasm are made of: the compiled module, and what this build does to it.
pub fn of_module(wasm: &[u8], look: Look) -> Result<String> {
    let mut files = BTreeSet::new();
    for input in ["xtask", "Cargo.lock", "package-lock.json"] {
        collect(Path::new(input), &mut files)?;
    }
    let mut hasher = DefaultHasher::new();
    look.hash(&mut hasher);
    wasm.hash(&mut hasher);
    for file in files {
        fs::read(&file).with_context(|| format!("cannot read {}", file.display()))?.hash(&mut hasher);
    }
    Ok(format!("{:016x}", hasher.finish()))
}

/// Another compiler makes another module.
fn compiler() -> String {
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    crate::steps::output(std::process::Command::new(rustc).arg("-vV")).unwrap_or_default()
}

fn collect(path: &Path, files: &mut BTreeSet<PathBuf>) -> Result<()> {
    if path.is_dir() && path != Path::new(NO_INPUT) {
        for entry in fs::read_dir(path)? {
            collect(&entry?.path(), files)?;
        }
    } else if path.is_file() {
        files.insert(path.to_path_buf());
    }
    Ok(())
}

pub fn is_fresh(stamp: &str) -> bool {
    fs::read_to_string(STAMP).is_ok_and(|kept| kept == stamp) && OUTPUTS.iter().all(|file| Path::new(file).is_file())
}

/// A build that stops half way must not look finished.
pub fn forget() -> Result<()> {
    match fs::remove_file(STAMP) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error.into()),
        _ => Ok(()),
    }
}

pub fn keep(stamp: &str) -> Result<()> {
    Ok(fs::write(STAMP, stamp)?)
}
