//! The decision, pure: what the browser, the record and the visitor say goes in, what has to be done comes out.
//!
//! Nothing here knows a browser. Every rule of law and of taste is in this room and is tested natively, in tables, in
//! `tests/consent.rs`. The edges (shield, notice, store, tell) perform effects; they decide nothing.

mod grants;
mod purpose;
pub mod record;
mod share;
mod signal;
mod step;

pub use grants::Grants;
pub use purpose::{NECESSARY, Purpose, Purposes};
pub use record::Method;
pub use share::cross;
pub use signal::{Signals, is_on};
pub use step::{By, Effects, Event, Phase, Rules, Scope, State, Wanted, is_signalled, step};
