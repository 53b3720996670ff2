//! A value of unknown shape, as the page gave it.

use alloc::{string::String, vec::Vec};

/// What kind of value a [`Raw`] is, in the words of JSON (RFC 8259 § 3).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// `null`.
    Null,
    /// `true` or `false`.
    Bool,
    /// A number.
    Number,
    /// A string.
    Text,
    /// An array.
    List,
    /// An object.
    Object,
    /// Nothing that JSON has, for instance a function.
    Other,
}

/// A value of unknown shape. The reader asks it; nothing of it is trusted.
///
/// The page's value has gone through JSON once, so there are no getters, functions or cycles. Every method answers
/// `None` or nothing for a value of another kind; none can fail.
pub trait Raw: Sized {
    /// What it is.
    fn kind(&self) -> Kind;
    /// Its truth, if it is a boolean.
    fn as_bool(&self) -> Option<bool>;
    /// Its value, if it is a number.
    fn as_number(&self) -> Option<f64>;
    /// Its text, if it is a string.
    fn as_text(&self) -> Option<String>;
    /// The value of a key, if it is an object. The reader asks only for keys that [`Raw::keys`] named, so what a
    /// polluted prototype offers is never seen.
    fn get(&self, key: &str) -> Option<Self>;
    /// Its own keys in their order, if it is an object.
    fn keys(&self) -> Vec<String>;
    /// Its items, if it is a list.
    fn items(&self) -> Vec<Self>;
}

#[cfg(any(test, feature = "more", feature = "schema"))]
impl Raw for serde_json::Value {
    fn kind(&self) -> Kind {
        match self {
            Self::Null => Kind::Null,
            Self::Bool(_) => Kind::Bool,
            Self::Number(_) => Kind::Number,
            Self::String(_) => Kind::Text,
            Self::Array(_) => Kind::List,
            Self::Object(_) => Kind::Object,
        }
    }

    fn as_bool(&self) -> Option<bool> {
        Self::as_bool(self)
    }

    fn as_number(&self) -> Option<f64> {
        self.as_f64()
    }

    fn as_text(&self) -> Option<String> {
        self.as_str().map(Into::into)
    }

    fn get(&self, key: &str) -> Option<Self> {
        Self::get(self, key).cloned()
    }

    fn keys(&self) -> Vec<String> {
        self.as_object().map(|map| map.keys().cloned().collect()).unwrap_or_default()
    }

    fn items(&self) -> Vec<Self> {
        self.as_array().cloned().unwrap_or_default()
    }
}
