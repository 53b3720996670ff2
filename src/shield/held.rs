//! What waits at the gate, and whose turn it is. Pure: an element is a number here.

use super::{
    catalogue,
    hosts::Owner,
    order::{Script, Turn, awaited, rank, turn},
    verdict::{Request, Shield, Why, split, verdict},
};
use crate::{
    consent::{Event, State, step},
    json::Json,
    setup,
};
use alloc::vec::Vec;
use core::mem::take;

/// The road of a script: an element's road, as `www/hooks.ts` numbers them, is its place in this list.
pub const SCRIPT: u8 = 1;
const KINDS: [&str; 9] = ["", "script", "frame", "image", "style", "media", "request", "worker", "window"];

/// [`Waiting::weigh`]'s answer, as bits: hold it.
pub const HOLD: u8 = 1;
/// Something has to be told at the next flush.
pub const NEWS: u8 = 2;

/// One element that waits.
#[derive(Debug)]
pub struct Held {
    /// The element's number with the hooks.
    pub id: u32,
    /// Its road.
    pub road: u8,
    /// Whether a script put it on the page.
    pub scripted: bool,
    /// What to say of it: its kind, address, service and category.
    pub detail: Json,
    /// For a script, what its turn depends on.
    pub script: Script,
}

/// Everything that waits.
#[derive(Debug, Default)]
pub struct Waiting {
    shield: Shield,
    /// Not before the configuration is read can what is found be named.
    configured: bool,
    held: Vec<Held>,
    /// Scripts that may go, in their order.
    queue: Vec<Held>,
    /// How many ordered external scripts have been let go and have not run yet.
    under_way: usize,
    /// The last thing weighed.
    last: (bool, Json),
    news: Vec<Json>,
    /// In a dry run: what has been listed.
    listed: Vec<Json>,
    ready: bool,
}

impl Waiting {
    /// Before the configuration: the strictest shield.
    pub fn start(&mut self, shield: Shield) {
        self.shield = shield;
    }

    /// The configuration is read.
    pub fn configure(&mut self, shield: Shield) {
        self.shield = shield;
        self.configured = true;
    }

    /// Whether a rule names the page's own host.
    pub fn own_host_ruled(&self) -> bool {
        self.shield.hosts.names(&self.shield.host)
    }

    /// Weighs one request: [`HOLD`], [`NEWS`], both or neither. A service that is met for the first time becomes one of
    /// this page's.
    pub fn weigh(&mut self, state: &mut State, road: u8, request: Request<'_>) -> u8 {
        let ask = |shield: &Shield, state: &State| verdict(shield, &state.purposes, &state.grants, request);
        let mut why = ask(&self.shield, state);
        let mut news = 0;
        if self.configured && self.meet(state, why, request.url) {
            news = NEWS;
            // The record may name it, and grant it.
            why = ask(&self.shield, state);
        }
        let detail = detail(state, why, road, request);
        if why.is_some() && state.rules.report {
            // One request is met on its way in and again in the document: it is listed once.
            if self.listed.contains(&detail) {
                return 0;
            }
            self.listed.push(detail.clone());
            self.news.push(detail);
            return NEWS;
        }
        self.last = (why.is_some(), detail);
        news | if why.is_some() { HOLD } else { 0 }
    }

    /// Names what nobody named.
    fn meet(&mut self, state: &mut State, why: Option<Why>, url: &str) -> bool {
        let purposes = &mut state.purposes;
        let index = purposes.services.len();
        let service = match why {
            Some(Why::Found(place)) => {
                let Some(known) = catalogue::services().nth(place) else { return false };
                self.shield.hosts.rename(Owner::Catalogue(place), Owner::Service(index));
                setup::known_service(purposes, known)
            }
            Some(Why::Stranger) => {
                let Some((host, _)) = split(url) else { return false };
                // The visitor reads this name, and this name only is what they answer for.
                self.shield.hosts.add(host, Owner::Met(index));
                setup::found(purposes, host, host, "marketing")
            }
            _ => return false,
        };
        // Time bears on nothing here.
        *state = step(take(state), Event::Found(service), 0.0).0;
        true
    }

    /// Takes in an element that the hooks hold. Call after [`Self::weigh`].
    pub fn keep(&mut self, id: u32, road: u8, scripted: bool) {
        let (held, detail) = self.last.clone();
        if held {
            self.news.push(detail.clone());
        } else {
            self.ready = true;
        }
        self.held.push(Held { id, road, scripted, detail, script: Script::default() });
    }

    /// What has to be told since the last time.
    pub fn news(&mut self) -> Vec<Json> {
        take(&mut self.news)
    }

    /// Whether something was kept that may go already.
    pub fn ready(&mut self) -> bool {
        take(&mut self.ready)
    }

    /// How many elements wait.
    pub fn count(&self) -> usize {
        self.held.len() + self.queue.len()
    }

    /// Everything held, to be looked at again. What is still to wait comes back by [`Self::put_back`].
    pub fn take_all(&mut self) -> Vec<Held> {
        take(&mut self.held)
    }

    /// Still to wait.
    pub fn put_back(&mut self, held: Held) {
        self.held.push(held);
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

fn detail(state: &State, why: Option<Why>, road: u8, request: Request<'_>) -> Json {
    let purposes = &state.purposes;
    let kind = KINDS.get(usize::from(road)).copied().unwrap_or_default();
    let mut detail = Json::object().with("kind", kind).with("url", request.url);
    let mut category = None;
    if let Some(Why::Category(index)) = why {
        category = Some(index);
    }
    if let Some(Why::Service(index)) = why
        && let Some(service) = purposes.services.get(index)
    {
        detail.put("service", (&*service.id).into());
        category = Some(service.category);
    }
    if let Some(category) = category.and_then(|index| purposes.categories.get(index)) {
        detail.put("category", (&*category.id).into());
    }
    detail
}
