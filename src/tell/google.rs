//! Google Consent Mode v2: which signal follows which grant, and what Google's tags are told when. Pure; `www/gate.ts` only
//! pushes.

use super::fill;
use crate::{
    config::{Rule, WAIT_MS, check},
    consent::{Phase, State},
    json::{Json, add, key, number, quote},
};
use alloc::vec::Vec;

/// The signals (developers.google.com/tag-platform/security/concepts/consent-mode), as [`fill`] takes them.
const SIGNALS: &[u8] = br#""ad_storage":"?google-ads,google-adsense,marketing?","ad_user_data":"?google-ads,google-adsense,marketing?","ad_personalization":"?google-ads,google-adsense,marketing?","analytics_storage":"?google-analytics,analytics?","functionality_storage":"?preferences?","personalization_storage":"?preferences?","security_storage":"granted""#;

/// The services whose tags go by these signals: in advanced mode they are not held.
const TAGS: &[u8] = b"google-ads,google-adsense,google-analytics,google-tag-manager";

/// Whether the tags of this service go by Google's signals.
pub fn is_tag(id: &[u8]) -> bool {
    TAGS.split(|byte| *byte == b',').any(|tag| tag == id)
}

/// The calls of `gtag` that are due, as a list of their arguments; empty where the owner did not ask for it, and in a dry
/// run, which changes nothing. `first`: no call was made on this page yet.
///
/// A stored choice is told as the default and as an update: a tag that goes by `region`, or that waits, hears only that.
pub fn calls(state: &State, google: Json, first: bool) -> Vec<u8> {
    let mut out = Vec::new();
    add(&mut out, b"[");
    if !google.is_none() && !state.rules.report {
        let signals = fill(state, SIGNALS);
        if first {
            add(&mut out, b"[\"consent\",\"default\",{");
            add(&mut out, &signals);
            let region = google.get(b"region");
            let good = |(_, code): (&[u8], Json)| check(code.text(), Rule::Region);
            // An answer and a signal are heard everywhere; where Google thinks the visitor is narrows silence alone.
            if matches!(state.phase, Phase::Asking(_))
                && !state.in_force
                && region.members().next().is_some()
                && region.members().all(good)
            {
                key(&mut out, b"region");
                add(&mut out, region.raw());
            }
            let wait = google.get(b"waitForUpdate").number();
            if wait >= f64::from(WAIT_MS.0) && wait <= f64::from(WAIT_MS.1) {
                key(&mut out, b"wait_for_update");
                number(&mut out, wait as u64);
            }
            add(&mut out, b"}],");
            for (own, theirs) in [
                (b"adsDataRedaction".as_slice(), b"ads_data_redaction".as_slice()),
                (b"urlPassthrough", b"url_passthrough"),
            ] {
                if google.get(own).bool() == Some(true) {
                    add(&mut out, b"[\"set\",");
                    quote(&mut out, theirs);
                    add(&mut out, b",true],");
                }
            }
        }
        if !first || state.in_force {
            add(&mut out, b"[\"consent\",\"update\",{");
            add(&mut out, &signals);
            add(&mut out, b"}]");
        }
        if out.last() == Some(&b',') {
            out.pop();
        }
    }
    add(&mut out, b"]");
    out
}
