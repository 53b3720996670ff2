//! Who a host belongs to. A lookup costs the same with ten services as with ten thousand.

use crate::consent::Grants;
use crate::json::{Text, add, before};
use alloc::vec::Vec;

/// Who a host belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Owner {
    /// A service of this page, by index into its purposes.
    Service(usize),
    /// A service of the catalogue that the owner did not name, by its place there.
    Catalogue(usize),
    /// The owner allows exactly this host.
    Allowed,
    /// A service of this page, by index, that was met as exactly this host and never named otherwise.
    Met(usize),
}

#[derive(Debug, Clone, Copy)]
struct Entry {
    host: Text,
    path: Text,
    owner: Owner,
    /// Whether it came from the catalogue, whoever owns it now.
    known: bool,
}

/// A table from host names, each with its subdomains and perhaps a path, to their owners.
///
/// Open addressing over FNV-1a: names arrive from the owner's configuration and from our catalogue, never from a
/// third party, so nobody can aim at a collision; and a general-purpose map costs several kilobytes.
#[derive(Debug, Default)]
pub struct Hosts {
    entries: Vec<Entry>,
    /// Index into `entries` plus one; 0 is free. A power of two long, at most half full.
    slots: Vec<u32>,
}

/// Whether a host is this domain or one below it. Case does not matter in names (RFC 4343).
pub fn is_within(host: &[u8], domain: &[u8]) -> bool {
    let above = host.len().wrapping_sub(domain.len());
    host.get(above..).is_some_and(|end| end.eq_ignore_ascii_case(domain))
        && (above == 0 || host.get(above - 1) == Some(&b'.'))
}

/// Writes a host as a policy's source, with its subdomains or without.
pub fn source(out: &mut Vec<u8>, host: &[u8], below: bool) {
    if below {
        add(out, b" *.");
        add(out, host);
        add(out, b":*");
    }
    add(out, b" ");
    add(out, host);
    add(out, b":*");
}

/// A name without its final dot, which says nothing (RFC 1034 § 3.1).
pub fn undotted(host: &[u8]) -> &[u8] {
    if let [host @ .., b'.'] = host { host } else { host }
}

/// A host, and the path that may follow it.
pub fn split_path(spelled: &[u8]) -> (&[u8], &[u8]) {
    let (host, path) = spelled.split_at_checked(before(spelled, b"/")).unwrap_or_default();
    (undotted(host), path)
}

/// FNV-1a, from the last byte to the first: one pass over a host then visits every suffix.
fn mix(hash: u32, byte: u8) -> u32 {
    (hash ^ u32::from(byte.to_ascii_lowercase())).wrapping_mul(0x0100_0193)
}
const BASIS: u32 = 0x811c_9dc5;

impl Hosts {
    /// Adds `host` or `host/path`. The owner's entries come before the catalogue's, and win.
    #[inline(never)]
    pub fn add(&mut self, spelled: Text, owner: Owner) {
        let (host, path) = split_path(spelled);
        self.entries.push(Entry { host, path, owner, known: matches!(owner, Owner::Catalogue(_)) });
        let mut from = self.entries.len() - 1;
        if self.entries.len() * 2 > self.slots.len() {
            self.slots = Vec::new();
            self.slots.resize(self.entries.len().next_power_of_two() * 4, 0);
            from = 0;
        }
        while let Some(entry) = self.entries.get(from) {
            let mut slot = entry.host.iter().rev().fold(BASIS, |hash, byte| mix(hash, *byte)) as usize;
            from += 1;
            // At most half of the slots are taken, so a free one comes.
            let last = self.slots.len() - 1;
            while let Some(taken) = self.slots.get_mut(slot & last) {
                if *taken == 0 {
                    *taken = from as u32;
                    break;
                }
                slot += 1;
            }
        }
    }

    /// Who `host` belongs to: the longest entry that is the host or a parent domain of it, and of the owner's among those
    /// the one with the longest path. An allowed host is allowed as itself only. `path` begins with `/`.
    #[inline(never)]
    pub fn find(&self, host: &[u8], path: &[u8]) -> Option<Owner> {
        let mut hash = BASIS;
        let mut found = None;
        for (at, byte) in host.iter().enumerate().rev() {
            hash = mix(hash, *byte);
            if at == 0 || host.get(at - 1) == Some(&b'.') {
                let suffix = host.get(at..).unwrap_or_default();
                found = self.at(hash, suffix, path, at == 0).or(found);
            }
        }
        found
    }

    fn at(&self, hash: u32, host: &[u8], path: &[u8], whole: bool) -> Option<Owner> {
        let mut slot = hash as usize;
        let mut found: Option<Entry> = None;
        loop {
            slot &= self.slots.len().wrapping_sub(1);
            let index = self.slots.get(slot).copied().unwrap_or_default() as usize;
            let Some(entry) = self.entries.get(index.wrapping_sub(1)) else { break };
            let better = found.is_none_or(|best| entry.path.len() > best.path.len() && !entry.known);
            if better
                && entry.host.eq_ignore_ascii_case(host)
                && path.starts_with(entry.path)
                && (whole || !matches!(entry.owner, Owner::Allowed | Owner::Met(_)))
            {
                found = Some(*entry);
            }
            slot += 1;
        }
        found.map(|entry| entry.owner)
    }

    /// What belonged to `from` belongs to `to`.
    pub fn rename(&mut self, from: Owner, to: Owner) {
        for entry in &mut self.entries {
            if entry.owner == from {
                entry.owner = to;
            }
        }
    }

    /// All hosts that may be reached, as a policy lists them (CSP 3 § 2.3.1): on any port, and with their subdomains where
    /// those belong to the same owner.
    pub fn reachable(&self, grants: &Grants, out: &mut Vec<u8>) {
        for entry in &self.entries {
            let (open, below) = match entry.owner {
                Owner::Allowed => (true, false),
                Owner::Met(index) => (grants.has(index), false),
                Owner::Service(index) => (grants.has(index), true),
                Owner::Catalogue(_) => (false, false),
            };
            if open {
                source(out, entry.host, below);
            }
        }
    }

    /// Whether a rule of the owner's names this host or a parent of it, on whatever path.
    pub fn names(&self, host: &[u8]) -> bool {
        self.entries.iter().any(|entry| matches!(entry.owner, Owner::Service(_)) && is_within(host, entry.host))
    }
}
