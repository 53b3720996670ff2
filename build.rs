//! What the crate includes and nobody wrote by hand: the packed catalogue.

use serde::Deserialize;
use std::error::Error;
use std::path::Path;
use std::{env, fs};

const SERVICES: &str = "src/shield/catalogue/services.json";

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed={SERVICES}");
    let out = env::var("OUT_DIR")?;
    let services = fs::read_to_string(SERVICES).map_err(|error| format!("{SERVICES}: {error}"))?;
    fs::write(Path::new(&out).join("catalogue.rs"), pack(&services)?)?;
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
