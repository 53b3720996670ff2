//! What holds what is not granted. Pure: `www/hooks.ts` acts on the page.
//!
//! The hooks see what the page does and ask here; [`verdict::verdict`] is the one place that says yes or no.

pub mod catalogue;
pub mod held;
pub mod hosts;
pub mod order;
pub mod sweep;
pub mod verdict;
