//! What holds what is not granted. [`catalogue`], [`hosts`], [`verdict`] and [`order`] are pure; [`held`] acts on the page.
//!
//! `www/hooks.ts` sees what the page does and asks here; [`verdict::verdict`] is the one place that says yes or no.

pub mod catalogue;
#[cfg(feature = "gate")]
pub mod held;
pub mod hosts;
pub mod order;
pub mod sweep;
pub mod verdict;
