//! The config as the file for every visitor uses it: a plain tree in which everything is good, replaced by the strict
//! side, or gone.
//!
//! Here nobody asks *what* is wrong, only whether anything is. [`super::read`] finds that out in the second file: from
//! the same tables, by the same rules ([`super::check`]) and with the same strict sides, which are told there.
//! `tests/plain.rs` holds the two together.

use super::check::{Rule, check};
use super::read::{KEY_ROWS, WORD_ROWS};
use super::types::*;
use crate::json::Json;
use crate::shield::catalogue;
use alloc::vec::Vec;
use core::mem::take;

/// What a value has to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    // A text, by its rule: in the order of `RULES`.
    Any,
    Line,
    Prose,
    CategoryId,
    ServiceId,
    Link,
    Contact,
    Pattern,
    Region,
    Language,
    Exact,
    Site,
    HostPath,
    // Something plain.
    Bool,
    Days,
    ReplyDays,
    // A word.
    Mode,
    Block,
    Regime,
    OnSignal,
    Layout,
    Theme,
    Reopen,
    // An object of the keys that we know, the first.
    Config,
    /// Or a word of `Regime`.
    Regions,
    SignalRules,
    Expires,
    Policy,
    Controller,
    Category,
    /// Or the id of a service of the catalogue.
    Service,
    Notice,
    // An object whose keys are the owner's own.
    Texts,
    TextsByKey,
    /// The last of the objects.
    RegimeByRegion,
    // Nothing at all.
    /// What a row says of a word.
    Word,
    /// Under a key that nobody reads.
    Unknown,
    /// Under a key that should have been a region.
    Nowhere,
}

const RULES: [Rule; 13] = [
    Rule::Any,
    Rule::Line,
    Rule::Prose,
    Rule::CategoryId,
    Rule::ServiceId,
    Rule::Link,
    Rule::Contact,
    Rule::Pattern,
    Rule::Region,
    Rule::Language,
    Rule::Exact,
    Rule::Site,
    Rule::HostPath,
];

/// A key of an object, or a word.
#[derive(Clone, Copy)]
pub(super) struct Row {
    /// The object, or what the word is one of.
    pub of: Shape,
    pub name: &'static str,
    /// What stands under the key; `Word` for a word.
    pub shape: Shape,
    /// Whether it is a list of that.
    pub many: bool,
}

const UNKNOWN: Row = Row { of: Shape::Unknown, name: "", shape: Shape::Unknown, many: false };

/// One table, so that there is one loop over it.
static ROWS: [Row; KEY_ROWS.len() + WORD_ROWS.len()] = {
    let mut rows = [UNKNOWN; KEY_ROWS.len() + WORD_ROWS.len()];
    let (keys, words) = rows.split_at_mut(KEY_ROWS.len());
    keys.copy_from_slice(KEY_ROWS);
    words.copy_from_slice(WORD_ROWS);
    rows
};

fn row(of: Shape, name: &str) -> &'static Row {
    for row in &ROWS {
        if row.name == name && row.of == of {
            return row;
        }
    }
    &UNKNOWN
}

/// A config in which every value is good.
#[derive(Debug, Default)]
pub struct Plain {
    root: Json,
    /// `necessary` first. None until all are known.
    categories: Vec<Json>,
    /// Whether anything about it was wrong or is worth a warning.
    pub wrong: bool,
    /// Something was to be held, and we cannot tell what.
    doubt: bool,
    /// A region had a regime, and we cannot tell which region.
    lost: bool,
}

impl Plain {
    /// Takes what the page gave; anything but an object is a broken config.
    pub fn new(mut root: Json) -> Self {
        let mut plain = Self::default();
        plain.clean(&mut root, Shape::Config, &[]);
        plain.categories.push(category(NECESSARY));
        if let Some(Json::List(own)) = root.get_mut("categories") {
            for category in own {
                let category = take(category);
                match plain.categories.first_mut() {
                    Some(first) if category.is("id", NECESSARY) => *first = category,
                    _ => plain.categories.push(category),
                }
            }
        }
        if root.get("categories").items().is_empty() {
            for id in [PREFERENCES, ANALYTICS, MARKETING] {
                plain.categories.push(category(id));
            }
        }
        if let Some(services) = root.get_mut("services") {
            plain.clean_list(services, Shape::Service);
        }
        if let Some(regime) = root.get_mut("regime") {
            if plain.lost {
                regime.put("default", Json::Null);
            }
            let mut opt_out = is_opt_out(regime) || is_opt_out(regime.get("default"));
            for (_, regime) in regime.get("regions").entries() {
                opt_out |= is_opt_out(regime);
            }
            // 11 CCR § 7025(b).
            if opt_out
                && let Some(signals) = root.get_mut("signals")
                && let Some(gpc) = signals.get_mut("gpc")
                && gpc.text() == "ignore"
            {
                plain.wrong = true;
                *gpc = Json::Null;
            }
        }
        plain.root = root;
        let (granted, denied) = plain.days();
        plain.wrong |= denied < granted;
        plain
    }

    /// Leaves of a value what is good; `Null`, which counts as absent, if nothing is. `before` is what stands before it
    /// in a list.
    fn clean(&mut self, value: &mut Json, shape: Shape, before: &[Json]) {
        let good = match value {
            Json::Object(entries) => {
                for (key, value) in entries {
                    let (rule, inner, other) = match shape {
                        Shape::Texts => (Rule::Language, Shape::TextsByKey, Shape::Unknown),
                        Shape::TextsByKey => (Rule::TextKey, Shape::Prose, Shape::Unknown),
                        Shape::RegimeByRegion => (Rule::Region, Shape::Regime, Shape::Nowhere),
                        _ => {
                            let row = row(shape, key);
                            if row.many {
                                self.clean_list(value, row.shape);
                            } else {
                                self.clean(value, row.shape, &[]);
                            }
                            continue;
                        }
                    };
                    let inner = if check(key, rule).is_some() { inner } else { other };
                    self.clean(value, inner, &[]);
                }
                match shape {
                    Shape::Category => !value.is("id", "") && !has(before, value.get("id").text()),
                    Shape::Service => {
                        self.complete(value, before);
                        true
                    }
                    Shape::Controller => !value.is("name", ""),
                    _ => shape as u8 >= Shape::Config as u8 && shape as u8 <= Shape::RegimeByRegion as u8,
                }
            }
            Json::Text(text) => {
                if let Some(rule) = RULES.get(shape as usize) {
                    match check(text, *rule) {
                        Some(good) => {
                            if shape == Shape::Exact {
                                self.warn_of_tracker(&good);
                            }
                            *text = good;
                            true
                        }
                        None => false,
                    }
                } else if shape == Shape::Service {
                    match catalogue::find(text.as_bytes()) {
                        Some(known) => {
                            self.wrong |= !has(&self.categories, known.category());
                            if self.is_taken(text, before) {
                                *value = Json::Null;
                            }
                            true
                        }
                        None => false,
                    }
                } else {
                    let words = if shape == Shape::Regions { Shape::Regime } else { shape };
                    row(words, text).shape == Shape::Word
                }
            }
            Json::Number(number) => {
                let (min, max) = match shape {
                    Shape::Days => EXPIRES_DAYS,
                    Shape::ReplyDays => REPLY_DAYS,
                    _ => (1, 0),
                };
                *number >= f64::from(min) && *number <= f64::from(max) && number.trunc() == *number
            }
            Json::Bool(_) => shape == Shape::Bool,
            _ => false,
        };
        if !good {
            self.drop(value, shape);
        }
    }

    /// Leaves of a list what is good.
    fn clean_list(&mut self, value: &mut Json, shape: Shape) {
        if shape == Shape::Service && self.categories.is_empty() {
            // Later: they need the categories.
            return;
        }
        let Json::List(items) = value else { return self.drop(value, shape) };
        for at in 0..items.len() {
            if let Some((before, [item, ..])) = items.split_at_mut_checked(at) {
                self.clean(item, shape, before);
            }
        }
        items.retain(|item| !matches!(item, Json::Null));
    }

    fn drop(&mut self, value: &mut Json, shape: Shape) {
        *value = Json::Null;
        self.wrong = true;
        self.doubt |= matches!(shape, Shape::Config | Shape::Block | Shape::Service | Shape::HostPath);
        self.lost |= matches!(shape, Shape::RegimeByRegion | Shape::Nowhere);
    }

    /// Gives a service that the owner spelled out what it lacks.
    fn complete(&mut self, service: &mut Json, before: &[Json]) {
        if service.is("id", "") {
            self.wrong = true;
            let mut id = catalogue::slug(service.get("name").text());
            if id.is_empty() {
                id.push_str("unnamed");
            }
            service.put("id", id.into());
        }
        let mut known = None;
        if let Some(Json::Text(id)) = service.get_mut("id") {
            known = catalogue::find(id.as_bytes());
            // It has to keep its hosts held, so it has to have an id of its own.
            while self.is_taken(id, before) {
                id.push_str("-2");
            }
        }
        if let Some(mut known) = known {
            if service.is("name", "") {
                service.put("name", catalogue::text(known.label()).into());
            }
            if service.get("hosts").items().is_empty() {
                service.put("hosts", Json::List(Vec::new()));
            }
            if let Some(Json::List(hosts)) = service.get_mut("hosts") {
                loop {
                    hosts.push(catalogue::text(known.host()).into());
                    if !known.another() {
                        break;
                    }
                }
            }
        }
        if service.is("category", NECESSARY) {
            for host in service.get("hosts").items() {
                self.warn_of_tracker(host.text());
            }
        } else if !has(&self.categories, service.get("category").text()) {
            self.wrong = true;
            service.put("category", MARKETING.into());
        }
    }

    /// Whether an id is a category's or another service's: `data-consent` names either.
    fn is_taken(&mut self, id: &str, services: &[Json]) -> bool {
        let taken = has(&self.categories, id) || has(services, id);
        self.wrong |= taken;
        taken
    }

    /// A host that should need no consent may be known to need it.
    fn warn_of_tracker(&mut self, host: &str) {
        self.wrong |= catalogue::find_host(host.as_bytes()).is_some_and(|known| known.category() != PREFERENCES);
    }

    /// Whether the gate holds or only reports.
    pub fn mode(&self) -> Mode {
        if self.root.is("mode", "report") { Mode::Report } else { Mode::Gate }
    }

    /// How much is held before the visitor has chosen.
    pub fn block(&self) -> Block {
        if self.doubt || self.root.is("block", "third-party") {
            Block::ThirdParty
        } else if self.root.is("block", "marked") {
            Block::Marked
        } else {
            Block::Known
        }
    }

    /// What silence means for this visitor. A region that nobody told us is opt-in; `US-CA` is looked up before `US`.
    pub fn regime(&self) -> Regime {
        let rule = self.root.get("regime");
        let region = self.root.get("region").text();
        let regions = rule.get("regions");
        let country = region.get(..2).unwrap_or_default();
        let found = regions.find(region).or_else(|| regions.find(country)).unwrap_or(rule.get("default"));
        if is_opt_out(rule) || (!region.is_empty() && is_opt_out(found)) { Regime::OptOut } else { Regime::OptIn }
    }

    /// What the browser's own signals mean.
    pub fn signals(&self) -> SignalRules {
        let rules = self.root.get("signals");
        SignalRules { dnt: on_signal(rules, "dnt"), gpc: on_signal(rules, "gpc") }
    }

    /// For how many days a grant and a refusal are kept.
    pub fn days(&self) -> (f64, f64) {
        let expires = self.root.get("expires");
        (days(expires, "granted"), days(expires, "denied"))
    }

    /// The privacy policy: `version`, `url` and `changes`, each if there is one.
    pub fn policy(&self) -> &Json {
        self.root.get("policy")
    }

    /// The notice's colours: `light` or `dark`; `auto` or nothing where the visitor's system says.
    pub fn theme(&self) -> &str {
        self.root.get("notice").get("theme").text()
    }

    /// Whether there is a button of ours to the preferences.
    pub fn reopen(&self) -> bool {
        !self.root.get("notice").is("reopen", "none")
    }

    /// Whether the first layer has a close button.
    pub fn close(&self) -> bool {
        self.root.get("notice").get("close").is_true()
    }

    /// The categories, `necessary` first: each with `id`, and `label` and `description` if there are.
    pub fn categories(&self) -> &[Json] {
        &self.categories
    }

    /// The services that the owner named: the id of one of the catalogue, or an object with `id`, `category`, `hosts`,
    /// normalised, and `name` if there is one.
    ///
    /// As in [`Config::category_ids`], a category may be one that nobody can grant.
    pub fn services(&self) -> &[Json] {
        self.root.get("services").items()
    }

    /// Hosts that are never held.
    pub fn allow(&self) -> &[Json] {
        self.root.get("allow").items()
    }

    /// What counts as first party; empty if the page's host does.
    pub fn site(&self) -> &str {
        self.root.get("site").text()
    }

    /// Where our other files are; empty if beside our own.
    pub fn base(&self) -> &str {
        self.root.get("base").text()
    }

    /// The language of the notice; empty if the owner named none.
    pub fn lang(&self) -> &str {
        self.root.get("lang").text()
    }

    /// The owner's own words in a language: texts by key.
    pub fn text(&self, lang: &str) -> &Json {
        self.root.get("text").get(lang)
    }
}

fn category(id: &str) -> Json {
    Json::object().with("id", id)
}

/// Whether a category or a service has this id.
fn has(list: &[Json], id: &str) -> bool {
    list.iter().any(|item| if let Json::Text(own) = item { own == id } else { item.is("id", id) })
}

fn is_opt_out(regime: &Json) -> bool {
    regime.text() == "opt-out"
}

fn on_signal(rules: &Json, signal: &str) -> OnSignal {
    if rules.is(signal, "ask") {
        OnSignal::Ask
    } else if rules.is(signal, "ignore") {
        OnSignal::Ignore
    } else {
        OnSignal::Deny
    }
}

fn days(expires: &Json, answer: &str) -> f64 {
    expires.get(answer).number().unwrap_or(180.0)
}
