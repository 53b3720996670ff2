//! From the sources in www/ and the glue to the files in dist/.

use crate::{Look, embed, steps};
use anyhow::{Context, Result, bail};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// One file of dist/: the script it starts from and the Wasm it carries, if any.
pub struct Entry {
    pub source: &'static str,
    pub output: &'static str,
    format: &'static str,
    wasm: Option<&'static str>,
}

pub const ENTRIES: [Entry; 7] = [
    Entry { source: "www/gate.ts", output: "dist/portcullis.js", format: "iife", wasm: Some("gate") },
    Entry { source: "www/module.ts", output: "dist/portcullis.mjs", format: "esm", wasm: Some("gate") },
    Entry { source: "www/more.ts", output: "dist/portcullis-more.js", format: "esm", wasm: Some("more") },
    Entry { source: "www/tell.ts", output: "dist/portcullis-tell.js", format: "esm", wasm: None },
    Entry { source: "www/embed.ts", output: "dist/portcullis-embed.js", format: "esm", wasm: None },
    Entry { source: "www/inside.ts", output: "dist/portcullis-inside.js", format: "iife", wasm: Some("worker") },
    Entry { source: "www/worker.ts", output: "dist/portcullis-sw.js", format: "iife", wasm: Some("worker") },
];

/// Reference types, on which the glue leans, came with Chrome 96, Firefox 79 and Safari 15.1: ECMAScript 2020 is older
/// than all of them.
const TARGET: &str = "es2020";
const ECMA: &str = "ecma=2020";

/// Nearly all of the tag's script is called while it starts: the browser may compile it whole, which it does off the main
/// thread while the file arrives, in place of each function as it is met (V8's explicit compile hints, Chrome 136; a
/// comment elsewhere).
const EAGER: &str = "//# allFunctionsCalledOnLoad\n";

/// What `forbid` in www/gate.ts does, in properties alone: it has to stand when nothing of that module does.
const LAST_RESORT: &str = "\
    const m=document.createElement('meta'),h='data: blob: '+location.host;\
    m.httpEquiv='Content-Security-Policy';\
    m.content=`default-src 'self' 'unsafe-inline' 'unsafe-eval' ${h}`;\
    document.head.append(m);\
    console.error('Portcullis: the gate cannot work on this page and stays closed ('+e+').')";

pub fn write(entry: &Entry, look: Look, lang: &str) -> Result<String> {
    let mut esbuild = Command::new("node_modules/.bin/esbuild");
    esbuild.args([entry.source, "--bundle", "--charset=utf8", "--legal-comments=none", "--log-level=warning"]);
    esbuild.arg("--loader:.css=text");
    esbuild.arg(format!("--define:__LANG__={lang:?}"));
    esbuild.arg(format!("--define:__LANGS__={:?}", tags()?.join(" ")));
    if entry.source == "www/worker.ts" {
        esbuild.arg(format!("--define:__RARE__={:?}", portcullis::shield::catalogue::rest_table()));
    }
    let tag = entry.wasm == Some("gate") && entry.format == "iife";
    if tag {
        // Where a page has broken what even the first lines build on, the browser itself holds what is not its own.
        esbuild.args(["--banner:js=try{".to_string(), format!("--footer:js=}}catch(e){{{}}}", LAST_RESORT)]);
    }
    esbuild.args([format!("--target={TARGET}"), format!("--format={}", entry.format)]);
    let squeezed = match look {
        Look::Small => squeeze(&steps::output(esbuild.arg("--minify"))?, entry)?,
        Look::Debug => steps::output(&mut esbuild)?,
    };
    let first = if tag { EAGER } else { "" };
    let bare = format!("{first}{}", squeezed.trim_end());
    fs::write(between(entry, "bare.js")?, &bare)?;
    let script = match entry.wasm {
        Some(module) => {
            embed::embed(&bare, &fs::read(Path::new("target/bindgen").join(module).join("portcullis_bg.wasm"))?)?
        }
        None => bare,
    };
    fs::write(entry.output, &script).with_context(|| format!("cannot write {}", entry.output))?;
    Ok(format!("{} bytes", script.len()))
}

/// The styles of the notice and of the placeholders, minified: www/ takes them in as texts.
pub fn styles() -> Result<String> {
    let mut sizes = Vec::new();
    for name in ["notice.css", "embed.css"] {
        let source = format!("www/{name}");
        let css =
            steps::output(Command::new("node_modules/.bin/esbuild").args([&source, "--minify", "--charset=utf8"]))?;
        fs::write(format!("target/wasm/{name}"), css.trim_end())?;
        sizes.push(css.len().to_string());
    }
    Ok(format!("{} bytes", sizes.join(" and ")))
}

const LANGUAGES: &str = "src/notice/lang";

/// The tags of all languages, in order.
fn tags() -> Result<Vec<String>> {
    let mut tags = Vec::new();
    for file in fs::read_dir(LANGUAGES)? {
        let path = file?.path();
        let stem = path.file_stem().context("a language without a name")?;
        tags.push(stem.to_str().context("a language with a strange name")?.to_owned());
    }
    tags.sort();
    Ok(tags)
}

/// Every language as a file of its own, without spaces, and the one that rides in the script where www/ imports it.
pub fn languages(inside: &str) -> Result<String> {
    let tags = tags()?;
    if !tags.iter().any(|tag| tag == inside) {
        bail!("there is no language {inside} in {LANGUAGES}: {}", tags.join(", "));
    }
    fs::create_dir_all("dist/lang")?;
    for tag in &tags {
        let source = fs::read_to_string(format!("{LANGUAGES}/{tag}.json"))?;
        if tag == inside {
            fs::write("target/wasm/lang.json", &source)?;
        }
        let lines: serde_json::Value = serde_json::from_str(&source).with_context(|| format!("language {tag}"))?;
        fs::write(format!("dist/lang/{tag}.json"), lines.to_string())?;
    }
    Ok(format!("{} languages", tags.len()))
}

/// terser after esbuild: it folds and inlines where esbuild only prints tightly.
fn squeeze(bundled: &str, entry: &Entry) -> Result<String> {
    let file = between(entry, "bundled.js")?;
    fs::write(&file, bundled)?;
    let mut terser = steps::node("terser/bin/terser");
    terser.arg(&file).args(["--ecma", "2020", "--toplevel", "--format", ECMA]);
    terser.args(["--compress", "ecma=2020,passes=3,toplevel,unsafe_arrows,unsafe_methods,inline=1"]);
    // A leading underscore marks a property of ours that nobody outside may know.
    terser.args(["--mangle", "toplevel", "--mangle-props", "regex=/^_[a-z]/,keep_quoted"]);
    if entry.format == "esm" {
        terser.arg("--module");
    }
    steps::output(&mut terser)
}

/// Where a half-made file lies, for the next tool and for the size report.
fn between(entry: &Entry, extension: &str) -> Result<PathBuf> {
    let name = Path::new(entry.output).file_name().context("an output without a name")?;
    Ok(Path::new("target/wasm").join(format!("{}.{extension}", name.display())))
}

/// The declarations and the schema.
pub fn types() -> Result<String> {
    let schema = serde_json::to_string_pretty(&portcullis::config::schema())?;
    fs::write("dist/portcullis.schema.json", schema + "\n")?;
    steps::output(Command::new("node").arg("xtask/types.mjs"))?;
    Ok(String::new())
}
