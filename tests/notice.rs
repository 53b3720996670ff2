//! What the notice says and offers: its trees by phase and scope, in its words.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, missing_docs)]

mod common;

use common::{apply, change, full};
use portcullis::config::plain::Plain;
use portcullis::consent::{By, Event, Phase, Scope, Service, Signals, State, Wanted, step};
use portcullis::json::Json;
use portcullis::notice::text::{self, LINES, Words, join};
use portcullis::notice::view;
use portcullis::setup;
use proptest::prelude::*;
use serde_json::{Value, json};
use std::collections::BTreeSet;

const NOW: f64 = 1_800_000_000_000.0;
const NONE: Signals = Signals { dnt: false, gpc: false };
const GPC: Signals = Signals { dnt: false, gpc: true };

/// A page with its gate: what `gate.rs` holds, without a browser.
struct Page {
    state: State,
    config: Plain,
    words: Words,
}

impl Page {
    /// The configuration is read, and nothing is settled yet.
    fn new(config: &Value) -> Self {
        let config = Plain::new(config.into());
        let (purposes, _) = setup::purposes(&config, "shop.test");
        let state = State { rules: setup::rules(&config, "en"), purposes, ..State::default() };
        let words = Words::new(config.text("en").clone());
        Self { state, config, words }
    }

    fn on(mut self, event: Event) -> Self {
        self.state = step(self.state, event, NOW).0;
        self
    }

    fn settled(config: &Value, record: Json, signals: Signals) -> Self {
        Self::new(config).on(Event::Settle(record, signals))
    }

    /// A first visit.
    fn fresh(config: &Value) -> Self {
        Self::settled(config, Json::Null, NONE)
    }

    /// A visit after this choice, made with this configuration.
    fn after(before: &Value, wanted: Wanted, config: &Value) -> Self {
        let record = Self::fresh(before).choose(wanted).state.record;
        Self::settled(config, record, NONE)
    }

    fn choose(self, wanted: Wanted) -> Self {
        self.on(Event::Choice(wanted, By::Visitor))
    }

    fn find(self, id: &str, category: usize) -> Self {
        self.on(Event::Found(Service { id: id.into(), name: id.into(), category, named: false, listed: false }))
    }

    fn first(&self) -> Json {
        view::first(&self.state, &self.config, &self.words)
    }

    fn control(&self) -> Json {
        view::control(&self.state, &self.config, &self.words)
    }

    /// The preferences, as one element.
    fn preferences(&self) -> Json {
        let mut dialog = vec!["dialog".into(), Json::object()];
        dialog.extend_from_slice(view::preferences(&self.state, &self.config, &self.words).items());
        dialog.into()
    }
}

/// `necessary`, `analytics` (Hotjar), `marketing` (Acme).
fn shop() -> Value {
    json!({
        "categories": [{ "id": "analytics" }, { "id": "marketing" }],
        "services": ["hotjar", { "id": "acme", "name": "Acme", "category": "marketing", "hosts": ["acme.example"] }],
        "policy": { "version": "1", "url": "/privacy" },
    })
}

fn with(key: &str, value: Value) -> Value {
    let mut config = shop();
    config[key] = value;
    config
}

fn opt_out() -> Value {
    with("regime", json!("opt-out"))
}

fn some(ids: &[&str]) -> Wanted {
    Wanted::Some(ids.iter().map(|id| String::from(*id)).collect(), true)
}

// ---- reading a tree ----

fn tag(element: &Json) -> &str {
    element.items().first().map_or("", Json::text)
}

fn attributes(element: &Json) -> &[(String, Json)] {
    element.items().get(1).map_or(&[], Json::entries)
}

fn attribute<'a>(element: &'a Json, name: &str) -> Option<&'a str> {
    attributes(element).iter().find(|own| own.0 == name).map(|own| own.1.text())
}

fn children(element: &Json) -> &[Json] {
    element.items().get(2..).unwrap_or_default()
}

/// Every element of this tag, at whatever depth, in the document's order.
fn all<'a>(tree: &'a Json, wanted: &str) -> Vec<&'a Json> {
    let mut found = Vec::new();
    for child in children(tree) {
        if tag(child) == wanted {
            found.push(child);
        }
        found.extend(all(child, wanted));
    }
    found
}

/// Every text node.
fn texts(tree: &Json) -> Vec<&str> {
    match tree {
        Json::Text(text) => vec![text],
        _ => children(tree).iter().flat_map(texts).collect(),
    }
}

fn text_of(tree: &Json) -> String {
    texts(tree).join(" ")
}

/// Action and label of each button.
fn buttons(tree: &Json) -> Vec<(&str, &str)> {
    let both = |button| (attribute(button, "data-portcullis").unwrap(), texts(button)[0]);
    all(tree, "button").into_iter().map(both).collect()
}

/// Each switch as `category:analytics`, with `+` if it is on and `!` if it cannot be changed.
fn switches(tree: &Json) -> Vec<String> {
    let word = |input: &Json| {
        let own = |name| attribute(input, name);
        assert_eq!((own("type"), own("role")), (Some("checkbox"), Some("switch")));
        let flag = |name, sign: &str| if own(name).is_some() { sign.to_owned() } else { String::new() };
        format!("{}:{}{}{}", own("name").unwrap(), own("value").unwrap(), flag("checked", "+"), flag("disabled", "!"))
    };
    all(tree, "input").into_iter().map(word).collect()
}

// ---- the first layer ----

/// A page for each thing that the first layer asks about.
fn asking() -> [(Scope, Page); 4] {
    let mut newer = shop();
    newer["services"].as_array_mut().unwrap().push(json!({ "id": "chat", "name": "Chatter", "category": "analytics" }));
    let policy = json!({ "version": "2", "url": "/privacy", "changes": ["We moved.", "Acme is new."] });
    [
        (Scope::All, Page::fresh(&shop())),
        (Scope::New, Page::after(&shop(), some(&["analytics"]), &newer)),
        (Scope::Policy, Page::after(&shop(), some(&["analytics"]), &with("policy", policy))),
        (Scope::Collection, Page::fresh(&opt_out())),
    ]
}

#[test]
fn the_first_layer_says_what_it_asks() {
    let purposes = "Analytics, Marketing";
    let all = [text::TEXT.english.replace("{}", purposes), "Partners: Hotjar, Acme.".into()];
    let expected = [
        (&text::TITLE, all.to_vec()),
        (&text::NEW_TITLE, vec![text::NEW_TEXT.english.replace("{}", "Chatter")]),
        (
            &text::POLICY_TITLE,
            vec!["We moved.".into(), "Acme is new.".into(), text::POLICY_TEXT.english.into(), all[1].clone()],
        ),
        (&text::COLLECTION_TITLE, vec![text::COLLECTION_TEXT.english.replace("{}", purposes), all[1].clone()]),
    ];
    for ((scope, page), (title, paragraphs)) in asking().iter().zip(expected) {
        assert_eq!(page.state.phase, Phase::Asking(*scope));
        let tree = page.first();
        assert_eq!(tag(&tree), "portcullis-notice");
        assert_eq!((attribute(&tree, "role"), attribute(&tree, "aria-label")), (Some("region"), Some(title.english)));
        assert_eq!((tag(&children(&tree)[0]), texts(&children(&tree)[0])), ("h2", vec![title.english]));
        let found: Vec<&str> = crate::all(&tree, "p").into_iter().flat_map(texts).collect();
        assert_eq!(found, paragraphs, "{scope:?}");
    }
}

#[test]
fn the_first_layers_buttons() {
    let expected = [
        [("deny-all", "Reject all"), ("grant-all", "Accept all"), ("choose", "Choose")],
        [("deny-all", "Reject"), ("grant-all", "Accept"), ("choose", "Choose")],
        [("deny-all", "Reject all"), ("grant-all", "Accept all"), ("choose", "Choose")],
        [("deny-all", "Reject all"), ("grant-all", "Accept all"), ("choose", "Your Privacy Choices")],
    ];
    for ((scope, page), expected) in asking().iter().zip(expected) {
        let tree = page.first();
        assert_eq!(buttons(&tree), expected, "{scope:?}");
        for button in all(&tree, "button") {
            assert_eq!((attribute(button, "slot"), attribute(button, "type")), (Some("action"), Some("button")));
        }
    }
}

#[test]
fn there_is_a_close_button_only_where_the_owner_asks_for_it() {
    let tree = Page::fresh(&with("notice", json!({ "close": true }))).first();
    assert_eq!(buttons(&tree).last(), Some(&("close", "Close")));
    assert_eq!(buttons(&tree).len(), 4);
}

#[test]
fn accept_and_reject_differ_in_action_and_label_alone() {
    for (scope, page) in asking() {
        for tree in [page.first(), page.preferences()] {
            let look = |action| {
                let both = all(&tree, "button");
                let button = *both.iter().find(|button| attribute(button, "data-portcullis") == Some(action)).unwrap();
                let rest =
                    attributes(button).iter().filter(|own| own.0 != "data-portcullis").cloned().collect::<Vec<_>>();
                (rest, children(button).len())
            };
            assert_eq!(look("grant-all"), look("deny-all"), "{scope:?}");
            let order: Vec<&str> = buttons(&tree).iter().map(|button| button.0).collect();
            assert!(order.starts_with(&["deny-all", "grant-all"]), "side by side, and the refusal first: {order:?}");
        }
    }
}

#[test]
fn every_first_layer_speaks_of_cookies() {
    // Consent clients look for a notice by its words.
    for (scope, page) in asking() {
        assert!(text_of(&page.first()).to_lowercase().contains("cookie"), "{scope:?}");
    }
}

#[test]
fn only_what_is_new_is_named() {
    // A category, and both kinds at once.
    let newer =
        with("categories", json!([{ "id": "analytics" }, { "id": "marketing" }, { "id": "maps", "label": "Maps" }]));
    let tree = Page::after(&shop(), Wanted::All(true), &newer).first();
    assert!(text_of(&tree).contains("New since your last choice: Maps."), "{}", text_of(&tree));
    let mut both = newer;
    both["services"][0] = json!({ "id": "here", "name": "Here", "category": "maps" });
    let tree = Page::after(&shop(), Wanted::All(true), &both).first();
    assert!(text_of(&tree).contains("New since your last choice: Maps, Here."), "{}", text_of(&tree));
}

#[test]
fn who_is_necessary_is_no_partner_and_who_is_found_is_one() {
    let mut config = shop();
    config["services"][1]["category"] = json!("necessary");
    let tree = Page::fresh(&config).find("pixel.test", 2).first();
    assert!(text_of(&tree).contains("Partners: Hotjar, pixel.test."), "{}", text_of(&tree));
    // And nobody is no sentence.
    let tree = Page::fresh(&with("services", json!([]))).first();
    assert!(!text_of(&tree).contains("Partners"), "{}", text_of(&tree));
}

#[test]
fn there_is_a_first_layer_only_while_something_is_asked() {
    let mut report = shop();
    report["mode"] = json!("report");
    let table = [
        (Phase::Waiting, Page::new(&shop())),
        (Phase::Answered, Page::after(&shop(), Wanted::All(true), &shop())),
        (Phase::Answered, Page::after(&shop(), Wanted::All(false), &shop())),
        (Phase::Signalled, Page::settled(&shop(), Json::Null, GPC)),
        (Phase::Confirming, Page::after(&opt_out(), Wanted::All(false), &opt_out()).choose(Wanted::All(true))),
        (Phase::Dismissed, Page::fresh(&shop()).on(Event::Close)),
        (Phase::Following, Page::new(&shop()).on(Event::Follow(Json::object()))),
        (Phase::Reporting, Page::fresh(&report)),
    ];
    for (phase, page) in table {
        assert_eq!((page.state.phase, page.first()), (phase, Json::Null));
    }
}

#[test]
fn a_link_to_the_policy_stands_only_where_there_is_one() {
    let link = |url: Value| {
        let page = Page::fresh(&with("policy", url));
        [page.first(), page.preferences()].map(|tree| {
            let own = |link: &&Json| attribute(link, "href").unwrap().to_owned();
            all(&tree, "a").iter().map(own).collect::<Vec<String>>()
        })
    };
    let table: &[(Value, &[&str])] = &[
        (json!({ "version": "1" }), &[]),
        (json!({ "version": "1", "url": "" }), &[]),
        (json!({ "version": "1", "url": "javascript:alert(1)" }), &[]),
        (json!({ "version": "1", "url": " \u{1}java\nscript:alert(1)" }), &[]),
        (json!({ "version": "1", "url": "data:text/html,x" }), &[]),
        (json!({ "version": "1", "url": "/privacy" }), &["/privacy"]),
        (json!({ "url": "https://shop.test/privacy?a=\"><b>" }), &["https://shop.test/privacy?a=\"><b>"]),
    ];
    for (policy, links) in table {
        for found in link(policy.clone()) {
            assert_eq!(found, *links, "{policy}");
        }
    }
}

// ---- the control ----

#[test]
fn the_control_says_where_the_visitor_stands() {
    let reopen = "Cookie settings";
    let choices = "Your Privacy Choices";
    let confirming = || Page::after(&opt_out(), Wanted::All(false), &opt_out()).choose(Wanted::All(true));
    let table = [
        (Page::fresh(&shop()), None),
        (Page::fresh(&opt_out()), None),
        (Page::after(&shop(), Wanted::All(true), &shop()), Some(reopen)),
        (Page::after(&shop(), Wanted::All(false), &shop()), Some(reopen)),
        (Page::fresh(&shop()).on(Event::Close), Some(reopen)),
        (Page::after(&opt_out(), Wanted::All(true), &opt_out()), Some(choices)),
        (confirming(), Some(choices)),
        (Page::settled(&shop(), Json::Null, GPC), Some("Opt-out request honoured")),
        (Page::settled(&opt_out(), Json::Null, GPC), Some("Opt-out request honoured")),
    ];
    for (page, label) in table {
        let tree = page.control();
        assert_eq!(tag(&tree), "portcullis-control");
        let expected: Vec<_> = label.iter().map(|label| ("choose", *label)).collect();
        assert_eq!(buttons(&tree), expected, "{:?}", page.state.phase);
    }
}

#[test]
fn where_nobody_decides_nothing_of_ours_stands() {
    let following = Page::new(&shop()).on(Event::Follow(Json::object()));
    for page in [Page::new(&shop()), following, Page::fresh(&with("mode", json!("report")))] {
        assert_eq!((page.first(), page.control()), (Json::Null, Json::Null), "{:?}", page.state.phase);
    }
}

#[test]
fn the_owner_may_have_a_link_in_place_of_our_button() {
    for signals in [NONE, GPC] {
        let config = with("notice", json!({ "reopen": "none" }));
        let page = Page::settled(&config, Json::Null, signals).choose(Wanted::All(false));
        assert_eq!(children(&page.control()), []);
    }
}

#[test]
fn both_hosts_carry_language_and_theme() {
    for (theme, expected) in
        [("light", Some("light")), ("dark", Some("dark")), ("auto", None), ("pink", None), ("", None)]
    {
        let page = Page::fresh(&with("notice", json!({ "theme": theme })));
        for tree in [page.first(), page.control()] {
            let own = |name| attribute(&tree, name);
            assert_eq!((own("lang"), own("data-nosnippet")), (Some("en"), Some("")));
            let forced = own("data-theme").filter(|theme| ["light", "dark"].contains(theme));
            assert_eq!(forced, expected, "{theme}");
        }
    }
}

// ---- the preferences ----

#[test]
fn nothing_optional_is_on_before_the_visitor_says_so() {
    let off = ["category:necessary+!", "category:analytics", "service:hotjar", "category:marketing", "service:acme"];
    for page in
        [Page::fresh(&shop()), Page::fresh(&shop()).on(Event::Close), Page::settled(&opt_out(), Json::Null, GPC)]
    {
        assert_eq!(switches(&page.preferences()), off, "{:?}", page.state.phase);
    }
}

#[test]
fn the_switches_show_the_real_state() {
    let on = ["category:necessary+!", "category:analytics+", "service:hotjar+", "category:marketing+", "service:acme+"];
    let off = on.map(|word| if word.ends_with('!') { word } else { word.trim_end_matches('+') });
    let half = [on[0], on[1], on[2], off[3], off[4]];
    let odd = [on[0], off[1], off[2], off[3], on[4]];
    let record = Page::fresh(&shop()).choose(Wanted::All(true)).state.record;
    let table = [
        (Page::after(&shop(), Wanted::All(true), &shop()), on),
        (Page::after(&shop(), Wanted::All(false), &shop()), off),
        (Page::after(&shop(), some(&["analytics"]), &shop()), half),
        (Page::after(&shop(), some(&["acme"]), &shop()), odd),
        // A signal that came after the grant closed the gate.
        (Page::settled(&shop(), record, GPC), off),
        (Page::fresh(&opt_out()), on),
        (Page::after(&opt_out(), some(&["acme"]), &opt_out()), on),
        (Page::after(&opt_out(), Wanted::All(false), &opt_out()), off),
    ];
    for (page, expected) in table {
        assert_eq!(switches(&page.preferences()), expected, "{:?}", page.state.record);
    }
}

#[test]
fn what_is_necessary_is_on_and_stays_on() {
    let mut config = shop();
    config["services"][1]["category"] = json!("necessary");
    let page = Page::after(&config, Wanted::All(false), &config);
    let expected =
        ["category:necessary+!", "service:acme+!", "category:analytics", "service:hotjar", "category:marketing"];
    assert_eq!(switches(&page.preferences()), expected);
}

#[test]
fn each_category_lists_its_services_by_name() {
    let page = Page::fresh(&shop()).find("pixel.test", 2);
    let tree = page.preferences();
    let seen: Vec<Vec<&str>> = all(&tree, "section").into_iter().map(texts).collect();
    let expected = [
        vec!["Necessary", text::NECESSARY_TEXT.english],
        vec!["Analytics", text::ANALYTICS_TEXT.english, "Partners", "Hotjar"],
        vec!["Marketing", text::MARKETING_TEXT.english, "Partners", "Acme", "pixel.test – found on this page"],
    ];
    assert_eq!(seen, expected);
    let ids: Vec<_> = all(&tree, "li").into_iter().map(|item| attribute(item, "data-service").unwrap()).collect();
    assert_eq!(ids, ["hotjar", "acme", "pixel.test"]);
    // A label names each switch: it holds the name and the switch and nothing else.
    for label in all(&tree, "label") {
        assert!(matches!(children(label), [Json::Text(_), input] if tag(input) == "input"), "{label:?}");
    }
    assert_eq!(all(&tree, "label").len(), all(&tree, "input").len());
}

#[test]
fn who_can_be_granted_has_a_switch() {
    // The owner lists no optional category, so the service's own is not there.
    let config = json!({ "categories": [{ "id": "necessary" }], "services": ["hotjar"] });
    let accepted = Page::fresh(&config).choose(Wanted::All(true));
    let shown = switches(&accepted.preferences()).contains(&"service:hotjar+".to_owned());
    assert_eq!(accepted.state.grants.service(0), shown, "granted, and so there to be withdrawn");
    // Found on such a page, the same.
    let config = json!({ "categories": [{ "id": "necessary" }] });
    let mut page = Page::fresh(&config);
    let met = setup::found(&mut page.state.purposes, "pixel.test", "pixel.test", "marketing");
    let accepted = page.on(Event::Found(met)).choose(Wanted::All(true));
    let shown = switches(&accepted.preferences()).contains(&"service:pixel.test+".to_owned());
    assert_eq!(accepted.state.grants.service(0), shown);
}

#[test]
fn a_category_is_called_what_the_owner_calls_it() {
    let config = with(
        "categories",
        json!([
            { "id": "necessary", "label": "Needed" },
            { "id": "analytics", "description": "How many came." },
            { "id": "marketing", "label": "Adverts", "description": "Ours and others'." },
            { "id": "maps" },
        ]),
    );
    let page = Page::fresh(&config);
    let heads: Vec<(String, String)> = all(&page.preferences(), "section")
        .into_iter()
        .map(|section| (text_of(&children(section)[0]), children(section).get(1).map(text_of).unwrap_or_default()))
        .collect();
    let expected = [
        ("Needed", text::NECESSARY_TEXT.english),
        ("Analytics", "How many came."),
        ("Adverts", "Ours and others'."),
        ("maps", ""),
    ];
    assert_eq!(heads, expected.map(|(name, what)| (name.into(), what.into())));
    assert!(text_of(&page.first()).contains("for: Analytics, Adverts, maps."), "{}", text_of(&page.first()));
}

#[test]
fn the_preferences_have_a_title_and_four_ways_out() {
    let tree = Page::fresh(&shop()).preferences();
    let title = &children(&tree)[0];
    assert_eq!((tag(title), texts(title)), ("h2", vec!["Your choices"]));
    assert_eq!(attribute(title, "id"), Some("title"), "the dialog is labelled by it");
    let expected =
        [("deny-all", "Reject all"), ("grant-all", "Accept all"), ("save", "Save my choice"), ("close", "Close")];
    assert_eq!(buttons(&tree), expected);
}

#[test]
fn opting_in_again_is_confirmed_and_the_refusal_stands_first() {
    for page in [Page::after(&opt_out(), Wanted::All(false), &opt_out()), Page::settled(&opt_out(), Json::Null, GPC)] {
        let page = page.choose(Wanted::All(true));
        assert_eq!(page.state.phase, Phase::Confirming);
        let tree = page.preferences();
        assert_eq!(buttons(&tree), [("cancel", "No, stay opted out"), ("confirm", "Yes, opt in")]);
        assert_eq!(texts(&tree)[..2], [text::CONFIRM_TITLE.english, text::CONFIRM_TEXT.english]);
        assert!(all(&tree, "input").is_empty() && all(&tree, "a").is_empty());
        let tree = page.on(Event::Confirm(true, By::Visitor)).preferences();
        assert_eq!(buttons(&tree).len(), 4);
    }
}

#[test]
fn the_preferences_say_what_became_of_the_signal() {
    let dnt = Signals { dnt: true, gpc: false };
    let rules = |dnt: &str| with("signals", json!({ "dnt": dnt }));
    let on = Some(text::SIGNAL_ON.english);
    let outranked = Some(text::SIGNAL_OUTRANKED.english);
    let granted = Page::fresh(&shop()).choose(Wanted::All(true)).state.record;
    let table = [
        ("no signal", Page::fresh(&shop()), None),
        ("a signal", Page::settled(&shop(), Json::Null, GPC), on),
        ("the other", Page::settled(&shop(), Json::Null, dnt), on),
        ("after a grant", Page::settled(&shop(), granted, GPC), on),
        ("a grant over it", Page::settled(&shop(), Json::Null, GPC).choose(Wanted::All(true)), outranked),
        ("a grant of one service", Page::settled(&shop(), Json::Null, GPC).choose(some(&["acme"])), outranked),
        ("a refusal under it", Page::settled(&shop(), Json::Null, GPC).choose(Wanted::All(false)), on),
        ("one that is only asked about", Page::settled(&rules("ask"), Json::Null, dnt), None),
        ("one that is not read", Page::settled(&rules("ignore"), Json::Null, dnt), None),
        ("opt-out", Page::settled(&opt_out(), Json::Null, GPC), on),
    ];
    for (what, page, line) in table {
        let tree = page.preferences();
        let status: Vec<_> = all(&tree, "p").into_iter().filter(|p| attribute(p, "role") == Some("status")).collect();
        assert_eq!(status.iter().flat_map(|p| texts(p)).collect::<Vec<_>>(), Vec::from_iter(line), "{what}");
    }
}

// ---- the words ----

#[test]
fn every_line_has_a_key_of_its_own_that_the_owner_can_use() {
    let keys: BTreeSet<&str> = LINES.iter().map(|line| line.key).collect();
    assert_eq!(keys.len(), LINES.len());
    for line in LINES {
        assert!(!line.english.trim().is_empty(), "{}", line.key);
        let config =
            Plain::new(Json::object().with("text", Json::object().with("en", Json::object().with(line.key, "own"))));
        assert!(!config.wrong, "{}", line.key);
        assert_eq!(Words::new(config.text("en").clone()).get(line), "own", "{}", line.key);
    }
}

#[test]
fn all_that_is_said_can_be_said_otherwise() {
    let own: serde_json::Map<String, Value> =
        LINES.iter().map(|line| (line.key.into(), json!(format!("~{}", line.key)))).collect();
    let names = ["Hotjar", "Acme", "Chatter", "pixel.test", "We moved.", "Acme is new."];
    let signalled = Page::settled(&shop(), Json::Null, GPC);
    let outranked = Page::settled(&shop(), Json::Null, GPC).choose(Wanted::All(true));
    let confirming = Page::settled(&opt_out(), Json::Null, GPC).choose(Wanted::All(true));
    let closable = Page::fresh(&with("notice", json!({ "close": true })));
    let opted_out = Page::after(&opt_out(), Wanted::All(true), &opt_out());
    let answered = Page::after(&shop(), Wanted::All(true), &shop());
    let mut said = BTreeSet::new();
    let pages = asking().map(|(_, page)| page).into_iter();
    for mut page in pages.chain([signalled, outranked, confirming, closable, opted_out, answered]) {
        page = page.find("pixel.test", 2);
        page.words = Words::new(Json::from(&Value::Object(own.clone())));
        for tree in [page.first(), page.control(), page.preferences()] {
            for text in texts(&tree) {
                let text =
                    text.strip_suffix(" – ~found").filter(|name| names.contains(name)).map_or(text, |_| "~found");
                assert!(text.starts_with('~') || names.contains(&text), "{text:?} is not from the table");
                said.insert(text.to_owned());
            }
            assert!(attribute(&tree, "aria-label").is_none_or(|label| label.starts_with('~')));
        }
    }
    // And what is in the table is said, but for what only the second file says and the category that this shop lacks.
    let unsaid: Vec<&str> =
        LINES.iter().map(|line| line.key).filter(|key| !said.contains(&format!("~{key}"))).collect();
    let second = ["functional", "functionalText", "servicePolicy", "retention", "controller", "contact", "reply"];
    assert_eq!(unsaid, second);
}

#[test]
fn an_owners_text_goes_before_ours_and_an_empty_one_does_not() {
    let config = with(
        "text",
        json!({
            "en": { "title": "Biscuits", "reject": "  ", "text": "No list here.", "partners": "{}" },
            "de": { "title": "Kekse", "accept": "Ja" },
        }),
    );
    let tree = Page::fresh(&config).first();
    assert_eq!(attribute(&tree, "aria-label"), Some("Biscuits"));
    assert_eq!(texts(&tree)[..3], ["Biscuits", "No list here.", "Hotjar, Acme"]);
    assert_eq!(buttons(&tree)[..2], [("deny-all", "Reject all"), ("grant-all", "Accept all")]);
}

#[test]
fn a_gap_is_filled_once() {
    let table = [
        ("for: {}.", "A, B", "for: A, B."),
        ("{}", "A", "A"),
        ("{} of {}", "A", "A of {}"),
        ("none", "A", "none"),
        ("{", "A", "{"),
        ("{ }", "A", "{ }"),
        ("{{}}", "A", "{A}"),
        ("{}", "", ""),
        ("é{}é", "ü", "éüé"),
        // What is filled in is not looked at again.
        ("<{}>", "{}{}", "<{}{}>"),
    ];
    for (own, with, filled) in table {
        let words = Words::new(Json::object().with("partners", own));
        assert_eq!(words.fill(&text::PARTNERS, with), filled, "{own}");
    }
    assert_eq!(Words::default().fill(&text::PARTNERS, "A"), "Partners: A.");
    assert_eq!((join(&[]), join(&["A"]), join(&["A", "B"])), (String::new(), "A".into(), "A, B".into()));
}

// ---- hostile and broken owners' texts ----

#[test]
fn hostile_texts_stay_texts() {
    for hostile in [
        "<script>alert(1)</script>",
        "</p></portcullis-notice><img src=x onerror=alert(1)>",
        "\"><b onclick='alert(1)'>",
        "&lt;b&gt; &amp; \u{202e}",
        "`${alert(1)}` {} \\u0000 \\",
        "[\"b\",{\"onclick\":\"alert(1)\"}]",
        "a\u{0}b\nc",
    ] {
        let config = json!({
            "categories": [{ "id": "analytics", "label": hostile, "description": hostile }],
            "services": [{ "id": "acme", "name": hostile, "category": "analytics", "hosts": ["acme.example"] }],
            "policy": { "version": hostile, "url": "/privacy" },
            "text": { "en": { "title": hostile, "accept": hostile, "preferences": hostile, "services": hostile } },
        });
        let page = Page::fresh(&config);
        let first = page.first();
        let whole = |element: &Json, expected: &str| assert_eq!(children(element), [Json::from(expected)]);
        whole(all(&first, "h2")[0], hostile);
        whole(all(&first, "p")[0], &text::TEXT.english.replacen("{}", hostile, 1));
        whole(all(&first, "p")[1], &format!("Partners: {hostile}."));
        whole(all(&first, "button")[1], hostile);
        assert_eq!(attribute(&first, "aria-label"), Some(hostile));
        let preferences = page.preferences();
        let section = all(&preferences, "section")[1];
        for label in all(section, "label") {
            assert_eq!(children(label)[0], Json::from(hostile));
        }
        whole(all(section, "p")[0], hostile);
        whole(all(section, "summary")[0], hostile);
        for tree in [first, preferences] {
            assert_eq!(
                serde_json::from_str::<Value>(&tree.write()).unwrap(),
                Value::from(&tree),
                "as it goes to the page"
            );
        }
    }
}

/// Whether a tree is one that `www/page.ts` can build, of nothing but what a notice needs.
fn is_sound(element: &Json) {
    const TAGS: &[&str] = &[
        "portcullis-notice",
        "portcullis-control",
        "dialog",
        "h2",
        "p",
        "a",
        "button",
        "div",
        "section",
        "label",
        "input",
        "details",
        "summary",
        "ul",
        "li",
    ];
    const ATTRIBUTES: &[&str] = &[
        "role",
        "aria-label",
        "data-nosnippet",
        "data-theme",
        "lang",
        "href",
        "type",
        "slot",
        "data-portcullis",
        "id",
        "tabindex",
        "autofocus",
        "class",
        "part",
        "name",
        "value",
        "checked",
        "disabled",
        "data-service",
    ];
    assert!(TAGS.contains(&tag(element)), "{element:?}");
    for (name, value) in attributes(element) {
        assert!(ATTRIBUTES.contains(&&**name) && matches!(value, Json::Text(_)), "{name}: {value:?}");
    }
    for child in children(element).iter().filter(|child| !matches!(child, Json::Text(_))) {
        is_sound(child);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]
    #[test]
    fn whatever_the_configuration_there_is_a_sound_notice(
        changes in prop::collection::vec((any::<prop::sample::Index>(), change()), 0..6),
        gpc: bool,
        wanted in prop::option::of(any::<bool>()),
    ) {
        let mut config = full();
        config["mode"] = json!("gate");
        for (place, change) in changes {
            apply(&mut config, place, change);
        }
        let mut page = Page::settled(&config, Json::Null, Signals { dnt: false, gpc });
        if let Some(yes) = wanted {
            page = page.choose(Wanted::All(yes));
        }
        let (first, control, preferences) = (page.first(), page.control(), page.preferences());
        if control != Json::Null {
            is_sound(&control);
        }
        is_sound(&preferences);
        if let Phase::Asking(_) = page.state.phase {
            is_sound(&first);
            let actions: Vec<&str> = buttons(&first).iter().map(|button| button.0).collect();
            prop_assert!(actions.starts_with(&["deny-all", "grant-all", "choose"]));
        } else {
            prop_assert_eq!(first, Json::Null);
        }
        if page.state.phase != Phase::Confirming {
            let State { purposes, grants, .. } = &page.state;
            let mut expected = BTreeSet::new();
            for (index, category) in purposes.categories.iter().enumerate() {
                let on = if grants.category(index) { "+" } else { "" };
                expected.insert(format!("category:{}{on}{}", category.id, if index == 0 { "!" } else { "" }));
            }
            for (index, service) in purposes.services.iter().enumerate() {
                let on = if grants.service(index) { "+" } else { "" };
                expected.insert(format!("service:{}{on}{}", service.id, if service.always() { "!" } else { "" }));
            }
            let shown = switches(&preferences);
            prop_assert_eq!(shown.len(), expected.len(), "every purpose and every service has one switch");
            prop_assert_eq!(shown.into_iter().collect::<BTreeSet<_>>(), expected);
        }
    }
}
