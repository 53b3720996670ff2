//! What a text has to be to be used as an id, a link, a host, …: one function by rule, over text alone.
//!
//! Every visitor loads this, so it only says yes or no; why not, `words.rs` finds out. `schema.rs` says the same as
//! patterns, and `tests/config.rs` holds the two together.

use super::types::{MAX_HOST, MAX_ID, MAX_LANG, MAX_LINE, MAX_REGION, MAX_TEXT};
use crate::json::before;
use crate::shield::hosts::split_path;
use alloc::string::String;

/// What a text is used as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rule {
    /// Anything.
    Any,
    /// A name or a label.
    Line,
    /// A sentence or some.
    Prose,
    /// A category's id: lower-case letters, digits and hyphens.
    CategoryId,
    /// A service's id: as a category's, and dots.
    ServiceId,
    /// A key of a text: letters, digits, hyphens and dots.
    TextKey,
    /// A link that is safe to offer: http(s) or relative.
    Link,
    /// A link as above, or mailto.
    Contact,
    /// The name of a cookie or key, or the start of one and `*`.
    Pattern,
    /// ISO 3166-1 or 3166-2.
    Region,
    /// BCP 47.
    Language,
    /// A host alone, for `allow`.
    Exact,
    /// A host that stands for its subdomains too, for `site`.
    Site,
    /// A host that stands for its subdomains too, or a host and the start of a path on it.
    HostPath,
    /// A domain with a dot before it, for `share`.
    Share,
    /// Scheme, host and port as a browser writes them (HTML § 7.1.1), for `embedders`.
    Origin,
}

/// What a byte may be part of, as bits.
mod class {
    pub const LOWER: u16 = 1;
    pub const UPPER: u16 = 2;
    pub const LETTER: u16 = LOWER | UPPER;
    pub const DIGIT: u16 = 4;
    pub const HYPHEN: u16 = 8;
    pub const DOT: u16 = 16;
    pub const UNDERSCORE: u16 = 32;
    /// Any other that stands as itself in a URL's path (URL Standard, "path percent-encode set").
    pub const PATH: u16 = 64;
    /// Any other that is no control and no space.
    pub const OTHER: u16 = 128;
    /// Controls and the space.
    pub const SPACE: u16 = 256;
    pub const INK: u16 = !SPACE;
    pub const ALL: u16 = !0;
}
use class::*;

fn class(byte: u8) -> u16 {
    match byte {
        0..=b' ' | 0x7F => SPACE,
        b'a'..=b'z' => LOWER,
        b'A'..=b'Z' => UPPER,
        b'0'..=b'9' => DIGIT,
        b'-' => HYPHEN,
        b'.' => DOT,
        b'_' => UNDERSCORE,
        b'?' | b'#' | b'*' | b'\\' | 0x80.. => OTHER,
        _ => PATH,
    }
}

/// What a text may start with, what it may hold and how many characters it may have, in the order of [`Rule`].
static LIMITS: [(u16, u16, u16); 16] = [
    (ALL, ALL, MAX_TEXT),
    (ALL, ALL, MAX_LINE),
    (ALL, ALL, MAX_TEXT),
    (LOWER | DIGIT, LOWER | DIGIT | HYPHEN, MAX_ID),
    (LOWER | DIGIT, LOWER | DIGIT | HYPHEN | DOT, MAX_ID),
    (LETTER, LETTER | DIGIT | HYPHEN | DOT, MAX_ID),
    (INK, INK, MAX_TEXT),
    (INK, INK, MAX_TEXT),
    (ALL, ALL, MAX_LINE),
    (UPPER, UPPER | DIGIT | HYPHEN, MAX_REGION),
    (LETTER, LETTER | DIGIT | HYPHEN, MAX_LANG),
    (INK, !(SPACE | OTHER), MAX_HOST),
    (INK, !(SPACE | OTHER), MAX_HOST),
    (INK, !(SPACE | OTHER), MAX_HOST),
    (DOT, !(SPACE | OTHER), MAX_HOST),
    (LOWER, !(SPACE | OTHER | UPPER), MAX_HOST),
];

/// The most characters by rule.
#[cfg(any(test, feature = "more", feature = "schema"))]
pub(super) fn longest(rule: Rule) -> usize {
    LIMITS.get(rule as usize).map_or(0, |limits| limits.2 as usize)
}

/// Whether a byte starts a character: JSON Schema counts characters.
fn starts(byte: u8) -> bool {
    byte & 0xC0 != 0x80
}

/// Characters as JSON Schema counts them.
#[cfg(any(test, feature = "more", feature = "schema"))]
pub(super) fn length(text: &str) -> usize {
    text.bytes().filter(|byte| starts(*byte)).count()
}

/// Whether a text is good by a rule. Text for people may have space around it, and host names capitals and a final dot,
/// which DNS does not know (RFC 4343): [`clean`] takes these away.
#[inline(never)]
pub(crate) fn check(text: &[u8], rule: Rule) -> bool {
    let Some((mut allowed, rest, mut left)) = LIMITS.get(rule as usize).copied() else { return false };
    for byte in text {
        let is_start = starts(*byte);
        if class(*byte) & allowed == 0 || (is_start && left == 0) {
            return false;
        }
        allowed = rest;
        left -= u16::from(is_start);
    }
    match rule {
        Rule::Any => true,
        Rule::Line | Rule::Prose => !text.iter().all(u8::is_ascii_whitespace),
        _ if text.is_empty() => false,
        // The name is one that every JavaScript object answers to, and a grant is looked up by id.
        Rule::CategoryId | Rule::ServiceId | Rule::TextKey => text != b"constructor",
        Rule::Link | Rule::Contact => is_link(text, rule == Rule::Contact),
        Rule::Pattern => {
            // `*` alone would be the site's own cookies too.
            let star = before(text, b"*");
            star > 0 && star + 1 >= text.len()
        }
        Rule::Region => matches!(text, [_, _] | [_, _, b'-', ..]),
        Rule::Exact | Rule::Site | Rule::HostPath => {
            let (host, path) = split_path(text);
            is_host(host) && (path.is_empty() || rule == Rule::HostPath)
        }
        Rule::Share => text.get(1..).is_some_and(is_host),
        Rule::Origin => {
            let name = text.strip_prefix(b"https://").or(text.strip_prefix(b"http://")).unwrap_or_default();
            !name.is_empty() && before(name, b"/") == name.len()
        }
        Rule::Language => true,
    }
}

/// What is used of a text that is good by a rule; `None` if it is not.
pub(super) fn clean(text: &str, rule: Rule) -> Option<String> {
    if !check(text.as_bytes(), rule) {
        return None;
    }
    Some(match rule {
        Rule::Line | Rule::Prose => text.trim_ascii().into(),
        Rule::Exact | Rule::Site | Rule::HostPath => {
            let end = before(text.as_bytes(), b"/");
            let (host, path) = text.split_at_checked(end)?;
            let mut host = host.strip_suffix('.').unwrap_or(host).to_ascii_lowercase();
            if path.len() > 1 {
                host.push_str(path);
            }
            host
        }
        _ => text.into(),
    })
}

/// Whether a link is safe to offer. A browser drops tabs, line ends and leading controls before it looks for
/// the scheme (URL Standard, "basic URL parser"), so a link may hold none of them; a scheme is what stands before
/// the first `:` that no `/`, `?` or `#` precedes. `@` there is a mail address that lacks its `mailto:`.
fn is_link(text: &[u8], mailto: bool) -> bool {
    let Some((scheme, rest)) = text.split_at_checked(before(text, b":/?#@")) else { return false };
    match rest {
        [b'@', ..] => false,
        [b':', after @ ..] => {
            (matches!(after, [b'/', b'/', _, ..]) && (is_word(scheme, b"http") || is_word(scheme, b"https")))
                || (mailto && !after.is_empty() && is_word(scheme, b"mailto"))
        }
        _ => true,
    }
}

/// Whether a text is this word of lower-case letters, in whatever case.
fn is_word(text: &[u8], word: &[u8]) -> bool {
    // That bit apart, only a letter's other case is the same byte.
    text.len() == word.len() && text.iter().zip(word).all(|(own, letter)| own | 0x20 == *letter)
}

/// A name of at least two labels (RFC 1123 § 2.1, and the underscore that real hosts have), `localhost`, four numbers,
/// or an address in brackets. A last label that starts with a digit makes an address of it (URL Standard, "ends in a
/// number checker").
fn is_host(name: &[u8]) -> bool {
    if let [b'[', inner @ .., b']'] = name {
        return inner.iter().all(|byte| class(*byte) & (LETTER | DIGIT | DOT | PATH) != 0);
    }
    const WORD: u16 = LOWER | DIGIT | UNDERSCORE;
    let (mut labels, mut start, mut seen) = (0, 0, 0);
    // Case does not matter.
    let class = |byte: u8| class(byte.to_ascii_lowercase());
    // A label starts and ends with a letter, a digit or an underscore.
    let (mut allowed, mut first) = (WORD, 0);
    for at in 0..=name.len() {
        // The last label ends as the others do.
        let class = class(*name.get(at).unwrap_or(&b'.'));
        if at == start {
            first = class;
        }
        if class & allowed == 0 || at - start > 63 {
            return false;
        }
        allowed = WORD | HYPHEN | DOT;
        if class == HYPHEN {
            allowed = WORD | HYPHEN;
        }
        if class == DOT {
            allowed = WORD;
            labels += 1;
            start = at + 1;
        }
        seen |= class;
    }
    name.len() < 254
        && if first == LOWER {
            labels > 1 || name.eq_ignore_ascii_case(b"localhost")
        } else {
            seen == DIGIT | DOT && labels == 4
        }
}
