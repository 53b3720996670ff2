//! From what the owner asked for to what each room works with. Pure.

use crate::{
    config::{Block, MARKETING, Mode, NECESSARY, PREFERENCES, Rule, check, plain::Plain},
    consent::{self, Purposes, Rules},
    json::Text,
    json::before,
    shield::{
        catalogue::{self, Known},
        hosts::{Hosts, Owner, is_within, undotted},
        verdict::{Name, Shield},
    },
};
use alloc::vec::Vec;

/// What the decision goes by.
pub fn rules(config: &Plain) -> Rules {
    let (granted_days, denied_days) = config.days();
    Rules {
        regime: config.regime(),
        signals: config.signals(),
        granted_days,
        denied_days,
        policy: config.policy_version(),
        lang: b"en",
        asks_age: config.asks_age(),
        report: config.mode() == Mode::Report,
        visitor_only: config.visitor_only(),
        trusts: config.trusts_subdomains(),
    }
}

/// What can be asked for, and who is who on the network. What is wrong with it is noted in the config.
pub fn purposes(config: &mut Plain, host: Text) -> (Purposes, Shield) {
    let mut hosts = Hosts::default();
    for allowed in config.list(b"allow") {
        // What is broken would let through what nobody meant.
        if check(allowed.text(), Rule::Exact) {
            hosts.add(allowed.text(), Owner::Allowed);
        }
        config.wrong |= is_tracker(allowed.text());
    }
    let mut names = Vec::new();
    let mut purposes = Purposes::default();
    purposes.category(NECESSARY.as_bytes());
    let (mut own, mut necessary) = (0, 0);
    for category in config.list(b"categories") {
        let id = category.get(b"id").text();
        if check(id, Rule::CategoryId) {
            own += 1;
            necessary |= usize::from(purposes.category(id) == consent::NECESSARY);
        }
    }
    // An id twice is one category.
    config.wrong |= purposes.0.len() - 1 + necessary < own;
    if own == 0 {
        for id in crate::config::CATEGORIES {
            purposes.category(id.as_bytes());
        }
    }
    for entry in config.list(b"services") {
        let spelled = entry.is_object();
        let mut id = if spelled { entry.get(b"id").text() } else { entry.text() };
        let mut known = catalogue::walk();
        let is_known = known.to_id(id);
        let name = entry.get(b"name").text();
        let mut category = entry.get(b"category").text().trim_ascii();
        if is_known && !spelled {
            category = known.category().as_bytes();
        }
        // It has to keep its hosts held, so it has to have an id of its own.
        if id.is_empty() || purposes.find(id).is_some() {
            config.wrong = true;
            id = entry.get(b"hosts").members().next().map_or(id, |(_, host)| host.text());
        }
        if id.is_empty() || purposes.find(id).is_some() || (!spelled && !is_known) {
            config.wrong = true;
            // A known service that is named twice is held already.
            config.doubt |= spelled || !is_known;
            continue;
        }
        let of = purposes.find(category).filter(|of| purposes.get(*of).is_some_and(|found| found.is_category(*of)));
        config.wrong |= of.is_none();
        let of = of.unwrap_or_else(|| {
            let stands_in = if spelled { MARKETING.as_bytes() } else { category };
            purposes.category(stands_in)
        });
        let index = purposes.0.len();
        let needless = of == consent::NECESSARY;
        for (_, host) in entry.get(b"hosts").members() {
            if check(host.text(), Rule::HostPath) {
                hosts.add(host.text(), Owner::Service(index));
            }
            config.wrong |= needless && is_tracker(host.text());
        }
        for at in 0..2 {
            let cookie = at > 0;
            let list = if cookie { b"cookies" } else { b"storage" };
            for (_, pattern) in entry.get(list).members() {
                // One that is too wide would be the site's own names as well.
                if check(pattern.text(), Rule::Pattern) {
                    names.push(Name { pattern: pattern.text(), cookie, service: index });
                }
            }
        }
        config.wrong |= needless && is_known && tracks(&known);
        let mut more = is_known;
        while more {
            hosts.add(kept(known.host()), Owner::Service(index));
            more = known.another();
        }
        purposes.service(id, if name.is_empty() { id } else { name }, of, true);
    }
    // The owner's entries were there first, and win.
    know(&purposes, &mut hosts, &mut catalogue::walk());
    let host = undotted(host);
    let site = match undotted(config.site()) {
        site if !site.is_empty() && is_within(host, site) => site,
        _ => host.strip_prefix(b"www.").filter(|rest| before(rest, b".") < rest.len()).unwrap_or(host),
    };
    (purposes, Shield { block: config.block(), site, host, hosts, names, advanced: config.advanced(), rare: b"" })
}

/// Whether another site shows the page in a frame, or one that nobody can tell. `around`: our scheme with its colon, then
/// the origins of all windows around this one, a line each. First party is what the shield says; browsers mean the scheme
/// too (HTML, "schemelessly same site"), because whoever sits on the line can be any host over http.
pub fn is_embedded(config: &Plain, shield: &Shield, around: &[u8]) -> bool {
    let mut lines = around.split(|byte| *byte == b'\n');
    let scheme = lines.next().unwrap_or_default();
    let is_ours = |origin: &[u8]| {
        let rest = origin.strip_prefix(scheme).and_then(|rest| rest.strip_prefix(b"//"));
        let host = rest.and_then(|rest| rest.get(..before(rest, b":"))).map(undotted);
        host.is_some_and(|host| host == shield.host || is_within(host, shield.site)) || config.may_embed(origin)
    };
    lines.any(|origin| !origin.is_empty() && !is_ours(origin))
}

/// Has the shield know those as well whom the first file does not name: `table`, as the catalogue packs them. Where every
/// third party is held, they are, and stay strangers: the page would list them by their hosts.
pub fn rare(purposes: &Purposes, shield: &mut Shield, table: Text) {
    if table.is_empty() || shield.block != Block::Known {
        return;
    }
    shield.rare = table;
    let mut known = catalogue::walk();
    while known.next() {}
    known.go_on(table);
    know(purposes, &mut shield.hosts, &mut known);
}

/// Adds whoever a walk comes by, and the owner has not named.
#[inline(always)]
fn know(purposes: &Purposes, hosts: &mut Hosts, known: &mut Known) {
    while known.next() {
        if purposes.find(known.id()).is_none() {
            hosts.add(kept(known.host()), Owner::Catalogue(known.place()));
        }
    }
}

/// What the catalogue says, kept for as long as the page lives: it is unpacked where it is read.
pub fn kept(text: &[u8]) -> Text {
    text.to_vec().leak()
}

/// Whether what should need no consent is known to need it.
fn is_tracker(host: Text) -> bool {
    let mut known = catalogue::walk();
    known.to_host(host) && tracks(&known)
}

fn tracks(known: &Known) -> bool {
    known.category() != PREFERENCES
}

/// The gate before the configuration has arrived: only the page's own host passes.
pub fn strictest(host: Text) -> Shield {
    Shield { block: Block::ThirdParty, host: undotted(host), ..Shield::default() }
}
