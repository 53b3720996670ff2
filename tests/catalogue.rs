//! The catalogue is data, so it is tested as data: what it may not hold, and that packing loses nothing.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, missing_docs)]

use portcullis::shield::catalogue::{details, find, find_host, services, slug};
use serde_json::Value;
use std::collections::BTreeSet;

fn json() -> Vec<Value> {
    serde_json::from_str(include_str!("../src/shield/catalogue/services.json")).unwrap()
}

fn strings(value: &Value) -> Vec<&str> {
    value.as_array().map(|items| items.iter().map(|item| item.as_str().unwrap()).collect()).unwrap_or_default()
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
];

#[test]
fn no_host_twice_none_shared_none_a_public_suffix() {
    let mut seen: BTreeSet<&str> = BTreeSet::new();
    for service in services() {
        let mut own: Vec<&str> = Vec::new();
        for entry in service.hosts() {
            let name = entry.split('/').next().unwrap();
            assert!(seen.insert(entry), "{entry} twice");
            assert_eq!(
                entry.split_once('/').map_or(entry, |_| name),
                name.to_ascii_lowercase(),
                "{entry} is normalised"
            );
            assert!(entry.is_ascii() && !entry.starts_with("www.") && !entry.ends_with('.'), "{entry}");
            let domain = psl::domain_str(name).unwrap_or_else(|| panic!("{name} is a public suffix"));
            assert!(psl::suffix(domain.as_bytes()).unwrap().is_known(), "{name} ends in nothing known");
            // None of them inside another of the same service: it would be held anyway.
            assert!(!own.iter().any(|other| name.ends_with(&format!(".{other}"))), "{entry} is under {own:?}");
            own.push(entry);
        }
    }
    for host in SHARED {
        assert_eq!(find_host(host.as_bytes()).map(|known| known.name), None, "{host}");
    }
    // No service inside another: which of the two it is would be a matter of order.
    for one in &seen {
        for other in &seen {
            let inside = one.strip_suffix(other).is_some_and(|sub| sub.ends_with('.'));
            assert!(!inside, "{one} is inside {other}");
        }
    }
}

#[test]
fn every_fact_is_there() {
    let all = json();
    assert!(all.len() >= 45);
    let mut ids = BTreeSet::new();
    let mut cookies = BTreeSet::new();
    for service in &all {
        let name = service["name"].as_str().unwrap();
        assert!(name.is_ascii() && name.trim() == name, "{name}");
        // It goes into JSON as it is.
        assert!(!name.contains(['"', '\\']) && !name.contains(char::is_control), "{name}");
        assert!(ids.insert(slug(name)), "{name} twice");
        assert!(["preferences", "analytics", "marketing"].contains(&service["category"].as_str().unwrap()), "{name}");
        assert!(!strings(&service["hosts"]).is_empty(), "{name}");
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
    }
    let names: Vec<String> = all.iter().map(|service| service["name"].as_str().unwrap().to_lowercase()).collect();
    assert!(names.is_sorted(), "services.json is ordered by name");
}

#[test]
fn packing_loses_nothing() {
    let all = json();
    assert_eq!(services().count(), all.len());
    for service in &all {
        let id = slug(service["name"].as_str().unwrap());
        let known = find(id.as_bytes()).unwrap();
        assert_eq!(known.name, service["name"]);
        assert_eq!(known.category, service["category"]);
        assert_eq!(known.hosts().collect::<Vec<_>>(), strings(&service["hosts"]));
        let details = details(&id).unwrap();
        assert_eq!(details.cookies().collect::<Vec<_>>(), strings(&service["cookies"]), "{id}");
        assert_eq!(details.storage().collect::<Vec<_>>(), strings(&service["storage"]), "{id}");
        assert_eq!(details.privacy_url, service["privacyUrl"]);
        assert_eq!(details.retention, service["retention"].as_str());
        assert_eq!(slug(&id), id, "a slug is its own");
    }
    for id in ["", "Google Analytics", "google", "constructor", "google-analytics "] {
        assert_eq!((find(id.as_bytes()), details(id)), (None, None), "{id}");
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
    for (host, name) in [
        ("google-analytics.com", Some("Google Analytics")),
        ("www.google-analytics.com", Some("Google Analytics")),
        ("a.b.google-analytics.com", Some("Google Analytics")),
        ("notgoogle-analytics.com", None),
        ("google-analytics.com.evil.example", None),
        ("com", None),
        ("", None),
        ("facebook.com", None),
        ("www.facebook.com/tr", Some("Meta Pixel")),
        ("www.facebook.com/tr/x", Some("Meta Pixel")),
        ("www.facebook.com/x/tr", None),
        ("www.facebook.com/", None),
        ("WWW.Google-Analytics.com.", Some("Google Analytics")),
        ("google-analytics.com/g/collect", Some("Google Analytics")),
    ] {
        assert_eq!(find_host(host.as_bytes()).map(|known| known.name), name, "{host}");
    }
}
