//! The catalogue is data, so it is tested as data: what it may not hold, and that packing loses nothing.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, missing_docs)]

use portcullis::shield::catalogue::{
    Known, details, find, find_host, nth, rest, rest_host, services, slug, text, walk,
};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

fn read(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

/// What we wrote ourselves.
fn ours() -> Vec<Value> {
    read(include_str!("../src/shield/catalogue/services.json")).as_array().unwrap().clone()
}

/// What `xtask/catalogue.mjs` made of the package.
fn known() -> Value {
    read(include_str!("../src/shield/catalogue/known.json"))
}

fn strings(value: &Value) -> Vec<&str> {
    value.as_array().map(|items| items.iter().map(|item| item.as_str().unwrap()).collect()).unwrap_or_default()
}

fn id_of(known: &Known) -> String {
    text(known.id()).into()
}

fn hosts_of(known: &Known) -> Vec<String> {
    let mut known = *known;
    let mut hosts = vec![text(known.host()).to_owned()];
    while known.another() {
        hosts.push(text(known.host()).into());
    }
    hosts
}

/// Hosts that pages need for more than tracking: shared CDNs, hosting, login, payment, captcha and maps. Nothing may
/// hold them or a parent of them whole.
const SHARED: &[&str] = &[
    "ajax.googleapis.com",
    "fonts.googleapis.com",
    "fonts.gstatic.com",
    "maps.googleapis.com",
    "www.gstatic.com",
    "storage.googleapis.com",
    "accounts.google.com",
    "apis.google.com",
    "www.google.com",
    "www.recaptcha.net",
    "cdn.jsdelivr.net",
    "cdnjs.cloudflare.com",
    "challenges.cloudflare.com",
    "unpkg.com",
    "code.jquery.com",
    "stackpath.bootstrapcdn.com",
    "esm.sh",
    "d111111abcdef8.cloudfront.net",
    "bucket.s3.amazonaws.com",
    "example.github.io",
    "raw.githubusercontent.com",
    "example.netlify.app",
    "example.vercel.app",
    "example.pages.dev",
    "example.azureedge.net",
    "ajax.aspnetcdn.com",
    "a.akamaihd.net",
    "e.akamaiedge.net",
    "a.fastly.net",
    "www.facebook.com",
    "graph.facebook.com",
    "appleid.cdn-apple.com",
    "login.microsoftonline.com",
    "www.bing.com",
    "js.stripe.com",
    "www.paypal.com",
    "js.hcaptcha.com",
    "api.mapbox.com",
    "tile.openstreetmap.org",
    "www.linkedin.com",
    "s.yimg.com",
    "www.reddit.com",
    "www.redditstatic.com",
    "www.tiktok.com",
    "s.pinimg.com",
    "t.co",
    "yastatic.net",
    "static.licdn.com",
    "www.adobe.com",
    "use.typekit.net",
    "kit.fontawesome.com",
    "www.amazon.com",
    "m.media-amazon.com",
    "twitter.com",
    "www.hubspot.com",
    "forms.hsforms.net",
    "list-manage.com",
    "assets.pinterest.com",
    "www.apple.com",
    "login.yahoo.com",
    "static.zdassets.com",
    "acme.zendesk.com",
    "vjs.zencdn.net",
    "cmp.inmobi.com",
    "t1.daumcdn.net",
    "static.line-scdn.net",
    "access.line.me",
    "oauth.vk.com",
    "acme.okta.com",
    "acme.my.salesforce.com",
    "player.hp.com",
    "example.livejournal.com",
    "shop.acme.bigcommerce.com",
    "api.clevertap.com.example",
    "consent.cookiebot.com",
    "cdn.cookielaw.org",
    "cdn.privacy-mgmt.com",
    "browser.sentry-cdn.com",
    "cdn.shopify.com",
    "i.ebayimg.com",
    "www.theguardian.com",
];

#[test]
fn no_host_twice_none_shared_none_a_public_suffix() {
    let mut seen: BTreeSet<String> = BTreeSet::new();
    for known in services(walk()).chain(services(rest())) {
        for entry in hosts_of(&known) {
            let (name, path) = entry.split_at(entry.find('/').unwrap_or(entry.len()));
            assert!(entry.is_ascii() && name == name.to_ascii_lowercase() && !name.ends_with('.'), "{entry}");
            assert!(path != "/", "{entry} has an idle slash");
            let domain = psl::domain_str(name).unwrap_or_else(|| panic!("{name} is a public suffix"));
            assert!(psl::suffix(domain.as_bytes()).unwrap().is_known(), "{name} ends in nothing known");
            assert!(seen.insert(entry.clone()), "{entry} twice");
        }
    }
    for host in SHARED {
        for found in [find_host(host.as_bytes()), rest_host(host.as_bytes())] {
            assert_eq!(found.map(|known| id_of(&known)), None, "{host}");
        }
    }
    // None inside another: whose it is would be a matter of order, or it would be held anyway.
    for entry in &seen {
        let name = entry.split('/').next().unwrap();
        let mut parents = name.match_indices('.').map(|(at, _)| &name[at + 1..]).chain(
            // A path of a host that is held whole.
            (name != entry).then_some(name),
        );
        assert_eq!(parents.find(|parent| seen.contains(*parent)), None, "{entry}");
    }
    assert!(seen.len() > 1200, "{}", seen.len());
}

#[test]
fn every_fact_is_there() {
    let all = ours();
    assert!(all.len() >= 150, "{}", all.len());
    let mut ids = BTreeSet::new();
    let mut cookies = BTreeSet::new();
    for service in &all {
        let name = service["name"].as_str().unwrap();
        assert!(name.is_ascii() && name.trim() == name, "{name}");
        // It goes into JSON as it is.
        assert!(!name.contains(['"', '\\']) && !name.contains(char::is_control), "{name}");
        assert!(ids.insert(slug(name)), "{name} twice");
        assert!(["preferences", "analytics", "marketing"].contains(&service["category"].as_str().unwrap()), "{name}");
        let hosts = strings(&service["hosts"]);
        assert!(!hosts.is_empty(), "{name}");
        // A host is held with its subdomains, so `www.` would let the rest through.
        assert!(!hosts.iter().any(|host| host.starts_with("www.")), "{name}");
        for link in ["privacyUrl", "source"] {
            let link = url::Url::parse(service[link].as_str().unwrap()).unwrap();
            assert_eq!((link.scheme(), link.username(), link.port()), ("https", "", None), "{name}: {link}");
        }
        for pattern in strings(&service["cookies"]) {
            assert!(cookies.insert(pattern), "{name}: cookie {pattern} is another's too");
        }
        for pattern in strings(&service["cookies"]).into_iter().chain(strings(&service["storage"])) {
            let start = pattern.strip_suffix('*').unwrap_or(pattern);
            assert!(start.len() >= 3 && !start.contains('*') && !start.contains(','), "{name}: {pattern} is too wide");
        }
        if let Some(opt_out) = service.get("optOut") {
            let call = opt_out["call"].as_str().unwrap();
            let is_name = |part: &str| {
                !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_$".contains(&byte))
            };
            assert!(call.split('.').all(is_name), "{name}: {call}");
            assert!(opt_out.get("with").is_none_or(Value::is_array), "{name}");
        }
    }
    let names: Vec<String> = all.iter().map(|service| service["name"].as_str().unwrap().to_lowercase()).collect();
    assert!(names.is_sorted(), "services.json is ordered by name");
}

#[test]
fn the_reviewed_tables_give_their_reasons() {
    let categories = read(include_str!("../src/shield/catalogue/categories.json"));
    let review = read(include_str!("../src/shield/catalogue/dual-use.json"));
    let words = ["never", "preferences", "analytics", "marketing"];
    let entities = review["entities"].as_object().unwrap();
    for (name, row) in categories.as_object().unwrap().iter().chain(entities) {
        assert!(words.contains(&row["as"].as_str().unwrap()), "{name}");
        assert!(row["reason"].as_str().unwrap().len() > 4, "{name}");
    }
    for never in ["cdn", "hosting", "utility", "content", "consent-provider", "other"] {
        assert_eq!(categories[never]["as"], "never", "{never}");
    }
    for (host, row) in review["hosts"].as_object().unwrap() {
        assert!(row["reason"].as_str().unwrap().len() > 4, "{host}");
        assert!(row["hold"].is_array() != row["apart"].is_boolean(), "{host}");
    }
    let ids: BTreeSet<String> = ours().iter().map(|service| slug(service["name"].as_str().unwrap())).collect();
    for id in entities.values().flat_map(|row| strings(&row["except"]).into_iter().chain(row["service"].as_str())) {
        assert!(ids.contains(id), "{id}");
    }
}

/// By id: the category, the hosts, the name, our own facts.
type Facts = BTreeMap<String, (String, Vec<String>, String, Value)>;

fn facts(list: &[Value], joined: &Value) -> Facts {
    let mut facts = Facts::new();
    for entry in list {
        let name = entry["name"].as_str().unwrap();
        let id = entry["id"].as_str().map_or_else(|| slug(name), String::from);
        let mut hosts: Vec<String> = strings(&entry["hosts"]).into_iter().map(String::from).collect();
        hosts.extend(strings(&joined[&id]).into_iter().map(String::from));
        let category = entry["category"].as_str().unwrap().to_owned();
        assert!(facts.insert(id.clone(), (category, hosts, name.into(), entry.clone())).is_none(), "{id} twice");
    }
    facts
}

#[test]
fn packing_loses_nothing() {
    let known = known();
    let joined = &known["joined"];
    let first = facts(&[ours(), known["first"].as_array().unwrap().clone()].concat(), joined);
    let rare = facts(known["rest"].as_array().unwrap(), &Value::Null);
    assert!(joined.as_object().unwrap().keys().all(|id| first.contains_key(id)));
    assert!(rare.keys().all(|id| !first.contains_key(id)), "one id, one service");
    for (table, all) in [(walk(), &first), (rest(), &rare)] {
        let packed: Vec<Known> = services(table).collect();
        assert_eq!(packed.len(), all.len());
        for (place, known) in packed.iter().enumerate() {
            let id = id_of(known);
            let (category, hosts, name, entry) = &all[&id];
            assert_eq!((known.place(), known.category()), (place, &**category), "{id}");
            let mut own = hosts_of(known);
            assert_eq!(own[0].split('/').next().unwrap().as_bytes(), known.label(), "{id}");
            own.sort();
            let mut hosts = hosts.clone();
            hosts.sort();
            assert_eq!(own, hosts, "{id}");
            let details = details(id.as_bytes()).unwrap();
            assert_eq!(details.name, name);
            assert_eq!(details.cookies().collect::<Vec<_>>(), strings(&entry["cookies"]), "{id}");
            assert_eq!(details.storage().collect::<Vec<_>>(), strings(&entry["storage"]), "{id}");
            assert_eq!(details.privacy_url, entry["privacyUrl"].as_str());
            assert_eq!(details.retention, entry["retention"].as_str());
            let opt_out = details.opt_out.map(read);
            let expected = entry.get("optOut").map(|opt_out| {
                Value::from(vec![opt_out["call"].clone(), opt_out.get("with").cloned().unwrap_or(Value::Array(vec![]))])
            });
            assert_eq!(opt_out, expected, "{id}");
            assert_eq!(slug(&id), id, "a slug is its own");
        }
    }
    for (place, one) in services(walk()).enumerate() {
        for other in [find(one.id()).unwrap(), nth(place).unwrap()] {
            assert_eq!((other.place(), other.id(), other.host()), (place, one.id(), one.host()));
            assert_eq!(hosts_of(&other), hosts_of(&one));
        }
    }
    assert!(nth(first.len()).is_none());
    for id in ["", "Google Analytics", "google", "constructor", "google-analytics ", "com"] {
        assert!(find(id.as_bytes()).is_none() && details(id.as_bytes()).is_none(), "{id}");
    }
}

#[test]
fn a_walk_is_the_same_as_going_service_by_service() {
    let mut walk = walk();
    let mut hosts = Vec::new();
    while walk.next() {
        hosts.push((walk.place(), text(walk.host()).to_owned()));
    }
    let one_by_one: Vec<_> = services(portcullis::shield::catalogue::walk())
        .flat_map(|known| hosts_of(&known).into_iter().map(move |host| (known.place(), host)))
        .collect();
    assert_eq!(hosts, one_by_one);
    assert!(!walk.next() && !walk.another(), "past the end there is nothing");
}

/// Owners have these in their configuration.
const IDS_OF_THE_FIRST_CUT: &str = "\
    adobe-analytics adobe-audience-manager adobe-experience-platform-tags adroll amazon-ads amplitude \
    cloudflare-web-analytics contentsquare crazy-egg criteo disqus facebook-embeds fullstory google-ads \
    google-adsense google-analytics google-tag-manager heap hotjar hubspot instagram-embeds intercom klaviyo \
    linkedin-insight-tag lucky-orange magnite mailchimp matomo-cloud meta-pixel microsoft-advertising \
    microsoft-clarity mixpanel mouseflow new-relic-browser optimizely outbrain pinterest-tag plausible posthog \
    pubmatic quantcast reddit-pixel scorecard-research segment sharethis snap-pixel soundcloud spotify-embeds \
    taboola the-trade-desk tiktok-embeds tiktok-pixel vimeo vwo x-ads x-embeds xandr yahoo-ads yandex-metrica \
    youtube";

#[test]
fn ids_stay() {
    for id in IDS_OF_THE_FIRST_CUT.split_whitespace() {
        assert!(find(id.as_bytes()).is_some(), "{id}");
    }
}

#[test]
fn slugs() {
    for (name, id) in [
        ("Google Analytics", "google-analytics"),
        ("VWO", "vwo"),
        ("X (formerly Twitter)", "x-formerly-twitter"),
        ("  a -- b  ", "a-b"),
        ("Ünïcode 1", "n-code-1"),
        ("…", ""),
        ("", ""),
    ] {
        assert_eq!(slug(name), id);
    }
}

#[test]
fn hosts_are_found_with_their_subdomains() {
    for (host, id) in [
        ("google-analytics.com", Some("google-analytics")),
        ("www.google-analytics.com", Some("google-analytics")),
        ("a.b.google-analytics.com", Some("google-analytics")),
        ("notgoogle-analytics.com", None),
        ("google-analytics.com.evil.example", None),
        ("com", None),
        ("", None),
        ("facebook.com", None),
        ("www.facebook.com/tr", Some("meta-pixel")),
        ("d335luupugsy2.cloudfront.net", Some("rd-station")),
        ("d335luupugsy3.cloudfront.net", None),
        ("crazyegg.com", Some("crazy-egg")),
        ("ct.pinterest.com", Some("pinterest-tag")),
        ("smaato.net", Some("smaato")),
    ] {
        assert_eq!(find_host(host.as_bytes()).map(|known| id_of(&known)).as_deref(), id, "{host}");
    }
    assert_eq!(rest_host(b"ad.zanox.com").map(|known| id_of(&known)).as_deref(), Some("zanox"));
    for (id, label) in [("hotjar", "hotjar.com"), ("facebook-embeds", "facebook.com"), ("x-ads", "ads-twitter.com")] {
        assert_eq!(text(find(id.as_bytes()).unwrap().label()), label);
    }
}
