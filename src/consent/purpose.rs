//! What can be asked for: the categories and the services on this page.

use alloc::{string::String, vec::Vec};

/// Index of the category that is never optional. The first one, in every configuration.
pub const NECESSARY: usize = 0;

/// What data is used for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Category {
    /// Its id in the configuration, in marks and in the record.
    pub id: String,
}

/// One third party.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Service {
    /// Its id; for a host that nobody named, the host.
    pub id: String,
    /// The name a visitor reads.
    pub name: String,
    /// Index of its category.
    pub category: usize,
    /// Whether the owner named it. One that was only found on the page never opens before the record names it
    /// (informed consent: CJEU C-673/17).
    pub named: bool,
    /// Whether it has been listed by name to the visitor.
    pub listed: bool,
}

impl Service {
    /// Whether it is never asked about: the owner declared it necessary.
    pub fn always(&self) -> bool {
        self.named && self.category == NECESSARY
    }
}

/// Everything that can be asked for on this page. Services are only ever added, so an index stays good.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Purposes {
    /// `necessary` first.
    pub categories: Vec<Category>,
    /// Those that the owner named, then those found.
    pub services: Vec<Service>,
}

impl Purposes {
    /// Index of a category by id.
    pub fn category(&self, id: &str) -> Option<usize> {
        self.categories.iter().position(|category| category.id == id)
    }

    /// Index of a service by id.
    pub fn service(&self, id: &str) -> Option<usize> {
        self.services.iter().position(|service| service.id == id)
    }
}
