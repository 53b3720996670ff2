//! What the owner may ask for, as types. `dist/portcullis.schema.json` is generated from this file, doc comments
//! included, so a sentence here is a sentence in the owner's editor.
//!
//! `Default` is what an absent key means. What a *broken* value falls back to is the reader's business
//! ([`super::read`]): the strict side, which is not always the default.
//!
//! Which categories there are: without `categories`, the four of [`CATEGORIES`]. With it, exactly those listed and
//! always `necessary`; a service of any other category is an error.

use alloc::{string::String, vec::Vec};

/// The category that is never optional.
pub const NECESSARY: &str = "necessary";
/// The category of a service that makes the site nicer to use.
pub const PREFERENCES: &str = "preferences";
/// The category of a service that measures.
pub const ANALYTICS: &str = "analytics";
/// The category of a service that advertises, and of one whose category cannot be read.
pub const MARKETING: &str = "marketing";
/// The categories where the owner lists none.
pub const CATEGORIES: [&str; 4] = [NECESSARY, PREFERENCES, ANALYTICS, MARKETING];

/// The most characters of an id or a key.
pub const MAX_ID: u16 = 64;
/// The most characters of a region: three after its country's (ISO 3166-2).
pub const MAX_REGION: u16 = 6;
/// The most characters of a language tag (RFC 5646 § 4.4.1).
pub const MAX_LANG: u16 = 35;
/// The most characters of a name or another short text.
pub const MAX_LINE: u16 = 200;
/// The most characters of a host and a path on it.
pub const MAX_HOST: u16 = 1000;
/// The most characters of a sentence or a link.
pub const MAX_TEXT: u16 = 2000;
/// The fewest and the most days that a choice is kept.
pub const EXPIRES_DAYS: (u16, u16) = (1, 730);
/// The default of [`Expires`].
pub const DEFAULT_DAYS: u16 = 180;
/// The fewest and the most days within which a request is answered: one month, twice extended (GDPR art. 12(3)).
pub const REPLY_DAYS: (u16, u16) = (1, 90);
/// The default of [`Controller::reply_days`] (GDPR art. 12(3)).
pub const DEFAULT_REPLY_DAYS: u16 = 30;
/// The lowest and the highest age that can be asked for.
pub const MIN_AGE: (u16, u16) = (1, 99);
/// What stands in for a `minAge` that is broken: below it a child needs its parents (GDPR art. 8(1)).
pub const STRICT_AGE: u16 = 16;
/// The shortest and the longest time that Google's tags wait for an answer, in milliseconds.
pub const WAIT_MS: (u16, u16) = (1, 10_000);

/// The configuration of Portcullis: what one site asks of its gate.
#[derive(Debug, Clone, PartialEq, Default)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema, serde::Serialize),
    serde(rename_all = "camelCase", deny_unknown_fields, default)
)]
pub struct Config {
    /// `gate` holds and asks; `report` is a dry run that holds nothing, shows nothing and lists what would be held.
    pub mode: Mode,
    /// How much is held before the visitor has chosen.
    pub block: Block,
    /// `hooks` holds by standing in for the browser's functions; `strict` has the browser itself hold all that is not
    /// allowed, by a Content-Security-Policy: it goes with `block: "third-party"`, and a grant reloads the page once.
    pub enforce: Enforce,
    /// Where `portcullis-sw.js` is served from, if it is to hold requests that no page sees (`/portcullis-sw.js`).
    #[cfg_attr(feature = "schema", schemars(regex(pattern = super::schema::LINK), length(max = MAX_TEXT)))]
    pub worker: Option<String>,
    /// What the visitor's silence means, everywhere or by region.
    pub regime: RegimeRule,
    /// Where the visitor is, as ISO 3166-1 or 3166-2 (`DE`, `US-CA`), if the server knows. Unknown means opt-in.
    #[cfg_attr(feature = "schema", schemars(regex(pattern = super::schema::REGION), length(max = MAX_REGION)))]
    pub region: Option<String>,
    /// What the browser's own signals mean.
    pub signals: SignalRules,
    /// For how many days a choice is kept before the visitor is asked again.
    pub expires: Expires,
    /// The privacy policy that the visitor consents under.
    pub policy: Policy,
    /// Who is responsible, and how they are reached.
    pub controller: Option<Controller>,
    /// The visitor has to say to be this old before anything optional can be granted (GDPR art. 8). Not asked by default.
    #[cfg_attr(feature = "schema", schemars(range(min = MIN_AGE.0, max = MIN_AGE.1)))]
    pub min_age: Option<u16>,
    /// The purposes that a visitor can choose among. Default: `preferences`, `analytics` and `marketing`. A list stands
    /// for exactly what it lists; `necessary` is always there, listed or not.
    pub categories: Vec<Category>,
    /// The third parties on this site: an id from the catalogue, or one spelled out.
    pub services: Vec<ServiceEntry>,
    /// Hosts that are never held, each an exact host name: no scheme, no port, no path.
    #[cfg_attr(feature = "schema", schemars(inner(regex(pattern = super::schema::HOST), length(max = MAX_HOST))))]
    pub allow: Vec<String>,
    /// What counts as first party: this domain and its subdomains. Default: the page's host without `www.`.
    #[cfg_attr(feature = "schema", schemars(regex(pattern = super::schema::HOST), length(max = MAX_HOST)))]
    pub site: Option<String>,
    /// How the notice looks and behaves.
    pub notice: Notice,
    /// The language of the notice as BCP 47 (`de`, `pt-BR`). Default: the page's (`<html lang>`), else the browser's, else
    /// English.
    #[cfg_attr(feature = "schema", schemars(regex(pattern = super::schema::LANGUAGE), length(max = MAX_LANG)))]
    pub lang: Option<String>,
    /// Own words, by language and then by text key: `{ "en": { "title": "…" } }`.
    #[cfg_attr(feature = "schema", schemars(with = "super::schema::Texts"))]
    #[cfg_attr(feature = "schema", serde(serialize_with = "super::schema::map"))]
    pub text: Vec<(String, Vec<(String, String)>)>,
    /// Where our other files are, if not beside the script tag's own `src`.
    #[cfg_attr(feature = "schema", schemars(regex(pattern = super::schema::LINK), length(max = MAX_TEXT)))]
    pub base: Option<String>,
    /// Google's tags are told what they may do (Consent Mode v2), before any of them can run.
    pub google: Option<Google>,
    /// Who else is told what it may do, each in its own words. Only who is named is told.
    pub tell: Vec<Receiver>,
    /// Where a proof of each choice is sent.
    pub receipt: Option<Receipt>,
    /// One choice for all subdomains of this domain: the answers, not their history, are mirrored in one first-party
    /// cookie there. A newer no holds on the others; a yes is asked there again. Default: each host by itself.
    pub share: Option<ShareRule>,
    /// Whose grants count. With `visitor`, what a script of the page or a program grants is refused.
    pub grants: GrantsBy,
    /// Origins of other sites that may show this site's pages in a frame as if they were its own (`https://a.example`).
    /// Anywhere else such a page asks nobody, and no click in it grants.
    #[cfg_attr(feature = "schema", schemars(inner(regex(pattern = super::schema::ORIGIN), length(max = MAX_HOST))))]
    pub embedders: Vec<String>,
}

impl Config {
    /// What stands in for a config that cannot be read, or is not there yet: every default, and all third parties held.
    pub fn strict() -> Self {
        Self { block: Block::ThirdParty, ..Self::default() }
    }

    /// The ids of all categories: `necessary` first, then those listed in their order, or the three others of
    /// [`CATEGORIES`].
    ///
    /// A service may be of a category that is not among them: one of the catalogue's, or `marketing` where it stands in
    /// for a broken one. Nobody can grant that category.
    pub fn category_ids(&self) -> Vec<String> {
        let mut ids: Vec<String> = Vec::new();
        ids.push(NECESSARY.into());
        if self.categories.is_empty() {
            ids.extend(CATEGORIES.iter().skip(1).map(|id| String::from(*id)));
        }
        ids.extend(
            self.categories.iter().filter(|category| category.id != NECESSARY).map(|category| category.id.clone()),
        );
        ids
    }

    /// What silence means where the config says that the visitor is. Unknown is opt-in; `US-CA` goes before `US`.
    pub fn silence(&self) -> Regime {
        match (&self.regime, &self.region) {
            (RegimeRule::One(regime), _) => *regime,
            (RegimeRule::ByRegion(_), None) => Regime::OptIn,
            (RegimeRule::ByRegion(rule), Some(region)) => {
                let find = |code: &str| rule.regions.iter().find(|known| known.0 == code).map(|known| known.1);
                let country = region.get(..2).unwrap_or_default();
                find(region).or_else(|| find(country)).unwrap_or(rule.default)
            }
        }
    }

    /// Whether there is a category of this id.
    pub fn has_category(&self, id: &str) -> bool {
        id == NECESSARY
            || if self.categories.is_empty() {
                CATEGORIES.contains(&id)
            } else {
                self.categories.iter().any(|category| category.id == id)
            }
    }
}

/// Whether the gate holds, or only reports what it would hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema, serde::Serialize), serde(rename_all = "kebab-case"))]
pub enum Mode {
    /// Hold and ask.
    #[default]
    Gate,
    /// A dry run. It is not consent.
    Report,
}

/// Who holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema, serde::Serialize), serde(rename_all = "kebab-case"))]
pub enum Enforce {
    /// Our hooks.
    #[default]
    Hooks,
    /// Our hooks, and a policy that the browser enforces.
    Strict,
}

/// How much is held before the visitor has chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema, serde::Serialize), serde(rename_all = "kebab-case"))]
pub enum Block {
    /// Only tags that the owner marked with `data-consent`.
    Marked,
    /// Marked tags and everything that goes to a known or listed service.
    #[default]
    Known,
    /// Marked tags and everything that goes to another site, `allow` excepted.
    ThirdParty,
}

/// What the visitor's silence means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema, serde::Serialize), serde(rename_all = "kebab-case"))]
pub enum Regime {
    /// Silence is a no (GDPR art. 4(11), ePrivacy art. 5(3)).
    #[default]
    OptIn,
    /// Silence is a yes until refused (CCPA § 1798.120).
    OptOut,
}

/// One regime for everyone, or one by region.
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema, serde::Serialize), serde(untagged))]
pub enum RegimeRule {
    /// The same everywhere.
    One(Regime),
    /// By region.
    ByRegion(Regions),
}

impl Default for RegimeRule {
    fn default() -> Self {
        Self::One(Regime::OptIn)
    }
}

/// Regimes by region.
#[derive(Debug, Clone, PartialEq, Default)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema, serde::Serialize),
    serde(rename_all = "camelCase", deny_unknown_fields, default)
)]
pub struct Regions {
    /// For a known region that is not listed. A visitor whose region is unknown is always opt-in.
    pub default: Regime,
    /// By ISO 3166 code; `US-CA` is looked up before `US`.
    #[cfg_attr(feature = "schema", schemars(with = "super::schema::RegimeByRegion"))]
    #[cfg_attr(feature = "schema", serde(serialize_with = "super::schema::map"))]
    pub regions: Vec<(String, Regime)>,
}

/// What a signal of the browser means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema, serde::Serialize), serde(rename_all = "kebab-case"))]
pub enum OnSignal {
    /// It is an answer: optional categories are denied without asking.
    #[default]
    Deny,
    /// It closes the gate, and the visitor is asked all the same.
    Ask,
    /// It is not read.
    Ignore,
}

/// What the browser's own signals mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema, serde::Serialize),
    serde(rename_all = "camelCase", deny_unknown_fields, default)
)]
pub struct SignalRules {
    /// Do Not Track.
    pub dnt: OnSignal,
    /// Global Privacy Control. `ignore` is an error where a region is opt-out (11 CCR § 7025).
    pub gpc: OnSignal,
}

/// For how many days a choice is kept. From 1 to 730.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema, serde::Serialize),
    serde(rename_all = "camelCase", deny_unknown_fields, default)
)]
pub struct Expires {
    /// Days until a choice that granted anything is asked again.
    #[cfg_attr(feature = "schema", schemars(range(min = EXPIRES_DAYS.0, max = EXPIRES_DAYS.1)))]
    pub granted: u16,
    /// Days until a refusal is asked again. Shorter than `granted` is a warning (CNIL 2020-091 § 39).
    #[cfg_attr(feature = "schema", schemars(range(min = EXPIRES_DAYS.0, max = EXPIRES_DAYS.1)))]
    pub denied: u16,
}

impl Default for Expires {
    fn default() -> Self {
        Self { granted: DEFAULT_DAYS, denied: DEFAULT_DAYS }
    }
}

/// The privacy policy.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema, serde::Serialize),
    serde(rename_all = "camelCase", deny_unknown_fields, default)
)]
pub struct Policy {
    /// Any text that changes when the policy does; a change asks the visitor again.
    #[cfg_attr(feature = "schema", schemars(regex(pattern = super::schema::TEXT), length(max = MAX_LINE)))]
    pub version: String,
    /// Where it can be read: http(s) or relative.
    #[cfg_attr(feature = "schema", schemars(regex(pattern = super::schema::LINK), length(max = MAX_TEXT)))]
    pub url: Option<String>,
    /// What changed since the version before, a sentence each; shown when the visitor is asked again.
    #[cfg_attr(feature = "schema", schemars(inner(regex(pattern = super::schema::TEXT), length(max = MAX_TEXT))))]
    pub changes: Vec<String>,
}

/// Who is responsible for the data (GDPR art. 13(1)(a)).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema, serde::Serialize),
    serde(rename_all = "camelCase", deny_unknown_fields)
)]
pub struct Controller {
    /// The name a visitor would know.
    #[cfg_attr(feature = "schema", schemars(regex(pattern = super::schema::TEXT), length(max = MAX_LINE)))]
    pub name: String,
    /// http(s), mailto or relative.
    #[cfg_attr(feature = "schema", schemars(default))]
    #[cfg_attr(feature = "schema", schemars(regex(pattern = super::schema::CONTACT), length(max = MAX_TEXT)))]
    pub contact: Option<String>,
    /// Within how many days a request is answered. From 1 to 90; 30 by default.
    #[cfg_attr(feature = "schema", schemars(default = "reply_days", range(min = REPLY_DAYS.0, max = REPLY_DAYS.1)))]
    pub reply_days: u16,
}

/// The default of [`Controller::reply_days`].
#[cfg(feature = "schema")]
fn reply_days() -> u16 {
    DEFAULT_REPLY_DAYS
}

/// A purpose.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema, serde::Serialize),
    serde(rename_all = "camelCase", deny_unknown_fields)
)]
pub struct Category {
    /// Lower-case letters, digits and hyphens. `necessary` is never optional; every other one is.
    #[cfg_attr(feature = "schema", schemars(regex(pattern = super::schema::CATEGORY_ID), length(max = MAX_ID)))]
    pub id: String,
    /// The name a visitor reads; default: ours for the four we know, else the id.
    #[cfg_attr(feature = "schema", schemars(default))]
    #[cfg_attr(feature = "schema", schemars(regex(pattern = super::schema::TEXT), length(max = MAX_LINE)))]
    pub label: Option<String>,
    /// What the data is used for, in plain words.
    #[cfg_attr(feature = "schema", schemars(default))]
    #[cfg_attr(feature = "schema", schemars(regex(pattern = super::schema::TEXT), length(max = MAX_TEXT)))]
    pub description: Option<String>,
}

/// A service of the catalogue by its id, or one spelled out.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema, serde::Serialize), serde(untagged))]
pub enum ServiceEntry {
    /// An id from the catalogue, for instance `google-analytics`.
    Known(String),
    /// One third party, spelled out.
    Own(Service),
}

impl ServiceEntry {
    /// Its id, in marks, in the API and in the record.
    pub fn id(&self) -> &str {
        match self {
            Self::Known(id) => id,
            Self::Own(service) => &service.id,
        }
    }
}

/// One third party.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema, serde::Serialize),
    serde(rename_all = "camelCase", deny_unknown_fields)
)]
pub struct Service {
    /// Lower-case letters, digits, dots and hyphens; unique, and no category's. One that the catalogue knows means that
    /// service: its hosts are held too.
    #[cfg_attr(feature = "schema", schemars(regex(pattern = super::schema::SERVICE_ID), length(max = MAX_ID)))]
    pub id: String,
    /// The name a visitor would know; default: the id.
    #[cfg_attr(feature = "schema", schemars(default))]
    #[cfg_attr(feature = "schema", schemars(regex(pattern = super::schema::TEXT), length(max = MAX_LINE)))]
    pub name: Option<String>,
    /// The id of the category that it serves.
    #[cfg_attr(feature = "schema", schemars(regex(pattern = super::schema::TEXT), length(max = MAX_LINE)))]
    pub category: String,
    /// Host names, each with its subdomains (`acme.example`), or a host and the start of a path on it
    /// (`shop.example/stats/`).
    #[cfg_attr(feature = "schema", schemars(default))]
    #[cfg_attr(feature = "schema", schemars(inner(regex(pattern = super::schema::HOST_PATH), length(max = MAX_HOST))))]
    pub hosts: Vec<String>,
    /// Names of its cookies; `*` at the end stands for any ending.
    #[cfg_attr(feature = "schema", schemars(default))]
    #[cfg_attr(feature = "schema", schemars(inner(regex(pattern = super::schema::PATTERN), length(max = MAX_LINE))))]
    pub cookies: Vec<String>,
    /// Its keys in local and session storage, and the names of its databases, caches and worker scripts; `*` at the end stands for any ending.
    #[cfg_attr(feature = "schema", schemars(default))]
    #[cfg_attr(feature = "schema", schemars(inner(regex(pattern = super::schema::PATTERN), length(max = MAX_LINE))))]
    pub storage: Vec<String>,
    /// Its own privacy policy: http(s) or relative.
    #[cfg_attr(feature = "schema", schemars(default))]
    #[cfg_attr(feature = "schema", schemars(regex(pattern = super::schema::LINK), length(max = MAX_TEXT)))]
    pub privacy_url: Option<String>,
    /// How long it keeps what it collects, in words.
    #[cfg_attr(feature = "schema", schemars(default))]
    #[cfg_attr(feature = "schema", schemars(regex(pattern = super::schema::TEXT), length(max = MAX_LINE)))]
    pub retention: Option<String>,
}

/// How the notice looks and behaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema, serde::Serialize),
    serde(rename_all = "camelCase", deny_unknown_fields, default)
)]
pub struct Notice {
    /// The form of the first layer.
    pub layout: Layout,
    /// Along which edge or in which corner. A bar goes by the edge alone; a box without a corner stands at the left; a
    /// modal stands in the middle.
    pub position: Position,
    /// Light, dark, or as the visitor's system says.
    pub theme: Theme,
    /// How the preferences are reached once the notice is gone.
    pub reopen: Reopen,
    /// Whether the first layer has a close button: it hides the notice for this page's life and stores nothing.
    pub close: bool,
    /// Whether the page does not scroll while the first layer can be seen.
    pub lock: bool,
}

/// The form of the first layer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema, serde::Serialize), serde(rename_all = "kebab-case"))]
pub enum Layout {
    /// Across the window.
    #[default]
    Bar,
    /// In a corner.
    Box,
    /// A dialog in the middle; the page cannot be used before an answer.
    Modal,
}

/// Where the first layer stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema, serde::Serialize), serde(rename_all = "kebab-case"))]
pub enum Position {
    /// At the bottom.
    #[default]
    Bottom,
    /// At the top.
    Top,
    /// At the bottom left.
    BottomLeft,
    /// At the bottom right.
    BottomRight,
    /// At the top left.
    TopLeft,
    /// At the top right.
    TopRight,
}

/// The notice's colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema, serde::Serialize), serde(rename_all = "kebab-case"))]
pub enum Theme {
    /// As the visitor's system says.
    #[default]
    Auto,
    /// Always light.
    Light,
    /// Always dark.
    Dark,
}

/// How the preferences are reached once the notice is gone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema, serde::Serialize), serde(rename_all = "kebab-case"))]
pub enum Reopen {
    /// A small button of ours.
    #[default]
    Button,
    /// Nothing of ours: the page has its own link to `#portcullis` (GDPR art. 7(3) asks for one on every page).
    None,
}

/// Google Consent Mode v2. The seven signals follow the grants: `ad_storage`, `ad_user_data` and `ad_personalization`
/// `google-ads` and `google-adsense` (where neither is on the page, the category `marketing`), `analytics_storage`
/// `google-analytics` (else `analytics`), `functionality_storage` and `personalization_storage` `preferences`;
/// `security_storage` is granted.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema, serde::Serialize),
    serde(rename_all = "camelCase", deny_unknown_fields, default)
)]
pub struct Google {
    /// Whether Google's tags are held until they are granted.
    pub mode: GoogleMode,
    /// Where the visitor's silence is told at all, as ISO 3166-1 or 3166-2; elsewhere Google takes silence as a yes. An
    /// answer and a signal are told everywhere. Default: everywhere.
    #[cfg_attr(feature = "schema", schemars(inner(regex(pattern = super::schema::REGION), length(max = MAX_REGION))))]
    pub region: Vec<String>,
    /// How long Google's tags wait for an answer, in milliseconds, from 1 to 10,000 (`wait_for_update`).
    #[cfg_attr(feature = "schema", schemars(range(min = WAIT_MS.0, max = WAIT_MS.1)))]
    pub wait_for_update: Option<u16>,
    /// Whether identifiers are taken out of what Google's tags send while `ad_storage` is denied.
    pub ads_data_redaction: bool,
    /// Whether Google may carry identifiers through the site's links instead of cookies.
    pub url_passthrough: bool,
}

/// Whether Google's tags are held until they are granted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema, serde::Serialize), serde(rename_all = "kebab-case"))]
pub enum GoogleMode {
    /// Google's tags are held like any other.
    #[default]
    Basic,
    /// Google's tags run at once, told that they may store nothing; not while a signal denies. Where silence is a no, such
    /// pings are still access to the visitor's device (ePrivacy art. 5(3), EDPB Guidelines 2/2023).
    Advanced,
}

/// Who is told what it may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema, serde::Serialize), serde(rename_all = "kebab-case"))]
pub enum Receiver {
    /// Microsoft Advertising (UET): `uetq.push('consent', …)`.
    Microsoft,
    /// Microsoft Clarity: `clarity('consentv2', …)`.
    Clarity,
    /// Meta Pixel: `fbq('consent', …)`.
    Meta,
    /// Matomo: `_paq.push(['setConsentGiven'])` and its opposites.
    Matomo,
    /// Plausible: the key `plausible_ignore` in local storage.
    Plausible,
    /// PostHog: `posthog.opt_in_capturing()` and its opposite.
    Posthog,
    /// Tag managers: an event `portcullis` with the grants in `dataLayer`.
    DataLayer,
}

/// Where a proof of each choice is sent.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema, serde::Serialize),
    serde(rename_all = "camelCase", deny_unknown_fields)
)]
pub struct Receipt {
    /// http(s) or relative; each choice is posted there as JSON until the server answers with success.
    #[cfg_attr(feature = "schema", schemars(regex(pattern = super::schema::LINK), length(max = MAX_TEXT)))]
    pub endpoint: String,
}

/// Whose grants count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema, serde::Serialize), serde(rename_all = "kebab-case"))]
pub enum GrantsBy {
    /// The visitor's own; those of the page's scripts (recorded as `api`) and of programs that click (`client`) too.
    #[default]
    Any,
    /// The visitor's own alone.
    Visitor,
}

/// The domain of the shared cookie, or what is believed of it as well.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema, serde::Serialize), serde(untagged))]
pub enum ShareRule {
    /// `.example.com`. A yes of another subdomain is asked again here.
    Domain(
        #[cfg_attr(feature = "schema", schemars(regex(pattern = super::schema::SHARE), length(max = MAX_HOST)))] String,
    ),
    /// With what is believed.
    Trusting(Sharing),
}

impl ShareRule {
    /// The domain, with its dot.
    pub fn domain(&self) -> &str {
        match self {
            Self::Domain(domain) => domain,
            Self::Trusting(sharing) => &sharing.domain,
        }
    }
}

/// How one choice is shared.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema, serde::Serialize),
    serde(rename_all = "camelCase", deny_unknown_fields)
)]
pub struct Sharing {
    /// A domain with a dot before it (`.example.com`).
    #[cfg_attr(feature = "schema", schemars(regex(pattern = super::schema::SHARE), length(max = MAX_HOST)))]
    pub domain: String,
    /// Whether a yes of another subdomain grants here too. Then every subdomain can grant everything on all of them.
    #[cfg_attr(feature = "schema", schemars(default))]
    pub trust_subdomains: bool,
}
