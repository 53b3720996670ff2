//! From what the owner asked for to what each room works with. Pure.

use crate::{
    config::{Block, Mode, plain::Plain},
    consent::{Category, Purposes, Rules, Service},
    shield::{
        catalogue::{self, Known},
        hosts::{Hosts, Owner},
        verdict::Shield,
    },
};
use alloc::string::String;

/// What the decision goes by.
pub fn rules(config: &Plain, lang: &str) -> Rules {
    let (granted_days, denied_days) = config.days();
    Rules {
        regime: config.regime(),
        signals: config.signals(),
        granted_days,
        denied_days,
        policy: config.policy().get("version").text().into(),
        lang: lang.into(),
        report: config.mode() == Mode::Report,
    }
}

/// What can be asked for, and who is who on the network.
pub fn purposes(config: &Plain, host: &str) -> (Purposes, Shield) {
    let host = undotted(host);
    let mut hosts = Hosts::default();
    for allowed in config.allow() {
        hosts.add(allowed.text(), Owner::Allowed);
    }
    let mut purposes = Purposes::default();
    for category in config.categories() {
        purposes.categories.push(Category { id: category.get("id").text().into() });
    }
    for entry in config.services() {
        let index = purposes.services.len();
        let mut service = match catalogue::find(entry.text().as_bytes()) {
            Some(mut known) => {
                let service = known_service(&mut purposes, &known);
                loop {
                    hosts.add(catalogue::text(known.host()), Owner::Service(index));
                    if !known.another() {
                        break service;
                    }
                }
            }
            None => {
                for host in entry.get("hosts").items() {
                    hosts.add(host.text(), Owner::Service(index));
                }
                let id = entry.get("id").text();
                let name = entry.get("name").text();
                found(&mut purposes, id, if name.is_empty() { id } else { name }, entry.get("category").text())
            }
        };
        service.named = true;
        service.listed = true;
        purposes.services.push(service);
    }
    // The owner's entries were there first, and win.
    let mut known = catalogue::walk();
    while known.next() {
        if purposes.service(catalogue::text(known.id())).is_none() {
            hosts.add(catalogue::text(known.host()), Owner::Catalogue(known.place()));
        }
    }
    let site = match config.site() {
        "" => host.strip_prefix("www.").filter(|rest| rest.contains('.')).unwrap_or(host),
        site => site,
    };
    (purposes, Shield { block: config.block(), site: site.into(), host: host.into(), hosts })
}

/// `shop.example.` is `shop.example`: anybody can link to either (RFC 1034 § 3.1).
fn undotted(host: &str) -> &str {
    host.strip_suffix('.').unwrap_or(host)
}

/// A service of the catalogue as one of this page, not named by the owner.
pub fn known_service(purposes: &mut Purposes, known: &Known) -> Service {
    found(purposes, catalogue::text(known.id()), catalogue::text(known.label()), known.category())
}

/// A service of this page that the owner did not name. A category that the owner's list lacks joins it, so that
/// whatever can be granted has a switch; nothing found is ever `necessary`.
pub fn found(purposes: &mut Purposes, id: &str, name: &str, category: &str) -> Service {
    let category = purposes.category(category).unwrap_or_else(|| {
        purposes.categories.push(Category { id: category.into() });
        purposes.categories.len() - 1
    });
    Service { id: id.into(), name: name.into(), category, named: false, listed: false }
}

/// The gate before the configuration has arrived: only the page's own host passes.
pub fn strictest(host: &str) -> Shield {
    let host = undotted(host);
    Shield { block: Block::ThirdParty, site: String::new(), host: host.into(), hosts: Hosts::default() }
}
