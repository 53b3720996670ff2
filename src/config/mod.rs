//! What the owner asked for: a value of unknown shape goes in, a [`Config`] comes out, and every problem is told.
//!
//! Neither of the two readers ever fails: what they cannot understand they replace by the strict side. The file that
//! every visitor loads has [`plain::Plain`], which only knows whether anything is wrong; the one fetched then has
//! [`read`], which says what, to a [`Report`], in words (`Words`). Both go by the same tables and rules.

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
