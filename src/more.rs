//! The second file: what only an error, opened preferences or a withdrawal need. It reads the configuration anew, with
//! words this time, so the first file carries none of this.

use crate::{
    config::{self, Config, Count, Service, ServiceEntry, Severity, Words, plain::Plain},
    consent::{self, State},
    json::Json,
    setup,
    shield::{catalogue, sweep},
};
use alloc::{string::String, vec::Vec};
use serde::Serialize;
use serde_json::Value;
use wasm_bindgen::prelude::*;

#[wasm_bindgen(raw_module = "../../../www/more/reach")]
extern "C" {
    /// The page's cookies, as the document gives them. Throws where there are none to have.
    #[wasm_bindgen(catch)]
    fn cookies() -> Result<String, JsValue>;
    #[wasm_bindgen(catch, js_name = setCookie)]
    fn set_cookie(text: &str) -> Result<(), JsValue>;
    fn host() -> String;
    fn path() -> String;
    /// The names of what is stored, local or for the session, as a JSON list.
    fn stored(local: bool) -> String;
    /// Removes one of those listed last.
    #[wasm_bindgen(catch)]
    fn remove(name: &str) -> Result<(), JsValue>;
}

fn parse(raw: &str) -> Value {
    // What is no JSON is no object either, and reads as such.
    serde_json::from_str(raw).unwrap_or_default()
}

fn typed(raw: &str) -> Config {
    config::read(&parse(raw), &mut Count::default())
}

/// What [`explain`] gives.
#[derive(Serialize)]
struct Explained {
    /// 1 with warnings alone, 2 with an error.
    level: u8,
    /// A line each.
    problems: Vec<String>,
}

/// Says in words what is wrong with a config: `{ level, problems }`.
#[wasm_bindgen]
pub fn explain(raw: &str) -> JsValue {
    let mut told = Words::default();
    config::read(&parse(raw), &mut told);
    let lines = told.lines();
    let error = lines.iter().any(|line| line.severity == Severity::Error);
    let problems = lines.into_iter().map(|line| line.text).collect();
    serde_wasm_bindgen::to_value(&Explained { level: if error { 2 } else { 1 }, problems }).unwrap_or_default()
}

fn own<'a>(config: &'a Config, id: &str) -> Option<&'a Service> {
    config.services.iter().find_map(|entry| match entry {
        ServiceEntry::Own(service) if service.id == id => Some(service),
        _ => None,
    })
}

/// What is known of a service, from the owner and from the catalogue.
struct About {
    name: Option<String>,
    privacy: Option<String>,
    retention: Option<String>,
    cookies: Vec<String>,
    storage: Vec<String>,
}

fn about(config: &Config, id: &str) -> About {
    if let Some(service) = own(config, id) {
        return About {
            name: service.name.clone().or_else(|| catalogue::details(id.as_bytes()).map(|known| known.name.into())),
            privacy: service.privacy_url.clone(),
            retention: service.retention.clone(),
            cookies: service.cookies.clone(),
            storage: service.storage.clone(),
        };
    }
    let known = catalogue::details(id.as_bytes());
    let list = |names: &mut dyn Iterator<Item = &'static str>| names.map(String::from).collect();
    About {
        name: known.map(|known| known.name.into()),
        privacy: known.and_then(|known| known.privacy_url).map(String::from),
        retention: known.and_then(|known| known.retention).map(String::from),
        cookies: known.map(|known| list(&mut known.cookies())).unwrap_or_default(),
        storage: known.map(|known| list(&mut known.storage())).unwrap_or_default(),
    }
}

/// What opened preferences say of a service: its name, its own privacy policy, how long it keeps what it collects.
#[derive(Serialize)]
struct Shown {
    name: Option<String>,
    privacy: Option<String>,
    retention: Option<String>,
}

/// Says more of these services (a JSON list of ids): `{ name, privacy, retention }` for each.
#[wasm_bindgen]
pub fn details(ids: &str, raw: &str) -> JsValue {
    let config = typed(raw);
    let shown = |id: &String| {
        let About { name, privacy, retention, .. } = about(&config, id);
        Shown { name, privacy, retention }
    };
    let all: Vec<Shown> = list(ids).iter().map(shown).collect();
    serde_wasm_bindgen::to_value(&all).unwrap_or_default()
}

/// The record as it has to be stored where another subdomain chose since (`theirs`, of the shared cookie; both JSON, and an
/// empty `mine` is none). Empty: it stays. `now` in milliseconds since 1970.
#[wasm_bindgen]
pub fn cross(raw: &str, mine: &str, theirs: &str, now: f64) -> String {
    let kept = |text: &str| setup::kept(text.as_bytes());
    let good = |text: &&str| consent::record::is_record(Json::new(text.as_bytes()), now);
    if !good(&theirs) {
        return String::new();
    }
    let mut plain = Plain::new(kept(raw));
    let (purposes, _) = setup::purposes(&mut plain, b"");
    let record = Some(mine).filter(good).unwrap_or_default().into();
    let mut state = State { rules: setup::rules(&plain), purposes, record, theirs: kept(theirs), ..State::default() };
    let crossed = consent::cross(&mut state, now);
    Some(state.record).filter(|_| crossed).and_then(|record| String::from_utf8(record).ok()).unwrap_or_default()
}

fn list(ids: &str) -> Vec<String> {
    serde_json::from_str(ids).unwrap_or_default()
}

/// Clears what these services left on this site: their cookies, at every domain and path where this page may have set
/// them, and their keys in local and session storage.
#[wasm_bindgen]
pub fn sweep(ids: &str, raw: &str) {
    let config = typed(raw);
    for id in list(ids) {
        let about = about(&config, &id);
        // What the browser refuses stays; the page cannot reach it.
        sweep_cookies(&about.cookies);
        for local in [true, false] {
            let all = list(&stored(local));
            for name in all.iter().filter(|name| about.storage.iter().any(|pattern| sweep::means(pattern, name))) {
                let _ = remove(name);
            }
        }
    }
}

fn sweep_cookies(patterns: &[String]) {
    let (host, path) = (host(), path());
    let all = cookies().unwrap_or_default();
    for name in sweep::cookie_names(&all).filter(|name| patterns.iter().any(|pattern| sweep::means(pattern, name))) {
        for path in sweep::paths(&path) {
            let gone = alloc::format!("{name}=; Max-Age=0; Path={path}");
            for domain in core::iter::once(None).chain(sweep::domains(&host).map(Some)) {
                let domain = domain.map(|domain| alloc::format!("; Domain={domain}")).unwrap_or_default();
                // A partitioned cookie is another cookie (CHIPS), and only a secure one can be.
                for partition in ["", "; Secure; Partitioned"] {
                    let _ = set_cookie(&alloc::format!("{gone}{domain}{partition}"));
                }
            }
        }
    }
}

/// Whose a stored name is.
#[derive(Serialize)]
struct Owner {
    service: String,
    category: String,
}

/// Says whose these names are (a JSON list; cookies, or else keys, databases, caches and workers): `{ service, category }`
/// by the service's name and its category's id, or null for one that nobody names. The owner's own words go first.
#[wasm_bindgen]
pub fn owners(names: &str, cookies: bool, raw: &str) -> JsValue {
    let config = typed(raw);
    let mut known: Vec<(Owner, Vec<String>)> = Vec::new();
    let mut add = |id: &str, service: &str, category: &str| {
        let About { cookies: names, storage, .. } = about(&config, id);
        known.push((
            Owner { service: service.into(), category: category.into() },
            if cookies { names } else { storage },
        ));
    };
    for entry in &config.services {
        if let ServiceEntry::Own(service) = entry {
            add(&service.id, service.name.as_ref().unwrap_or(&service.id), &service.category);
        }
    }
    for service in catalogue::services(catalogue::walk()) {
        add(catalogue::text(service.id()), catalogue::name(&service), service.category());
    }
    let owner = |name: &String| {
        known.iter().find(|(_, patterns)| patterns.iter().any(|own| sweep::means(own, name))).map(|(owner, _)| owner)
    };
    let all: Vec<Option<&Owner>> = list(names).iter().map(owner).collect();
    serde_wasm_bindgen::to_value(&all).unwrap_or_default()
}

/// A service's own opt-out, as JSON: a function of the page by its dotted path, and the list of what it is called with.
/// Empty where there is none.
#[wasm_bindgen(js_name = optOut)]
pub fn opt_out(id: &str) -> String {
    catalogue::details(id.as_bytes()).and_then(|known| known.opt_out).unwrap_or_default().into()
}

/// Those of these names (of databases, caches and workers) that belong to these services, as a JSON list.
#[wasm_bindgen]
pub fn remains(ids: &str, names: &str, raw: &str) -> String {
    let config = typed(raw);
    let patterns: Vec<String> = list(ids).iter().flat_map(|id| about(&config, id).storage).collect();
    let names: Vec<String> =
        list(names).into_iter().filter(|name| patterns.iter().any(|own| sweep::means(own, name))).collect();
    serde_json::to_string(&names).unwrap_or_default()
}
