//! The choke point: one function says of every request whether it may go.

use super::{
    hosts::{Hosts, Owner, is_within, undotted},
    sweep::means,
};
use crate::{
    config::Block,
    consent::{Grants, Purposes},
    json::{Text, before},
};
use alloc::vec::Vec;

/// What the shield goes by.
#[derive(Debug, Default)]
pub struct Shield {
    /// How much is held.
    pub block: Block,
    /// The domain that counts as first party, with its subdomains; empty: only the page's own host.
    pub site: Text,
    /// The page's own host.
    pub host: Text,
    /// Who is who.
    pub hosts: Hosts,
    /// Whose cookies and storage keys these are.
    pub names: Vec<Name>,
    /// Who is met so rarely that the first file does not name them, as the catalogue packs it: empty but in the service
    /// worker.
    pub rare: Text,
    /// Whether Google's tags run before they are granted, told that they may store nothing.
    pub advanced: bool,
}

/// A name, or the start of one and `*`, under which a service keeps something in the visitor's browser.
#[derive(Debug, Clone, Copy)]
pub struct Name {
    /// What [`means`] reads.
    pub pattern: Text,
    /// Of a cookie; else of a storage key.
    pub cookie: bool,
    /// The service, by index.
    pub service: usize,
}

/// What is asked of the gate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Request<'a> {
    /// The address, as the browser's own URL parser writes it; empty where there is none (an inline script). What is about
    /// to be kept is asked about as `cookie:name` or `key:name`.
    pub url: &'a [u8],
    /// The owner's mark, `data-consent`: the id of a category or a service; empty where there is none.
    pub mark: &'a [u8],
}

/// Why something is held.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Why {
    /// Its purpose, by index, is not granted: its service, or the category or service of its mark.
    Purpose(usize),
    /// It goes to a service of the catalogue, by its place there, that the owner did not name.
    Found(usize),
    /// It goes to another site that nobody named.
    Stranger,
    /// Its mark is no category and no service, or its address is too long to be read up to its path.
    Unclear,
}

/// Whether a request may go; `Some` says why not.
pub fn verdict(shield: &Shield, purposes: &Purposes, grants: &Grants, request: Request<'_>) -> Option<Why> {
    let held = |index: usize| (!grants.has(index)).then_some(Why::Purpose(index));
    if !request.mark.is_empty() {
        let why = purposes.find(request.mark).map_or(Some(Why::Unclear), held);
        if why.is_some() {
            return why;
        }
    }
    if shield.block == Block::Marked {
        return None;
    }
    let (scheme, name) = request.url.split_at_checked(before(request.url, b":"))?;
    let cookie = scheme == b"cookie";
    if cookie || scheme == b"key" {
        return kept(shield, grants, cookie, name.get(1..)?).map(Why::Purpose);
    }
    let (host, path) = split(request.url)?;
    if path.is_empty() {
        // A network address always has a path: this one was cut before it, so nobody knows where it goes.
        return Some(Why::Unclear);
    }
    match shield.hosts.find(host, path) {
        Some(Owner::Allowed) => None,
        Some(Owner::Service(index) | Owner::Met(index)) => held(index),
        // Who is known to others is at home on their own site.
        _ if shield.ours(host) => None,
        Some(Owner::Catalogue(place)) => Some(Why::Found(place)),
        None if shield.block == Block::ThirdParty => Some(Why::Stranger),
        None => None,
    }
}

/// For which service nothing may be kept under this name: what nobody names may be, and what one service that may has named.
#[inline(never)]
fn kept(shield: &Shield, grants: &Grants, cookie: bool, name: &[u8]) -> Option<usize> {
    let mut owner = None;
    for own in &shield.names {
        if own.cookie == cookie && means(own.pattern, name) {
            if grants.has(own.service) {
                return None;
            }
            owner = Some(own.service);
        }
    }
    owner
}

impl Shield {
    fn ours(&self, host: &[u8]) -> bool {
        host == self.host || (!self.site.is_empty() && is_within(host, self.site))
    }
}

/// Host and path of an address that goes over the network (http, https, ws, wss); `None` for any other, `data:` and
/// `blob:` among them. The browser's parser has lower-cased the host, written it in punycode and put a `/` after it.
pub fn split(url: &[u8]) -> Option<(&[u8], &[u8])> {
    let (scheme, rest) = url.split_at_checked(before(url, b":"))?;
    if !matches!(scheme, b"https" | b"http" | b"wss" | b"ws") {
        return None;
    }
    let rest = rest.strip_prefix(b"://")?;
    let (authority, path) = rest.split_at_checked(before(rest, b"/?#"))?;
    // A password has none: the parser writes it as `%40`.
    let host = authority.get(before(authority, b"@") + 1..).unwrap_or(authority);
    // An IPv6 address has colons of its own, in brackets.
    let end = if host.starts_with(b"[") { before(host, b"]") + 1 } else { before(host, b":") };
    Some((undotted(host.get(..end).unwrap_or(host)), path))
}
