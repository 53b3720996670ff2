//! The second file: what only an error, opened preferences or a withdrawal need. It reads the configuration anew, with
//! words this time, so the first file carries none of this.

use crate::{
    config::{self, Config, Count, Service, ServiceEntry, Severity, Words as Told},
    json::Json,
    notice::text::{self, Words},
    shield::{catalogue, sweep},
};
use alloc::{string::String, vec::Vec};
use serde::Serialize;
use serde_json::Value;
use wasm_bindgen::prelude::*;
use web_sys::{Document, Element, HtmlDocument, Node, Storage};

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
    let mut told = Told::default();
    config::read(&parse(raw), &mut told);
    let lines = told.lines();
    let error = lines.iter().any(|line| line.severity == Severity::Error);
    let problems = lines.into_iter().map(|line| line.text).collect();
    serde_wasm_bindgen::to_value(&Explained { level: if error { 2 } else { 1 }, problems }).unwrap_or_default()
}

fn document() -> Option<Document> {
    web_sys::window()?.document()
}

fn add(parent: &Node, tag: &str, attributes: &[(&str, &str)], text: &str) -> Option<Element> {
    let element = document()?.create_element(tag).ok()?;
    for (name, value) in attributes {
        element.set_attribute(name, value).ok()?;
    }
    if !text.is_empty() {
        element.set_text_content(Some(text));
    }
    parent.append_child(&element).ok()?;
    Some(element)
}

fn own<'a>(config: &'a Config, id: &str) -> Option<&'a Service> {
    config.services.iter().find_map(|entry| match entry {
        ServiceEntry::Own(service) if service.id == id => Some(service),
        _ => None,
    })
}

/// What is known of a service, from the owner and from the catalogue.
struct About {
    name: String,
    privacy: Option<String>,
    retention: Option<String>,
    cookies: Vec<String>,
    storage: Vec<String>,
}

fn about(config: &Config, id: &str) -> About {
    if let Some(service) = own(config, id) {
        return About {
            name: service.name.clone().unwrap_or_else(|| id.into()),
            privacy: service.privacy_url.clone(),
            retention: service.retention.clone(),
            cookies: service.cookies.clone(),
            storage: service.storage.clone(),
        };
    }
    let known = catalogue::details(id.as_bytes());
    let list = |names: &mut dyn Iterator<Item = &'static str>| names.map(String::from).collect();
    About {
        name: known.map_or(id, |known| known.name).into(),
        privacy: known.and_then(|known| known.privacy_url).map(String::from),
        retention: known.and_then(|known| known.retention).map(String::from),
        cookies: known.map(|known| list(&mut known.cookies())).unwrap_or_default(),
        storage: known.map(|known| list(&mut known.storage())).unwrap_or_default(),
    }
}

/// Says more of each service in the open preferences, with a link to its own policy, and names who is responsible.
#[wasm_bindgen]
pub fn decorate(dialog: Element, raw: &str) {
    let config = typed(raw);
    let own = Json::parse(raw).map(|raw| raw.get("text").get("en").clone());
    let words = Words::new(own.unwrap_or_default());
    // What the browser refuses leaves the preferences as the first file made them, which is enough to choose.
    let _ = services(&dialog, &config, &words);
    let _ = controller(&dialog, &config, &words);
}

fn services(dialog: &Element, config: &Config, words: &Words) -> Option<()> {
    let items = dialog.query_selector_all("li").ok()?;
    for index in 0..items.length() {
        let item: Element = items.item(index)?.dyn_into().ok()?;
        let id = item.get_attribute("data-service")?;
        let about = about(config, &id);
        if let Some(retention) = about.retention {
            add(&item, "p", &[], &words.fill(&text::RETENTION, &retention))?;
        }
        if let Some(url) = about.privacy {
            let title = words.fill(&text::SERVICE_POLICY, &about.name);
            add(&item, "a", &[("href", &url), ("rel", "noreferrer"), ("target", "_blank")], &title)?;
        }
    }
    Some(())
}

/// Who is responsible, how they are reached, within how many days they answer (GDPR art. 12(3), 13(1)(a)).
fn controller(dialog: &Element, config: &Config, words: &Words) -> Option<()> {
    let controller = config.controller.as_ref()?;
    let row = dialog.query_selector(".row").ok()??;
    let line = add(dialog, "p", &[], &words.fill(&text::CONTROLLER, &controller.name))?;
    if let Some(contact) = &controller.contact {
        line.append_with_str_1(" ").ok()?;
        add(&line, "a", &[("href", contact)], words.get(&text::CONTACT))?;
        let mut reply = String::from(". ");
        reply.push_str(&words.fill(&text::REPLY, &alloc::format!("{}", controller.reply_days)));
        line.append_with_str_1(&reply).ok()?;
    }
    dialog.insert_before(&line, Some(&row)).ok()?;
    Some(())
}

/// Clears what these services left on this site: their cookies, at every domain and path where this page may have set
/// them, and their keys in local and session storage.
#[wasm_bindgen]
pub fn sweep(ids: &str, raw: &str) {
    let config = typed(raw);
    for id in Json::parse(ids).unwrap_or_default().items() {
        let about = about(&config, id.text());
        // What the browser refuses stays; the page cannot reach it.
        let _ = cookies(&about.cookies);
        if let Some(window) = web_sys::window() {
            for storage in [window.local_storage(), window.session_storage()] {
                let _ = keys(storage.ok().flatten(), &about.storage);
            }
        }
    }
}

fn cookies(patterns: &[String]) -> Option<()> {
    let document: HtmlDocument = document()?.dyn_into().ok()?;
    let location = document.location()?;
    let (host, path) = (location.hostname().ok()?, location.pathname().ok()?);
    let all = document.cookie().ok()?;
    for name in sweep::cookie_names(&all).filter(|name| patterns.iter().any(|pattern| sweep::means(pattern, name))) {
        for path in sweep::paths(&path) {
            let gone = alloc::format!("{name}=; Max-Age=0; Path={path}");
            for domain in core::iter::once(None).chain(sweep::domains(&host).map(Some)) {
                let domain = domain.map(|domain| alloc::format!("; Domain={domain}")).unwrap_or_default();
                // A partitioned cookie is another cookie (CHIPS), and only a secure one can be.
                for partition in ["", "; Secure; Partitioned"] {
                    let _ = document.set_cookie(&alloc::format!("{gone}{domain}{partition}"));
                }
            }
        }
    }
    Some(())
}

fn keys(storage: Option<Storage>, patterns: &[String]) -> Option<()> {
    let storage = storage?;
    let length = storage.length().ok()?;
    let names: Vec<String> = (0..length).filter_map(|index| storage.key(index).ok()?).collect();
    for name in names.iter().filter(|name| patterns.iter().any(|pattern| sweep::means(pattern, name))) {
        let _ = storage.remove_item(name);
    }
    Some(())
}
