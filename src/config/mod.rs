//! What the owner asked for: a value of unknown shape goes in, a [`Config`] comes out, and every problem is told.
//!
//! [`read`] never fails. What it cannot understand it replaces by the strict side, and says so to a [`Report`]: the
//! file that every visitor loads only counts ([`Count`]); the one fetched when there is an error has words (`Words`).

mod check;
pub mod plain;
mod raw;
mod read;
mod report;
#[cfg(feature = "schema")]
mod schema;
mod types;
#[cfg(any(test, feature = "more", feature = "schema"))]
mod words;

pub use check::Rule;
pub use raw::{Kind, Raw};
pub use read::read;
#[cfg(any(test, feature = "schema"))]
pub use read::{KEYS, WORDS};
pub use report::{Count, Expected, Problem, Report, Severity};
#[cfg(feature = "schema")]
pub use schema::schema;
pub use types::*;
#[cfg(any(test, feature = "more", feature = "schema"))]
pub use words::{Line, Words};
