//! What a text has to be to be used as an id, a link, a host, …: one function by rule, over text alone.
//!
//! Every visitor loads this, so it only says yes or no; why not, `words.rs` finds out. `schema.rs` says the same as
//! patterns, and `tests/config.rs` holds the two together.

use super::types::{MAX_HOST, MAX_ID, MAX_LANG, MAX_LINE, MAX_REGION, MAX_TEXT};
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
}

/// What a byte may be part of, as bits.
mod class {
    pub const LOWER: u8 = 1;
    pub const UPPER: u8 = 2;
    pub const LETTER: u8 = LOWER | UPPER;
    pub const DIGIT: u8 = 4;
    pub const HYPHEN: u8 = 8;
    pub const DOT: u8 = 16;
    /// Any other that stands as itself in a URL's path (URL Standard, "path percent-encode set").
    pub const PATH: u8 = 32;
    /// Any other that is no control and no space.
    pub const OTHER: u8 = 64;
    /// Controls and the space.
    pub const SPACE: u8 = 128;
    pub const INK: u8 = !SPACE;
    pub const ALL: u8 = 255;
}
use class::*;

fn class(byte: u8) -> u8 {
    match byte {
        0..=b' ' | 0x7F => SPACE,
        b'a'..=b'z' => LOWER,
        b'A'..=b'Z' => UPPER,
        b'0'..=b'9' => DIGIT,
        b'-' => HYPHEN,
        b'.' => DOT,
        b'?' | b'#' | b'*' | b'\\' | 0x80.. => OTHER,
        _ => PATH,
    }
}

/// Whether a text starts with the one and holds nothing but the other.
#[inline(never)]
fn is(text: &str, first: u8, all: u8) -> bool {
    let mut allowed = first;
    text.bytes().all(|byte| class(byte) & core::mem::replace(&mut allowed, all) != 0)
}

/// What a text may start with, what it may hold and how many characters it may have, in the order of [`Rule`].
static LIMITS: [(u8, u8, u16); 14] = [
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
];

/// The most characters by rule.
#[cfg(any(test, feature = "more", feature = "schema"))]
pub(super) fn longest(rule: Rule) -> usize {
    LIMITS.get(rule as usize).map_or(0, |limits| limits.2.into())
}

/// Characters as JSON Schema counts them: every byte that does not continue one.
pub(super) fn length(text: &str) -> usize {
    text.bytes().filter(|byte| byte & 0xC0 != 0x80).count()
}

/// Checks a text by a rule and answers what is used of it: text for people loses the space around it; host names lose
/// case and the final dot, which DNS does not know (RFC 4343).
pub(crate) fn check(text: &str, rule: Rule) -> Option<String> {
    let (first, all, max) = *LIMITS.get(rule as usize)?;
    let long = length(text) > max.into();
    let text = if matches!(rule, Rule::Line | Rule::Prose) { text.trim_ascii() } else { text };
    if long || !is(text, first, all) || (text.is_empty() && rule != Rule::Any) {
        return None;
    }
    let bytes = text.as_bytes();
    let sound = match rule {
        // The name is one that every JavaScript object answers to, and a grant is looked up by id.
        Rule::CategoryId | Rule::ServiceId | Rule::TextKey => text != "constructor",
        Rule::Link | Rule::Contact => is_link(bytes, rule == Rule::Contact),
        Rule::Pattern => {
            // `*` alone would be the site's own cookies too.
            let star = before(bytes, b'*');
            star > 0 && star + 1 >= bytes.len()
        }
        Rule::Region => matches!(bytes, [_, _] | [_, _, b'-', ..]),
        Rule::Exact | Rule::Site | Rule::HostPath => return host(text, rule == Rule::HostPath),
        _ => true,
    };
    sound.then(|| text.into())
}

/// How many bytes stand before the first of this kind: all, where there is none.
fn before(bytes: &[u8], stop: u8) -> usize {
    bytes.iter().position(|byte| *byte == stop).unwrap_or(bytes.len())
}

/// Whether a link is safe to offer. A browser drops tabs, line ends and leading controls before it looks for
/// the scheme (URL Standard, "basic URL parser"), so a link may hold none of them; a scheme is what stands before
/// the first `:` that no `/`, `?` or `#` precedes. `@` there is a mail address that lacks its `mailto:`.
fn is_link(text: &[u8], mailto: bool) -> bool {
    let schemes: [(&[u8], bool); 3] = [(b"https://", true), (b"http://", true), (b"mailto:", mailto)];
    for (scheme, allowed) in schemes {
        // All of a scheme's letters, its colon and its slashes have this bit, and nothing else becomes one of them.
        let same = text.iter().zip(scheme).filter(|(own, known)| **own | 0x20 == **known).count();
        if same == scheme.len() {
            return allowed && text.len() > same;
        }
    }
    !matches!(text.iter().find(|byte| matches!(byte, b':' | b'/' | b'?' | b'#' | b'@')), Some(b':' | b'@'))
}

/// A host as the browser would say it in `location.hostname`, and the path that may follow it.
fn host(text: &str, path_too: bool) -> Option<String> {
    let (name, path) = text.split_at_checked(before(text.as_bytes(), b'/'))?;
    let mut host = name.to_ascii_lowercase();
    // With a dot at the end, every label has one.
    if !matches!(host.as_bytes(), [.., b'.']) {
        host.push('.');
    }
    if !is_host(host.as_bytes()) || (!path.is_empty() && !path_too) {
        return None;
    }
    host.pop();
    if path.len() > 1 {
        host.push_str(path);
    }
    Some(host)
}

/// A name of at least two labels (RFC 1123 § 2.1, and the underscore that real hosts have), `localhost`, four numbers,
/// or an address in brackets, with a dot at the end. A last label that starts with a digit makes an address of it
/// (URL Standard, "ends in a number checker").
fn is_host(name: &[u8]) -> bool {
    if let [b'[', inner @ .., b']', b'.'] = name {
        return inner.iter().all(|byte| class(*byte) & (LOWER | DIGIT | DOT | PATH) != 0);
    }
    let (mut labels, mut length, mut number) = (0, 0, true);
    let (mut before, mut first) = (b'.', b'.');
    for &byte in name {
        let class = class(byte);
        if before == b'.' {
            first = class;
            length = 0;
        }
        length += 1;
        if byte == b'.' { labels += 1; }
        number &= class & (DIGIT | DOT) != 0;
        // A label starts and ends with a letter, a digit or an underscore.
        let edge = before == b'.' || byte == b'.';
        if length > 64
            || (edge && (byte == b'-' || before == b'-' || byte == before))
            || !(byte == b'_' || class & (LOWER | DIGIT | HYPHEN | DOT) != 0)
        {
            return false;
        }
        before = byte;
    }
    name.len() <= 254 && if first == LOWER { labels > 1 || name == b"localhost." } else { number && labels == 4 }
}
