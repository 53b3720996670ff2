//! What was chosen on another subdomain, by the cookie that they share. The second file asks this, and only where that
//! cookie is newer than the record.

use super::step::expired;
use super::{Method, Rules, State, record};
use crate::json::{self, Json, add};
use alloc::vec::Vec;

/// Takes [`State::theirs`] over into the record, if it is newer; whether the record is another one now.
///
/// A no holds here as well. A yes does not, because every subdomain can write that cookie and who relies on consent has to be
/// able to show it (GDPR art. 7(1)): [`super::step`] makes it a question. Unless the owner trusts all of them.
pub fn cross(state: &mut State, now: f64) -> bool {
    let (theirs, mine) = (Json::new(state.theirs), Json::new(&state.record));
    if record::time(theirs) <= record::time(mine) {
        return false;
    }
    if state.rules.trusts && !(state.rules.visitor_only && record::is_by_others(theirs)) {
        state.record = record::after(mine, theirs);
        return true;
    }
    // A no keeps nothing open longer than it was.
    let lasts = !expired(state, now);
    let (mut kept, mut news) = (false, false);
    let mut answers = Vec::new();
    for services in [false, true] {
        json::key(&mut answers, if services { b"services" } else { b"categories" });
        add(&mut answers, b"{");
        for (index, purpose) in state.purposes.iter() {
            if purpose.is_category(index) == services || purpose.always() {
                continue;
            }
            let (said, own) = (record::answer(theirs, purpose, index), record::answer(mine, purpose, index));
            if said == Some(false) || own == Some(false) {
                news |= own != Some(false);
                json::truth(&mut answers, purpose.id, false);
            } else if own == Some(true) && lasts {
                kept = true;
                json::truth(&mut answers, purpose.id, true);
            }
        }
        add(&mut answers, b"}");
    }
    if !news {
        return false;
    }
    let method = if record::any(theirs, true) { Method::Chosen } else { Method::DenyAll };
    // A yes that stays was given under what was so then.
    let same = !kept || mine.get(b"policy").text() == theirs.get(b"policy").text();
    let policy = if same { theirs.get(b"policy").text() } else { b"" };
    let rules = Rules { policy, lang: theirs.get(b"lang").text(), ..state.rules };
    let heard = record::signals(if kept { mine } else { theirs });
    let mut choice = record::begin(record::time(theirs), method, &rules, heard);
    json::text(&mut choice, b"shared", theirs.get(b"shared").text());
    if kept && let Some(age) = mine.get(b"age").bool() {
        json::truth(&mut choice, b"age", age);
    }
    json::comma(&mut choice);
    choice.append(&mut answers);
    add(&mut choice, b"}");
    state.record = record::after(mine, Json::new(&choice));
    true
}
