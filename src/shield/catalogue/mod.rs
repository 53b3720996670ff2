//! What we know without being told: the services that owners really name.
//!
//! The facts are data, in `services.json`, written by us from public pages; each service names the page. `build.rs`
//! packs them: names, categories and hosts for every visitor, the rest for opened preferences only.
//!
//! A host here is held with its subdomains, so it has to be the service's alone: never a CDN, hosting, login, payment,
//! captcha or map host, and of a host that serves more than tracking, only the path that tracks. Cookies and storage
//! keys are removed when consent is withdrawn, so a pattern has to be narrow enough to spare the site's own.

use super::hosts::{is_within, split_path};
use alloc::string::String;

include!(concat!(env!("OUT_DIR"), "/catalogue.rs"));

/// What the letters of the packed table stand for.
const CATEGORIES: [(&str, &str); 3] = [("a", "analytics"), ("m", "marketing"), ("p", "preferences")];

/// A service of the catalogue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Known {
    /// The name a visitor would know. [`slug`] makes its id.
    pub name: &'static str,
    /// The id of its category: `preferences`, `analytics` or `marketing`.
    pub category: &'static str,
    hosts: &'static str,
}

impl Known {
    /// Its hosts, normalised: each with its subdomains, or a host and the start of a path on it.
    pub fn hosts(&self) -> impl Iterator<Item = &'static str> + use<> {
        parts(self.hosts, b' ')
    }
}

/// The parts of a text between one ASCII byte. `str::split` would bring its searcher along.
fn parts(text: &'static str, by: u8) -> impl Iterator<Item = &'static str> {
    let mut rest = Some(text);
    core::iter::from_fn(move || {
        let (part, after) = cut(rest?, by);
        rest = after;
        Some(part)
    })
}

/// What stands before and after the first of an ASCII byte.
fn cut(text: &'static str, by: u8) -> (&'static str, Option<&'static str>) {
    let at = text.bytes().position(|byte| byte == by).unwrap_or(text.len());
    (text.get(..at).unwrap_or(text), text.get(at + 1..))
}

/// All services of the catalogue, by category and then by name.
pub fn services() -> impl Iterator<Item = Known> {
    parts(SERVICES, b'\n').filter_map(|line| {
        let (letter, rest) = line.split_at_checked(1)?;
        let (name, hosts) = cut(rest, b'\t');
        let category = CATEGORIES.iter().find(|category| category.0 == letter)?.1;
        Some(Known { name, category, hosts: hosts? })
    })
}

/// The service with this id, if there is one.
pub fn find(id: &[u8]) -> Option<Known> {
    services().find(|known| slug(known.name).as_bytes() == id)
}

/// The service that owns a host or a parent domain of it, if one does. A host that is a service's on one path only is
/// found by that path (`facebook.com/tr`). It walks the whole catalogue: for the config, not for verdicts.
pub fn find_host(spelled: &[u8]) -> Option<Known> {
    let (host, path) = split_path(spelled);
    services().find(|known| {
        known.hosts().any(|own| {
            let (domain, start) = split_path(own.as_bytes());
            is_within(host, domain) && path.starts_with(start)
        })
    })
}

/// The id of a service by its name: lower case, each run of anything but letters and digits (ASCII) a hyphen, none at
/// the ends.
pub fn slug(name: &str) -> String {
    let mut slug = String::new();
    let mut gap = false;
    for byte in name.bytes() {
        if byte.is_ascii_alphanumeric() {
            if gap && !slug.is_empty() {
                slug.push('-');
            }
            gap = false;
            slug.push(char::from(byte.to_ascii_lowercase()));
        } else {
            gap = true;
        }
    }
    slug
}

/// What opened preferences show of a service, and what is removed when it loses its grant.
#[cfg(any(test, feature = "more", feature = "schema"))]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Details {
    cookies: &'static str,
    storage: &'static str,
    /// Its own privacy policy, https.
    pub privacy_url: &'static str,
    /// How long it keeps what it collects, where it says so.
    pub retention: Option<&'static str>,
}

#[cfg(any(test, feature = "more", feature = "schema"))]
impl Details {
    /// Its cookies: names, or the start of one and `*`.
    pub fn cookies(&self) -> impl Iterator<Item = &'static str> + use<> {
        self.cookies.split(',').filter(|name| !name.is_empty())
    }

    /// Its keys in local and session storage: names, or the start of one and `*`.
    pub fn storage(&self) -> impl Iterator<Item = &'static str> + use<> {
        self.storage.split(',').filter(|key| !key.is_empty())
    }
}

/// The details of the service with this id, if there is one.
#[cfg(any(test, feature = "more", feature = "schema"))]
pub fn details(id: &str) -> Option<Details> {
    let index = services().position(|known| slug(known.name) == id)?;
    let mut parts = DETAILS.split('\n').nth(index)?.split('\t');
    let (cookies, storage) = (parts.next()?, parts.next()?);
    Some(Details { cookies, storage, privacy_url: parts.next()?, retention: parts.next() })
}
