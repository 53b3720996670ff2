//! What must be so of any input at all. The tests call these with random inputs, `fuzz/` with what a fuzzer makes up.

#![allow(dead_code)]

use crate::common::{lean_text, places, plain_agrees};
use portcullis::config::{Block, Regime, Words, read};
use portcullis::consent::record::{HISTORY_ENTRIES, is_record};
use portcullis::consent::{By, Event, Grants, NECESSARY, Purposes, Rules, Signals, State, Wanted, step};
use portcullis::json::{Json, before};
use portcullis::shield::held::{HOLD, Waiting};
use portcullis::shield::hosts::{Hosts, Owner, is_within, split_path, undotted};
use portcullis::shield::sweep;
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

// ---- every scanner of text against a slow and obvious twin ----

/// Asks a value and all that is in it, to a depth. However broken the text is: no panic, and nothing that is not in it.
fn walk(value: Json, text: &[u8], depth: usize) {
    let inside = |part: &[u8]| part.is_empty() || text.as_ptr_range().contains(&part.as_ptr());
    assert!(inside(value.raw()) && inside(value.text()) && value.raw().len() <= text.len());
    let _ = (value.bool(), value.number(), value.is_object(), value.get(b"a"));
    let mut count = 0;
    for (key, inner) in value.members() {
        assert!(inside(key));
        count += 1;
        if depth > 0 {
            walk(inner, text, depth - 1);
        }
    }
    assert!(count <= text.len());
}

/// What stands between two quotes, read by the twin.
fn decoded(text: &[u8]) -> String {
    serde_json::from_slice(&[b"\"", text, b"\""].concat()).unwrap()
}

/// The reader of JSON says of a value, and of all that is in it, what everybody's reader says.
fn reads_as(own: Json, twin: &Value) {
    assert_eq!(own.bool(), twin.as_bool());
    assert_eq!(own.is_object(), twin.is_object());
    assert_eq!(decoded(own.text()), twin.as_str().unwrap_or_default());
    let members: Vec<(&[u8], Json)> = own.members().collect();
    match twin {
        // Of a key that stands there twice, the twin keeps one.
        Value::Object(map) if map.len() == members.len() => {
            for ((key, inner), (name, value)) in members.iter().zip(map) {
                assert_eq!(decoded(key), *name);
                reads_as(*inner, value);
            }
        }
        Value::Object(map) => assert!(map.len() < members.len()),
        Value::Array(items) => {
            assert_eq!(members.len(), items.len());
            for ((_, inner), value) in members.iter().zip(items) {
                reads_as(*inner, value);
            }
        }
        _ => assert!(members.is_empty()),
    }
}

/// JSON: any text is walked without harm, and what is JSON reads as it does for everybody.
pub fn json_text(text: &str) {
    let own = Json::new(text.as_bytes());
    walk(own, text.as_bytes(), 12);
    if let Ok(twin) = serde_json::from_str::<Value>(text) {
        reads_as(own, &twin);
    }
}

/// One of the two host tables' rules: `host/path`, and who it belongs to.
type Rule = (String, Owner);

/// Whose `host` is, found by asking every rule, the longest name first.
fn owner_by_asking_all(rules: &[Rule], host: &str, path: &str) -> Option<Owner> {
    let host = host.to_ascii_lowercase();
    let mut names: Vec<&str> = vec![&host];
    names.extend(host.match_indices('.').map(|(at, _)| &host[at + 1..]));
    // Nothing is called by no name.
    for name in names.into_iter().filter(|name| !name.is_empty()) {
        let mut best: Option<(&str, Owner)> = None;
        for (spelled, owner) in rules {
            let (of, rest) = spelled.split_at(spelled.find('/').unwrap_or(spelled.len()));
            let of = of.strip_suffix('.').unwrap_or(of).to_ascii_lowercase();
            let exact = matches!(owner, Owner::Allowed | Owner::Met(_));
            if of != name || !path.starts_with(rest) || (exact && name != host) {
                continue;
            }
            // The first of the owner's stands; a later one of theirs only with a longer path, one of the catalogue's never.
            match best {
                Some((known, _)) if rest.len() <= known.len() || matches!(owner, Owner::Catalogue(_)) => {}
                _ => best = Some((rest, *owner)),
            }
        }
        if let Some((_, owner)) = best {
            return Some(owner);
        }
    }
    None
}

/// The table of hosts: of words that a text holds, each a rule, the table finds for a host whom one finds by asking all.
pub fn hosts(text: &str) {
    let mut words = text.split_ascii_whitespace();
    let asked = words.next().unwrap_or_default();
    let rules: Vec<Rule> = words
        .take(40)
        .enumerate()
        .map(|(index, word)| {
            let owner = match word.len() % 4 {
                0 => Owner::Allowed,
                1 => Owner::Met(index),
                _ => Owner::Service(index),
            };
            (word.to_owned(), owner)
        })
        .filter(|(word, _)| !word.starts_with('/'))
        .collect();
    // The catalogue comes after the owner's, as in `setup`.
    let catalogue = rules.iter().rev().take(5).enumerate();
    let catalogue: Vec<Rule> = catalogue.map(|(index, (word, _))| (word.clone(), Owner::Catalogue(index))).collect();
    let rules = [rules, catalogue].concat();
    let mut table = Hosts::default();
    for (word, owner) in &rules {
        table.add(word.clone().leak().as_bytes(), *owner);
    }
    for (host, path) in [asked.split_at(asked.find('/').unwrap_or(asked.len())), (asked, "/"), ("a.b.test", "/x/y")] {
        let twin = owner_by_asking_all(&rules, host, path);
        assert_eq!(table.find(host.as_bytes(), path.as_bytes()), twin, "{host}{path} among {rules:?}");
        let named = rules.iter().any(|(word, owner)| {
            let of = word.split('/').next().unwrap_or_default();
            let of = of.strip_suffix('.').unwrap_or(of);
            matches!(owner, Owner::Service(_)) && within(host, of)
        });
        assert_eq!(table.names(host.as_bytes()), named, "{host} among {rules:?}");
    }
}

/// Whether a host is a domain or below it, letter by letter.
fn within(host: &str, domain: &str) -> bool {
    let (host, domain) = (host.to_ascii_lowercase(), domain.to_ascii_lowercase());
    host == domain || host.ends_with(&format!(".{domain}"))
}

/// What is cleared away: names in cookies, patterns, domains and paths, by hand.
pub fn swept(text: &str) {
    let (left, right) = text.split_at(text.char_indices().map(|(at, _)| at).nth(text.chars().count() / 2).unwrap_or(0));
    assert_eq!(is_within(left.as_bytes(), right.as_bytes()), within(left, right), "{left:?} in {right:?}");
    let meant = match left.strip_suffix('*') {
        Some(start) => right.starts_with(start),
        None => left == right,
    };
    assert_eq!(sweep::means(left, right), meant, "{left:?} means {right:?}");
    let mut names = Vec::new();
    for pair in text.split(';') {
        let name = pair.trim().split('=').next().unwrap_or_default();
        if !name.is_empty() {
            names.push(name);
        }
    }
    assert_eq!(sweep::cookie_names(text).collect::<Vec<_>>(), names);
    let mut domains = vec![text];
    let mut rest = text;
    while let Some((_, after)) = rest.split_once('.') {
        rest = after;
        if after.contains('.') {
            domains.push(after);
        }
    }
    assert_eq!(sweep::domains(text).collect::<Vec<_>>(), domains);
    let mut paths: Vec<&str> = Vec::new();
    for (at, letter) in text.char_indices() {
        if letter == '/' {
            paths.extend([&text[..at], &text[..=at]].iter().filter(|path| !path.is_empty()));
        }
    }
    paths.push(text);
    assert_eq!(sweep::paths(text).collect::<Vec<_>>(), paths);
    let stop = text.bytes().position(|byte| right.as_bytes().iter().take(2).any(|one| *one == byte));
    let stops: Vec<u8> = right.bytes().take(2).collect();
    assert_eq!(before(text.as_bytes(), &stops), stop.unwrap_or(text.len()));
    let (host, path) = split_path(text.as_bytes());
    let at = text.find('/').unwrap_or(text.len());
    assert_eq!((host, path), (undotted(&text.as_bytes()[..at]), &text.as_bytes()[at..]));
    assert_eq!(undotted(text.as_bytes()), text.strip_suffix('.').unwrap_or(text).as_bytes());
}

/// All of these, on one text.
pub fn scanners(text: &str) {
    json_text(text);
    hosts(text);
    swept(text);
}
