//! What the crate includes and nobody wrote by hand: the packed catalogue. `src/shield/catalogue/mod.rs` reads it, and
//! says how it is written.

use serde::{Deserialize, de::DeserializeOwned};
use serde_json::Value;
use std::collections::BTreeMap;
use std::error::Error;
use std::path::Path;
use std::{env, fs};

const SERVICES: &str = "src/shield/catalogue/services.json";
const KNOWN: &str = "src/shield/catalogue/known.json";
/// So many bytes the reader has for a host and for an id.
const LONGEST: usize = 64;
/// So many endings have a letter: A to Z.
const LETTERS: usize = 26;

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed={SERVICES}");
    println!("cargo::rerun-if-changed={KNOWN}");
    let out = env::var("OUT_DIR")?;
    fs::write(Path::new(&out).join("catalogue.rs"), pack(read(SERVICES)?, read(KNOWN)?)?)?;
    Ok(())
}

fn read<T: DeserializeOwned>(path: &str) -> Result<T, Box<dyn Error>> {
    let text = fs::read_to_string(path).map_err(|error| format!("{path}: {error}"))?;
    Ok(serde_json::from_str(&text).map_err(|error| format!("{path}: {error}"))?)
}

/// A service as it stands in `services.json`, or a company as in `known.json`.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Service {
    /// Only of `known.json`; else made of the name.
    #[serde(default)]
    id: String,
    name: String,
    category: String,
    hosts: Vec<String>,
    #[serde(default)]
    cookies: Vec<String>,
    #[serde(default)]
    storage: Vec<String>,
    #[serde(default)]
    privacy_url: String,
    #[serde(default)]
    retention: String,
    /// How a page calls the service's own opt-out.
    opt_out: Option<OptOut>,
    /// The public page that the facts come from. It stays in the JSON.
    #[serde(rename = "source")]
    _source: Option<String>,
}

/// `{ "call": "ttq.revokeConsent", "with": […] }`: a function of the page by its dotted path, with these arguments.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OptOut {
    call: String,
    #[serde(default)]
    with: Vec<Value>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Known {
    joined: BTreeMap<String, Vec<String>>,
    first: Vec<Service>,
    rest: Vec<Service>,
}

/// As `slug` in the crate, which a build script cannot call.
fn slug(name: &str) -> String {
    let words = name.split(|letter: char| !letter.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join("-").to_ascii_lowercase()
}

fn pack(mut services: Vec<Service>, known: Known) -> Result<String, Box<dyn Error>> {
    for service in &mut services {
        service.id = slug(&service.name);
    }
    for (id, hosts) in known.joined {
        let service = services.iter_mut().find(|service| service.id == id);
        service.ok_or_else(|| format!("{KNOWN}: no service {id}"))?.hosts.extend(hosts);
    }
    services.extend(known.first);
    for Service { id, hosts, .. } in &mut services {
        // The id then comes of itself, and it is the name that a visitor knows.
        let like = |host: &String| dot(host).and_then(|at| host.get(..at)?.rsplit('.').next()) == Some(id);
        if let Some(at) = hosts.iter().position(|host| !host.contains('/') && like(host)) {
            let host = hosts.remove(at);
            hosts.insert(0, host);
        }
    }
    let mut rest = known.rest;
    let endings = endings(&services);
    let mut source = format!(
        "/// What hosts end in, by the letters A to Z.\nconst ENDINGS: &[u8] = {:?}.as_bytes();\n",
        endings.iter().map(|ending| format!(",{ending}")).collect::<String>()
    );
    for (name, what, list) in
        [("FIRST", "What rides in the first file.", &mut services), ("REST", "What is met more rarely.", &mut rest)]
    {
        list.sort_by(|one, other| (&one.category, &one.id).cmp(&(&other.category, &other.id)));
        let packed = table(list, &endings)?;
        let details = list.iter().map(details).collect::<Result<Vec<_>, _>>()?.join("\n");
        source += &format!(
            "/// {what}\nconst {name}: &[u8] = {packed:?}.as_bytes();\n\
             /// The rest of what is known of `{name}`: a line each.\nconst {name}_DETAILS: &str = {details:?};\n"
        );
    }
    Ok(source)
}

/// Where a host's ending begins: at the dot of a public suffix as most people know them.
fn dot(host: &str) -> Option<usize> {
    let last = host.rfind('.')?;
    let two = host.get(..last).and_then(|start| start.rfind('.')).filter(|two| {
        let second = host.get(two + 1..last).unwrap_or_default();
        host.len() - last == 3 && ["ac", "co", "com", "gov", "ne", "net", "or", "org"].contains(&second)
    });
    Some(two.unwrap_or(last))
}

/// The most frequent endings, with their dots.
fn endings(services: &[Service]) -> Vec<String> {
    let mut count: BTreeMap<&str, usize> = BTreeMap::new();
    for host in services.iter().flat_map(|service| &service.hosts).filter(|host| !host.contains('/')) {
        if let Some(ending) = dot(host).and_then(|at| host.get(at..)) {
            *count.entry(ending).or_default() += 1;
        }
    }
    let mut endings: Vec<(&str, usize)> = count.into_iter().filter(|ending| ending.1 > 1).collect();
    endings.sort_by_key(|ending| std::cmp::Reverse(ending.1));
    endings.into_iter().take(LETTERS).map(|ending| ending.0.into()).collect()
}

fn table(services: &[Service], endings: &[String]) -> Result<String, Box<dyn Error>> {
    let mut packed = String::new();
    let mut category = "analytics";
    for service in services {
        let Service { id, name, hosts, .. } = service;
        while category != service.category {
            packed.push(')');
            category = match category {
                "analytics" => "marketing",
                "marketing" => "preferences",
                _ => return Err(format!("{name}: no category {:?}", service.category).into()),
            };
        }
        let mut before = String::new();
        for (index, host) in hosts.iter().enumerate() {
            let fits = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-._/".contains(&byte);
            if host.len() > LONGEST || id.len() > LONGEST || !host.bytes().all(fits) {
                return Err(format!("{name}: {host}").into());
            }
            let ending = dot(host).filter(|_| !host.contains('/')).and_then(|at| {
                let place = endings.iter().position(|ending| Some(&**ending) == host.get(at..))?;
                Some((at, char::from(b'A' + place as u8)))
            });
            let (at, letter) = ending.unwrap_or((host.len(), '@'));
            let start = host.get(..at).unwrap_or(host);
            if index > 0 {
                packed.push(',');
                packed += if start == before { "" } else { start };
            } else {
                packed += &with_id(start, id);
            }
            packed.push(letter);
            before = start.into();
        }
        if hosts.is_empty() {
            return Err(format!("{name}: no hosts").into());
        }
    }
    Ok(packed)
}

/// A first host's start, so written that it gives the id as well.
fn with_id(start: &str, id: &str) -> String {
    let label = start.rsplit('.').next().unwrap_or(start);
    if label == id {
        return start.into();
    }
    if let Some(more) = id.strip_prefix(label).filter(|more| more.starts_with('-')) {
        return format!("{start}+{more}");
    }
    if id.replace('-', "") == label {
        let spelled = id.split('-').collect::<Vec<_>>().join("+-+");
        return format!("{}{spelled}", start.strip_suffix(label).unwrap_or(start));
    }
    format!("{id}*{start}")
}

/// Name, cookies, storage, link, retention, opt-out. What is empty at the end is left out.
fn details(service: &Service) -> Result<String, Box<dyn Error>> {
    let name = &service.name;
    // The parts must not hold what parts them.
    let joined = |parts: &[String], by: &str| {
        let clean = !parts.iter().any(|part| part.contains(['\n', '\t']) || part.contains(by));
        clean.then(|| parts.join(by)).ok_or_else(|| format!("{name}: {parts:?}"))
    };
    let one = |part: &String| joined(std::slice::from_ref(part), "\n");
    let opt_out = match &service.opt_out {
        Some(OptOut { call, with }) => serde_json::to_string(&serde_json::json!([call, with]))?,
        None => String::new(),
    };
    let parts = [
        one(name)?,
        joined(&service.cookies, ",")?,
        joined(&service.storage, ",")?,
        one(&service.privacy_url)?,
        one(&service.retention)?,
        one(&opt_out)?,
    ];
    Ok(parts.join("\t").trim_end().into())
}
