//! What waits at the gate, and whose turn it is. Pure: an element is a number here.

use super::{
    catalogue::{self, Known},
    hosts::{Owner, split_path},
    order::{Script, Turn, awaited, rank, turn},
    verdict::{Request, Shield, Why, split, verdict},
};
use crate::{
    consent::{Event, State, is_signalled, step},
    json::{Text, add},
    setup::kept,
    tell::is_google,
};
use alloc::vec::Vec;
use core::mem::take;

/// The road of a script. `www/hooks.ts` numbers the roads; the others are all the same here.
pub const SCRIPT: u8 = 1;

/// [`Waiting::weigh`]'s answer, as bits: hold it.
pub const HOLD: u32 = 1;
/// It would be held, but this is a dry run.
pub const REPORT: u32 = 2;
/// Something was found that is new to this page.
pub const NEWS: u32 = 4;
/// Above these bits: one more than the index of the purpose that it is held for; 0 if for none.
pub const PURPOSE: u32 = 3;

/// How many hosts that nobody knows are named on one page. A page has some dozens; whoever makes up more gets the others held
/// as well, and nobody is asked about them.
const STRANGERS: usize = 500;

/// One element that waits.
#[derive(Debug, Clone, Copy)]
pub struct Held {
    /// The element's number with the hooks.
    pub id: u32,
    /// Its road.
    pub road: u8,
    /// Whether a script put it on the page.
    pub scripted: bool,
    /// For a script, what its turn depends on.
    pub script: Script,
}

/// A service that nobody named becomes one of this page's; gives its index.
fn join(state: &mut State, id: Text, name: Text, category: Text) -> Option<usize> {
    // Time bears on nothing here.
    step(state, Event::Found(id, name, category), 0.0);
    state.purposes.find(id)
}

/// Everything that waits.
#[derive(Debug, Default)]
pub struct Waiting {
    /// Who may pass.
    pub shield: Shield,
    held: Vec<Held>,
    /// What has to be looked at again and is no script, the last one first.
    due: Vec<Held>,
    /// How many strangers have a name.
    strangers: usize,
    /// Scripts that may go, in their order.
    queue: Vec<Held>,
    /// How many ordered external scripts have been let go and have not run yet.
    under_way: usize,
}

impl Waiting {
    /// Weighs one request: the bits above. A service that is met for the first time becomes one of this page's. `turn`: when
    /// the element that makes it was let in ([`State::lets_in`]).
    pub fn weigh(&mut self, state: &mut State, request: Request<'_>, turn: usize) -> u32 {
        let ask = |shield: &Shield, state: &State| verdict(shield, &state.purposes, &state.grants, request);
        let mut why = ask(&self.shield, state);
        let mut bits = 0;
        // Not before the configuration is read can what is found be named.
        if !state.purposes.0.is_empty() && self.meet(state, why, request.url) {
            bits = NEWS;
            // The record may name it, and grant it.
            why = ask(&self.shield, state);
        }
        if let Some(Why::Purpose(index)) = why
            && state.lets_in(turn, index)
        {
            why = None;
        }
        // The owner's mark holds; a signal holds.
        if let Some(Why::Purpose(index)) = why
            && self.shield.advanced
            && request.mark.is_empty()
            && !is_signalled(state)
            && state.purposes.get(index).is_some_and(|purpose| is_google(purpose.id))
        {
            why = None;
        }
        if let Some(why) = why {
            bits |= if state.rules.report { REPORT } else { HOLD };
            if let Why::Purpose(index) = why {
                bits |= (index as u32 + 1) << PURPOSE;
            }
        }
        bits
    }

    /// Names what nobody named.
    fn meet(&mut self, state: &mut State, why: Option<Why>, url: &[u8]) -> bool {
        // Where its category joins the page's with it, the service comes after that.
        let (id, name, category, from) = match why {
            Some(Why::Found(place)) => {
                let mut known = catalogue::walk();
                if !known.to_place(place) {
                    known.go_on(self.shield.rare);
                    if !known.to_place(place) {
                        return false;
                    }
                }
                let id = kept(known.id());
                (id, id, known.category().as_bytes(), Some(Owner::Catalogue(place)))
            }
            Some(Why::Stranger) => {
                let Some((host, _)) = split(url) else { return false };
                if self.strangers == STRANGERS {
                    return false;
                }
                if host.iter().any(|byte| matches!(byte, 0..=b' ' | b'"' | b',' | b'\\' | 0x7F..)) {
                    return false;
                }
                // The visitor reads this name, and this name only is what they answer for.
                let host = kept(host);
                (host, host, b"marketing".as_slice(), None)
            }
            _ => return false,
        };
        let Some(index) = join(state, id, name, category) else { return false };
        match from {
            Some(from) => self.shield.hosts.rename(from, Owner::Service(index)),
            None => {
                self.strangers += 1;
                self.shield.hosts.add(id, Owner::Met(index));
            }
        }
        true
    }

    /// Takes in what the service worker alone knows and has held: a service's id and one of its hosts, a slash between
    /// them, and the place of its category in the catalogue.
    pub fn take_in(&mut self, state: &mut State, service: Text, category: u8) {
        let (id, host) = split_path(service);
        if let Some(index) = join(state, id, id, catalogue::category(category.into()).as_bytes())
            && let Some((_, host)) = host.split_first()
        {
            self.shield.hosts.add(host, Owner::Service(index));
        }
    }

    /// The service by this index, if it is of the rare ones: its category's place, its id and its hosts, a space between
    /// each. Else nothing.
    pub fn rarity(&self, state: &State, index: usize) -> Vec<u8> {
        let mut out = Vec::new();
        let mut known = Known::before(self.shield.rare);
        if let Some(purpose) = state.purposes.get(index)
            && !purpose.named
            && known.to_id(purpose.id)
        {
            out.push(b'0' + known.category_place() as u8);
            add(&mut out, b" ");
            add(&mut out, known.id());
            let mut more = true;
            while more {
                add(&mut out, b" ");
                add(&mut out, known.host());
                more = known.another();
            }
        }
        out
    }

    /// Takes in an element that the hooks hold.
    pub fn keep(&mut self, held: Held) {
        self.held.push(held);
    }

    /// How many elements wait.
    pub fn count(&self) -> usize {
        self.held.len() + self.due.len() + self.queue.len()
    }

    /// Everything held has to be looked at again: these scripts at once, because their order is to be found, and the others
    /// by [`Self::next_due`]. What is still to wait comes back by [`Self::keep`].
    pub fn take_all(&mut self) -> Vec<Held> {
        let (scripts, mut others): (Vec<_>, Vec<_>) =
            take(&mut self.held).into_iter().partition(|held| held.road == SCRIPT);
        others.reverse();
        // What was due before is looked at before.
        others.append(&mut self.due);
        self.due = others;
        scripts
    }

    /// The next element that is no script and has to be looked at.
    pub fn next_due(&mut self) -> Option<Held> {
        self.due.pop()
    }

    /// A script that may go takes its place in the queue. `precedes` is the document's order.
    pub fn enqueue(&mut self, held: Held, precedes: impl Fn(u32, u32) -> bool) {
        let goes_after = |other: &Held| {
            let (mine, theirs) = (rank(held.script), rank(other.script));
            theirs < mine || (theirs == mine && precedes(other.id, held.id))
        };
        let later = self.queue.iter().rev().take_while(|other| !goes_after(other)).count();
        self.queue.insert(self.queue.len() - later, held);
    }

    /// The next script, if it is its turn.
    pub fn next_turn(&mut self) -> Option<Held> {
        let first = self.queue.first()?;
        (turn(first.script, self.under_way) == Turn::Now).then(|| self.queue.remove(0))
    }

    /// The script is let go; true if its end has to be waited for.
    pub fn let_go(&mut self, script: Script) -> bool {
        let wait = awaited(script);
        self.under_way += usize::from(wait);
        wait
    }

    /// One that was waited for has run, or failed.
    pub fn ran(&mut self) {
        self.under_way = self.under_way.saturating_sub(1);
    }
}
