//! The choke point: one function says of every request whether it may go.

use super::hosts::{Hosts, Owner, is_within};
use crate::{
    config::Block,
    consent::{Grants, Purposes},
};
use alloc::string::String;

/// What the shield goes by.
#[derive(Debug, Default)]
pub struct Shield {
    /// How much is held.
    pub block: Block,
    /// The domain that counts as first party, with its subdomains; empty: only the page's own host.
    pub site: String,
    /// The page's own host.
    pub host: String,
    /// Who is who.
    pub hosts: Hosts,
}

/// What is asked of the gate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Request<'a> {
    /// The address, as the browser's own URL parser writes it; empty where there is none (an inline script).
    pub url: &'a str,
    /// The owner's mark, `data-consent`: the id of a category or a service; empty where there is none.
    pub mark: &'a str,
}

/// Why something is held.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Why {
    /// Its service, by index, is not granted.
    Service(usize),
    /// The category of its mark, by index, is not granted.
    Category(usize),
    /// It goes to a service of the catalogue, by its place there, that the owner did not name.
    Found(usize),
    /// It goes to another site that nobody named.
    Stranger,
    /// Its mark is no category and no service.
    UnknownMark,
    /// Its address is too long to be read up to its path.
    Unclear,
}

/// Whether a request may go; `Some` says why not.
pub fn verdict(shield: &Shield, purposes: &Purposes, grants: &Grants, request: Request<'_>) -> Option<Why> {
    if !request.mark.is_empty() {
        let held = if let Some(index) = purposes.category(request.mark) {
            (!grants.category(index)).then_some(Why::Category(index))
        } else if let Some(index) = purposes.service(request.mark) {
            (!grants.service(index)).then_some(Why::Service(index))
        } else {
            Some(Why::UnknownMark)
        };
        if held.is_some() {
            return held;
        }
    }
    if shield.block == Block::Marked {
        return None;
    }
    let (host, path) = split(request.url)?;
    if path.is_empty() {
        // A network address always has a path: this one was cut before it, so nobody knows where it goes.
        return Some(Why::Unclear);
    }
    match shield.hosts.find(host, path) {
        Some(Owner::Allowed) => None,
        Some(Owner::Service(index) | Owner::Met(index)) => (!grants.service(index)).then_some(Why::Service(index)),
        Some(Owner::Catalogue(index)) => Some(Why::Found(index)),
        None if shield.block == Block::ThirdParty && !shield.ours(host) => Some(Why::Stranger),
        None => None,
    }
}

impl Shield {
    fn ours(&self, host: &str) -> bool {
        host == self.host || (!self.site.is_empty() && is_within(host, &self.site))
    }
}

/// Host and path of an address that goes over the network (http, https, ws, wss); `None` for any other, `data:` and
/// `blob:` among them. The browser's parser has lower-cased the host, written it in punycode and put a `/` after it.
pub fn split(url: &str) -> Option<(&str, &str)> {
    let rest = ["https://", "http://", "wss://", "ws://"].iter().find_map(|scheme| url.strip_prefix(scheme))?;
    let end = rest.bytes().position(|byte| matches!(byte, b'/' | b'?' | b'#')).unwrap_or(rest.len());
    let (authority, path) = (rest.get(..end)?, rest.get(end..)?);
    let start = authority.bytes().rposition(|byte| byte == b'@').map_or(0, |at| at + 1);
    let host = authority.get(start..)?;
    // A port is digits after the last colon; an IPv6 address has its own colons, in brackets.
    let port = host.bytes().rposition(|byte| byte == b':').filter(|_| !host.ends_with(']'));
    let host = host.get(..port.unwrap_or(host.len()))?;
    Some((host.strip_suffix('.').unwrap_or(host), path))
}
