//! The config as the file for every visitor reads it: where it lies, as text.
//!
//! Here nobody asks *what* is wrong, only whether anything is ([`Plain::wrong`]); a value that is not good counts as
//! absent or as the strict side, never as open. [`super::read`] says what, in the second file: from the same tables and by
//! the same rules ([`super::check`]). `tests/plain.rs` holds the two together.

use super::check::{Rule, check};
use super::read::{KEY_ROWS, WORD_ROWS};
use super::types::*;
use crate::json::{Json, Text, before};

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
    Origin,
    // Something plain.
    Bool,
    Days,
    ReplyDays,
    MinAge,
    Wait,
    // A word.
    Mode,
    Enforce,
    Block,
    Regime,
    OnSignal,
    Layout,
    Position,
    Theme,
    Reopen,
    GoogleMode,
    Receiver,
    GrantsBy,
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
    /// Or a text by `Rule::Share`.
    Sharing,
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

const RULES: [Rule; 15] = [
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
    Rule::Origin,
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

/// How many bytes the rows take: three each, and their names.
const PACKED: usize = {
    let (mut size, mut at) = (0, 0);
    while at < KEY_ROWS.len() + WORD_ROWS.len() {
        size += 3 + nth(at).name.len();
        at += 1;
    }
    size
};

const fn nth(at: usize) -> Row {
    let words = at >= KEY_ROWS.len();
    // Only the compiler calls this.
    #[expect(clippy::indexing_slicing)]
    if words { WORD_ROWS[at - KEY_ROWS.len()] } else { KEY_ROWS[at] }
}

/// All rows, one after the other: the object, the shape, the length of the name with [`MANY`], the name. A table of
/// structures has an address and two lengths for each.
static ROWS: [u8; PACKED] = {
    let mut packed = [0; PACKED];
    let (mut to, mut at) = (0, 0);
    while at < KEY_ROWS.len() + WORD_ROWS.len() {
        let row = nth(at);
        let name = row.name.as_bytes();
        // Only the compiler runs this.
        #[expect(clippy::indexing_slicing)]
        {
            packed[to] = row.of as u8;
            packed[to + 1] = row.shape as u8;
            packed[to + 2] = name.len() as u8 | if row.many { MANY } else { 0 };
            to += 3;
            let mut byte = 0;
            while byte < name.len() {
                packed[to] = name[byte];
                to += 1;
                byte += 1;
            }
        }
        at += 1;
    }
    packed
};
const MANY: u8 = 0x80;

const TEXTS: u8 = Shape::Texts as u8;
const TEXTS_BY_KEY: u8 = Shape::TextsByKey as u8;
const BY_REGION: u8 = Shape::RegimeByRegion as u8;
const SERVICE: u8 = Shape::Service as u8;
const SHARING: u8 = Shape::Sharing as u8;
const DAYS: u8 = Shape::Days as u8;
const REPLY: u8 = Shape::ReplyDays as u8;
const AGE: u8 = Shape::MinAge as u8;
const WAIT: u8 = Shape::Wait as u8;

/// What stands under this key of this object, or whether this is a word of this kind; and whether it is a list of that.
#[inline(never)]
fn row(of: u8, name: &[u8]) -> (u8, bool) {
    let mut rest: &[u8] = &ROWS;
    while let [own, shape, length, after @ ..] = rest {
        let Some((known, after)) = after.split_at_checked(usize::from(length & !MANY)) else { break };
        if *own == of && known == name {
            return (*shape, length & MANY > 0);
        }
        rest = after;
    }
    (Shape::Unknown as u8, false)
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
        plain.look(plain.root, Shape::Config as u8);
        let opt_out = plain.regime_rule();
        // 11 CCR § 7025(b).
        plain.wrong |= opt_out && plain.word(b"signals", b"gpc") == b"ignore";
        let (granted, denied) = plain.days();
        plain.wrong |= denied < granted;
        let block = plain.root.get(b"block");
        plain.wrong |= plain.is_strict() && !block.is_none() && block.text() != b"third-party";
        // EDPB Guidelines 2/2023.
        plain.wrong |= plain.advanced() && plain.regime() == Regime::OptIn;
        plain
    }

    /// Looks at a value and at all that is in it.
    fn look(&mut self, value: Json<'static>, shape: u8) {
        let good = match value.raw() {
            [b'{', ..] => {
                for (key, value) in value.members() {
                    let (rule, inner) = match shape {
                        TEXTS => (Rule::Language, Shape::TextsByKey),
                        TEXTS_BY_KEY => (Rule::TextKey, Shape::Prose),
                        BY_REGION => (Rule::Region, Shape::Regime),
                        _ => {
                            let (inner, many) = row(shape, key);
                            if !many {
                                self.look(value, inner);
                            } else if matches!(value.raw(), [b'[', ..]) {
                                for (_, item) in value.members() {
                                    self.look(item, inner);
                                }
                            } else {
                                self.broken(inner);
                            }
                            continue;
                        }
                    };
                    if check(key, rule) {
                        self.look(value, inner as u8);
                    } else {
                        self.broken(shape);
                    }
                }
                let has = |key: &[u8]| !value.get(key).is_none();
                if shape == SERVICE {
                    self.wrong |= !has(b"id") || !has(b"category");
                }
                (shape != Shape::Category as u8 || has(b"id"))
                    && (shape != Shape::Controller as u8 || has(b"name"))
                    && (shape != Shape::Receipt as u8 || has(b"endpoint"))
                    && (shape != SHARING || has(b"domain"))
                    && (Shape::Config as u8..=BY_REGION).contains(&shape)
            }
            [b'"', ..] => {
                let text = value.text();
                let rule = if shape == SHARING { Shape::Share as u8 } else { shape };
                if let Some(rule) = RULES.get(usize::from(rule)) {
                    // What an escape hides is for people to read, or the second file's to judge: space alone is no text.
                    check(text, *rule)
                        && match rule {
                            Rule::Any => true,
                            Rule::Line | Rule::Prose => !text.trim_ascii().starts_with(b"\\"),
                            _ => before(text, b"\\") == text.len(),
                        }
                } else {
                    // Whether the catalogue has a service of this id shows when it is set up.
                    let words = if shape == Shape::Regions as u8 { Shape::Regime as u8 } else { shape };
                    shape == SERVICE || row(words, text).0 == Shape::Word as u8
                }
            }
            [b'0'..=b'9', ..] => {
                let (min, max) = match shape {
                    DAYS => EXPIRES_DAYS,
                    REPLY => REPLY_DAYS,
                    AGE => MIN_AGE,
                    WAIT => WAIT_MS,
                    _ => (1, 0),
                };
                value.number() >= f64::from(min) && value.number() <= f64::from(max)
            }
            [b't' | b'f', ..] => shape == Shape::Bool as u8,
            _ => false,
        };
        if !good {
            self.broken(shape);
        }
    }

    fn broken(&mut self, shape: u8) {
        self.wrong = true;
        self.doubt |= [Shape::Config as u8, Shape::Block as u8, SERVICE, Shape::HostPath as u8].contains(&shape);
        self.lost |= shape == BY_REGION;
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

    /// Whether the browser itself is to hold what is not allowed.
    pub fn is_strict(&self) -> bool {
        self.root.get(b"enforce").text() == b"strict"
    }

    /// How much is held before the visitor has chosen.
    pub fn block(&self) -> Block {
        match self.root.get(b"block").text() {
            b"third-party" => Block::ThirdParty,
            _ if self.doubt || self.is_strict() => Block::ThirdParty,
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
        if is_opt_out(rule) || (check(region, Rule::Region) && is_opt_out(found)) {
            Regime::OptOut
        } else {
            Regime::OptIn
        }
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

    /// Whether the visitor is asked to be old enough. A broken age is asked for too.
    pub fn asks_age(&self) -> bool {
        !self.root.get(b"minAge").is_none()
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

    /// Whether a grant has to be the visitor's own.
    pub fn visitor_only(&self) -> bool {
        let grants = self.root.get(b"grants");
        !grants.is_none() && grants.text() != b"any"
    }

    /// Whether what the other subdomains say in the shared cookie is believed, a yes too.
    pub fn trusts_subdomains(&self) -> bool {
        self.root.get(b"share").get(b"trustSubdomains").bool() == Some(true)
    }

    /// Whether a page of this origin may have ours in a frame.
    pub fn may_embed(&self, origin: &[u8]) -> bool {
        self.list(b"embedders").any(|known| known.text() == origin && check(origin, Rule::Origin))
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
