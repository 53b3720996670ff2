//! Who hears of problems, and what problems there are.

use super::check::Rule;
use super::raw::Kind;
use super::types::Category;
use alloc::string::String;

/// How bad a problem is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Severity {
    /// A part of the config could not be used; the strict side stands in for it.
    Error,
    /// The config is used as it is; the owner should look again.
    Warning,
}

/// What a value should have been, where it is of the wrong kind.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Expected<'a> {
    /// An object.
    Object,
    /// A list.
    List,
    /// A text.
    Text,
    /// `true` or `false`.
    Bool,
    /// A whole number from the first to the second.
    Number(u16, u16),
    /// One of these words.
    Words {
        /// The words.
        words: &'a [&'a str],
        /// Whether an object would do as well.
        object: bool,
    },
    /// The id of a known service, or an object.
    Service,
}

/// A problem of one value or key; where it stands, the calls of [`Report::key`] and [`Report::index`] before it say.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Problem<'a> {
    /// A key that nobody reads.
    UnknownKey {
        /// The key.
        found: &'a str,
        /// The keys that are read here.
        allowed: &'a [&'a str],
    },
    /// A key that has to be there is not.
    Missing {
        /// The key.
        key: &'a str,
    },
    /// A value of the wrong kind.
    Type {
        /// What it is.
        found: Kind,
        /// What it should have been.
        expected: Expected<'a>,
    },
    /// A word that is none of those allowed.
    NotOneOf {
        /// The word.
        found: &'a str,
        /// The words allowed.
        allowed: &'a [&'a str],
    },
    /// A number too small, too large or not whole.
    OutOfRange {
        /// The number.
        found: f64,
        /// The smallest allowed.
        min: u16,
        /// The largest allowed.
        max: u16,
    },
    /// A text that cannot be used. Why not is for who hears of it to find out.
    Text {
        /// The text.
        found: &'a str,
        /// What it is used as.
        rule: Rule,
    },
    /// An id stands here for the second time.
    Duplicate {
        /// The id.
        id: &'a str,
    },
    /// A service's category is not in the list.
    UnknownCategory {
        /// Its category.
        found: &'a str,
        /// The owner's list; if empty, the four that we know are meant.
        listed: &'a [Category],
    },
    /// No service of the catalogue has this id.
    UnknownService {
        /// The id.
        found: &'a str,
    },
    /// `gpc: "ignore"` where a region is opt-out, which no owner may choose (11 CCR § 7025(b)).
    GpcIgnored,
    /// `enforce: "strict"` with another `block` than `third-party`: a policy cannot say "everything but these".
    StrictBlock,
    /// A refusal is kept for a shorter time than a grant (CNIL 2020-091 § 39 asks for the same time).
    DeniedShorter {
        /// Days of a grant.
        granted: u16,
        /// Days of a refusal.
        denied: u16,
    },
    /// Google's tags run before an answer where silence is a no (ePrivacy art. 5(3), EDPB Guidelines 2/2023 § 43).
    Cookieless,
    /// What is declared necessary, or never held, is known as analytics or marketing.
    KnownTracker {
        /// The catalogue's name for it.
        name: &'a str,
        /// The catalogue's category for it.
        category: &'a str,
    },
}

impl Problem<'_> {
    /// How bad it is.
    pub fn severity(&self) -> Severity {
        match self {
            Self::DeniedShorter { .. } | Self::Cookieless | Self::KnownTracker { .. } => Severity::Warning,
            _ => Severity::Error,
        }
    }
}

/// Who hears of problems. Where the reader stands is told by the calls before; an implementor that does not care for
/// it pays nothing.
pub trait Report {
    /// The keys of the object that the reader stands in, as the owner ordered them.
    fn fields(&mut self, _keys: &[String]) {}
    /// Into the value of a key.
    fn key(&mut self, _key: &str) {}
    /// Into an item of a list.
    fn index(&mut self, _index: usize) {}
    /// Out again.
    fn leave(&mut self) {}
    /// A problem with the value that the reader stands at.
    fn problem(&mut self, problem: Problem<'_>);
}

/// How many problems there are, without words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Count {
    /// Errors.
    pub errors: usize,
    /// Warnings.
    pub warnings: usize,
}

impl Report for Count {
    #[inline]
    fn problem(&mut self, problem: Problem<'_>) {
        match problem.severity() {
            Severity::Error => self.errors += 1,
            Severity::Warning => self.warnings += 1,
        }
    }
}
