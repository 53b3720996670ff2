//! What is allowed now.

use super::{Purposes, record};
use crate::{config::Regime, json::Json};
use alloc::vec::Vec;

/// What is allowed now, by index into [`Purposes`]. An index that is not there is not allowed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Grants(pub Vec<bool>);

impl Grants {
    /// Whether a purpose is allowed.
    pub fn has(&self, index: usize) -> bool {
        self.0.get(index).copied().unwrap_or_default()
    }

    /// What answers mean under a regime.
    ///
    /// - `necessary` is always allowed, and so is what the owner declared necessary.
    /// - `closed` (a signal that nobody outranked) denies everything optional.
    /// - opt-in: what was not answered is denied (GDPR art. 4(11)).
    /// - opt-out: what was not answered follows its category, so a denial covers later services of it, and after a denial
    ///   of everything later categories; a service that the owner did not name waits all the same.
    #[inline(never)]
    pub fn of(purposes: &Purposes, regime: Regime, answers: Json, closed: bool) -> Self {
        let silence = regime == Regime::OptOut;
        let refused = answers.is_object() && !record::any(answers, true);
        let mut grants = Self::default();
        for (index, purpose) in purposes.iter() {
            let follows =
                silence && if purpose.is_category(index) { !refused } else { purpose.named && grants.has(purpose.of) };
            let answer = record::answer(answers, purpose, index).unwrap_or(follows);
            grants.0.push(purpose.always() || (answer && !closed));
        }
        grants
    }
}
