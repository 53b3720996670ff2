//! Problems in words: one line each, with its path, what was found, what was expected and the nearest right word.
//!
//! Not in the file that every visitor loads: it is fetched when there is an error.

use super::check::{Rule, clean, length, longest};
use super::raw::Kind;
use super::report::{Expected, Problem, Report, Severity};
use super::types::Config;
use crate::shield::catalogue;
use alloc::{collections::BTreeMap, format, string::String, vec, vec::Vec};

/// One problem, as the console shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// How bad it is.
    pub severity: Severity,
    /// For instance `services[2].catgory: unknown key; did you mean "category"?`.
    pub text: String,
}

/// Hears of problems and puts them into words.
#[derive(Debug, Clone, Default)]
pub struct Words {
    path: Vec<Step>,
    /// The keys of every object met, by its path.
    keys: BTreeMap<String, Vec<String>>,
    lines: Vec<(Vec<usize>, Line)>,
}

/// A step down into the config: how it is written, and how many come before it.
#[derive(Debug, Clone)]
struct Step {
    text: String,
    before: usize,
}

impl Words {
    /// All problems, in the order in which the owner wrote the config.
    pub fn lines(mut self) -> Vec<Line> {
        self.lines.sort_by(|one, other| one.0.cmp(&other.0));
        self.lines.into_iter().map(|line| line.1).collect()
    }

    fn path(&self) -> String {
        self.path.iter().map(|step| step.text.as_str()).collect()
    }
}

impl Report for Words {
    fn fields(&mut self, keys: &[String]) {
        self.keys.insert(self.path(), keys.to_vec());
    }

    fn key(&mut self, key: &str) {
        let keys = self.keys.get(&self.path());
        let before = keys.and_then(|keys| keys.iter().position(|other| other == key)).unwrap_or(0);
        let plain = key.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'$');
        let text = match (plain && !key.is_empty(), self.path.is_empty()) {
            (true, true) => key.into(),
            (true, false) => format!(".{key}"),
            (false, _) => format!("[{}]", quoted(key)),
        };
        self.path.push(Step { text, before });
    }

    fn index(&mut self, index: usize) {
        self.path.push(Step { text: format!("[{index}]"), before: index });
    }

    fn leave(&mut self) {
        self.path.pop();
    }

    fn problem(&mut self, problem: Problem<'_>) {
        let path = if self.path.is_empty() { "config".into() } else { self.path() };
        let line = Line { severity: problem.severity(), text: format!("{path}: {}", sentence(&problem)) };
        self.lines.push((self.path.iter().map(|step| step.before).collect(), line));
    }
}

fn sentence(problem: &Problem<'_>) -> String {
    match *problem {
        Problem::UnknownKey { found, allowed } => match nearest(found, allowed.iter().copied()) {
            Some(word) => format!("unknown key; did you mean {}?", quoted(word)),
            None => format!("unknown key; expected one of {}", list(allowed)),
        },
        Problem::Missing { key } => format!("missing key {}", quoted(key)),
        Problem::Type { found, expected } => format!("found {}, expected {}", kind(found), expectation(expected)),
        Problem::NotOneOf { found, allowed } => among(found, allowed),
        Problem::OutOfRange { found, min, max } => {
            format!("found {found}, expected {}", expectation(Expected::Number(min, max)))
        }
        Problem::Text { found, rule } if length(found) > longest(rule) => {
            format!("found {} characters, expected at most {}", length(found), longest(rule))
        }
        Problem::Text { found, rule } => {
            let (expected, instead) = wanted(found, rule);
            format!("found {}, expected {expected}{}", quoted(found), suggestion(instead.as_deref()))
        }
        Problem::Duplicate { id } => format!("found {} again, expected a name that nothing else has", quoted(id)),
        Problem::UnknownCategory { found, listed } => {
            let ids = Config { categories: listed.to_vec(), ..Config::default() }.category_ids();
            among(found, &ids.iter().map(String::as_str).collect::<Vec<_>>())
        }
        Problem::UnknownService { found } => {
            let ids: Vec<String> =
                catalogue::services(catalogue::walk()).map(|known| catalogue::text(known.id()).into()).collect();
            let word = nearest(found, ids.iter().map(String::as_str));
            format!("found {}, expected {}{}", quoted(found), expectation(Expected::Service), suggestion(word))
        }
        Problem::GpcIgnored => {
            r#"found "ignore", expected "deny" or "ask" where a region is opt-out (11 CCR § 7025)"#.into()
        }
        Problem::StrictBlock => {
            r#"expected "third-party" with enforce: "strict", because a policy can only list what is allowed"#.into()
        }
        Problem::DeniedShorter { granted, denied } => {
            format!(
                "found {denied}, expected at least {granted} as for expires.granted: a refusal lasts as long as a grant"
            )
        }
        Problem::Cookieless => r#"found "advanced", expected "basic" where silence is a no: cookieless pings are still access to the visitor's device (ePrivacy art. 5(3), EDPB Guidelines 2/2023)"#.into(),
        Problem::KnownTracker { name, category } => {
            format!("found {name}, which the catalogue knows as {category}; expected nothing that needs consent")
        }
    }
}

fn kind(kind: Kind) -> &'static str {
    match kind {
        Kind::Null => "null",
        Kind::Bool => "true or false",
        Kind::Number => "a number",
        Kind::Text => "a text",
        Kind::List => "a list",
        Kind::Object => "an object",
        Kind::Other => "something that JSON does not have",
    }
}

fn expectation(expected: Expected<'_>) -> String {
    match expected {
        Expected::Object => "an object".into(),
        Expected::List => "a list".into(),
        Expected::Text => "a text".into(),
        Expected::Bool => "true or false".into(),
        Expected::Number(min, max) => format!("a whole number from {min} to {max}"),
        Expected::Words { words, object } => format!("{}{}", one_of(words), if object { ", or an object" } else { "" }),
        Expected::Service => "the id of a service that the catalogue knows, or an object".into(),
    }
}

/// What a text should have been by its rule, and what was probably meant.
fn wanted(found: &str, rule: Rule) -> (&'static str, Option<String>) {
    let meant = |text: String| clean(&text, rule).filter(|text| text != found);
    if found.trim().is_empty() {
        return ("a text with something in it", None);
    }
    match rule {
        Rule::Any | Rule::Line | Rule::Prose => ("a text", None),
        Rule::CategoryId => ("an id of lower-case letters, digits and hyphens", meant(catalogue::slug(found))),
        Rule::ServiceId => ("an id of lower-case letters, digits, dots and hyphens", meant(catalogue::slug(found))),
        Rule::TextKey => ("the key of a text: letters, digits, dots and hyphens", None),
        Rule::Link => ("a link with http: or https:, or a relative one", None),
        Rule::Contact => {
            let mail = found.contains('@') && !found.contains([':', '/']);
            let mail = if mail { meant(format!("mailto:{}", found.trim())) } else { None };
            ("a link with http:, https: or mailto:, or a relative one", mail)
        }
        Rule::Pattern => (r#"a name, or the start of one with "*" at its end"#, None),
        Rule::Region => (r#"a region of ISO 3166 such as "DE" or "US-CA""#, meant(found.trim().to_ascii_uppercase())),
        Rule::Share => {
            let name = format!(".{}", found.trim().trim_start_matches('*').trim_start_matches('.'));
            (r#"a domain with a dot before it such as ".example.com""#, meant(name))
        }
        Rule::Origin => {
            let text = found.trim().to_ascii_lowercase();
            let end =
                text.find("://").and_then(|at| text.get(at + 3..)?.find(['/', '?', '#']).map(|path| at + 3 + path));
            let bare = text.get(..end.unwrap_or(text.len())).unwrap_or_default();
            let bare = if bare.contains("://") { bare.into() } else { format!("https://{bare}") };
            (r#"an origin such as "https://example.com", without a path"#, meant(bare))
        }
        Rule::Language => (r#"a language tag such as "en" or "de-AT""#, meant(found.trim().replace('_', "-"))),
        Rule::Exact | Rule::Site | Rule::HostPath => {
            let (expected, bare) = wanted_host(found.trim(), rule);
            (expected, meant(bare))
        }
    }
}

/// What is too much about a host, and the host without it.
fn wanted_host(found: &str, rule: Rule) -> (&'static str, String) {
    let mut expected = None;
    let mut rest = found;
    let scheme = rest.split_once("://").map(|parts| parts.1).or(rest.strip_prefix("//"));
    if let Some(after) = scheme {
        rest = after;
        expected = Some("a bare host name: drop the scheme");
    }
    if let Some(after) = rest.strip_prefix("*.") {
        rest = after;
        expected = expected.or(Some(match rule {
            Rule::Exact => "host names without a wildcard, each named",
            _ => "a host name: its subdomains are included",
        }));
    }
    let (mut name, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    if let Some((before, port)) = name.rsplit_once(':')
        && !port.is_empty()
        && port.bytes().all(|byte| byte.is_ascii_digit())
        && (!before.contains(':') || before.ends_with(']'))
    {
        name = before;
        expected = expected.or(Some("a host name without a port: ports are ignored"));
    }
    if !name.is_ascii() {
        expected = Some(r#"a host name in punycode ("xn--…"), as the browser's address bar copies it"#);
    } else if clean(name, Rule::Site).is_none() {
        expected = Some(r#"a host name such as "acme.example""#);
    } else if !path.is_empty() {
        expected = expected.or(Some(match rule {
            Rule::HostPath => "a host and the start of a path, without query, wildcard or spaces",
            _ => "a host name without a path",
        }));
    }
    let path = if rule == Rule::HostPath { path } else { "" };
    (expected.unwrap_or(r#"a host name such as "acme.example""#), format!("{name}{path}"))
}

fn among(found: &str, allowed: &[&str]) -> String {
    let word = nearest(found, allowed.iter().copied());
    format!("found {}, expected {}{}", quoted(found), one_of(allowed), suggestion(word))
}

fn one_of(words: &[&str]) -> String {
    if let [word] = words { quoted(word) } else { format!("one of {}", list(words)) }
}

fn list(words: &[&str]) -> String {
    words.iter().map(|word| quoted(word)).collect::<Vec<_>>().join(", ")
}

fn suggestion(word: Option<&str>) -> String {
    word.map(|word| format!("; did you mean {}?", quoted(word))).unwrap_or_default()
}

/// The most characters of the owner's text that a line repeats.
const SHOWN: usize = 80;

/// A text in quotes, with nothing in it that could pass for another line or turn the reading direction.
fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for letter in text.chars().take(SHOWN) {
        match letter {
            '"' | '\\' => quoted.extend(['\\', letter]),
            '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' => {
                quoted.extend(letter.escape_unicode());
            }
            _ if letter.is_control() => quoted.extend(letter.escape_unicode()),
            _ => quoted.push(letter),
        }
    }
    quoted.push_str(if text.chars().nth(SHOWN).is_some() { "…\"" } else { "\"" });
    quoted
}

/// The word nearest to what was found, if it is near enough to have been meant: at most one slip in three letters.
fn nearest<'a>(found: &str, words: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let found: Vec<char> = found.trim().chars().take(SHOWN).flat_map(char::to_lowercase).collect();
    words
        .map(|word| (distance(&found, &word.chars().flat_map(char::to_lowercase).collect::<Vec<_>>()), word))
        .filter(|(slips, word)| *slips <= (found.len().min(word.len()) / 3).max(1))
        .min_by_key(|(slips, _)| *slips)
        .map(|(_, word)| word)
}

/// Edit distance in which two neighbours that changed places are one slip (optimal string alignment).
fn distance(one: &[char], other: &[char]) -> usize {
    let mut before: Vec<usize> = Vec::new();
    let mut row: Vec<usize> = (0..=other.len()).collect();
    let mut last = None;
    for (at, &letter) in one.iter().enumerate() {
        let mut next = vec![at + 1];
        let mut left = None;
        for (to, &own) in other.iter().enumerate() {
            let get = |row: &[usize], index: usize| row.get(index).copied().unwrap_or(usize::MAX / 2);
            let mut best =
                (get(&row, to) + usize::from(letter != own)).min(get(&row, to + 1) + 1).min(get(&next, to) + 1);
            if to > 0 && last == Some(own) && left == Some(letter) {
                best = best.min(get(&before, to - 1) + 1);
            }
            next.push(best);
            left = Some(own);
        }
        last = Some(letter);
        before = core::mem::replace(&mut row, next);
    }
    row.last().copied().unwrap_or(0)
}
