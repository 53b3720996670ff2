//! Who a host belongs to. A lookup costs the same with ten services as with ten thousand.

use alloc::{string::String, vec::Vec};

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

#[derive(Debug)]
struct Entry {
    host: String,
    path: String,
    owner: Owner,
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

/// Whether a host is this domain or one below it.
pub fn is_within(host: &str, domain: &str) -> bool {
    host.strip_suffix(domain).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
}

/// FNV-1a, from the last byte to the first: one pass over a host then visits every suffix.
fn mix(hash: u32, byte: u8) -> u32 {
    (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193)
}
const BASIS: u32 = 0x811c_9dc5;

impl Hosts {
    /// Adds `host` or `host/path`, lower case, no trailing dot. Of equal entries the first one added wins.
    pub fn add(&mut self, spelled: &str, owner: Owner) {
        let cut = spelled.bytes().position(|byte| byte == b'/').unwrap_or(spelled.len());
        let (Some(host), Some(path)) = (spelled.get(..cut), spelled.get(cut..)) else { return };
        self.entries.push(Entry { host: host.into(), path: path.into(), owner });
        if self.entries.len() * 2 > self.slots.len() {
            self.slots = Vec::new();
            self.slots.resize(self.entries.len().next_power_of_two() * 4, 0);
            for index in 0..self.entries.len() {
                self.place(index);
            }
        } else {
            self.place(self.entries.len() - 1);
        }
    }

    fn place(&mut self, index: usize) {
        let Some(entry) = self.entries.get(index) else { return };
        let mut slot = entry.host.bytes().rev().fold(BASIS, mix) as usize;
        loop {
            // At most half of the slots are taken, so a free one comes.
            slot &= self.slots.len() - 1;
            match self.slots.get_mut(slot) {
                Some(free @ 0) => {
                    *free = index as u32 + 1;
                    return;
                }
                Some(_) => slot += 1,
                None => return,
            }
        }
    }

    /// Who `host` belongs to: the longest entry that is the host or a parent domain of it. An allowed host is allowed
    /// as itself only. `path` begins with `/`.
    pub fn find(&self, host: &str, path: &str) -> Option<Owner> {
        let mut hash = BASIS;
        let mut found = None;
        for (at, byte) in host.bytes().enumerate().rev() {
            hash = mix(hash, byte);
            let whole = at == 0;
            if whole || host.as_bytes().get(at - 1) == Some(&b'.') {
                let suffix = host.get(at..).unwrap_or_default();
                found = self.at(hash, suffix, path, whole).or(found);
            }
        }
        found
    }

    fn at(&self, hash: u32, host: &str, path: &str, whole: bool) -> Option<Owner> {
        let mut slot = hash as usize;
        loop {
            slot &= self.slots.len().wrapping_sub(1);
            let index = *self.slots.get(slot)? as usize;
            let entry = self.entries.get(index.checked_sub(1)?)?;
            if entry.host == host
                && path.starts_with(&*entry.path)
                && (whole || !matches!(entry.owner, Owner::Allowed | Owner::Met(_)))
            {
                return Some(entry.owner);
            }
            slot += 1;
        }
    }

    /// What belonged to `from` belongs to `to`.
    pub fn rename(&mut self, from: Owner, to: Owner) {
        for entry in &mut self.entries {
            if entry.owner == from {
                entry.owner = to;
            }
        }
    }

    /// Whether a rule of the owner's names this host or a parent of it, on whatever path.
    pub fn names(&self, host: &str) -> bool {
        self.entries.iter().any(|entry| matches!(entry.owner, Owner::Service(_)) && is_within(host, &entry.host))
    }
}
