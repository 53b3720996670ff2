//! From a value of unknown shape to a [`Config`], field by field.
//!
//! Absent means the default. Broken means the strict side, never open:
//!
//! | What is broken | What stands in for it |
//! |---|---|
//! | the whole config | every default, and `block: "third-party"` |
//! | `block` | `third-party` |
//! | `mode`, `regime`, `signals`, `expires` | `gate`, `opt-in`, `deny`, 180 days |
//! | `grants` | `visitor` |
//! | a region's name in `regime.regions` | `regime.default` becomes `opt-in`: we cannot tell whom it was for |
//! | an entry of `allow`, `site` | dropped: more is third party |
//! | an entry of `embedders` | dropped: more is another site |
//! | a service's category | `marketing` |
//! | a service's id | one made of its name: its hosts are held all the same |
//! | `minAge` | 16: it was to be asked |
//! | `google`, `google.region` | basic mode, everywhere |
//! | what names something to hold (`services`, one of it, a host) | `block: "third-party"`: we cannot tell what |
//! | any other value | as if absent |
//!
//! `null` is a broken value like any other. To add a key: one line in the table of its object below, which says its
//! name, its shape and how it is read. `tests/config.rs` fails until `types.rs` knows it too, `tests/plain.rs` until
//! [`super::plain`] reads it alike.

use super::check::{Rule, clean};
use super::plain::{Row, Shape};
use super::raw::{Kind, Raw};
use super::report::{Expected, Problem, Report};
use super::types::*;
use crate::shield::catalogue;
use alloc::{string::String, vec::Vec};

/// An enum that the config says by a word.
trait Word: Copy + 'static {
    /// The words, in the order of `VALUES`.
    const WORDS: &'static [&'static str];
    /// The values.
    const VALUES: &'static [Self];
    /// What stands in for a word that is none of them: the strict one.
    const BROKEN: Self;
}

/// A row of [`super::plain`]: what it belongs to, its key or word, and the shape that stands there; in brackets, a list
/// of it.
macro_rules! row {
    ($of:ident $name:literal [$shape:ident]) => {
        Row { of: Shape::$of, name: $name, shape: Shape::$shape, many: true }
    };
    ($of:ident $name:literal $shape:ident) => {
        Row { of: Shape::$of, name: $name, shape: Shape::$shape, many: false }
    };
}

macro_rules! words {
    ($($name:ident else $broken:ident { $($word:literal $value:ident)* })*) => {
        $(impl Word for $name {
            const WORDS: &'static [&'static str] = &[$($word),*];
            const VALUES: &'static [Self] = &[$(Self::$value),*];
            const BROKEN: Self = Self::$broken;
        })*
        /// The words of each enum, for [`super::plain`].
        pub(super) const WORD_ROWS: &[Row] = &[$($(row!($name $word Word)),*),*];
        /// The words of each enum, for the test that holds them and the schema together.
        #[cfg(any(test, feature = "schema"))]
        pub const WORDS: &[(&str, &[&str])] = &[$((stringify!($name), $name::WORDS)),*];
    };
}

words! {
    Mode else Gate { "gate" Gate "report" Report }
    Enforce else Hooks { "hooks" Hooks "strict" Strict }
    Block else ThirdParty { "marked" Marked "known" Known "third-party" ThirdParty }
    Regime else OptIn { "opt-in" OptIn "opt-out" OptOut }
    OnSignal else Deny { "deny" Deny "ask" Ask "ignore" Ignore }
    Layout else Bar { "bar" Bar "box" Box "modal" Modal }
    Position else Bottom {
        "bottom" Bottom "top" Top "bottom-left" BottomLeft "bottom-right" BottomRight "top-left" TopLeft
        "top-right" TopRight
    }
    Theme else Auto { "auto" Auto "light" Light "dark" Dark }
    Reopen else Button { "button" Button "none" None }
    GoogleMode else Basic { "basic" Basic "advanced" Advanced }
    GrantsBy else Visitor { "any" Any "visitor" Visitor }
    // What stands in for a broken one is never used: who is not named is not told.
    Receiver else DataLayer {
        "microsoft" Microsoft "clarity" Clarity "meta" Meta "matomo" Matomo "plausible" Plausible "posthog" Posthog
        "data-layer" DataLayer
    }
}

/// Each object's keys, what the value of each has to be (for [`super::plain`]), and how it is read: a method
/// `fn name(&mut self, raw, into)` for every table. `required` keys stand first.
macro_rules! objects {
    ($($name:ident($reader:ident, $into:ident: $type:ident, $value:ident), $required:literal required {
        $($key:literal: $shape:tt => $read:expr,)*
    })*) => {
        impl<P: Report> Reader<'_, P> {
            $(fn $name<R: Raw>(&mut self, raw: &R, $into: &mut $type) {
                const KEYS: &[&str] = &[$($key),*];
                self.object(raw, KEYS, $required, &mut |$reader, index, $value| {
                    let mut at = 0;
                    $(if index == at { $read } at += 1;)*
                    let _ = at;
                });
            })*
        }
        /// The same for [`super::plain`].
        pub(super) const KEY_ROWS: &[Row] = &[$($(row!($type $key $shape)),*),*];
        /// The keys of each object, for the test that holds them and the schema together.
        #[cfg(any(test, feature = "schema"))]
        pub const KEYS: &[(&str, &[&str])] = &[$((stringify!($type), &[$($key),*])),*];
    };
}

objects! {
    root(reader, config: Config, value), 0 required {
        // For the owner's editor.
        "$schema": Any => drop(reader.text(value, Rule::Any)),
        "mode": Mode => config.mode = reader.word(value),
        "block": Block => config.block = reader.word(value),
        "enforce": Enforce => config.enforce = reader.word(value),
        "worker": Link => reader.maybe(value, Rule::Link, &mut config.worker),
        "regime": Regions => config.regime = reader.regime(value),
        "region": Region => reader.maybe(value, Rule::Region, &mut config.region),
        "signals": SignalRules => reader.signals(value, &mut config.signals),
        "expires": Expires => reader.expires(value, &mut config.expires),
        "policy": Policy => reader.policy(value, &mut config.policy),
        "controller": Controller => config.controller = reader.responsible(value),
        "minAge": MinAge => {
            let mut age = STRICT_AGE;
            reader.number(value, MIN_AGE, &mut age);
            config.min_age = Some(age);
        },
        "categories": [Category] => reader.list(value, &mut |reader, value| reader.add_category(value, config)),
        // After the categories, which they need.
        "services": [Service] => {
            // It has to be a list for us to know what to hold.
            reader.doubt |= value.kind() != Kind::List;
            reader.list(value, &mut |reader, value| reader.add_service(value, config));
        },
        "allow": [Exact] => reader.texts(value, Rule::Exact, &mut config.allow),
        "site": Site => reader.maybe(value, Rule::Site, &mut config.site),
        "notice": Notice => reader.notice(value, &mut config.notice),
        "lang": Language => reader.maybe(value, Rule::Language, &mut config.lang),
        "text": Texts => reader.pairs(value, Rule::Language, &mut |reader, language, value| {
            let mut texts = Vec::new();
            reader.pairs(value, Rule::TextKey, &mut |reader, key, value| {
                texts.extend(reader.text(value, Rule::Prose).map(|text| (key, text)));
            });
            config.text.push((language, texts));
        }),
        "base": Link => reader.maybe(value, Rule::Link, &mut config.base),
        "google": Google => reader.google(value, config.google.get_or_insert_default()),
        "tell": [Receiver] => reader.list(value, &mut |reader, value| {
            let index = reader.index(value, Receiver::WORDS, false);
            config.tell.extend(Receiver::VALUES.get(index));
        }),
        "receipt": Receipt => {
            let mut receipt = Receipt::default();
            reader.receipt(value, &mut receipt);
            config.receipt = (!receipt.endpoint.is_empty()).then_some(receipt);
        },
        "share": Sharing => config.share = reader.share(value),
        "grants": GrantsBy => config.grants = reader.word(value),
        "embedders": [Origin] => reader.texts(value, Rule::Origin, &mut config.embedders),
    }
    google(reader, google: Google, value), 0 required {
        "mode": GoogleMode => google.mode = reader.word(value),
        "region": [Region] => {
            reader.texts(value, Rule::Region, &mut google.region);
            // Silence is told everywhere where we cannot tell for whom it was meant.
            if !reader.sound {
                google.region.clear();
            }
        },
        "waitForUpdate": Wait => {
            let mut wait = 0;
            reader.number(value, WAIT_MS, &mut wait);
            google.wait_for_update = (wait > 0).then_some(wait);
        },
        "adsDataRedaction": Bool => reader.truth(value, &mut google.ads_data_redaction),
        "urlPassthrough": Bool => reader.truth(value, &mut google.url_passthrough),
    }
    receipt(reader, receipt: Receipt, value), 1 required {
        "endpoint": Link => reader.line(value, Rule::Link, &mut receipt.endpoint),
    }
    sharing(reader, sharing: Sharing, value), 1 required {
        "domain": Share => reader.line(value, Rule::Share, &mut sharing.domain),
        "trustSubdomains": Bool => reader.truth(value, &mut sharing.trust_subdomains),
    }
    regions(reader, rule: Regions, value), 0 required {
        "default": Regime => rule.default = reader.word(value),
        "regions": RegimeByRegion => reader.pairs(value, Rule::Region, &mut |reader, region, value| {
            rule.regions.push((region, reader.word(value)));
        }),
    }
    signals(reader, rules: SignalRules, value), 0 required {
        "dnt": OnSignal => rules.dnt = reader.word(value),
        "gpc": OnSignal => rules.gpc = reader.word(value),
    }
    expires(reader, days: Expires, value), 0 required {
        "granted": Days => reader.number(value, EXPIRES_DAYS, &mut days.granted),
        "denied": Days => reader.number(value, EXPIRES_DAYS, &mut days.denied),
    }
    policy(reader, policy: Policy, value), 0 required {
        "version": Line => reader.line(value, Rule::Line, &mut policy.version),
        "url": Link => reader.maybe(value, Rule::Link, &mut policy.url),
        "changes": [Prose] => reader.texts(value, Rule::Prose, &mut policy.changes),
    }
    controller(reader, controller: Controller, value), 1 required {
        "name": Line => reader.line(value, Rule::Line, &mut controller.name),
        "contact": Contact => reader.maybe(value, Rule::Contact, &mut controller.contact),
        "replyDays": ReplyDays => reader.number(value, REPLY_DAYS, &mut controller.reply_days),
    }
    category(reader, category: Category, value), 1 required {
        "id": CategoryId => reader.line(value, Rule::CategoryId, &mut category.id),
        "label": Line => reader.maybe(value, Rule::Line, &mut category.label),
        "description": Prose => reader.maybe(value, Rule::Prose, &mut category.description),
    }
    service(reader, service: Service, value), 2 required {
        "id": ServiceId => reader.line(value, Rule::ServiceId, &mut service.id),
        "category": Line => reader.line(value, Rule::Line, &mut service.category),
        "name": Line => reader.maybe(value, Rule::Line, &mut service.name),
        "hosts": [HostPath] => reader.texts(value, Rule::HostPath, &mut service.hosts),
        "cookies": [Pattern] => reader.texts(value, Rule::Pattern, &mut service.cookies),
        "storage": [Pattern] => reader.texts(value, Rule::Pattern, &mut service.storage),
        "privacyUrl": Link => reader.maybe(value, Rule::Link, &mut service.privacy_url),
        "retention": Line => reader.maybe(value, Rule::Line, &mut service.retention),
    }
    notice(reader, notice: Notice, value), 0 required {
        "layout": Layout => notice.layout = reader.word(value),
        "theme": Theme => notice.theme = reader.word(value),
        "reopen": Reopen => notice.reopen = reader.word(value),
        "position": Position => notice.position = reader.word(value),
        "close": Bool => reader.truth(value, &mut notice.close),
        "lock": Bool => reader.truth(value, &mut notice.lock),
    }
}

/// Reads a config. It cannot fail: problems are told to `report`, all of them, and the table above says what stands in
/// for what is broken.
pub fn read<R: Raw, P: Report>(raw: &R, report: &mut P) -> Config {
    let mut config = Config::default();
    let mut reader = Reader { report, doubt: raw.kind() != Kind::Object, sound: true };
    reader.root(raw, &mut config);
    let opt_out = match &config.regime {
        RegimeRule::One(regime) => *regime == Regime::OptOut,
        RegimeRule::ByRegion(rule) => {
            rule.default == Regime::OptOut || rule.regions.iter().any(|region| region.1 == Regime::OptOut)
        }
    };
    if opt_out && config.signals.gpc == OnSignal::Ignore {
        config.signals.gpc = OnSignal::Deny;
        reader.at("signals", |reader| reader.at("gpc", |reader| reader.report.problem(Problem::GpcIgnored)));
    }
    if config.enforce == Enforce::Strict {
        // A policy can only list what is allowed (CSP 3 § 2.3.1), so nothing less can be held.
        if raw.get("block").is_some() && config.block != Block::ThirdParty {
            reader.at("block", |reader| reader.report.problem(Problem::StrictBlock));
        }
        config.block = Block::ThirdParty;
    }
    let Expires { granted, denied } = config.expires;
    if denied < granted {
        let problem = Problem::DeniedShorter { granted, denied };
        reader.at("expires", |reader| reader.at("denied", |reader| reader.report.problem(problem)));
    }
    if config.google.as_ref().is_some_and(|google| google.mode == GoogleMode::Advanced)
        && config.silence() == Regime::OptIn
    {
        reader.at("google", |reader| reader.at("mode", |reader| reader.report.problem(Problem::Cookieless)));
    }
    if reader.doubt {
        config.block = Block::ThirdParty;
    }
    config
}

struct Reader<'a, P> {
    report: &'a mut P,
    /// Something was to be held, and we cannot tell what.
    doubt: bool,
    /// No key of the owner's own was broken since this was last set.
    sound: bool,
}

impl<P: Report> Reader<'_, P> {
    fn problem_type<R: Raw>(&mut self, raw: &R, expected: Expected<'_>) {
        self.report.problem(Problem::Type { found: raw.kind(), expected });
    }

    fn at(&mut self, key: &str, read: impl FnOnce(&mut Self)) {
        self.report.key(key);
        read(self);
        self.report.leave();
    }

    /// Each value of an object whose keys we know. What it is given is not generic, so that there is one such loop.
    fn object<R: Raw>(
        &mut self,
        raw: &R,
        keys: &'static [&'static str],
        required: usize,
        read: &mut dyn FnMut(&mut Self, usize, &R),
    ) {
        if raw.kind() != Kind::Object {
            return self.problem_type(raw, Expected::Object);
        }
        let own = raw.keys();
        self.report.fields(&own);
        for found in &own {
            if !keys.iter().any(|key| key == found) {
                self.at(found, |reader| reader.report.problem(Problem::UnknownKey { found, allowed: keys }));
            }
        }
        for (index, key) in keys.iter().enumerate() {
            // Its own keys only: a polluted prototype has others.
            if own.iter().any(|own| own == key) {
                self.at(key, |reader| {
                    if let Some(value) = raw.get(key) {
                        read(reader, index, &value);
                    }
                });
            } else if index < required {
                self.report.problem(Problem::Missing { key });
            }
        }
    }

    /// Each value of an object whose keys are the owner's own.
    fn pairs<R: Raw>(&mut self, raw: &R, rule: Rule, read: &mut dyn FnMut(&mut Self, String, &R)) {
        if raw.kind() != Kind::Object {
            self.sound = false;
            return self.problem_type(raw, Expected::Object);
        }
        let own = raw.keys();
        self.report.fields(&own);
        for found in &own {
            self.at(found, |reader| {
                if let (Some(name), Some(value)) = (reader.checked(found, rule), raw.get(found)) {
                    read(reader, name, &value);
                }
            });
        }
    }

    /// Each item of a list.
    fn list<R: Raw>(&mut self, raw: &R, read: &mut dyn FnMut(&mut Self, &R)) {
        if raw.kind() != Kind::List {
            self.sound = false;
            return self.problem_type(raw, Expected::List);
        }
        for (index, item) in raw.items().iter().enumerate() {
            self.report.index(index);
            read(self, item);
            self.report.leave();
        }
    }

    fn text<R: Raw>(&mut self, raw: &R, rule: Rule) -> Option<String> {
        match raw.as_text() {
            Some(text) => self.checked(&text, rule),
            None => {
                self.sound = false;
                self.problem_type(raw, Expected::Text);
                None
            }
        }
    }

    fn maybe<R: Raw>(&mut self, raw: &R, rule: Rule, into: &mut Option<String>) {
        *into = self.text(raw, rule);
    }

    fn line<R: Raw>(&mut self, raw: &R, rule: Rule, into: &mut String) {
        if let Some(text) = self.text(raw, rule) {
            *into = text;
        }
    }

    fn checked(&mut self, found: &str, rule: Rule) -> Option<String> {
        let text = clean(found, rule);
        if text.is_none() {
            self.sound = false;
            self.report.problem(Problem::Text { found, rule });
        }
        text
    }

    fn texts<R: Raw>(&mut self, raw: &R, rule: Rule, texts: &mut Vec<String>) {
        self.sound = true;
        self.list(raw, &mut |reader, value| {
            if let Some(text) = reader.text(value, rule) {
                if rule == Rule::Exact {
                    reader.tracker(&text);
                }
                texts.push(text);
            }
        });
        self.doubt |= rule == Rule::HostPath && !self.sound;
    }

    /// The index of a word; none of them where it is none.
    fn index<R: Raw>(&mut self, raw: &R, words: &'static [&'static str], object: bool) -> usize {
        let mut index = None;
        match raw.as_text() {
            Some(found) => {
                index = words.iter().position(|word| *word == found);
                if index.is_none() {
                    self.report.problem(Problem::NotOneOf { found: &found, allowed: words });
                }
            }
            None => self.problem_type(raw, Expected::Words { words, object }),
        }
        index.unwrap_or(usize::MAX)
    }

    fn word<R: Raw, W: Word>(&mut self, raw: &R) -> W {
        W::VALUES.get(self.index(raw, W::WORDS, false)).copied().unwrap_or(W::BROKEN)
    }

    fn number<R: Raw>(&mut self, raw: &R, (min, max): (u16, u16), into: &mut u16) {
        let Some(found) = raw.as_number() else { return self.problem_type(raw, Expected::Number(min, max)) };
        let whole = found as u16;
        if f64::from(whole) == found && min <= whole && whole <= max {
            *into = whole;
        } else {
            self.report.problem(Problem::OutOfRange { found, min, max });
        }
    }

    fn truth<R: Raw>(&mut self, raw: &R, into: &mut bool) {
        match raw.as_bool() {
            Some(truth) => *into = truth,
            None => self.problem_type(raw, Expected::Bool),
        }
    }

    fn regime<R: Raw>(&mut self, raw: &R) -> RegimeRule {
        if raw.kind() != Kind::Object {
            let index = self.index(raw, Regime::WORDS, true);
            return RegimeRule::One(Regime::VALUES.get(index).copied().unwrap_or(Regime::BROKEN));
        }
        let mut rule = Regions::default();
        self.sound = true;
        self.regions(raw, &mut rule);
        if !self.sound {
            rule.default = Regime::BROKEN;
        }
        RegimeRule::ByRegion(rule)
    }

    fn share<R: Raw>(&mut self, raw: &R) -> Option<ShareRule> {
        if raw.kind() != Kind::Object {
            return self.text(raw, Rule::Share).map(ShareRule::Domain);
        }
        let mut sharing = Sharing::default();
        self.sharing(raw, &mut sharing);
        (!sharing.domain.is_empty()).then_some(ShareRule::Trusting(sharing))
    }

    fn responsible<R: Raw>(&mut self, raw: &R) -> Option<Controller> {
        let mut controller = Controller { reply_days: DEFAULT_REPLY_DAYS, ..Controller::default() };
        self.controller(raw, &mut controller);
        (!controller.name.is_empty()).then_some(controller)
    }

    fn add_category<R: Raw>(&mut self, raw: &R, config: &mut Config) {
        let mut category = Category::default();
        self.category(raw, &mut category);
        if config.categories.iter().any(|other| other.id == category.id) {
            self.at("id", |reader| reader.report.problem(Problem::Duplicate { id: &category.id }));
        } else if !category.id.is_empty() {
            config.categories.push(category);
        }
    }

    fn add_service<R: Raw>(&mut self, raw: &R, config: &mut Config) {
        if let Some(id) = raw.as_text() {
            let Some(known) = catalogue::find(id.as_bytes()) else {
                self.doubt = true;
                return self.report.problem(Problem::UnknownService { found: &id });
            };
            self.listed(known.category(), config);
            if taken(&id, config) {
                return self.report.problem(Problem::Duplicate { id: &id });
            }
            return config.services.push(ServiceEntry::Known(id));
        }
        if raw.kind() != Kind::Object {
            self.doubt = true;
            return self.problem_type(raw, Expected::Service);
        }
        let mut service = Service::default();
        self.service(raw, &mut service);
        let given = !service.id.is_empty();
        if !given {
            service.id = catalogue::slug(service.name.as_deref().unwrap_or(""));
            if service.id.is_empty() {
                service.id.push_str("unnamed");
            }
        }
        if let Some(mut known) = catalogue::find(service.id.as_bytes()) {
            loop {
                service.hosts.push(catalogue::text(known.host()).into());
                if !known.another() {
                    break;
                }
            }
        }
        if taken(&service.id, config) {
            if given {
                self.at("id", |reader| reader.report.problem(Problem::Duplicate { id: &service.id }));
            }
            // It has to keep its hosts held, so it has to have an id of its own.
            while taken(&service.id, config) {
                service.id.push_str("-2");
            }
        }
        self.at("category", |reader| {
            if !service.category.is_empty() && !reader.listed(&service.category, config) {
                service.category.clear();
            }
            if service.category == NECESSARY {
                service.hosts.iter().any(|host| reader.tracker(host));
            }
        });
        if service.category.is_empty() {
            service.category.push_str(MARKETING);
        }
        config.services.push(ServiceEntry::Own(service));
    }

    /// Whether there is this category; if not, tells.
    fn listed(&mut self, found: &str, config: &Config) -> bool {
        let listed = config.has_category(found);
        if !listed {
            self.report.problem(Problem::UnknownCategory { found, listed: &config.categories });
        }
        listed
    }

    /// Whether a host that should need no consent is known to need it; if so, tells.
    fn tracker(&mut self, host: &str) -> bool {
        let known = catalogue::find_host(host.as_bytes()).filter(|known| known.category() != PREFERENCES);
        if let Some(known) = &known {
            self.report.problem(Problem::KnownTracker { name: catalogue::name(known), category: known.category() });
        }
        known.is_some()
    }
}

/// Whether an id is a category's or another service's: `data-consent` names either.
fn taken(id: &str, config: &Config) -> bool {
    config.has_category(id) || config.services.iter().any(|service| service.id() == id)
}
