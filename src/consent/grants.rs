//! What is allowed now.

use super::{NECESSARY, Purposes, record};
use crate::config::Regime;
use crate::json::Json;
use alloc::vec::Vec;

/// What is allowed now, by index into [`Purposes`]. An index that is not there is not allowed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Grants {
    /// By category.
    pub categories: Vec<bool>,
    /// By service.
    pub services: Vec<bool>,
}

fn at(list: &[bool], index: usize) -> bool {
    list.get(index).copied().unwrap_or(false)
}

impl Grants {
    /// Whether a category is allowed.
    pub fn category(&self, index: usize) -> bool {
        index == NECESSARY || at(&self.categories, index)
    }

    /// Whether a service is allowed.
    pub fn service(&self, index: usize) -> bool {
        at(&self.services, index)
    }

    /// What answers mean under a regime.
    ///
    /// - `necessary` is always allowed, and so is what the owner declared necessary.
    /// - `closed` (a signal that nobody outranked) denies everything optional.
    /// - opt-in: what was not answered is denied (GDPR art. 4(11)).
    /// - opt-out: what was not answered follows its category, so a denial covers later services of it, and after a denial
    ///   of everything later categories; a service that the owner did not name waits all the same.
    pub fn of(purposes: &Purposes, regime: Regime, answers: &Json, closed: bool) -> Self {
        let silence = regime == Regime::OptOut;
        let refused = answers.is_object() && !record::any(answers, true);
        let mut grants = Self::default();
        for (index, category) in purposes.categories.iter().enumerate() {
            let answer = record::category(answers, &category.id).unwrap_or(silence && !refused);
            grants.categories.push(index == NECESSARY || (answer && !closed));
        }
        for service in &purposes.services {
            let follows = silence && service.named && grants.category(service.category);
            let answer = record::service(answers, &service.id).unwrap_or(follows);
            grants.services.push(service.always() || (answer && !closed));
        }
        grants
    }
}
