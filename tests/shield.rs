//! Who is who on the network, what may go, in which order it goes and what it leaves: tables, and the URL Standard's own
//! parser (the `url` crate) as the witness of what a browser makes of an address.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, missing_docs)]

mod common;
mod properties;

use portcullis::config::{Block, OnSignal, Regime, SignalRules, plain::Plain};
use portcullis::consent::{By, Event, Grants, Phase, Purposes, Rules, Scope, Signals, State, Wanted, step};
use portcullis::json::Text;
use portcullis::setup;
use portcullis::shield::catalogue;
use portcullis::shield::held::{HOLD, Held, NEWS, PURPOSE, REPORT, SCRIPT, Waiting};
use portcullis::shield::hosts::{Hosts, Owner, is_within, split_path, undotted};
use portcullis::shield::order::Script;
use portcullis::shield::sweep;
use portcullis::shield::verdict::{Name, Request, Shield, Why, verdict};
use properties::parted;
use proptest::prelude::*;
use serde_json::{Value, json};
use std::process::Command;
use url::Url;

// ---- hosts ----

fn hosts(entries: &[(&str, Owner)]) -> Hosts {
    let mut hosts = Hosts::default();
    for (spelled, owner) in entries {
        hosts.add(kept(spelled), *owner);
    }
    hosts
}

/// A text that lives as long as the page.
fn kept(text: &str) -> Text {
    text.as_bytes().to_vec().leak()
}

fn find(hosts: &Hosts, host: &str, path: &str) -> Option<Owner> {
    hosts.find(host.as_bytes(), path.as_bytes())
}

const A: Owner = Owner::Service(0);
const B: Owner = Owner::Service(1);

#[test]
fn a_host_stands_for_its_subdomains_and_for_no_lookalike() {
    let hosts = hosts(&[("tracker.test", A), ("127.0.0.1", B), ("[2001:db8::1]", B), ("localhost", B)]);
    let table: &[(&str, Option<Owner>)] = &[
        ("tracker.test", Some(A)),
        ("a.tracker.test", Some(A)),
        ("a.b-c.d_e.tracker.test", Some(A)),
        ("eviltracker.test", None),
        ("tracker.test.evil", None),
        ("tracker.test.evil.test", None),
        ("tracker-test", None),
        ("racker.test", None),
        ("tracker.tes", None),
        ("test", None),
        ("127.0.0.1", Some(B)),
        ("27.0.0.1", None),
        ("1127.0.0.1", None),
        ("[2001:db8::1]", Some(B)),
        ("[2001:db8::11]", None),
        ("localhost", Some(B)),
        ("alocalhost", None),
        ("", None),
        (".", None),
    ];
    for (host, owner) in table {
        assert_eq!(find(&hosts, host, "/"), *owner, "{host}");
    }
}

#[test]
fn the_longest_host_wins() {
    for order in [[0, 1, 2], [2, 1, 0]] {
        let entries = [("test", A), ("tracker.test", B), ("ads.tracker.test", Owner::Catalogue(7))];
        let hosts = hosts(&order.map(|at| entries[at]));
        assert_eq!(find(&hosts, "other.test", "/"), Some(A));
        assert_eq!(find(&hosts, "cdn.tracker.test", "/"), Some(B));
        assert_eq!(find(&hosts, "x.ads.tracker.test", "/"), Some(Owner::Catalogue(7)));
    }
}

#[test]
fn a_service_may_own_one_path_of_a_host() {
    let hosts = hosts(&[("shop.test/ads/", A), ("shop.test/stats", B)]);
    let table: &[(&str, &str, Option<Owner>)] = &[
        ("shop.test", "/ads/x.js", Some(A)),
        ("shop.test", "/ads/", Some(A)),
        ("www.shop.test", "/ads/", Some(A)),
        ("shop.test", "/ads", None),
        ("shop.test", "/adsense/", None),
        ("shop.test", "/x/ads/", None),
        ("shop.test", "/Ads/", None),
        ("shop.test", "/?/ads/", None),
        ("shop.test", "/", None),
        ("shop.test", "/stats", Some(B)),
        ("shop.test", "/stats?v=1", Some(B)),
        ("shop.test", "/statistics/", None),
        ("shop.test", "/stats-2", Some(B)),
    ];
    for (host, path, owner) in table {
        assert_eq!(find(&hosts, host, path), *owner, "{host}{path}");
    }
}

#[test]
fn a_path_on_a_host_leaves_the_rest_to_its_parent() {
    let hosts = hosts(&[("tracker.test", A), ("cdn.tracker.test/ads/", B)]);
    assert_eq!(find(&hosts, "cdn.tracker.test", "/ads/1"), Some(B));
    assert_eq!(find(&hosts, "cdn.tracker.test", "/lib.js"), Some(A));
}

#[test]
fn an_allowed_host_is_allowed_as_itself_only() {
    let hosts = hosts(&[("cdn.test", Owner::Allowed), ("safe.tracker.test", Owner::Allowed), ("tracker.test", A)]);
    let table: &[(&str, Option<Owner>)] = &[
        ("cdn.test", Some(Owner::Allowed)),
        ("a.cdn.test", None),
        ("safe.tracker.test", Some(Owner::Allowed)),
        ("x.safe.tracker.test", Some(A)),
        ("tracker.test", Some(A)),
    ];
    for (host, owner) in table {
        assert_eq!(find(&hosts, host, "/"), *owner, "{host}");
    }
}

#[test]
fn of_equal_entries_the_first_wins() {
    for [first, second] in [[A, B], [B, A], [Owner::Allowed, A], [A, Owner::Allowed], [A, Owner::Catalogue(0)]] {
        let hosts = hosts(&[("tracker.test", first), ("tracker.test", second)]);
        assert_eq!(find(&hosts, "tracker.test", "/"), Some(first));
    }
    // Only as itself, so its subdomains are still the other's.
    let hosts = hosts(&[("tracker.test", Owner::Allowed), ("tracker.test", A)]);
    assert_eq!(find(&hosts, "a.tracker.test", "/"), Some(A));
}

#[test]
fn of_equal_hosts_the_owners_longest_path_wins() {
    let known = Owner::Catalogue(7);
    for order in [[0, 1, 2, 3], [3, 2, 1, 0], [1, 3, 0, 2]] {
        let entries =
            [("shop.test", A), ("shop.test/ads/", B), ("shop.test/ads/own/", Owner::Allowed), ("shop.test/a", A)];
        let hosts = hosts(&order.map(|at| entries[at]));
        for (path, owner) in [("/", A), ("/ads", A), ("/ads/1", B), ("/ads/own/1", Owner::Allowed), ("/b", A)] {
            assert_eq!(find(&hosts, "shop.test", path), Some(owner), "{path}");
        }
        assert_eq!(find(&hosts, "a.shop.test", "/ads/own/1"), Some(B), "allowed as itself only");
    }
    // The catalogue's come after, and win nothing back; not even once they are a service of this page.
    let mut hosts = hosts(&[("tracker.test", A), ("tracker.test/t/", known), ("other.test", known)]);
    assert_eq!(find(&hosts, "tracker.test", "/t/1"), Some(A));
    hosts.rename(known, B);
    assert_eq!(find(&hosts, "tracker.test", "/t/1"), Some(A));
    assert_eq!(find(&hosts, "other.test", "/"), Some(B));
}

#[test]
fn what_is_met_is_that_host_alone() {
    let hosts = hosts(&[("pixel.test", Owner::Met(4)), ("test", A)]);
    assert_eq!(find(&hosts, "pixel.test", "/"), Some(Owner::Met(4)));
    assert_eq!(find(&hosts, "a.pixel.test", "/"), Some(A));
    assert!(!hosts.names(b"pixel.test.evil"));
}

#[test]
fn names_are_compared_as_dns_does() {
    let table = [
        ("shop.test", "shop.test", true),
        ("a.shop.test", "Shop.Test", true),
        ("A.SHOP.TEST", "shop.test", true),
        ("eshop.test", "shop.test", false),
        ("shop.test", "a.shop.test", false),
        ("test", "shop.test", false),
        ("", "shop.test", false),
        ("shop.test.", "shop.test", false),
    ];
    for (host, domain, within) in table {
        assert_eq!(is_within(host.as_bytes(), domain.as_bytes()), within, "{host} {domain}");
    }
    for (name, rest) in [("shop.test.", "shop.test"), ("shop.test", "shop.test"), ("", ""), (".", ""), ("a..", "a.")] {
        assert_eq!(undotted(name.as_bytes()), rest.as_bytes());
    }
    for (spelled, host, path) in [
        ("a.test", "a.test", ""),
        ("a.test./b/c", "a.test", "/b/c"),
        ("a.test/", "a.test", "/"),
        ("", "", ""),
        ("/b", "", "/b"),
    ] {
        assert_eq!(split_path(spelled.as_bytes()), (host.as_bytes(), path.as_bytes()), "{spelled}");
    }
    let hosts = hosts(&[("Tracker.Test.", A), ("ads.TRACKER.test./a/", B)]);
    assert_eq!(find(&hosts, "x.tracker.test", "/"), Some(A));
    assert_eq!(find(&hosts, "ads.tracker.test", "/a/1"), Some(B));
    assert_eq!(find(&hosts, "ads.tracker.test", "/A/1"), Some(A), "a path is as it is written");
}

#[test]
fn what_is_met_becomes_a_service() {
    let (met, other) = (Owner::Catalogue(3), Owner::Catalogue(4));
    let mut hosts = hosts(&[("tracker.test", met), ("tracker.example/t/", met), ("ads.test", other)]);
    hosts.rename(met, A);
    assert_eq!(find(&hosts, "a.tracker.test", "/"), Some(A));
    assert_eq!(find(&hosts, "tracker.example", "/t/1"), Some(A));
    assert_eq!(find(&hosts, "ads.test", "/"), Some(other));
}

#[test]
fn whether_a_rule_names_a_host() {
    let hosts = hosts(&[("shop.test/ads/", A), ("known.test", Owner::Catalogue(0)), ("cdn.test", Owner::Allowed)]);
    let table = [
        ("shop.test", true),
        ("www.shop.test", true),
        ("a.known.test", false),
        ("cdn.test", false),
        ("eshop.test", false),
        ("test", false),
    ];
    for (host, named) in table {
        assert_eq!(hosts.names(host.as_bytes()), named, "{host}");
    }
    assert!(!Hosts::default().names(b"shop.test"));
}

#[test]
fn ten_thousand_services_are_each_found_and_nobody_else() {
    let mut hosts = Hosts::default();
    for index in 0..10_000 {
        hosts.add(kept(&format!("s{index}.test")), Owner::Service(index));
    }
    for index in 0..10_000 {
        assert_eq!(find(&hosts, &format!("a.s{index}.test"), "/"), Some(Owner::Service(index)));
        assert_eq!(find(&hosts, &format!("as{index}.test"), "/"), None);
    }
}

/// The clock of a busy machine is no witness of a factor of two; what grows with the list grows a thousandfold here.
/// `cargo test --release --features schema --test shield costs_the_same -- --nocapture` prints the table.
#[test]
fn a_lookup_costs_the_same_with_ten_services_as_with_ten_thousand() {
    let cost = |count: usize| {
        let mut hosts = Hosts::default();
        for index in 0..count {
            hosts.add(kept(&format!("s{index}.test")), Owner::Service(index));
        }
        // Half of them known, half of them strangers, of the same length whatever the table.
        let asked: Vec<String> = (0..1_000).map(|at| format!("www.{}{}.test", ["s", "t"][at % 2], at % 10)).collect();
        let round = || {
            let start = std::time::Instant::now();
            let known = asked.iter().filter(|host| find(&hosts, host, "/").is_some()).count();
            assert_eq!(known, 500);
            start.elapsed()
        };
        // The best of many: what else the machine did only ever adds.
        let nanoseconds = (0..30).map(|_| round()).min().unwrap().as_nanos() / asked.len() as u128;
        println!("{count:>6} services: {nanoseconds} ns a lookup");
        nanoseconds.max(1)
    };
    let costs = [10, 100, 1_000, 10_000].map(cost);
    assert!(costs.iter().all(|now| *now < costs[0] * 8), "{costs:?} ns");
}

/// What [`Hosts`] means, one entry after the other: host, path, owner, and whether it came from the catalogue.
#[derive(Default)]
struct Model(Vec<(String, String, Owner, bool)>);

impl Model {
    fn find(&self, host: &str, path: &str) -> Option<Owner> {
        let dots = host.match_indices('.').map(|(at, _)| &host[at + 1..]);
        std::iter::once(host).chain(dots).find_map(|suffix| {
            let exact = |owner| matches!(owner, Owner::Allowed | Owner::Met(_));
            let meant = self
                .0
                .iter()
                .filter(|own| own.0 == suffix && path.starts_with(&own.1) && (suffix == host || !exact(own.2)));
            let longer = |best: &&(String, String, Owner, bool), own: &&(String, String, Owner, bool)| {
                own.1.len() > best.1.len() && !own.3
            };
            meant.reduce(|best, own| if longer(&best, &own) { own } else { best }).map(|entry| entry.2)
        })
    }

    fn names(&self, host: &str) -> bool {
        self.0.iter().any(|(own, _, owner, _)| {
            matches!(owner, Owner::Service(_)) && (host == own || host.ends_with(&format!(".{own}")))
        })
    }
}

fn any_host() -> impl Strategy<Value = String> {
    prop::collection::vec("[ab]{1,2}", 1..4).prop_map(|labels| labels.join("."))
}

fn any_path() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec!["/", "/a", "/a/", "/ab", "/a/b", "/b?/a"])
}

fn any_owner() -> impl Strategy<Value = Owner> {
    prop_oneof![
        3 => (0..4usize).prop_map(Owner::Service),
        2 => (0..4usize).prop_map(Owner::Catalogue),
        1 => Just(Owner::Allowed),
        1 => (0..4usize).prop_map(Owner::Met),
    ]
}

proptest! {
    #[test]
    fn hosts_are_what_a_list_would_be(
        entries in prop::collection::vec((any_host(), prop::option::of(any_path()), any_owner()), 0..40),
        renamed in prop::option::of((0..4usize, 0..4usize)),
        asked in prop::collection::vec((any_host(), any_path()), 1..40),
    ) {
        let (mut hosts, mut model) = (Hosts::default(), Model::default());
        for (host, path, owner) in entries {
            let path = path.unwrap_or_default();
            hosts.add(kept(&format!("{host}{path}")), owner);
            model.0.push((host, path.into(), owner, matches!(owner, Owner::Catalogue(_))));
        }
        if let Some((from, to)) = renamed {
            hosts.rename(Owner::Catalogue(from), Owner::Service(to));
            for entry in model.0.iter_mut().filter(|entry| entry.2 == Owner::Catalogue(from)) {
                entry.2 = Owner::Service(to);
            }
        }
        for (host, path) in asked {
            prop_assert_eq!(find(&hosts, &host, path), model.find(&host, path), "{}{}", &host, path);
            prop_assert_eq!(find(&hosts, &host.to_uppercase(), path), model.find(&host, path), "{}{}", &host, path);
            prop_assert_eq!(hosts.names(host.as_bytes()), model.names(&host), "{}", &host);
        }
    }
}

// ---- addresses ----

/// What the browser's parser makes of an address on a page.
fn normalised(spelled: &str) -> Url {
    Url::parse("https://www.shop.test/dir/page").unwrap().join(spelled).unwrap()
}

#[test]
fn every_spelling_of_an_address_is_one_host() {
    let table: &[(&str, &str, &str)] = &[
        ("https://tracker.test", "tracker.test", "/"),
        ("HTTPS://TRACKER.TEST:8443/", "tracker.test", "/"),
        ("//tracker.test", "tracker.test", "/"),
        ("//tracker.test/a//b", "tracker.test", "/a//b"),
        (r"\\tracker.test\a", "tracker.test", "/a"),
        (r"https:\\tracker.test\a", "tracker.test", "/a"),
        (r"/\tracker.test/a", "tracker.test", "/a"),
        ("https:/tracker.test/a", "www.shop.test", "/tracker.test/a"),
        ("https:tracker.test", "www.shop.test", "/dir/tracker.test"),
        ("http:tracker.test", "tracker.test", "/"),
        ("http://///tracker.test/", "tracker.test", "/"),
        (" \n https://tracker.test/ ", "tracker.test", "/"),
        ("ht\ntps://tra\tcker.te\rst/x\ny", "tracker.test", "/xy"),
        ("https://tracker.test.", "tracker.test", "/"),
        ("https://tracker.test.:443/", "tracker.test", "/"),
        ("https://user:pass@tracker.test/", "tracker.test", "/"),
        ("https://shop.test@tracker.test/", "tracker.test", "/"),
        ("https://shop.test:443@tracker.test:81/", "tracker.test", "/"),
        ("https://a@b@tracker.test/", "tracker.test", "/"),
        ("https://@tracker.test/", "tracker.test", "/"),
        (r"https://tracker.test\@shop.test/", "tracker.test", "/@shop.test/"),
        ("https://tracker.test/@shop.test", "tracker.test", "/@shop.test"),
        ("https://tracker.test?@shop.test", "tracker.test", "/?@shop.test"),
        ("https://tracker.test#@shop.test", "tracker.test", "/#@shop.test"),
        ("https://tracker.test:8443?a:b", "tracker.test", "/?a:b"),
        ("https://tracker.test/a/../b/./c", "tracker.test", "/b/c"),
        ("https://tr%61cker.test/", "tracker.test", "/"),
        ("https://ｔｒａｃｋｅｒ.test/", "tracker.test", "/"),
        ("https://tracker。test/", "tracker.test", "/"),
        ("https://bücher.test/", "xn--bcher-kva.test", "/"),
        ("https://BÜCHER.test./", "xn--bcher-kva.test", "/"),
        ("https://xn--bcher-kva.test/", "xn--bcher-kva.test", "/"),
        ("https://0x7f.1/", "127.0.0.1", "/"),
        ("https://2130706433/", "127.0.0.1", "/"),
        ("https://127.0.0.1:8080/", "127.0.0.1", "/"),
        ("https://[2001:DB8:0:0::1]/", "[2001:db8::1]", "/"),
        ("https://user:pass@[::1]:8443/a:b", "[::1]", "/a:b"),
        ("wss://tracker.test/socket", "tracker.test", "/socket"),
        ("WS://tracker.test:80", "tracker.test", "/"),
        ("app.js", "www.shop.test", "/dir/app.js"),
        ("?https://tracker.test/", "www.shop.test", "/dir/page?https://tracker.test/"),
    ];
    for (spelled, host, path) in table {
        assert_eq!(parted(normalised(spelled).as_str()), Some((*host, *path)), "{spelled}");
    }
}

#[test]
fn what_does_not_go_over_the_network_has_no_host() {
    for spelled in [
        "data:text/javascript,//tracker.test/",
        "data://tracker.test/",
        "blob:https://tracker.test/4e1b",
        "about:blank",
        "about:srcdoc",
        "javascript:'https://tracker.test/'",
        "mailto:a@tracker.test",
        "tel:1",
        "httpsx://tracker.test/",
        "web+https://tracker.test/",
    ] {
        assert_eq!(parted(normalised(spelled).as_str()), None, "{spelled}");
    }
    for nothing in ["", "/", "//tracker.test/", "tracker.test"] {
        assert_eq!(parted(nothing), None, "{nothing}");
    }
}

fn any_address() -> impl Strategy<Value = String> {
    let scheme = prop::sample::select(vec![
        "http",
        "https",
        "ws",
        "wss",
        "HTTPS",
        "ftp",
        "data",
        "blob:https",
        "javascript",
        "about",
    ]);
    let slashes = prop::sample::select(vec!["://", "://", "://", ":", ":/", r":\\", ":///"]);
    let login = prop_oneof![
        2 => Just(String::new()),
        1 => "[a:@%.\\[\\]-]{0,8}@",
    ];
    let host = prop_oneof![
        3 => "[a-cA-C]{1,3}(-[a-c]{1,2})?(\\.[a-c]{1,3}){0,2}\\.test\\.?",
        2 => "(a\\.|evil|[xX]-)?(tracker|TRACKER|cdn|shop)\\.test(\\.|\\.evil)?",
        1 => "xn--bcher-kva\\.test",
        1 => "[ßäöüйあ。]{1,3}\\.test\\.?",
        1 => any::<std::net::Ipv4Addr>().prop_map(|ip| ip.to_string()),
        1 => any::<u32>().prop_map(|ip| format!("{ip:#x}")),
        1 => any::<std::net::Ipv6Addr>().prop_map(|ip| format!("[{ip}]")),
        1 => "[a.@:%0-9\\[\\]]{0,8}",
    ];
    let port = prop_oneof![Just(String::new()), "(:[0-9]{0,5})"];
    let rest = "([/\\\\?#][/\\\\?#@:.%a\t\n é\\[\\]]{0,12})?";
    (scheme, slashes, login, host, port, rest).prop_map(|(a, b, c, d, e, f)| format!("{a}{b}{c}{d}{e}{f}"))
}

/// The Web Platform Tests' own examples of addresses, which the `url` crate carries along.
#[test]
fn the_standards_own_examples() {
    let said = |program: &str, args: &[&str]| Command::new(program).args(args).output().unwrap().stdout;
    let rustc = String::from_utf8(said("rustc", &["-vV"])).unwrap();
    let host = rustc.lines().find_map(|line| line.strip_prefix("host: ")).unwrap();
    let metadata = ["metadata", "--format-version", "1", "--filter-platform", host];
    let known: Value = serde_json::from_slice(&said(env!("CARGO"), &metadata)).unwrap();
    let package = known["packages"].as_array().unwrap().iter().find(|package| package["name"] == "url").unwrap();
    let path =
        std::path::Path::new(package["manifest_path"].as_str().unwrap()).with_file_name("tests/urltestdata.json");
    let examples: Value = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
    let inputs: Vec<&str> = examples.as_array().unwrap().iter().filter_map(|case| case["input"].as_str()).collect();
    assert!(inputs.len() > 700, "{}", inputs.len());
    for spelled in inputs {
        properties::address(spelled);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]
    #[test]
    fn hosts_and_paths_are_those_of_the_url_standard(spelled in prop_oneof![4 => any_address(), 1 => "\\PC{0,30}"]) {
        properties::address(&spelled);
    }

    #[test]
    fn no_text_at_all_upsets_the_verdict(url in "(https://)?\\PC{0,30}", mark in "\\PC{0,8}") {
        properties::wire(url.as_bytes(), mark.as_bytes());
    }

    #[test]
    fn no_bytes_at_all_upset_the_verdict(
        url in prop::collection::vec(prop_oneof![any::<u8>(), prop::sample::select(b"https://@:[]?#.".as_slice())], 0..40),
        mark in prop::collection::vec(any::<u8>(), 0..8),
    ) {
        for url in [url.clone(), [b"https://".as_slice(), &url].concat()] {
            properties::wire(&url, &mark);
        }
    }
}

// ---- the verdict ----

const STATS: usize = 3;
const ADS: usize = 4;

/// `www.shop.test`, site `shop.test`, with a service for each of `analytics` and `marketing`.
fn shop(block: Block) -> (Purposes, Shield) {
    let mut purposes = Purposes::default();
    for id in [b"necessary".as_slice(), b"analytics", b"marketing"] {
        purposes.category(id);
    }
    purposes.service(b"stats", b"stats", 1, true);
    purposes.service(b"ads", b"ads", 2, true);
    let hosts = hosts(&[
        ("cdn.test", Owner::Allowed),
        ("safe.ads.test", Owner::Allowed),
        ("stats.test", Owner::Service(STATS)),
        ("ads.test", Owner::Service(ADS)),
        ("www.shop.test/ads/", Owner::Service(ADS)),
        ("known.test", Owner::Catalogue(7)),
    ]);
    (purposes, Shield { block, site: b"shop.test", host: b"www.shop.test", hosts, ..Shield::default() })
}

/// Grants by id, a category without its services and the other way round.
fn granted(purposes: &Purposes, ids: &str) -> Grants {
    let has = |id: &[u8]| id == b"necessary" || ids.split(' ').any(|granted| granted.as_bytes() == id);
    Grants(purposes.iter().map(|(_, purpose)| has(purpose.id)).collect())
}

fn ask(shield: &Shield, purposes: &Purposes, grants: &Grants, url: &str, mark: &str) -> Option<Why> {
    verdict(shield, purposes, grants, Request { url: url.as_bytes(), mark: mark.as_bytes() })
}

/// What is granted, the mark, the address, and why it is held.
type Case<'a> = (&'a str, &'a str, &'a str, Option<Why>);

#[track_caller]
fn held(block: Block, table: &[Case<'_>]) {
    let (purposes, shield) = shop(block);
    for (grants, mark, url, why) in table {
        let url = if url.is_empty() { String::new() } else { normalised(url).into() };
        let asked = ask(&shield, &purposes, &granted(&purposes, grants), &url, mark);
        assert_eq!(asked, *why, "{block:?}, granted: {grants:?}, mark: {mark:?}, {url}");
    }
}

const EVERYTHING: &str = "analytics marketing stats ads";

#[test]
fn a_mark_is_judged_by_its_category_or_service() {
    use Why::{Purpose, Unclear};
    for block in [Block::Marked, Block::Known, Block::ThirdParty] {
        held(
            block,
            &[
                ("", "analytics", "/app.js", Some(Purpose(1))),
                ("", "analytics", "", Some(Purpose(1))),
                ("marketing ads", "analytics", "/app.js", Some(Purpose(1))),
                ("analytics", "analytics", "/app.js", None),
                ("analytics", "analytics", "", None),
                ("", "stats", "/app.js", Some(Purpose(STATS))),
                ("analytics", "stats", "/app.js", Some(Purpose(STATS))),
                ("stats", "stats", "/app.js", None),
                ("", "necessary", "/app.js", None),
                ("", "necessary", "", None),
                (EVERYTHING, "analitics", "/app.js", Some(Unclear)),
                (EVERYTHING, "Analytics", "", Some(Unclear)),
                (EVERYTHING, " analytics", "", Some(Unclear)),
                (EVERYTHING, "analytics marketing", "", Some(Unclear)),
                // A mark holds what the host alone would not.
                ("", "marketing", "https://cdn.test/x.js", Some(Purpose(2))),
                ("", "marketing", "data:text/javascript,1", Some(Purpose(2))),
            ],
        );
    }
}

#[test]
fn in_marked_only_marks_count() {
    held(
        Block::Marked,
        &[
            ("", "", "https://ads.test/", None),
            ("", "", "https://known.test/", None),
            ("", "", "https://stranger.test/", None),
            ("analytics", "analytics", "https://ads.test/", None),
            ("", "", "", None),
        ],
    );
}

#[test]
fn in_known_services_are_held_and_strangers_pass() {
    use Why::{Found, Purpose};
    held(
        Block::Known,
        &[
            ("", "", "https://stats.test/s.js", Some(Purpose(STATS))),
            ("", "", "//a.b.STATS.test.:81/s.js", Some(Purpose(STATS))),
            ("", "", "https://u:p@stats.test/", Some(Purpose(STATS))),
            ("", "", "wss://stats.test/", Some(Purpose(STATS))),
            ("analytics", "", "https://stats.test/", Some(Purpose(STATS))),
            ("stats", "", "https://stats.test/", None),
            ("stats", "", "https://ads.test/", Some(Purpose(ADS))),
            ("", "", "https://evilstats.test/", None),
            ("", "", "https://stats.test.evil.test/", None),
            ("", "", "https://shop.test/?https://stats.test/", None),
            // Nobody was told its name.
            (EVERYTHING, "", "https://a.known.test/", Some(Found(7))),
            (EVERYTHING, "analytics", "https://known.test/", Some(Found(7))),
            // A granted mark frees no host whose service is denied.
            ("analytics", "analytics", "https://ads.test/", Some(Purpose(ADS))),
            ("stats", "stats", "https://ads.test/", Some(Purpose(ADS))),
            ("", "necessary", "https://ads.test/", Some(Purpose(ADS))),
            ("analytics ads", "analytics", "https://ads.test/", None),
            // Allowed: that host and no other.
            ("", "", "https://safe.ads.test/", None),
            ("", "", "https://x.safe.ads.test/", Some(Purpose(ADS))),
            // Our own host, with a rule for a part of it and without.
            ("", "", "/ads/banner.js", Some(Purpose(ADS))),
            ("", "", "https://www.shop.test/x/../ads/banner.js", Some(Purpose(ADS))),
            ("ads", "", "/ads/banner.js", None),
            ("", "", "/app.js", None),
            ("", "", "https://stranger.test/", None),
            ("", "", "data:text/javascript,1", None),
            ("", "", "", None),
        ],
    );
}

#[test]
fn in_third_party_only_the_site_and_what_is_allowed_passes() {
    use Why::{Found, Purpose, Stranger};
    held(
        Block::ThirdParty,
        &[
            ("", "", "https://stranger.test/", Some(Stranger)),
            (EVERYTHING, "", "https://stranger.test/", Some(Stranger)),
            (EVERYTHING, "analytics", "https://stranger.test/", Some(Stranger)),
            ("", "", "http://127.0.0.1/", Some(Stranger)),
            ("", "", "http://[::1]/", Some(Stranger)),
            ("", "", "https://test/", Some(Stranger)),
            ("", "", "/app.js", None),
            ("", "", "http://www.shop.test:81/app.js", None),
            ("", "", "https://shop.test/", None),
            ("", "", "https://shop.test./", None),
            ("", "", "https://a.static.shop.test/", None),
            ("", "", "https://evilshop.test/", Some(Stranger)),
            ("", "", "https://shop.test.evil.test/", Some(Stranger)),
            ("", "", "https://shop.test@evil.test/", Some(Stranger)),
            ("", "", "/ads/banner.js", Some(Purpose(ADS))),
            ("", "", "https://cdn.test/", None),
            ("", "", "https://a.cdn.test/", Some(Stranger)),
            ("", "", "https://stats.test/", Some(Purpose(STATS))),
            ("stats", "", "https://stats.test/", None),
            ("", "", "https://known.test/", Some(Found(7))),
            ("", "", "blob:https://www.shop.test/4e1b", None),
            ("", "", "about:blank", None),
            ("", "", "", None),
        ],
    );
}

#[test]
fn before_the_configuration_only_the_own_host_passes() {
    let shield = setup::strictest(b"www.shop.test.");
    let ask = |url: &str, mark: &str| ask(&shield, &Purposes::default(), &Grants::default(), url, mark);
    assert_eq!(ask("https://www.shop.test/app.js", ""), None);
    assert_eq!(ask("data:,", ""), None);
    for url in ["https://shop.test/", "https://a.www.shop.test/", "https://stranger.test/"] {
        assert_eq!(ask(url, ""), Some(Why::Stranger), "{url}");
    }
    assert_eq!(ask("", "analytics"), Some(Why::Unclear));
    assert_eq!(ask("", "necessary"), Some(Why::Unclear));
}

/// What JavaScript hands over is cut at 2048 bytes, and a name and a password stand before the host.
#[test]
fn an_address_cut_before_its_path_does_not_pass() {
    let room = 2048 - "https://".len();
    let logins = [
        // The cut falls into the name, the password, the host; and where what is left looks like the site.
        "a".repeat(room + 1),
        format!("a:{}", "a".repeat(room)),
        "a".repeat(room - "@ads".len()),
        format!("{}.shop.test", "a".repeat(room - ".shop.test".len())),
    ];
    for block in [Block::Known, Block::ThirdParty] {
        let (purposes, shield) = shop(block);
        let ask = |url: &str| ask(&shield, &purposes, &Grants::default(), &url[..2048], "");
        for login in &logins {
            let url = normalised(&format!("https://{login}@ads.test/ad.js"));
            assert!(ask(url.as_str()).is_some(), "{block:?}: …{}", &url.as_str()[2020..]);
        }
        // One that has all of its host is judged by it.
        assert_eq!(ask(&format!("https://www.shop.test/{}", "a".repeat(room))), None);
    }
}

// ---- what is met ----

/// The shop, where the visitor stands.
fn gate(block: Block) -> (State, Waiting) {
    let (purposes, shield) = shop(block);
    let rules = Rules { granted_days: 180.0, denied_days: 180.0, ..Rules::default() };
    (State { purposes, rules, ..State::default() }, waiting(shield))
}

fn waiting(shield: Shield) -> Waiting {
    let mut waiting = Waiting::default();
    waiting.shield = shield;
    waiting
}

const NOW: f64 = 1_800_000_000_000.0;

fn settled(block: Block, record: &[u8]) -> (State, Waiting) {
    let (mut state, waiting) = gate(block);
    step(&mut state, Event::Settle(record.to_vec(), Signals::default()), NOW);
    (state, waiting)
}

fn weigh(waiting: &mut Waiting, state: &mut State, url: &str, mark: &str) -> u32 {
    waiting.weigh(state, Request { url: url.as_bytes(), mark: mark.as_bytes() }, 0)
}

/// It is held for this purpose.
const fn held_for(index: usize) -> u32 {
    HOLD | (index as u32 + 1) << PURPOSE
}

#[test]
fn the_answer_says_whether_and_for_what() {
    let (mut state, mut waiting) = settled(Block::ThirdParty, b"");
    let table = [
        ("https://www.shop.test/app.js", "", 0),
        ("https://cdn.test/x.js", "", 0),
        ("data:,", "", 0),
        ("", "necessary", 0),
        ("https://stats.test/", "", held_for(STATS)),
        ("", "analytics", held_for(1)),
        ("", "nonsense", HOLD),
        ("https://cut.off", "", HOLD),
    ];
    for (url, mark, bits) in table {
        assert_eq!(weigh(&mut waiting, &mut state, url, mark), bits, "{url} {mark}");
    }
    assert_eq!(state.purposes, gate(Block::ThirdParty).0.purposes);
    // In a dry run the same, as a report.
    let (mut state, mut waiting) = gate(Block::ThirdParty);
    state.rules.report = true;
    step(&mut state, Event::Settle(Vec::new(), Signals::default()), NOW);
    for (url, mark, bits) in table {
        let report = if bits == 0 { 0 } else { bits ^ HOLD ^ REPORT };
        assert_eq!(weigh(&mut waiting, &mut state, url, mark), report, "{url} {mark}");
    }
}

#[test]
fn a_stranger_is_named_by_its_host_and_nothing_else_is_released_with_it() {
    let (mut state, mut waiting) = settled(Block::ThirdParty, b"");
    let met = state.purposes.0.len();
    assert_eq!(weigh(&mut waiting, &mut state, "https://pixel.test:81/a", ""), held_for(met) | NEWS);
    let purpose = *state.purposes.get(met).unwrap();
    assert_eq!((purpose.id, purpose.name, purpose.of), (b"pixel.test".as_slice(), b"pixel.test".as_slice(), 2));
    assert!(!purpose.named && purpose.listed, "the first layer is up and lists it");
    assert_eq!(weigh(&mut waiting, &mut state, "https://pixel.test/b", ""), held_for(met), "once");
    assert_eq!(weigh(&mut waiting, &mut state, "https://a.pixel.test/", ""), held_for(met + 1) | NEWS);
    step(&mut state, Event::Choice(Wanted::Some(b"[\"pixel.test\"]".to_vec(), true), By::Visitor), NOW);
    assert_eq!(weigh(&mut waiting, &mut state, "https://pixel.test/b", ""), 0);
    assert_eq!(weigh(&mut waiting, &mut state, "https://a.pixel.test/", ""), held_for(met + 1));
    // A mark by that name is that service's.
    assert_eq!(weigh(&mut waiting, &mut state, "", "pixel.test"), 0);
    assert_eq!(weigh(&mut waiting, &mut state, "", "a.pixel.test"), held_for(met + 1));
}

#[test]
fn a_known_service_is_named_from_the_catalogue() {
    let known = catalogue::nth(7).unwrap();
    let (mut state, mut waiting) = settled(Block::Known, b"");
    let bits = weigh(&mut waiting, &mut state, "https://a.known.test/", "");
    let met = state.purposes.find(known.id()).unwrap();
    assert_eq!(bits, held_for(met) | NEWS);
    let purpose = state.purposes.get(met).unwrap();
    assert_eq!((purpose.name, purpose.named), (known.id(), false));
    assert_eq!(state.purposes.get(purpose.of).unwrap().id, known.category().as_bytes());
    assert!(purpose.of < met, "its category stands before it");
    assert_eq!(weigh(&mut waiting, &mut state, "https://known.test/", ""), held_for(met));
    step(&mut state, Event::Choice(Wanted::Asked(true), By::Visitor), NOW);
    assert_eq!(weigh(&mut waiting, &mut state, "https://known.test/", ""), 0);
}

#[test]
fn a_record_may_name_what_is_met() {
    let record = br#"{"v":1,"time":1799999999999,"method":"grant-all","policy":"",
        "categories":{"analytics":true,"marketing":true},"services":{"stats":true,"ads":true,"pixel.test":true}}"#;
    let (mut state, mut waiting) = settled(Block::ThirdParty, record);
    assert_eq!(state.phase, Phase::Answered);
    assert_eq!(weigh(&mut waiting, &mut state, "https://pixel.test/", ""), NEWS);
    assert_eq!(weigh(&mut waiting, &mut state, "https://pixel.test/", ""), 0);
    let met = state.purposes.0.len();
    assert_eq!(weigh(&mut waiting, &mut state, "https://other.test/", ""), held_for(met) | NEWS);
    assert!(!state.purposes.get(met).unwrap().listed, "it waits in the preferences");
    assert_eq!(state.phase, Phase::Answered);
}

#[test]
fn before_the_configuration_nothing_is_named() {
    let mut state = State::default();
    let mut waiting = crate::waiting(setup::strictest(b"shop.test"));
    assert_eq!(weigh(&mut waiting, &mut state, "https://pixel.test/", ""), HOLD);
    assert_eq!(weigh(&mut waiting, &mut state, "https://shop.test/", ""), 0);
    assert!(state.purposes.0.is_empty());
}

/// The visitor would read it, and it goes into JSON as it is.
#[test]
fn a_host_that_cannot_be_shown_is_held_without_a_name() {
    let (mut state, mut waiting) = settled(Block::ThirdParty, b"");
    let before = state.purposes.clone();
    for host in ["a\"b.test", "a\\b.test", "a b.test", "a\u{202e}b.test", "a\nb.test", "a,b.test"] {
        assert_eq!(weigh(&mut waiting, &mut state, &format!("https://{host}/"), ""), HOLD, "{host}");
    }
    assert_eq!(state.purposes, before);
    assert_eq!(state.phase, Phase::Asking(Scope::All));
}

// ---- the order ----

/// A script as a page has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Inline,
    External,
    Defer,
    Module,
    ModuleExternal,
    Async,
    AsyncModule,
    AsyncModuleExternal,
}
use Kind::{Async, AsyncModule, AsyncModuleExternal, Defer, External, Inline, Module, ModuleExternal};

impl Kind {
    fn script(self) -> Script {
        Script {
            free: matches!(self, Async | AsyncModule | AsyncModuleExternal),
            late: matches!(self, Defer | Module | ModuleExternal | AsyncModule | AsyncModuleExternal),
            external: matches!(self, External | Defer | ModuleExternal | Async | AsyncModuleExternal),
        }
    }
}

/// The scripts of a page in its order, each with how long it is on its way.
type Scripts = [(Kind, u32)];

/// A browser that is given scripts by script, `async` off but for free ones (HTML § 4.12.1.1, "prepare the script
/// element": what follows "if the element is not parser-inserted"), and the queue before it.
#[derive(Default)]
struct Browser {
    now: u32,
    waiting: Waiting,
    /// "The list of scripts that will execute in order as soon as possible": which, and when it has arrived.
    in_order: Vec<(usize, u32)>,
    /// "The set of scripts that will execute as soon as possible."
    any_time: Vec<(usize, u32)>,
    /// Those that have to say when they have run.
    awaited: Vec<usize>,
    ran: Vec<usize>,
}

impl Browser {
    fn enqueue(&mut self, page: &Scripts, new: usize) {
        let held = Held { id: new as u32, road: SCRIPT, scripted: false, script: page[new].0.script() };
        self.waiting.enqueue(held, |one, other| one < other);
    }

    fn pump(&mut self, page: &Scripts) {
        while let Some(held) = self.waiting.next_turn() {
            let next = held.id as usize;
            if self.waiting.let_go(held.script) {
                self.awaited.push(next);
            }
            let (kind, delay) = page[next];
            match kind {
                Inline => self.ran.push(next),
                External | Defer | Module | ModuleExternal => self.in_order.push((next, self.now + delay)),
                Async | AsyncModule | AsyncModuleExternal => self.any_time.push((next, self.now + delay)),
            }
        }
    }

    fn tick(&mut self, page: &Scripts) {
        self.now += 1;
        while self.in_order.first().is_some_and(|first| first.1 <= self.now) {
            let (at, _) = self.in_order.remove(0);
            self.ran(page, at);
        }
        while let Some(place) = self.any_time.iter().position(|script| script.1 <= self.now) {
            let (at, _) = self.any_time.remove(place);
            self.ran(page, at);
        }
    }

    /// It runs, and its `load` event tells us.
    fn ran(&mut self, page: &Scripts, at: usize) {
        self.ran.push(at);
        if self.awaited.contains(&at) {
            self.waiting.ran();
            self.pump(page);
        }
    }

    fn done(&self) -> bool {
        self.waiting.count() == 0 && self.in_order.is_empty() && self.any_time.is_empty()
    }
}

/// The order in which the scripts of a page run once let go together; `found` is the order in which they were held.
fn released(page: &Scripts, found: &[usize]) -> Vec<usize> {
    let mut browser = Browser::default();
    for at in found {
        browser.enqueue(page, *at);
    }
    browser.pump(page);
    for _ in 0..10_000 {
        if browser.done() {
            break;
        }
        browser.tick(page);
    }
    assert!(browser.done(), "{page:?}: {:?} wait for ever", browser.waiting);
    browser.ran
}

fn in_document_order(page: &Scripts) -> Vec<usize> {
    released(page, &(0..page.len()).collect::<Vec<_>>())
}

#[test]
fn held_scripts_run_in_the_browsers_order() {
    let table: &[(&Scripts, &[usize])] = &[
        (&[], &[]),
        (&[(External, 9), (Inline, 0)], &[0, 1]),
        (&[(External, 9), (External, 1), (Inline, 0), (External, 1), (Inline, 0)], &[0, 1, 2, 3, 4]),
        (&[(Defer, 1), (Inline, 0), (External, 9), (Inline, 0)], &[1, 2, 3, 0]),
        (&[(Module, 1), (Defer, 5), (ModuleExternal, 1), (Inline, 0)], &[3, 0, 1, 2]),
        (&[(Defer, 9), (Module, 1), (Defer, 1)], &[0, 1, 2]),
        // A free one overtakes and is overtaken, and nobody waits for it.
        (&[(Async, 9), (Inline, 0), (External, 1)], &[1, 2, 0]),
        (&[(External, 9), (Async, 1)], &[1, 0]),
        (&[(AsyncModuleExternal, 9), (Defer, 2), (AsyncModule, 1)], &[2, 1, 0]),
    ];
    for (page, order) in table {
        assert_eq!(in_document_order(page), *order, "{page:?}");
    }
}

#[test]
fn an_inline_script_let_go_later_waits_for_those_under_way() {
    let page = [(Defer, 5), (Inline, 0)];
    let mut browser = Browser::default();
    browser.enqueue(&page, 0);
    browser.pump(&page);
    browser.enqueue(&page, 1);
    browser.pump(&page);
    assert_eq!(browser.ran, [0; 0]);
    (0..5).for_each(|_| browser.tick(&page));
    assert_eq!(browser.ran, [0, 1]);
}

proptest! {
    #[test]
    fn whatever_the_page_has_the_order_is_the_browsers(
        page in prop::collection::vec((prop::sample::select(vec![
            Inline, External, Defer, Module, ModuleExternal, Async, AsyncModule, AsyncModuleExternal,
        ]), 0..20u32), 0..12),
        seed in prop::collection::vec(any::<u32>(), 12),
    ) {
        let mut found: Vec<usize> = (0..page.len()).collect();
        found.sort_by_key(|at| seed[*at]);
        let ran = released(&page, &found);
        let free = |at: &usize| page[*at].0.script().free;
        // The parser's own first, then those that wait for its end, each in the document's order.
        let mut expected: Vec<usize> = (0..page.len()).filter(|at| !free(at)).collect();
        expected.sort_by_key(|at| (!matches!(page[*at].0, Inline | External), *at));
        let ordered: Vec<usize> = ran.iter().copied().filter(|at| !free(at)).collect();
        prop_assert_eq!(ordered, expected);
        // And each runs once.
        let mut all = ran;
        all.sort_unstable();
        prop_assert_eq!(all, (0..page.len()).collect::<Vec<_>>());
    }
}

#[test]
fn what_waits_is_counted_and_looked_at_again() {
    let mut waiting = Waiting::default();
    let held = |id, road| Held { id, road, scripted: false, script: Script::default() };
    let ids = |all: Vec<Held>| all.iter().map(|held| held.id).collect::<Vec<_>>();
    for (id, road) in [(3, 0), (1, SCRIPT), (2, 3), (4, SCRIPT)] {
        waiting.keep(held(id, road));
    }
    waiting.enqueue(held(9, SCRIPT), |one, other| one < other);
    assert_eq!(waiting.count(), 5);
    assert_eq!(ids(waiting.take_all()), [1, 4], "scripts have to be put in order");
    assert_eq!(waiting.count(), 3, "what is due waits, and what is in the queue stays in it");
    assert_eq!(waiting.next_due().map(|held| held.id), Some(3));
    // What was due before comes before what was held since.
    waiting.keep(held(5, 0));
    assert!(waiting.take_all().is_empty());
    let due: Vec<_> = std::iter::from_fn(|| waiting.next_due()).map(|held| held.id).collect();
    assert_eq!(due, [2, 5]);
    assert_eq!(waiting.next_turn().map(|held| held.id), Some(9));
    assert!(waiting.next_turn().is_none() && waiting.count() == 0);
    // One that nobody waited for upsets nothing.
    waiting.ran();
}

// ---- what is left behind ----

#[test]
fn a_pattern_is_a_name_or_its_beginning() {
    let table = [
        ("_ga", "_ga", true),
        ("_ga", "_ga_X1", false),
        ("_ga", "_g", false),
        ("_ga", "_GA", false),
        ("_ga*", "_ga", true),
        ("_ga*", "_ga_X1", true),
        ("_ga*", "x_ga", false),
        ("_ga*", "_g", false),
        ("acme:*", "acme:", true),
        ("acme:*", "acme", false),
        ("a*b", "a*b", true),
        ("a*b", "axb", false),
        ("ключ*", "ключ-1", true),
    ];
    for (pattern, name, meant) in table {
        assert_eq!(sweep::means(pattern, name), meant, "{pattern} {name}");
    }
}

#[test]
fn cookies_are_read_by_name() {
    let table: &[(&str, &[&str])] = &[
        ("", &[]),
        ("a=1", &["a"]),
        ("a=1; b=2;c=3", &["a", "b", "c"]),
        ("a=b=c; d==", &["a", "d"]),
        ("a=; b", &["a", "b"]),
        ("a=1; =nameless; b=2", &["a", "b"]),
        (" a =1", &["a "]),
        ("a=\"x, y\"; ключ=1", &["a", "ключ"]),
    ];
    for (cookies, names) in table {
        assert_eq!(sweep::cookie_names(cookies).collect::<Vec<_>>(), *names, "{cookies}");
    }
}

#[test]
fn a_cookie_is_cleared_wherever_this_page_may_have_set_it() {
    let table: &[(&str, &[&str])] = &[
        ("localhost", &["localhost"]),
        ("shop.test", &["shop.test"]),
        ("www.shop.test", &["www.shop.test", "shop.test"]),
        ("a.b.shop.co.uk", &["a.b.shop.co.uk", "b.shop.co.uk", "shop.co.uk", "co.uk"]),
    ];
    for (host, domains) in table {
        assert_eq!(sweep::domains(host).collect::<Vec<_>>(), *domains, "{host}");
    }
    let table: &[(&str, &[&str])] = &[
        ("/", &["/"]),
        ("/cart", &["/", "/cart"]),
        ("/shop/", &["/", "/shop", "/shop/"]),
        ("/shop/cart/pay.html", &["/", "/shop", "/shop/", "/shop/cart", "/shop/cart/", "/shop/cart/pay.html"]),
    ];
    for (path, paths) in table {
        let mut found: Vec<&str> = sweep::paths(path).collect();
        found.dedup();
        found.sort_unstable();
        found.dedup();
        assert_eq!(found, *paths, "{path}");
    }
}

// ---- from the configuration ----

fn plain(config: &Value) -> Plain {
    Plain::new(kept(&config.to_string()))
}

fn set_up(config: Value, host: &str) -> (Purposes, Shield) {
    setup::purposes(&mut plain(&config), kept(host))
}

fn word(text: Text) -> &'static str {
    str::from_utf8(text).unwrap()
}

/// The ids of the categories.
fn categories(purposes: &Purposes) -> Vec<&str> {
    let ours = purposes.iter().filter(|(index, purpose)| purpose.is_category(*index));
    ours.map(|(_, purpose)| word(purpose.id)).collect()
}

/// The service of this id, as an owner of hosts.
fn owner(purposes: &Purposes, id: &str) -> Option<Owner> {
    purposes.find(id.as_bytes()).map(Owner::Service)
}

/// The id and the category's id of each service.
fn services(purposes: &Purposes) -> Vec<(&str, &str)> {
    let ours = purposes.iter().filter(|(index, purpose)| !purpose.is_category(*index));
    ours.map(|(_, purpose)| (word(purpose.id), word(purposes.get(purpose.of).unwrap().id))).collect()
}

fn place(id: &str) -> usize {
    catalogue::find(id.as_bytes()).unwrap().place()
}

#[test]
fn without_a_configuration_every_known_service_is_a_found_one() {
    let (purposes, shield) = set_up(json!({}), "shop.test");
    assert_eq!(categories(&purposes), ["necessary", "preferences", "analytics", "marketing"]);
    assert!(services(&purposes).is_empty());
    assert_eq!(shield.block, Block::Known);
    let mut known = catalogue::walk();
    while known.next() {
        let spelled = catalogue::text(known.host());
        let (host, path) = spelled.split_at(spelled.find('/').unwrap_or(spelled.len()));
        let path = if path.is_empty() { "/" } else { path };
        let owner = find(&shield.hosts, &format!("a.{host}"), path);
        assert_eq!(owner, Some(Owner::Catalogue(known.place())), "{spelled}");
    }
}

#[test]
fn a_known_service_that_the_owner_names_is_theirs() {
    let (purposes, shield) = set_up(json!({ "services": ["hotjar", "meta-pixel"] }), "shop.test");
    assert_eq!(services(&purposes), [("hotjar", "analytics"), ("meta-pixel", "marketing")]);
    assert_eq!(purposes.get(purposes.find(b"meta-pixel").unwrap()).unwrap().name, b"meta-pixel");
    assert!(purposes.iter().all(|(_, purpose)| purpose.named && purpose.listed));
    assert_eq!(find(&shield.hosts, "static.hotjar.com", "/"), owner(&purposes, "hotjar"));
    assert_eq!(find(&shield.hosts, "connect.facebook.net", "/"), owner(&purposes, "meta-pixel"));
    assert_eq!(find(&shield.hosts, "www.facebook.com", "/tr?id=1"), owner(&purposes, "meta-pixel"));
    assert_eq!(
        find(&shield.hosts, "www.facebook.com", "/plugins/like"),
        Some(Owner::Catalogue(place("facebook-embeds")))
    );
    assert_eq!(find(&shield.hosts, "www.facebook.com", "/"), None);
}

#[test]
fn who_is_known_to_others_is_at_home_on_their_own_site() {
    let asked = |host: &str, config: Value, url: &str| {
        let (purposes, shield) = set_up(config, host);
        ask(&shield, &purposes, &granted(&purposes, ""), url, "")
    };
    let hotjar = Some(Why::Found(place("hotjar")));
    assert_eq!(asked("shop.test", json!({}), "https://static.hotjar.com/"), hotjar);
    assert_eq!(asked("www.hotjar.com", json!({}), "https://static.hotjar.com/"), None);
    assert_eq!(asked("www.hotjar.com", json!({}), "https://static.hotjar.io/"), hotjar);
    assert_eq!(asked("blog.hotjar.com", json!({}), "https://static.hotjar.com/"), hotjar);
    assert_eq!(asked("blog.hotjar.com", json!({ "site": "hotjar.com" }), "https://static.hotjar.com/"), None);
    // What they name themselves is held all the same.
    let named = asked("www.hotjar.com", json!({ "services": ["hotjar"] }), "https://static.hotjar.com/");
    assert!(matches!(named, Some(Why::Purpose(_))));
}

// ---- whom the first file does not name ----

/// A service worker's gate.
fn with_rare(config: Value) -> (State, Waiting) {
    let (purposes, mut shield) = set_up(config, "shop.test");
    setup::rare(&purposes, &mut shield, catalogue::rest_table().as_bytes());
    (State { purposes, ..State::default() }, waiting(shield))
}

#[test]
fn the_service_worker_holds_everybody_whom_the_catalogue_knows() {
    let (mut state, mut waiting) = with_rare(json!({}));
    for known in catalogue::services(catalogue::walk()).chain(catalogue::services(catalogue::rest())) {
        let id = catalogue::text(known.id());
        let spelled = catalogue::text(known.host());
        let path = if spelled.contains('/') { "" } else { "/" };
        let bits = weigh(&mut waiting, &mut state, &format!("https://{spelled}{path}"), "");
        assert_eq!(bits & (HOLD | NEWS), HOLD | NEWS, "{id}");
        let purpose = state.purposes.get((bits >> PURPOSE) as usize - 1).unwrap();
        let category = state.purposes.get(purpose.of).unwrap();
        assert_eq!((word(purpose.id), word(category.id)), (id, known.category()));
        assert!(!purpose.named);
    }
    assert_eq!(weigh(&mut waiting, &mut state, "https://stranger.test/", ""), 0);
}

#[test]
fn where_every_third_party_is_held_the_service_worker_calls_them_what_the_page_does() {
    let config = json!({ "block": "third-party" });
    let url = "https://data.gosquared.com/";
    let (mut state, mut waiting_there) = with_rare(config.clone());
    assert_eq!(weigh(&mut waiting_there, &mut state, url, "") & HOLD, HOLD);
    let (purposes, shield) = set_up(config, "shop.test");
    let (mut page, mut waiting_here) = (State { purposes, ..State::default() }, waiting(shield));
    weigh(&mut waiting_here, &mut page, url, "");
    assert_eq!(services(&state.purposes), services(&page.purposes));
    assert_eq!(services(&page.purposes), [("data.gosquared.com", "marketing")]);
}

#[test]
fn a_page_takes_in_whom_only_the_service_worker_knows() {
    let (mut worker, mut knowing) = with_rare(json!({}));
    let (purposes, shield) = set_up(json!({}), "shop.test");
    let (mut page, mut ours) = (State { purposes, ..State::default() }, waiting(shield));
    let url = "https://data.gosquared.com/";
    assert_eq!(weigh(&mut ours, &mut page, url, ""), 0);

    let index = |bits: u32| (bits >> PURPOSE) as usize - 1;
    let bits = weigh(&mut knowing, &mut worker, url, "");
    assert_eq!(knowing.rarity(&worker, index(bits)), b"0 gosquared gosquared.com");
    // Who is in the first file, the page can name by itself.
    let bits = weigh(&mut knowing, &mut worker, "https://static.hotjar.com/", "");
    assert_eq!(knowing.rarity(&worker, index(bits)), b"");
    assert_eq!(knowing.rarity(&worker, usize::MAX), b"");

    for _ in 0..2 {
        ours.take_in(&mut page, b"gosquared/gosquared.com", 0);
    }
    assert_eq!(services(&page.purposes), [("gosquared", "analytics")]);
    assert_eq!(weigh(&mut ours, &mut page, url, "") & HOLD, HOLD);
    page.grants = granted(&page.purposes, "analytics gosquared");
    assert_eq!(weigh(&mut ours, &mut page, url, ""), 0);
    // What is none changes nothing.
    let before = page.purposes.clone();
    ours.take_in(&mut page, b"gosquared", 0);
    assert_eq!(page.purposes, before);
}

#[test]
fn the_owners_entry_wins_over_the_catalogues() {
    let config = json!({ "services": [
        { "id": "pixel", "category": "analytics", "hosts": ["connect.facebook.net"] },
        { "id": "hotjar", "category": "marketing", "hosts": ["hj.shop.test"] },
    ] });
    let (purposes, shield) = set_up(config, "shop.test");
    assert_eq!(services(&purposes), [("pixel", "analytics"), ("hotjar", "marketing")]);
    let name = |id: &[u8]| word(purposes.get(purposes.find(id).unwrap()).unwrap().name);
    assert_eq!((name(b"pixel"), name(b"hotjar")), ("pixel", "hotjar"));
    assert_eq!(find(&shield.hosts, "connect.facebook.net", "/"), owner(&purposes, "pixel"));
    // The rest of that known service is still known.
    assert_eq!(find(&shield.hosts, "facebook.com", "/tr"), Some(Owner::Catalogue(place("meta-pixel"))));
    // An own entry of a known id means that service: its hosts too.
    for host in ["hj.shop.test", "static.hotjar.com", "hotjar.io"] {
        assert_eq!(find(&shield.hosts, host, "/"), owner(&purposes, "hotjar"), "{host}");
    }
}

#[test]
fn what_the_owner_allows_goes_before_everything() {
    let config = json!({
        "allow": ["static.hotjar.com", "acme.example"],
        "services": ["hotjar", { "id": "acme", "category": "marketing", "hosts": ["acme.example"] }],
    });
    let (purposes, shield) = set_up(config, "shop.test");
    assert_eq!(find(&shield.hosts, "static.hotjar.com", "/"), Some(Owner::Allowed));
    assert_eq!(find(&shield.hosts, "script.hotjar.com", "/"), owner(&purposes, "hotjar"));
    assert_eq!(find(&shield.hosts, "acme.example", "/"), Some(Owner::Allowed));
    assert_eq!(find(&shield.hosts, "a.acme.example", "/"), owner(&purposes, "acme"));
}

#[test]
fn a_category_that_the_list_lacks_joins_it() {
    let own = |category: &str| json!({ "id": "acme", "category": category, "hosts": ["acme.example"] });
    let listed = |ids: &[&str]| Value::from(ids.iter().map(|id| json!({ "id": id })).collect::<Vec<_>>());
    let table = [
        (json!({ "services": [own("necessary")] }), "necessary"),
        (json!({ "services": [own("preferences")] }), "preferences"),
        (json!({ "services": [own("nonsense")] }), "marketing"),
        (json!({ "categories": listed(&["stats", "fun"]), "services": ["hotjar"] }), "analytics"),
        (json!({ "categories": listed(&["fun", "analytics"]), "services": ["meta-pixel"] }), "marketing"),
        (json!({ "categories": listed(&["analytics", "fun"]), "services": ["hotjar"] }), "analytics"),
        (json!({ "categories": listed(&["necessary"]), "services": ["hotjar"] }), "analytics"),
        (json!({ "categories": listed(&["necessary"]), "services": [own("marketing")] }), "marketing"),
    ];
    for (config, category) in table {
        let (purposes, _) = set_up(config.clone(), "shop.test");
        assert_eq!(services(&purposes)[0].1, category, "{config}");
        let service = purposes.iter().find(|(index, purpose)| !purpose.is_category(*index)).unwrap().1;
        assert_eq!(service.always(), category == "necessary", "{config}");
    }
}

#[test]
fn what_is_found_is_never_necessary_and_not_listed() {
    let (purposes, _) = set_up(json!({ "categories": [{ "id": "fun" }] }), "shop.test");
    let mut state = State { purposes, ..State::default() };
    let found: [(Text, Text, usize); 4] = [
        (b"a.test", b"fun", 1),
        (b"b.test", b"marketing", 3),
        (b"c.test", b"marketing", 3),
        (b"d.test", b"necessary", 0),
    ];
    for (host, category, of) in found {
        step(&mut state, Event::Found(host, host, category), 0.0);
        step(&mut state, Event::Found(host, host, category), 0.0);
        let found = state.purposes.0.last().unwrap();
        assert_eq!((found.of, found.named, found.listed, found.always()), (of, false, false, false));
    }
    assert_eq!(categories(&state.purposes), ["necessary", "fun", "marketing"]);
}

#[test]
fn so_many_strangers_are_named_and_the_others_are_held_as_well() {
    let (purposes, shield) = set_up(json!({ "block": "third-party" }), "shop.test");
    let first = purposes.0.len();
    let mut state = State { purposes, ..State::default() };
    let mut waiting = Waiting::default();
    waiting.shield = shield;
    let mut weigh = |state: &mut State, host: usize| {
        let url = format!("https://h{host}.test/");
        waiting.weigh(state, Request { url: url.as_bytes(), mark: b"" }, 0)
    };
    for host in 0..20_000 {
        let bits = weigh(&mut state, host);
        assert_eq!(bits & HOLD, HOLD);
        assert_eq!(bits & NEWS > 0, host < 500, "{host}");
    }
    assert_eq!(state.purposes.0.len(), first + 500);
    assert!(weigh(&mut state, 499) >> PURPOSE > 0, "it is asked about");
    assert_eq!(weigh(&mut state, 500) >> PURPOSE, 0, "nobody is asked about it");
}

#[test]
fn a_category_may_be_listed_once_and_necessary_is_always_there() {
    let listed = |ids: &[&str]| json!({ "categories": ids.iter().map(|id| json!({ "id": id })).collect::<Vec<_>>() });
    let default = ["necessary", "preferences", "analytics", "marketing"].as_slice();
    let table: &[(&[&str], &[&str], bool)] = &[
        (&[], default, false),
        (&["necessary"], &["necessary"], false),
        (&["fun", "necessary"], &["necessary", "fun"], false),
        (&["fun", "stats"], &["necessary", "fun", "stats"], false),
        (&["fun", "stats", "fun"], &["necessary", "fun", "stats"], true),
        (&["necessary", "fun", "necessary"], &["necessary", "fun"], true),
        (&["Fun"], default, true),
        (&["__proto__", "constructor", "a b", "", "fun"], &["necessary", "fun"], true),
    ];
    for (ids, expected, wrong) in table {
        let mut config = plain(&listed(ids));
        let (purposes, _) = setup::purposes(&mut config, b"shop.test");
        assert_eq!((categories(&purposes).as_slice(), config.wrong), (*expected, *wrong), "{ids:?}");
    }
}

#[test]
fn a_service_has_an_id_of_its_own_or_everybody_waits() {
    let own = |id: &str, host: &str| json!({ "id": id, "category": "analytics", "hosts": [host] });
    let nameless = json!({ "category": "analytics", "hosts": ["a.example", "b.example"] });
    let table: &[(Value, &[&str], Block)] = &[
        (json!([own("acme", "a.example"), own("acme", "b.example")]), &["acme", "b.example"], Block::Known),
        (json!([own("analytics", "a.example")]), &["a.example"], Block::Known),
        (json!(["hotjar", own("hotjar", "a.example")]), &["hotjar", "a.example"], Block::Known),
        (json!([nameless]), &["a.example"], Block::Known),
        (json!([nameless, nameless]), &["a.example"], Block::ThirdParty),
        (json!([{ "category": "analytics" }]), &[], Block::ThirdParty),
        (json!(["hotjar", "hotjar"]), &["hotjar"], Block::Known),
    ];
    for (entries, ids, block) in table {
        let mut config = plain(&json!({ "services": entries }));
        let (purposes, shield) = setup::purposes(&mut config, b"shop.test");
        let found: Vec<&str> = services(&purposes).iter().map(|service| service.0).collect();
        assert_eq!((found.as_slice(), shield.block, config.wrong), (*ids, *block, true), "{entries}");
        // Whoever is left keeps its hosts held.
        for id in ids.iter().filter(|id| id.contains('.')) {
            assert_eq!(find(&shield.hosts, id, "/"), owner(&purposes, id), "{entries}");
        }
    }
}

#[test]
fn what_counts_as_first_party() {
    let table = [
        (json!({}), "shop.test", "shop.test"),
        (json!({}), "www.shop.test", "shop.test"),
        (json!({}), "www2.shop.test", "www2.shop.test"),
        (json!({}), "a.www.shop.test", "a.www.shop.test"),
        (json!({}), "localhost", "localhost"),
        (json!({}), "127.0.0.1", "127.0.0.1"),
        (json!({ "site": "Shop.Test." }), "www.shop.test", "Shop.Test"),
        (json!({ "site": "https://shop.test/" }), "www.app.shop.test", "app.shop.test"),
        (json!({ "site": "test" }), "www.app.shop.test", "app.shop.test"),
        // The page is not on it.
        (json!({ "site": "other.test" }), "www.shop.test", "shop.test"),
        (json!({ "site": "www.shop.test" }), "shop.test", "shop.test"),
        (json!({ "site": "hop.test" }), "shop.test", "shop.test"),
    ];
    for (config, host, site) in table {
        let (_, shield) = set_up(config.clone(), host);
        assert_eq!((word(shield.site), word(shield.host)), (site, host), "{config}");
    }
    let (purposes, shield) = set_up(json!({ "site": "Shop.Test.", "block": "third-party" }), "www.shop.test");
    for (url, why) in [("https://a.shop.test/", None), ("https://a.eshop.test/", Some(Why::Stranger))] {
        assert_eq!(ask(&shield, &purposes, &Grants::default(), url, ""), why, "{url}");
    }
}

/// `config.site` has to have two labels; what stands in for it as well.
#[test]
fn a_whole_top_level_domain_is_never_first_party() {
    let (purposes, shield) = set_up(json!({ "block": "third-party" }), "www.test");
    assert_eq!(ask(&shield, &purposes, &Grants::default(), "https://tracker.test/", ""), Some(Why::Stranger));
}

/// `https://shop.test./` is the same site under another name, and everyone can link to it.
#[test]
fn a_page_whose_host_ends_in_a_dot_is_the_same_page() {
    let config = json!({
        "block": "third-party",
        "services": [{ "id": "ads", "category": "marketing", "hosts": ["shop.test/ads/"] }],
    });
    let (purposes, shield) = set_up(config, "shop.test.");
    let ask = |url| ask(&shield, &purposes, &Grants::default(), url, "");
    assert_eq!(ask("https://shop.test./app.js"), None);
    assert_eq!(ask("https://static.shop.test/app.js"), None);
    assert_eq!(ask("https://shop.test./ads/1.js"), purposes.find(b"ads").map(Why::Purpose));
    // JavaScript asks about its own host only if this says so.
    assert!(shield.hosts.names(shield.host));
}

#[test]
fn a_broken_configuration_holds_more_and_never_less() {
    for config in [json!(null), json!("x"), json!({ "block": "nown" }), json!({ "services": ["no-such-service"] })] {
        let (_, shield) = set_up(config.clone(), "shop.test");
        assert_eq!(shield.block, Block::ThirdParty, "{config}");
    }
    let config = json!({ "services": [{ "category": "marketing", "hosts": ["acme.example"] }] });
    let (purposes, shield) = set_up(config, "shop.test");
    assert_eq!(services(&purposes), [("acme.example", "marketing")]);
    assert_eq!(find(&shield.hosts, "acme.example", "/"), owner(&purposes, "acme.example"));
    // What is no host lets nothing through.
    let config = json!({
        "block": "third-party",
        "allow": ["cdn.example/lib/", "acme", "-a.example", "https://b.example", "c.example:80", "*.d.example"],
        "services": [{ "id": "login", "category": "necessary", "hosts": ["acme", "-a.example", "e.example/?x"] }],
    });
    let (purposes, shield) = set_up(config, "shop.test");
    for host in
        ["cdn.example/lib/1", "acme/", "-a.example/", "b.example/", "c.example/", "x.d.example/", "e.example/?x"]
    {
        let why = ask(&shield, &purposes, &granted(&purposes, "login"), &format!("https://{host}"), "");
        assert_eq!(why, Some(Why::Stranger), "{host}");
    }
}

#[test]
fn the_decision_gets_its_rules() {
    let rules = setup::rules(&plain(&json!({})));
    assert_eq!((rules.regime, rules.signals), (Regime::OptIn, SignalRules::default()));
    assert_eq!((rules.granted_days, rules.denied_days), (180.0, 180.0));
    assert_eq!((word(rules.policy), word(rules.lang), rules.report), ("", "en", false));

    let config = json!({
        "mode": "report",
        "regime": { "default": "opt-in", "regions": { "US-CA": "opt-out" } },
        "region": "US-CA",
        "signals": { "dnt": "ignore", "gpc": "ask" },
        "expires": { "granted": 90, "denied": 365 },
        "policy": { "version": "2026-11" },
    });
    let rules = setup::rules(&plain(&config));
    let signals = SignalRules { dnt: OnSignal::Ignore, gpc: OnSignal::Ask };
    assert_eq!((rules.regime, rules.signals), (Regime::OptOut, signals));
    assert_eq!((rules.granted_days, rules.denied_days), (90.0, 365.0));
    assert_eq!((word(rules.policy), word(rules.lang), rules.report), ("2026-11", "en", true));
}

#[test]
fn what_was_let_in_loads_what_it_was_let_in_for() {
    let (mut state, mut waiting) = settled(Block::ThirdParty, b"");
    let known = waiting.weigh(&mut state, Request { url: b"https://stats.test/", mark: b"" }, 1);
    assert_eq!(known, held_for(STATS), "nobody was let in yet");
    let id = state.purposes.get(STATS).unwrap().id.to_vec();
    step(&mut state, Event::Once(id, By::Visitor), NOW);
    for (url, mark, turn, free) in [
        ("https://stats.test/a", "", 1, true),
        ("https://stats.test/a", "", 0, false),
        ("https://stats.test/a", "", 2, false),
        ("https://pixel.test/", "", 1, false),
        ("https://stats.test/a", "analytics", 1, false),
        ("", "nonsense", 1, false),
    ] {
        let bits = waiting.weigh(&mut state, Request { url: url.as_bytes(), mark: mark.as_bytes() }, turn);
        assert_eq!(bits & HOLD == 0, free, "{url} {mark} {turn}");
    }
}

#[test]
fn nothing_is_kept_under_the_name_of_a_service_that_is_held() {
    let (purposes, mut shield) = shop(Block::Known);
    let name = |pattern, cookie, service| Name { pattern: kept(pattern), cookie, service };
    shield.names = vec![
        name("_ads*", true, ADS),
        name("ads:*", false, ADS),
        name("_id", true, ADS),
        name("_id", true, STATS),
        name("_s", true, STATS),
    ];
    for (grants, what, why) in [
        ("", "cookie:_ads", Some(ADS)),
        ("", "cookie:_ads_1:2", Some(ADS)),
        ("ads", "cookie:_ads_1", None),
        ("", "cookie:_ad", None),
        ("", "cookie:x_ads", None),
        ("", "cookie:_ADS", None),
        ("", "cookie:", None),
        ("", "key:", None),
        ("", "cookie:_s", Some(STATS)),
        ("", "cookie:_s2", None),
        // A cookie is no key.
        ("", "key:_ads", None),
        ("", "key:ads:1", Some(ADS)),
        ("", "cookie:ads:1", None),
        // What two services share, one that is granted may keep.
        ("", "cookie:_id", Some(STATS)),
        ("stats", "cookie:_id", None),
        ("ads", "cookie:_id", None),
    ] {
        let asked = ask(&shield, &purposes, &granted(&purposes, grants), what, "");
        assert_eq!(asked, why.map(Why::Purpose), "granted: {grants:?}, {what}");
    }
    // Where only marks are held, names are not.
    shield.block = Block::Marked;
    assert_eq!(ask(&shield, &purposes, &granted(&purposes, ""), "cookie:_ads", ""), None);
}

#[test]
fn the_names_are_those_of_the_owners_own_services() {
    let config = json!({ "services": [
        { "id": "a", "name": "A", "category": "analytics", "hosts": ["a.test"], "cookies": ["_a*", "*"], "storage": ["a:1"] },
        { "id": "b", "name": "B", "category": "necessary", "hosts": ["b.test"], "cookies": ["_b", 7, ""] },
    ] });
    let shield = setup::purposes(&mut Plain::new(kept(&config.to_string())), b"shop.test").1;
    let mut names: Vec<_> = shield.names.iter().map(|name| (name.pattern, name.cookie)).collect();
    names.sort_unstable();
    // One that would be every name of the site is none.
    assert_eq!(names, [(b"_a*".as_slice(), true), (b"_b", true), (b"a:1", false)]);
}

// ---- who is around the page ----

#[test]
fn another_site_around_the_page_is_known_by_its_origin() {
    let config = json!({ "site": "shop.test", "embedders": ["https://partner.test", "https://port.test:8443"] });
    let mut plain = Plain::new(common::kept(&config.to_string()));
    let (_, shield) = setup::purposes(&mut plain, b"www.shop.test");
    let table = [
        ("https:", false),
        ("https:\nhttps://www.shop.test", false),
        ("https:\nhttps://help.shop.test:8443\nhttps://shop.test", false),
        ("https:\nhttps://partner.test", false),
        ("https:\nhttps://port.test:8443", false),
        ("https:\nhttps://port.test", true),
        ("https:\nhttp://partner.test", true),
        ("https:\nhttps://a.partner.test", true),
        // Whoever sits on the line is any host over http.
        ("https:\nhttp://www.shop.test", true),
        ("https:\nhttps://evilshop.test", true),
        ("https:\nhttps://www.shop.test.evil.test", true),
        ("https:\nhttps://evil.test\nhttps://www.shop.test", true),
        ("https:\nhttps://www.shop.test\nhttps://evil.test", true),
        ("https:\nnull", true),
        ("https:\n?", true),
        ("http:\nhttp://www.shop.test:8080", false),
    ];
    for (around, expected) in table {
        assert_eq!(setup::is_embedded(&plain, &shield, around.as_bytes()), expected, "{around:?}");
    }
    let own = setup::strictest(b"help.shop.test");
    let around = |text: &str| setup::is_embedded(&Plain::default(), &own, text.as_bytes());
    assert!(!around("https:\nhttps://help.shop.test"));
    assert!(around("https:\nhttps://www.shop.test"), "before the configuration has come nobody knows the site");
}
