//! What the crate includes and nobody wrote by hand: the packed catalogue and the squeezed styles.

use serde::Deserialize;
use std::error::Error;
use std::path::Path;
use std::{env, fs};

const SERVICES: &str = "src/shield/catalogue/services.json";
const STYLES: &str = "www/notice.css";

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed={SERVICES}");
    println!("cargo::rerun-if-changed={STYLES}");
    let out = env::var("OUT_DIR")?;
    let services = fs::read_to_string(SERVICES).map_err(|error| format!("{SERVICES}: {error}"))?;
    fs::write(Path::new(&out).join("catalogue.rs"), pack(&services)?)?;
    let styles = if Path::new(STYLES).exists() { fs::read_to_string(STYLES)? } else { String::new() };
    fs::write(Path::new(&out).join("notice.css"), squeeze(&styles))?;
    Ok(())
}

/// A service as it stands in the catalogue's JSON.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Service {
    name: String,
    category: String,
    hosts: Vec<String>,
    #[serde(default)]
    cookies: Vec<String>,
    #[serde(default)]
    storage: Vec<String>,
    privacy_url: String,
    retention: Option<String>,
    /// The public page that the facts come from. It stays in the JSON.
    #[serde(rename = "source")]
    _source: String,
}

/// Two constants with a line for each service, by category and name so that neighbours compress: the letter of the
/// category, the name and the hosts for every visitor; cookies, storage, link and retention for opened preferences.
fn pack(json: &str) -> Result<String, Box<dyn Error>> {
    let mut services: Vec<Service> = serde_json::from_str(json).map_err(|error| format!("{SERVICES}: {error}"))?;
    services.sort_by(|one, other| (&one.category, &one.name).cmp(&(&other.category, &other.name)));
    let (mut first, mut more) = (Vec::new(), Vec::new());
    for service in &services {
        let name = &service.name;
        let letter = match service.category.as_str() {
            "analytics" => 'a',
            "marketing" => 'm',
            "preferences" => 'p',
            other => return Err(format!("{SERVICES}: {name}: no category {other:?}").into()),
        };
        if service.hosts.is_empty() {
            return Err(format!("{SERVICES}: {name}: no hosts").into());
        }
        // The parts must not hold what parts them.
        let joined = |parts: &[String], by: &str| {
            let clean = !parts.iter().any(|part| part.is_empty() || part.contains(['\n', '\t']) || part.contains(by));
            clean.then(|| parts.join(by)).ok_or_else(|| format!("{SERVICES}: {name}: {parts:?}"))
        };
        let one = |part: &String| joined(std::slice::from_ref(part), "\n");
        first.push(format!("{letter}{}\t{}", one(name)?, joined(&service.hosts, " ")?));
        let mut line =
            [joined(&service.cookies, ",")?, joined(&service.storage, ",")?, one(&service.privacy_url)?].join("\t");
        if let Some(retention) = &service.retention {
            line = format!("{line}\t{}", one(retention)?);
        }
        more.push(line);
    }
    Ok(format!(
        "/// Names, categories and hosts, packed by `build.rs`.\nconst SERVICES: &str = {:?};\n\
         /// The rest of what is known, line by line as in `SERVICES`.\n\
         #[cfg(any(test, feature = \"more\", feature = \"schema\"))]\nconst DETAILS: &str = {:?};\n",
        first.join("\n"),
        more.join("\n")
    ))
}

/// Drops comments and needless white space from CSS (CSS Syntax 3, § 4). Strings, escapes and unquoted URLs stay as
/// they are; white space stays wherever it could mean something, as around the operators of `calc()`.
pub(crate) fn squeeze(css: &str) -> String {
    // Beside these, white space means nothing. A colon only on its right: `a :hover` is not `a:hover`.
    let open = |letter: char| matches!(letter, '{' | '}' | ';' | ',' | '(' | ':');
    let close = |letter: char| matches!(letter, '{' | '}' | ';' | ',' | ')');
    let mut out = String::new();
    let mut letters = css.chars().peekable();
    // What stands before, as it counts for white space: an escaped letter is one of a name.
    let mut before = None;
    let (mut gap, mut comment) = (false, false);
    while let Some(letter) = letters.next() {
        if letter.is_ascii_whitespace() {
            gap = true;
            continue;
        }
        if letter == '/' && letters.peek() == Some(&'*') {
            letters.next();
            let mut last = ' ';
            for inner in letters.by_ref() {
                if last == '*' && inner == '/' {
                    break;
                }
                last = inner;
            }
            comment = true;
            continue;
        }
        if before.is_some_and(|before| !open(before)) && !close(letter) {
            if gap {
                out.push(' ');
            } else if comment {
                // `a/**/b` is two words.
                out.push_str("/**/");
            }
        }
        (gap, comment) = (false, false);
        if letter == '}' && before == Some(';') {
            out.pop();
        }
        out.push(letter);
        before = Some(letter);
        match letter {
            '\\' => {
                out.extend(letters.next());
                before = Some('a');
            }
            '"' | '\'' => copy(&mut letters, &mut out, letter),
            '(' if url(&out) => {
                while letters.next_if(char::is_ascii_whitespace).is_some() {}
                if !matches!(letters.peek(), Some('"' | '\'')) {
                    copy(&mut letters, &mut out, ')');
                    before = Some(')');
                }
            }
            _ => {}
        }
    }
    out
}

/// Copies up to and with the closing letter, escapes included.
fn copy(letters: &mut impl Iterator<Item = char>, out: &mut String, end: char) {
    while let Some(letter) = letters.next() {
        out.push(letter);
        if letter == '\\' {
            out.extend(letters.next());
        } else if letter == end {
            return;
        }
    }
}

/// Whether the text ends with the start of a `url(`.
fn url(out: &str) -> bool {
    let name = out.trim_end_matches('(');
    let start = name.len().saturating_sub(3);
    name.get(start..).is_some_and(|name| name.eq_ignore_ascii_case("url"))
}
