//! What must be so of any input at all. The tests call these with random inputs, `fuzz/` with what a fuzzer makes up.

#![allow(dead_code)]

use crate::common::{lean_text, places, plain_agrees};
use portcullis::config::{Block, Regime, Words, read};
use portcullis::consent::record::{HISTORY_ENTRIES, is_record};
use portcullis::consent::{By, Event, Grants, NECESSARY, Purposes, Rules, Signals, State, Wanted, step};
use portcullis::json::Json;
use portcullis::shield::held::{HOLD, Waiting};
use portcullis::shield::hosts::{Hosts, Owner, is_within};
use portcullis::shield::verdict::{Request, Shield, Why, split, verdict};
use serde_json::Value;
use url::{Position, Url};

const NOW: f64 = 1_800_000_000_000.0;
const BLOCKS: [Block; 3] = [Block::Marked, Block::Known, Block::ThirdParty];
const TRACKER: usize = 2;

/// `necessary`, and `marketing` with the service `tracker`.
fn purposes() -> Purposes {
    let mut purposes = Purposes::default();
    purposes.category(b"necessary");
    purposes.category(b"marketing");
    purposes.service(b"tracker", b"Tracker", 1, true);
    purposes
}

/// `www.shop.test`, of the site `shop.test`, which allows `cdn.test` and names `tracker.test`.
fn shield(block: Block) -> Shield {
    let mut hosts = Hosts::default();
    hosts.add(b"cdn.test", Owner::Allowed);
    hosts.add(b"tracker.test", Owner::Service(TRACKER));
    Shield { block, site: b"shop.test", host: b"www.shop.test", hosts, ..Shield::default() }
}

/// Host and path, as texts.
pub fn parted(url: &str) -> Option<(&str, &str)> {
    split(url.as_bytes()).map(|(host, path)| (str::from_utf8(host).unwrap(), str::from_utf8(path).unwrap()))
}

/// The same as the URL Standard has them.
fn witness(url: &Url) -> Option<(&str, &str)> {
    if !matches!(url.scheme(), "http" | "https" | "ws" | "wss") {
        return None;
    }
    let host = url.host_str().unwrap();
    Some((host.strip_suffix('.').unwrap_or(host), &url[Position::BeforePath..]))
}

/// However an address is spelled, its host and its path are those of the URL Standard, and the verdict goes by that host.
pub fn address(spelled: &str) {
    let base = Url::parse("https://www.shop.test/dir/page").unwrap();
    let Ok(url) = base.join(spelled) else { return };
    let meant = witness(&url);
    assert_eq!(parted(url.as_str()), meant, "{spelled:?} as {url}");
    for block in BLOCKS {
        let host = meant.map(|(host, _)| host.as_bytes());
        let expected = host.filter(|_| block != Block::Marked).and_then(|host| {
            let ours = host == b"cdn.test" || is_within(host, b"shop.test");
            match is_within(host, b"tracker.test") {
                true => Some(Why::Purpose(TRACKER)),
                false => (block == Block::ThirdParty && !ours).then_some(Why::Stranger),
            }
        });
        let request = Request { url: url.as_str().as_bytes(), mark: b"" };
        assert_eq!(verdict(&shield(block), &purposes(), &Grants::default(), request), expected, "{block:?}: {url}");
    }
}

/// No bytes on the wire upset the verdict; what is held where less is held, is held where more is; and what the page is
/// told is what the verdict says.
pub fn wire(url: &[u8], mark: &[u8]) {
    let mut held = false;
    for block in BLOCKS {
        let mut state = State { purposes: purposes(), ..State::default() };
        let request = Request { url, mark };
        let now = verdict(&shield(block), &state.purposes, &Grants::default(), request).is_some();
        assert!(now || !held, "{block:?} lets go what less would hold");
        held = now;
        let mut waiting = Waiting::default();
        waiting.shield = shield(block);
        assert_eq!(waiting.weigh(&mut state, request, 0) & HOLD != 0, held, "{block:?}");
    }
}

/// Whatever stands where the record is kept: it opens nothing that it does not say, and a refusal makes a record of it.
pub fn record(text: &str) {
    let stored = Json::new(text.as_bytes());
    let known = is_record(stored, NOW);
    // The gate looks into nothing that the browser does not read as JSON.
    let Ok(value) = serde_json::from_str::<Value>(text) else { return };
    if !known {
        return;
    }
    let rules = Rules { regime: Regime::OptIn, granted_days: 180.0, denied_days: 180.0, ..Rules::default() };
    let mut state = State { rules, purposes: purposes(), ..State::default() };
    step(&mut state, Event::Settle(text.into(), Signals::default()), NOW);
    // Of a key that stands there twice, the browser reads the last one and we the first. Nobody writes such a record.
    let once = |value: &Value, json: Json| value.as_object().map_or(0, |map| map.len()) == json.members().count();
    let lists = ["categories", "services"];
    if once(&value, stored) && lists.iter().all(|list| once(&value[list], stored.get(list.as_bytes()))) {
        for (index, purpose) in state.purposes.iter().filter(|(index, _)| *index != NECESSARY) {
            let list = if purpose.is_category(index) { "categories" } else { "services" };
            let said = value[list][str::from_utf8(purpose.id).unwrap()].as_bool();
            assert!(!state.grants.has(index) || said == Some(true), "{list} opened by {text}");
        }
    }
    step(&mut state, Event::Choice(Wanted::All(false), By::Visitor), NOW);
    assert_eq!(state.grants.0.iter().filter(|open| **open).count(), 1, "{text}");
    let written: Value = serde_json::from_slice(&state.record).unwrap();
    assert!(is_record(Json::new(&state.record), NOW), "{written} of {text}");
    assert_eq!(written["categories"]["marketing"], false, "{written} of {text}");
    assert!(written["history"].as_array().unwrap().len() <= HISTORY_ENTRIES, "{written}");
}

/// A configuration: no text upsets the first file's reader, and of what the browser reads as JSON it says what the second
/// file's says, or less.
pub fn config(text: &str) {
    let lean = lean_text(text);
    let plain = &lean.plain;
    let _ = (plain.mode(), plain.regime(), plain.signals(), plain.days(), plain.policy_version(), plain.site());
    if let Ok(value) = serde_json::from_str(text) {
        agrees(&value);
    }
}

/// Both readers of a configuration say the same.
pub fn agrees(value: &Value) {
    let mut words = Words::default();
    let config = read(value, &mut words);
    plain_agrees(value, &config, !words.lines().is_empty());
}

/// A text in every place of a configuration that takes one.
pub fn texts(text: &str) {
    for value in places(text) {
        agrees(&value);
    }
}

/// What a fuzzer made up: a configuration, or a text in one of its places.
pub fn config_or_text(text: &str) {
    config(text);
    if serde_json::from_str::<Value>(text).is_err() {
        let all = places(text);
        agrees(&all[text.len() % all.len()]);
    }
}
