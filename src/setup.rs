//! From what the owner asked for to what each room works with. Pure.

use crate::{
    config::{Block, MARKETING, Mode, NECESSARY, PREFERENCES, plain::Plain},
    consent::{Purposes, Rules},
    json::Text,
    shield::{
        catalogue,
        hosts::{Hosts, Owner, is_within, split_path, undotted},
        verdict::Shield,
    },
};

/// What the decision goes by.
pub fn rules(config: &Plain, lang: Text) -> Rules {
    let (granted_days, denied_days) = config.days();
    Rules {
        regime: config.regime(),
        signals: config.signals(),
        granted_days,
        denied_days,
        policy: config.policy_version(),
        lang,
        report: config.mode() == Mode::Report,
    }
}

/// What can be asked for, and who is who on the network. What is wrong with it is noted in the config.
pub fn purposes(config: &mut Plain, host: Text) -> (Purposes, Shield) {
    let mut hosts = Hosts::default();
    for allowed in config.list(b"allow") {
        hosts.add(allowed.text(), Owner::Allowed);
        config.wrong |= is_tracker(allowed.text());
    }
    let mut purposes = Purposes::default();
    purposes.category(NECESSARY.as_bytes());
    for category in config.list(b"categories") {
        let id = category.get(b"id").text();
        // An id twice is one category.
        config.wrong |= id != NECESSARY.as_bytes() && purposes.find(id).is_some();
        if !id.is_empty() {
            purposes.category(id);
        }
    }
    if purposes.0.len() == 1 {
        for id in crate::config::CATEGORIES {
            purposes.category(id.as_bytes());
        }
    }
    for entry in config.list(b"services") {
        let spelled = entry.is_object();
        let mut id = if spelled { entry.get(b"id").text() } else { entry.text() };
        let known = catalogue::find(id);
        let mut name = entry.get(b"name").text();
        let mut category = entry.get(b"category").text();
        if let Some(known) = known {
            if name.is_empty() {
                name = known.name.as_bytes();
            }
            if !spelled {
                category = known.category.as_bytes();
            }
        }
        // It has to keep its hosts held, so it has to have an id of its own.
        if id.is_empty() || purposes.find(id).is_some() {
            config.wrong = true;
            id = entry.get(b"hosts").members().next().map_or(id, |(_, host)| host.text());
        }
        if id.is_empty() || purposes.find(id).is_some() || (!spelled && known.is_none()) {
            config.wrong = true;
            config.doubt = true;
            continue;
        }
        let of = purposes.find(category).filter(|of| purposes.get(*of).is_some_and(|found| found.is_category(*of)));
        config.wrong |= of.is_none();
        let of = of.unwrap_or_else(|| {
            let stands_in = if spelled { MARKETING.as_bytes() } else { category };
            purposes.category(stands_in)
        });
        let index = purposes.0.len();
        for (_, host) in entry.get(b"hosts").members() {
            hosts.add(host.text(), Owner::Service(index));
            config.wrong |= of == crate::consent::NECESSARY && is_tracker(host.text());
        }
        if let Some(known) = known {
            for host in known.hosts() {
                hosts.add(host.as_bytes(), Owner::Service(index));
            }
        }
        purposes.service(id, if name.is_empty() { id } else { name }, of, true);
    }
    // The owner's entries were there first, and win.
    for (place, known) in catalogue::services().enumerate() {
        if purposes.find(catalogue::slug(known.name).as_bytes()).is_none() {
            for host in known.hosts() {
                hosts.add(host.as_bytes(), Owner::Catalogue(place));
            }
        }
    }
    let host = undotted(host);
    let site = match config.site() {
        site if !site.is_empty() && is_within(host, site) => site,
        _ => host.strip_prefix(b"www.").filter(|rest| rest.contains(&b'.')).unwrap_or(host),
    };
    (purposes, Shield { block: config.block(), site, host, hosts, advanced: config.advanced() })
}

/// Whether a host that should need no consent is known to need it.
fn is_tracker(host: Text) -> bool {
    let (host, _) = split_path(host);
    catalogue::find_host(host).is_some_and(|known| known.category != PREFERENCES)
}

/// The gate before the configuration has arrived: only the page's own host passes.
pub fn strictest(host: Text) -> Shield {
    Shield { block: Block::ThirdParty, site: &[], host: undotted(host), hosts: Hosts::default(), advanced: false }
}
