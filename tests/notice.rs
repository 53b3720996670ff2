//! What the notice is told to say: the words by phase and scope, the state as JSON, and that the language table has what is
//! asked of it.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, missing_docs)]

mod common;

use common::{apply, change, full, kept};
use portcullis::config::plain::Plain;
use portcullis::consent::{By, Event, Phase, Scope, Signals, State, Wanted, step};
use portcullis::json::Text;
use portcullis::notice::words;
use portcullis::tell::{self, ALWAYS, ASKED, GRANTED, LOST, NAMED};
use portcullis::{setup, shield::catalogue};
use proptest::prelude::*;
use serde_json::{Value, json};
use std::collections::BTreeSet;

const NOW: f64 = 1_800_000_000_000.0;
const NONE: Signals = Signals { dnt: false, gpc: false };
const GPC: Signals = Signals { dnt: false, gpc: true };
const DNT: Signals = Signals { dnt: true, gpc: false };

/// A page with its gate: what `gate.rs` holds, without a browser.
struct Page(State);

impl Page {
    /// The configuration is read, and nothing is settled yet.
    fn new(config: &Value) -> Self {
        let mut config = Plain::new(kept(&config.to_string()));
        let (purposes, _) = setup::purposes(&mut config, b"shop.test");
        Self(State { rules: setup::rules(&config), purposes, ..State::default() })
    }

    fn on(mut self, event: Event) -> Self {
        step(&mut self.0, event, NOW);
        self
    }

    fn settled(config: &Value, record: Vec<u8>, signals: Signals) -> Self {
        Self::new(config).on(Event::Settle(record, signals))
    }

    /// A first visit.
    fn fresh(config: &Value) -> Self {
        Self::settled(config, Vec::new(), NONE)
    }

    /// A visit after this choice, made with this configuration.
    fn after(before: &Value, wanted: Wanted, config: &Value) -> Self {
        Self::settled(config, Self::fresh(before).choose(wanted).0.record, NONE)
    }

    fn choose(self, wanted: Wanted) -> Self {
        self.on(Event::Choice(wanted, By::Visitor))
    }

    fn find(self, id: Text, category: Text) -> Self {
        self.on(Event::Found(id, id, category))
    }

    fn words(&self) -> [&'static str; 4] {
        words(&self.0).map(|word| str::from_utf8(word).unwrap())
    }

    /// As the page gets it.
    fn told(&self) -> Value {
        serde_json::from_slice(&tell::state(&self.0, 3)).unwrap()
    }

    /// Each purpose: its id, `+` if it is allowed, `!` if it is always, `?` if the first layer asks about it, `~` if the
    /// owner did not name it, `-` if it lost its grant just now.
    fn purposes(&self) -> Vec<String> {
        let sign = |bits: u64, bit: u64, sign: &'static str| if bits & bit > 0 { sign } else { "" };
        let word = |purpose: &Value| {
            let (id, bits) = (purpose[0].as_str().unwrap(), purpose[3].as_u64().unwrap());
            assert!(bits < 32, "no other bits");
            let found = sign(!bits, NAMED, "~");
            let rest =
                [(GRANTED, "+"), (ALWAYS, "!"), (ASKED, "?"), (LOST, "-")].map(|(bit, mark)| sign(bits, bit, mark));
            format!("{id}{}{found}", rest.concat())
        };
        self.told()["purposes"].as_array().unwrap().iter().map(word).collect()
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
    Wanted::Some(json!(ids).to_string().into_bytes(), true)
}

/// A page for each thing that the first layer asks about.
fn asking() -> [(Scope, &'static str, Page); 4] {
    let mut newer = shop();
    newer["services"].as_array_mut().unwrap().push(json!({ "id": "chat", "name": "Chatter", "category": "analytics" }));
    let policy = with("policy", json!({ "version": "2", "url": "/privacy" }));
    [
        (Scope::All, "all", Page::fresh(&shop())),
        (Scope::New, "new", Page::after(&shop(), some(&["analytics"]), &newer)),
        (Scope::Policy, "policy", Page::after(&shop(), some(&["analytics"]), &policy)),
        (Scope::Collection, "collection", Page::fresh(&opt_out())),
    ]
}

// ---- the words ----

#[test]
fn there_is_a_first_layer_only_while_something_is_asked() {
    for (scope, word, page) in asking() {
        assert_eq!(page.0.phase, Phase::Asking(scope));
        assert_eq!(page.words()[..2], ["asking", word]);
    }
    let table = [
        (Phase::Waiting, "waiting", Page::new(&shop())),
        (Phase::Answered, "answered", Page::after(&shop(), Wanted::All(true), &shop())),
        (Phase::Answered, "answered", Page::after(&shop(), Wanted::All(false), &shop())),
        (Phase::Signalled, "signalled", Page::settled(&shop(), Vec::new(), GPC)),
        (
            Phase::Confirming,
            "confirming",
            Page::after(&opt_out(), Wanted::All(false), &opt_out()).choose(Wanted::All(true)),
        ),
        (Phase::Dismissed, "dismissed", Page::fresh(&shop()).on(Event::Close)),
        (Phase::Following, "following", Page::new(&shop()).on(Event::Follow(b"{}".to_vec()))),
        (Phase::Reporting, "reporting", Page::fresh(&with("mode", json!("report")))),
    ];
    for (phase, word, page) in table {
        assert_eq!((page.0.phase, &page.words()[..2]), (phase, [word, ""].as_slice()));
    }
}

#[test]
fn the_control_says_where_the_visitor_stands() {
    let confirming = || Page::after(&opt_out(), Wanted::All(false), &opt_out()).choose(Wanted::All(true));
    let table = [
        (Page::fresh(&shop()), "reopen"),
        (Page::fresh(&opt_out()), "choices"),
        (Page::after(&shop(), Wanted::All(true), &shop()), "reopen"),
        (Page::after(&shop(), Wanted::All(false), &shop()), "reopen"),
        (Page::fresh(&shop()).on(Event::Close), "reopen"),
        (Page::after(&opt_out(), Wanted::All(true), &opt_out()), "choices"),
        (confirming(), "choices"),
        (Page::settled(&shop(), Vec::new(), GPC), "honoured"),
        (Page::settled(&opt_out(), Vec::new(), GPC), "honoured"),
        (Page::settled(&shop(), Vec::new(), GPC).choose(Wanted::All(true)), "reopen"),
        // Where nobody decides nothing of ours stands.
        (Page::new(&shop()), ""),
        (Page::new(&shop()).on(Event::Follow(b"{}".to_vec())), ""),
        (Page::fresh(&with("mode", json!("report"))), ""),
    ];
    for (page, control) in table {
        assert_eq!(page.words()[2], control, "{:?}", page.0.phase);
    }
}

#[test]
fn it_is_said_what_became_of_the_signal() {
    let rules = |dnt: &str| with("signals", json!({ "dnt": dnt }));
    let (on, outranked) = ("signalOn", "signalOutranked");
    let granted = Page::fresh(&shop()).choose(Wanted::All(true)).0.record;
    let mut needed = shop();
    needed["services"][1]["category"] = json!("necessary");
    let table = [
        ("no signal", Page::fresh(&shop()), ""),
        ("a signal", Page::settled(&shop(), Vec::new(), GPC), on),
        ("the other", Page::settled(&shop(), Vec::new(), DNT), on),
        ("after a grant", Page::settled(&shop(), granted, GPC), on),
        ("a grant over it", Page::settled(&shop(), Vec::new(), GPC).choose(Wanted::All(true)), outranked),
        ("a grant of one service", Page::settled(&shop(), Vec::new(), GPC).choose(some(&["acme"])), outranked),
        ("a refusal under it", Page::settled(&shop(), Vec::new(), GPC).choose(Wanted::All(false)), on),
        ("what is necessary outranks nothing", Page::settled(&needed, Vec::new(), GPC), on),
        ("one that is only asked about", Page::settled(&rules("ask"), Vec::new(), DNT), ""),
        ("one that is not read", Page::settled(&rules("ignore"), Vec::new(), DNT), ""),
        ("opt-out", Page::settled(&opt_out(), Vec::new(), GPC), on),
    ];
    for (what, page, status) in table {
        assert_eq!(page.words()[3], status, "{what}");
    }
}

// ---- the state, as the page gets it ----

#[test]
fn the_whole_state_is_told() {
    let page = Page::settled(&opt_out(), Vec::new(), GPC);
    let expected = json!({
        "phase": "signalled", "scope": "", "control": "honoured", "status": "signalOn",
        "optOut": true, "report": false, "dnt": false, "gpc": true, "shared": "", "held": 3, "once": 0, "record": null,
        "purposes": [
            ["necessary", "necessary", 0, GRANTED | NAMED | ALWAYS],
            ["analytics", "analytics", 1, NAMED | ASKED],
            ["marketing", "marketing", 2, NAMED | ASKED],
            ["hotjar", "hotjar", 1, NAMED | ASKED],
            ["acme", "Acme", 2, NAMED | ASKED],
        ],
    });
    assert_eq!(page.told(), expected);
    let answered = Page::fresh(&shop()).choose(Wanted::All(true));
    let told = answered.told();
    assert_eq!(told["record"], serde_json::from_slice::<Value>(&answered.0.record).unwrap());
    assert_eq!((&told["optOut"], &told["gpc"]), (&json!(false), &json!(false)));
    let report = Page::settled(&with("mode", json!("report")), Vec::new(), DNT).told();
    assert_eq!(
        (&report["report"], &report["dnt"], &report["phase"]),
        (&json!(true), &json!(true), &json!("reporting"))
    );
    let before = Page(State::default()).told();
    assert_eq!(
        (&before["phase"], &before["purposes"], &before["record"]),
        (&json!("waiting"), &json!([]), &json!(null))
    );
}

/// `www/element.ts` has the same bits.
#[test]
fn both_sides_count_alike() {
    let theirs = include_str!("../www/element.ts");
    for (name, bit) in [("GRANTED", GRANTED), ("NAMED", NAMED), ("ALWAYS", ALWAYS), ("ASKED", ASKED), ("LOST", LOST)] {
        assert!(theirs.contains(&format!("export const {name} = {bit};")), "{name}");
    }
}

#[test]
fn nothing_optional_is_on_before_the_visitor_says_so() {
    let off = ["necessary+!", "analytics?", "marketing?", "hotjar?", "acme?"];
    for page in
        [Page::fresh(&shop()), Page::fresh(&shop()).on(Event::Close), Page::settled(&opt_out(), Vec::new(), GPC)]
    {
        assert_eq!(page.purposes(), off, "{:?}", page.0.phase);
    }
}

#[test]
fn the_real_state_is_told() {
    let on = ["necessary+!", "analytics+?", "marketing+?", "hotjar+?", "acme+?"];
    let off = ["necessary+!", "analytics?", "marketing?", "hotjar?", "acme?"];
    let half = [on[0], on[1], off[2], on[3], off[4]];
    let odd = [on[0], off[1], off[2], off[3], on[4]];
    let record = Page::fresh(&shop()).choose(Wanted::All(true)).0.record;
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
        assert_eq!(page.purposes(), expected, "{:?}", String::from_utf8(page.0.record.clone()));
    }
}

#[test]
fn what_is_necessary_is_on_and_not_asked_about() {
    let mut config = shop();
    config["services"][1]["category"] = json!("necessary");
    let page = Page::after(&config, Wanted::All(false), &config);
    assert_eq!(page.purposes(), ["necessary+!", "analytics?", "marketing?", "hotjar?", "acme+!"]);
}

#[test]
fn what_lost_its_grant_is_told_once() {
    let page = Page::after(&shop(), Wanted::All(true), &shop()).choose(some(&[]));
    assert_eq!(page.purposes(), ["necessary+!", "analytics+?", "marketing+?", "hotjar+?", "acme+?"]);
    let page = page.choose(Wanted::Some(b"[\"acme\"]".to_vec(), false));
    assert_eq!(page.purposes(), ["necessary+!", "analytics+?", "marketing+?", "hotjar+?", "acme?-"]);
    let page = page.on(Event::Listed);
    assert_eq!(page.purposes(), ["necessary+!", "analytics+?", "marketing+?", "hotjar+?", "acme?"]);
}

#[test]
fn only_what_is_new_is_asked_about() {
    let [_, (.., new), _, _] = asking();
    assert_eq!(new.purposes(), ["necessary+!", "analytics+", "marketing", "hotjar+", "acme", "chat?"]);
    // A category, and both kinds at once.
    let mut newer = with("categories", json!([{ "id": "analytics" }, { "id": "marketing" }, { "id": "maps" }]));
    let page = Page::after(&shop(), Wanted::All(true), &newer);
    assert_eq!(page.purposes(), ["necessary+!", "analytics+", "marketing+", "maps?", "hotjar+", "acme+"]);
    newer["services"][0] = json!({ "id": "here", "name": "Here", "category": "maps" });
    let page = Page::after(&shop(), Wanted::All(true), &newer);
    assert_eq!(page.purposes(), ["necessary+!", "analytics+", "marketing+", "maps?", "here?", "acme+"]);
}

#[test]
fn who_is_found_is_told_apart() {
    let page = Page::fresh(&shop()).find(b"pixel.test", b"marketing");
    assert_eq!(page.purposes().last().unwrap(), "pixel.test?~");
    let page = page.choose(Wanted::All(true));
    assert_eq!(page.purposes().last().unwrap(), "pixel.test+?~");
    // Where the owner lists no such category, it joins the page's, so that it can be withdrawn.
    let config = json!({ "categories": [{ "id": "necessary" }] });
    let page = Page::fresh(&config).find(b"pixel.test", b"marketing").choose(Wanted::All(true));
    assert_eq!(page.purposes(), ["necessary+!", "marketing+?", "pixel.test+?~"]);
    let page = Page::fresh(&json!({ "categories": [{ "id": "necessary" }], "services": ["hotjar"] }));
    assert_eq!(page.purposes(), ["necessary+!", "analytics?", "hotjar?"]);
}

#[test]
fn hostile_texts_stay_texts() {
    for hostile in [
        "<script>alert(1)</script>",
        "\"><b onclick='alert(1)'>",
        "\",\"\",0,1],[\"x",
        "\\",
        "\\\"",
        "\u{1}\u{7f}\u{2028}\u{202e}",
        "`${alert(1)}` {} \\u0000 \\",
        "a\u{0}b\nc",
        "😀é",
    ] {
        let config = json!({
            "categories": [{ "id": "analytics", "label": hostile }],
            "services": [{ "id": "acme", "name": hostile, "category": "analytics", "hosts": ["acme.example"] },
                { "id": hostile, "category": "analytics", "hosts": [hostile] }],
            "policy": { "version": hostile },
        });
        let page = Page::fresh(&config).choose(Wanted::All(true));
        let told = page.told();
        assert_eq!(told["purposes"][2][1], hostile);
        assert_eq!(told["record"]["policy"], hostile);
        assert_eq!(told["purposes"].as_array().unwrap().len(), 4, "{hostile}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]
    #[test]
    fn whatever_the_state_it_is_told_as_json(
        changes in prop::collection::vec((any::<prop::sample::Index>(), change()), 0..6),
        report in 0..4u8,
        signals in (any::<bool>(), any::<bool>()).prop_map(|(dnt, gpc)| Signals { dnt, gpc }),
        events in prop::collection::vec((0..8u8, any::<bool>()), 0..8),
        held in any::<u32>(),
    ) {
        let mut config = full();
        if report > 0 {
            config["mode"] = json!("gate");
        }
        for (place, change) in changes {
            apply(&mut config, place, change);
        }
        let mut page = Page::settled(&config, Vec::new(), signals);
        for (what, yes) in events {
            let found = catalogue::nth(usize::from(what)).unwrap();
            let text = |text: &[u8]| kept(catalogue::text(text));
            page = page.on(match what {
                0 => Event::Choice(Wanted::All(yes), By::Visitor),
                1 => Event::Choice(Wanted::Asked(yes), By::Client),
                2 => Event::Choice(some(&["analytics", "acme.stats"]), By::Api),
                3 => Event::Confirm(yes, By::Visitor),
                4 => Event::Found(text(found.id()), text(found.id()), found.category().as_bytes()),
                5 => Event::Close,
                6 => Event::Listed,
                _ => Event::Erase,
            });
        }
        let Page(state) = &page;
        let told: Value = serde_json::from_slice(&tell::state(state, held as usize)).unwrap();
        let keys: Vec<&String> = told.as_object().unwrap().keys().collect();
        prop_assert_eq!(
            keys,
            ["phase", "scope", "control", "status", "optOut", "report", "dnt", "gpc", "shared", "held", "once", "record", "purposes"]
        );
        prop_assert_eq!(&told["held"], held);
        prop_assert_eq!((&told["dnt"], &told["gpc"]), (&json!(signals.dnt), &json!(signals.gpc)));
        prop_assert_eq!(told["record"].is_object(), !state.record.is_empty());
        prop_assert_eq!(told["scope"] != "", matches!(state.phase, Phase::Asking(_)));
        let purposes = told["purposes"].as_array().unwrap();
        prop_assert_eq!(purposes.len(), state.purposes.0.len());
        for (index, purpose) in purposes.iter().enumerate() {
            let of = purpose[2].as_u64().unwrap() as usize;
            prop_assert!(purpose[0].is_string() && purpose[1].is_string() && of <= index);
            prop_assert_eq!(purposes[of][2].as_u64(), Some(of as u64), "its category is one");
            let bits = purpose[3].as_u64().unwrap();
            prop_assert_eq!(bits & GRANTED > 0, state.grants.has(index));
            prop_assert!(bits & ALWAYS == 0 || bits & ASKED == 0);
        }
    }
}

// ---- the language table ----

fn table() -> Value {
    serde_json::from_str(include_str!("../src/notice/lang/en.json")).unwrap()
}

fn lines(part: &Value) -> BTreeSet<String> {
    part.as_object().unwrap().keys().cloned().collect()
}

#[test]
fn every_line_that_is_asked_for_by_name_is_there() {
    let table = table();
    let there: BTreeSet<String> = table.as_object().unwrap().values().flat_map(lines).collect();
    let sources = [
        include_str!("../www/notice.ts"),
        include_str!("../www/more.ts"),
        include_str!("../www/more/rights.ts"),
        include_str!("../www/more/see.ts"),
    ];
    let mut asked = 0;
    for source in sources {
        for part in source.split("word('").skip(1) {
            let key = part.split('\'').next().unwrap();
            assert!(there.contains(key), "{key}");
            asked += 1;
        }
    }
    assert!(asked > 30, "{asked}");
    // `www/gate.ts` says it where there is no Wasm, and so nothing that reads the table.
    assert!(include_str!("../www/gate.ts").contains(table["first"]["blocked"].as_str().unwrap()));
}

#[test]
fn every_line_has_a_key_that_the_owner_can_use() {
    let table = table();
    assert_eq!(lines(&table), lines(&json!({ "first": 0, "more": 0, "later": 0, "embed": 0 })));
    for (key, line) in ["first", "more", "later", "embed"].iter().flat_map(|part| table[part].as_object().unwrap()) {
        // Where a number decides there is one line for each plural form of English.
        let forms = line.as_object().map_or(vec![line], |forms| forms.values().collect());
        assert!(line.is_string() || lines(line) == lines(&json!({ "one": 0, "other": 0 })), "{key}");
        for form in forms {
            let form = form.as_str().unwrap();
            assert!(!form.is_empty() && form.trim() == form, "{key}");
            let config = json!({ "text": { "en": { key: form } } });
            assert!(!Plain::new(kept(&config.to_string())).wrong, "{key}");
        }
    }
}

#[test]
fn every_first_layer_speaks_of_cookies() {
    // Consent clients look for a notice by its words.
    let table = table();
    for scope in ["", "new", "policy", "collection"] {
        let line = |end: &str| {
            let key = if scope.is_empty() { end.to_lowercase() } else { format!("{scope}{end}") };
            // Who has answered before is asked in words that are fetched then.
            let part = if matches!(scope, "new" | "policy") { "later" } else { "first" };
            table[part][key].as_str().unwrap().to_lowercase()
        };
        assert!([line("Title"), line("Text")].concat().contains("cookie"), "{scope}");
    }
}
