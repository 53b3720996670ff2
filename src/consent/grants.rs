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
    pub fn of(purposes: &Purposes, regime: Regime, answers: Json, closed: bool) -> Self {
        let mut grants = Self::default();
        grants.go_on(purposes, regime, answers, closed);
        grants
    }

    /// The same for the purposes that have come since: what is found costs no more on a page where much was found before.
    #[inline(never)]
    pub fn go_on(&mut self, purposes: &Purposes, regime: Regime, answers: Json, closed: bool) {
        let silence = regime == Regime::OptOut;
        let refused = answers.is_object() && !record::any(answers, true);
        for (index, purpose) in purposes.iter().skip(self.0.len()) {
            let follows =
                silence && if purpose.is_category(index) { !refused } else { purpose.named && self.has(purpose.of) };
            let answer = record::answer(answers, purpose, index).unwrap_or(follows);
            self.0.push(purpose.always() || (answer && !closed));
        }
    }
}
