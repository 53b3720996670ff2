//! What can be asked for: the categories and the services on this page.

use crate::json::Text;
use alloc::vec::Vec;

/// Index of the category that is never optional. The first purpose, in every configuration.
pub const NECESSARY: usize = 0;

/// A category, or a service of one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Purpose {
    /// Its id in the configuration, in marks and in the record; of a host that nobody named, the host.
    pub id: Text,
    /// The name of a service that the owner gave it, else its id. A category's is in the language table.
    pub name: Text,
    /// Index of its category; its own, if it is one.
    pub of: usize,
    /// Whether the owner named it. A service that was only found on the page never opens before the record names it
    /// (informed consent: CJEU C-673/17).
    pub named: bool,
    /// Whether it has been listed by name to the visitor.
    pub listed: bool,
}

/// Everything that can be asked for on this page. Purposes are only ever added, so an index stays good; a category
/// stands before its services.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Purposes(pub Vec<Purpose>);

impl Purposes {
    /// All of them, with their indexes.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = (usize, &Purpose)> {
        self.0.iter().enumerate()
    }

    /// One of them.
    pub fn get(&self, index: usize) -> Option<&Purpose> {
        self.0.get(index)
    }

    /// Index of a purpose by id, if there is one.
    #[inline(never)]
    pub fn find(&self, id: &[u8]) -> Option<usize> {
        self.0.iter().position(|purpose| purpose.id == id)
    }

    /// Adds a category that the owner has or, with a service of it, needs; gives its index.
    #[inline(never)]
    pub fn category(&mut self, id: Text) -> usize {
        if let Some(known) = self.iter().position(|(index, purpose)| purpose.of == index && purpose.id == id) {
            return known;
        }
        let of = self.0.len();
        self.0.push(Purpose { id, name: id, of, named: true, listed: true });
        of
    }

    /// Adds a service.
    #[inline(never)]
    pub fn service(&mut self, id: Text, name: Text, of: usize, named: bool) {
        self.0.push(Purpose { id, name, of, named, listed: named });
    }
}

impl Purpose {
    /// Whether it is a category, standing at this index.
    pub fn is_category(&self, index: usize) -> bool {
        self.of == index
    }

    /// Whether it is never asked about: `necessary`, and what the owner declared to be so.
    pub fn always(&self) -> bool {
        self.named && self.of == NECESSARY
    }
}
