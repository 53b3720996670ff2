//! The config as the file for every visitor uses it: a plain tree in which everything is good, replaced by the strict
//! side or gone.
//!
//! Here nobody asks *what* is wrong, only whether something is: [`super::read`] finds that out, in the second file, by
//! the same table ([`SHAPES`]), the same rules of [`super::check`] and with the same strict sides. `tests/plain.rs`
//! holds the two together.

use super::check::{Rule, check};
use super::read::SHAPES;
use super::types::*;
use crate::json::Json;
use crate::shield::catalogue;
use alloc::{string::String, vec::Vec};
use core::mem::{swap, take};

/// A config in which every value is good.
#[derive(Debug)]
pub struct Plain {
    root: Json,
    /// Whether anything about it is wrong or worth a warning.
    pub wrong: bool,
}

/// What a value has to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    // A text, by its rule.
    Any,
    Line,
    Prose,
    CategoryId,
    ServiceId,
    TextKey,
    Link,
    Contact,
    Pattern,
    Region,
    Language,
    Exact,
    Site,
    HostPath,
    /// `true` or `false`.
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
    // An object.
    Config,
    /// Or a word of `Regime`.
    Regions,
    SignalRules,
    Expires,
    Policy,
    Controller,
    Category,
    /// Or the id of one of the catalogue.
    Service,
    Notice,
    // An object whose keys are the owner's own.
    ByRegion,
    Texts,
    Lines,
    /// No value at all: what a word has to be,
    Word,
    /// a key that nobody reads
    Unknown,
    /// and one that is no region.
    Nowhere,
}

/// The rules of texts, as in [`Shape`].
const RULES: [Rule; 14] = [
    Rule::Any, Rule::Line, Rule::Prose, Rule::CategoryId, Rule::ServiceId, Rule::TextKey, Rule::Link, Rule::Contact, Rule::Pattern, Rule::Region, Rule::Language, Rule::Exact, Rule::Site, Rule::HostPath,
];

pub(super) const fn one(shape: Shape) -> (Shape, bool) {
    (shape, false)
}
pub(super) const fn many(shape: Shape) -> (Shape, bool) {
    (shape, true)
}

struct Cleaner {
    wrong: bool,
    /// Something was to be held, and we cannot tell what.
    doubt: bool,
    /// A region had a regime, and we cannot tell which region.
    lost: bool,
    categories: Vec<Json>,
}

impl Cleaner {
    /// Leaves of a value what is good; `Null`, as if absent, if nothing is. `before` is what stands before it in a list.
    fn clean(&mut self, value: &mut Json, shape: Shape, many: bool, before: &[Json]) {
        let good = match value {
            Json::List(items) if many => {
                let mut kept = 0;
                for at in 0..items.len() {
                    let Some((before, rest)) = items.split_at_mut_checked(kept) else { break };
                    let Some(item) = rest.get_mut(at - kept) else { break };
                    self.clean(item, shape, false, before);
                    if !matches!(item, Json::Null) {
                        let item = take(item);
                        if let [place, ..] = rest {
                            *place = item;
                        }
                        kept += 1;
                    }
                }
                items.truncate(kept);
                true
            }
            Json::Object(entries) if !many => {
                for (key, value) in entries {
                    let (rule, inner, other) = match shape {
                        Shape::Texts => (Rule::Language, Shape::Lines, Shape::Unknown),
                        Shape::Lines => (Rule::TextKey, Shape::Prose, Shape::Unknown),
                        Shape::ByRegion => (Rule::Region, Shape::Regime, Shape::Nowhere),
                        _ => {
                            let (inner, many) = find(shape, key);
                            self.clean(value, inner, many, &[]);
                            continue;
                        }
                    };
                    let inner = if check(key, rule).is_some() { inner } else { other };
                    self.clean(value, inner, false, &[]);
                }
                match shape {
                    Shape::Category => !value.is("id", "") && !has(before, value.get("id").text()),
                    Shape::Service => {
                        self.service(value, before);
                        true
                    }
                    Shape::Controller => !value.is("name", ""),
                    _ => shape as u8 >= Shape::Config as u8 && shape as u8 <= Shape::Lines as u8,
                }
            }
            Json::Text(text) if !many => {
                if let Some(rule) = RULES.get(shape as usize) {
                    match check(text, *rule) {
                        Some(good) => {
                            if shape == Shape::Exact {
                                self.tracker(&good);
                            }
                            *text = good;
                            true
                        }
                        None => false,
                    }
                } else if shape == Shape::Service {
                    match catalogue::find(text) {
                        Some(known) => {
                            self.wrong |= !has(&self.categories, known.category);
                            if self.taken(text, before) {
                                *value = Json::Null;
                            }
                            true
                        }
                        None => false,
                    }
                } else {
                    find(shape, text).0 == Shape::Word
                }
            }
            Json::Number(number) => {
                let max = match shape {
                    Shape::Days => EXPIRES_DAYS.1,
                    Shape::ReplyDays => REPLY_DAYS.1,
                    _ => 0,
                };
                *number >= 1.0 && *number <= f64::from(max) && number.trunc() == *number
            }
            Json::Bool(_) => shape == Shape::Bool,
            _ => false,
        };
        if !good {
            *value = Json::Null;
            self.wrong = true;
            self.doubt |= matches!(shape, Shape::Config | Shape::Block | Shape::Service | Shape::HostPath);
            self.lost |= matches!(shape, Shape::ByRegion | Shape::Nowhere);
        }
    }

    /// Whether an id is a category's or another service's: `data-consent` names either.
    fn taken(&mut self, id: &str, services: &[Json]) -> bool {
        let taken = has(&self.categories, id) || has(services, id);
        self.wrong |= taken;
        taken
    }

    /// Whether a host that should need no consent is known to need it.
    fn tracker(&mut self, host: &str) {
        self.wrong |= catalogue::find_host(host).is_some_and(|known| known.category != PREFERENCES);
    }

    fn service(&mut self, service: &mut Json, before: &[Json]) {
        let mut id = String::from(service.get("id").text());
        if id.is_empty() {
            self.wrong = true;
            id = catalogue::slug(service.get("name").text());
            if id.is_empty() {
                id.push_str("unnamed");
            }
        }
        if let Some(known) = catalogue::find(&id) {
            if service.is("name", "") {
                service.put("name", known.name.into());
            }
            if service.get("hosts").items().is_empty() {
                service.put("hosts", Json::List(Vec::new()));
            }
            if let Some(Json::List(hosts)) = service.get_mut("hosts") {
                for host in known.hosts() {
                    hosts.push(host.into());
                }
            }
        }
        // It has to keep its hosts held, so it has to have an id of its own.
        while self.taken(&id, before) {
            id.push_str("-2");
        }
        service.put("id", id.into());
        if service.is("category", NECESSARY) {
            for host in service.get("hosts").items() {
                self.tracker(host.text());
            }
        } else if !has(&self.categories, service.get("category").text()) {
            self.wrong = true;
            service.put("category", MARKETING.into());
        }
    }
}

/// What a key's value has to be, or whether a text is a word.
fn find(shape: Shape, name: &str) -> (Shape, bool) {
    for (of, known, inner, many) in SHAPES {
        if *of == shape && *known == name {
            return (*inner, *many);
        }
    }
    (Shape::Unknown, false)
}

/// Whether a category or a service has this id.
fn has(list: &[Json], id: &str) -> bool {
    list.iter().any(|item| if let Json::Text(own) = item { own == id } else { item.is("id", id) })
}

impl Plain {
    /// Takes what the page gave.
    pub fn new(mut root: Json) -> Self {
        let mut cleaner = Cleaner { wrong: false, doubt: false, lost: false, categories: Vec::new() };
        // After the categories, which they need.
        let mut services = Json::List(Vec::new());
        if let Some(listed) = root.get_mut("services") {
            swap(listed, &mut services);
        }
        cleaner.clean(&mut root, Shape::Config, false, &[]);
        if !root.is_object() {
            root = Json::object();
        }
        if let Json::List(listed) = root.take("categories") {
            cleaner.categories = listed;
        }
        let mut first = Json::Null;
        for category in &mut cleaner.categories {
            if category.is("id", NECESSARY) {
                swap(category, &mut first);
            }
        }
        if matches!(first, Json::Null) {
            let count = if cleaner.categories.is_empty() { CATEGORIES.len() } else { 1 };
            for id in CATEGORIES.iter().take(count) {
                cleaner.categories.push(Json::object().with("id", *id));
            }
        } 
        // Each moves up into the place that `necessary` left.
        for category in &mut cleaner.categories {
            if !matches!(first, Json::Null) {
                swap(category, &mut first);
            }
        }
        cleaner.clean(&mut services, Shape::Service, true, &[]);
        root.put("categories", cleaner.categories.into());
        root.put("services", services);
        if cleaner.doubt {
            root.put("block", "third-party".into());
        }
        if let Some(regime) = root.get_mut("regime") {
            if cleaner.lost {
                regime.put("default", Json::Null);
            }
            let mut opt_out = is_opt_out(regime) || is_opt_out(regime.get("default"));
            for (_, regime) in regime.get("regions").entries() {
                opt_out |= is_opt_out(regime);
            }
            if let Some(signals) = root.get_mut("signals")
                && opt_out
                && signals.is("gpc", "ignore")
            {
                cleaner.wrong = true;
                signals.put("gpc", Json::Null);
            }
        }
        let mut plain = Self { root, wrong: cleaner.wrong };
        let (granted, denied) = plain.days();
        plain.wrong |= denied < granted;
        plain
    }

    /// Whether the gate holds or only reports.
    pub fn mode(&self) -> Mode {
        if self.root.is("mode", "report") { Mode::Report } else { Mode::Gate }
    }

    /// How much is held before the visitor has chosen.
    pub fn block(&self) -> Block {
        if self.root.is("block", "marked") {
            Block::Marked
        } else if self.root.is("block", "third-party") {
            Block::ThirdParty
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

    /// The notice's colours: `auto`, `light` or `dark`.
    pub fn theme(&self) -> &str {
        match self.root.get("notice").get("theme").text() {
            "" => "auto",
            theme => theme,
        }
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
        self.root.get("categories").items()
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
