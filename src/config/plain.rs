//! The config as the file for every visitor reads it: where it lies, as text.
//!
//! Here nobody asks *what* is wrong, only whether anything is ([`Plain::wrong`]); a value that is not good counts as
//! absent or as the strict side, never as open. [`super::read`] says what, in the second file: from the same tables and by
//! the same rules ([`super::check`]). `tests/plain.rs` holds the two together.

use super::check::{Rule, check};
use super::read::{KEY_ROWS, WORD_ROWS};
use super::types::*;
use crate::json::{Json, Text};

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
    Share,
    // Something plain.
    Bool,
    Days,
    ReplyDays,
    Wait,
    // A word.
    Mode,
    Block,
    Regime,
    OnSignal,
    Layout,
    Theme,
    Reopen,
    GoogleMode,
    Receiver,
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
    Google,
    Receipt,
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
}

const RULES: [Rule; 14] = [
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
    Rule::Share,
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

fn row(of: Shape, name: &[u8]) -> &'static Row {
    for row in &ROWS {
        if row.name.as_bytes() == name && row.of == of {
            return row;
        }
    }
    &UNKNOWN
}

/// A config, read where it lies.
#[derive(Debug, Clone, Copy, Default)]
pub struct Plain {
    root: Json<'static>,
    /// Whether anything about it is wrong or worth a warning.
    pub wrong: bool,
    /// Something was to be held, and we cannot tell what: all third parties are.
    pub doubt: bool,
    /// A region had a regime, and we cannot tell which region.
    lost: bool,
}

impl Plain {
    /// Takes what the page gave, as JSON; anything but an object is a broken config.
    pub fn new(text: Text) -> Self {
        let mut plain = Self { root: Json::new(text), ..Self::default() };
        plain.look(plain.root, Shape::Config);
        let opt_out = plain.regime_rule();
        // 11 CCR § 7025(b).
        plain.wrong |= opt_out && plain.word(b"signals", b"gpc") == b"ignore";
        let (granted, denied) = plain.days();
        plain.wrong |= denied < granted;
        // EDPB Guidelines 2/2023.
        plain.wrong |= plain.advanced() && plain.regime() == Regime::OptIn;
        plain
    }

    /// Looks at a value and at all that is in it.
    fn look(&mut self, value: Json<'static>, shape: Shape) {
        let good = match value.raw() {
            [b'{', ..] => {
                for (key, value) in value.members() {
                    let (rule, inner) = match shape {
                        Shape::Texts => (Rule::Language, Shape::TextsByKey),
                        Shape::TextsByKey => (Rule::TextKey, Shape::Prose),
                        Shape::RegimeByRegion => (Rule::Region, Shape::Regime),
                        _ => {
                            let row = row(shape, key);
                            if !row.many {
                                self.look(value, row.shape);
                            } else if matches!(value.raw(), [b'[', ..]) {
                                for (_, item) in value.members() {
                                    self.look(item, row.shape);
                                }
                            } else {
                                self.broken(row.shape);
                            }
                            continue;
                        }
                    };
                    if check(key, rule) {
                        self.look(value, inner);
                    } else {
                        self.broken(shape);
                    }
                }
                let has = |key: &[u8]| !value.get(key).is_none();
                match shape {
                    Shape::Category => has(b"id"),
                    Shape::Service => {
                        self.wrong |= !has(b"id") || !has(b"category");
                        true
                    }
                    Shape::Controller => has(b"name"),
                    Shape::Receipt => has(b"endpoint"),
                    _ => shape as u8 >= Shape::Config as u8 && shape as u8 <= Shape::RegimeByRegion as u8,
                }
            }
            [b'"', ..] => {
                let text = value.text();
                if let Some(rule) = RULES.get(shape as usize) {
                    // What an escape hides is for people to read, or the second file's to judge.
                    check(text, *rule)
                        && (matches!(rule, Rule::Any | Rule::Line | Rule::Prose) || !text.contains(&b'\\'))
                } else {
                    // Whether the catalogue has a service of this id shows when it is set up.
                    let words = if shape == Shape::Regions { Shape::Regime } else { shape };
                    shape == Shape::Service || row(words, text).shape == Shape::Word
                }
            }
            [b'0'..=b'9', ..] => {
                let (min, max) = match shape {
                    Shape::Days => EXPIRES_DAYS,
                    Shape::ReplyDays => REPLY_DAYS,
                    Shape::Wait => WAIT_MS,
                    _ => (1, 0),
                };
                value.raw().iter().all(u8::is_ascii_digit)
                    && value.number() >= f64::from(min)
                    && value.number() <= f64::from(max)
            }
            [b't' | b'f', ..] => shape == Shape::Bool,
            _ => false,
        };
        if !good {
            self.broken(shape);
        }
    }

    fn broken(&mut self, shape: Shape) {
        self.wrong = true;
        self.doubt |= matches!(shape, Shape::Config | Shape::Block | Shape::Service | Shape::HostPath);
        self.lost |= shape == Shape::RegimeByRegion;
    }

    /// A word, one or two keys deep.
    fn word(&self, key: &[u8], inner: &[u8]) -> Text {
        self.root.get(key).get(inner).text()
    }

    /// Whether any rule of the regime says opt-out.
    fn regime_rule(&self) -> bool {
        let rule = self.root.get(b"regime");
        let any = rule.get(b"regions").members().any(|(_, regime)| is_opt_out(regime));
        any || is_opt_out(rule) || is_opt_out(rule.get(b"default"))
    }

    /// Whether the gate holds or only reports.
    pub fn mode(&self) -> Mode {
        if self.root.get(b"mode").text() == b"report" { Mode::Report } else { Mode::Gate }
    }

    /// How much is held before the visitor has chosen.
    pub fn block(&self) -> Block {
        match self.root.get(b"block").text() {
            b"third-party" => Block::ThirdParty,
            _ if self.doubt => Block::ThirdParty,
            b"marked" => Block::Marked,
            _ => Block::Known,
        }
    }

    /// What silence means for this visitor. A region that nobody told us is opt-in; `US-CA` is looked up before `US`.
    pub fn regime(&self) -> Regime {
        let rule = self.root.get(b"regime");
        let region = self.root.get(b"region").text();
        let mut found = rule.get(b"regions").get(region);
        if found.is_none() {
            found = rule.get(b"regions").get(region.get(..2).unwrap_or_default());
        }
        if found.is_none() && !self.lost {
            found = rule.get(b"default");
        }
        if is_opt_out(rule) || (!region.is_empty() && is_opt_out(found)) { Regime::OptOut } else { Regime::OptIn }
    }

    /// What the browser's own signals mean.
    pub fn signals(&self) -> SignalRules {
        let on = |signal: &[u8]| match self.word(b"signals", signal) {
            b"ask" => OnSignal::Ask,
            b"ignore" if signal == b"dnt" || !self.regime_rule() => OnSignal::Ignore,
            _ => OnSignal::Deny,
        };
        SignalRules { dnt: on(b"dnt"), gpc: on(b"gpc") }
    }

    /// For how many days a grant and a refusal are kept.
    pub fn days(&self) -> (f64, f64) {
        let days = |answer: &[u8]| {
            let days = self.root.get(b"expires").get(answer).number();
            let (min, max) = EXPIRES_DAYS;
            if days >= f64::from(min) && days <= f64::from(max) { days } else { f64::from(DEFAULT_DAYS) }
        };
        (days(b"granted"), days(b"denied"))
    }

    /// The version of the privacy policy; empty if there is none.
    pub fn policy_version(&self) -> Text {
        self.word(b"policy", b"version")
    }

    /// What stands in a list of the root: `categories`, `services` or `allow`.
    pub fn list(&self, key: &[u8]) -> impl Iterator<Item = Json<'static>> + use<> {
        self.root.get(key).members().map(|(_, item)| item)
    }

    /// Whether Google's tags run before they are granted.
    pub fn advanced(&self) -> bool {
        self.word(b"google", b"mode") == b"advanced"
    }

    /// What counts as first party; empty if the page's host does.
    pub fn site(&self) -> Text {
        let site = self.root.get(b"site").text();
        if check(site, Rule::Site) { site } else { &[] }
    }
}

fn is_opt_out(regime: Json) -> bool {
    regime.text() == b"opt-out"
}
