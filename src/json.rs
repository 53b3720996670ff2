//! JSON as text (RFC 8259): what comes in from the page and from storage, and what goes out to them.
//!
//! It is read where it lies and written straight into a buffer: a tree of values would be built, cloned and dropped by
//! code of its own for each type, in the file that every visitor loads. The text is well-formed: the browser's own
//! `JSON.parse` has seen all of it (`www/page.ts`). Text that is not gives no values, never a panic.
//!
//! A string stays as it is written, escapes included. Whatever is compared (ids, hosts, words) has none in it, and
//! what is only shown goes back to JavaScript as JSON.

use alloc::vec::Vec;

/// One value, as text without space around it. Empty: there is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Json<'a>(&'a [u8]);

/// What stands between the quotes of a string that lives as long as the page.
pub type Text = &'static [u8];

impl<'a> Json<'a> {
    /// The value that a text begins with.
    pub fn new(text: &'a [u8]) -> Self {
        Self(Members { rest: text, keyed: false }.token().unwrap_or_default())
    }

    /// As it is written.
    pub fn raw(self) -> &'a [u8] {
        self.0
    }

    /// Whether there is no value at all.
    pub fn is_none(self) -> bool {
        self.0.is_empty()
    }

    /// Whether it is an object.
    pub fn is_object(self) -> bool {
        self.0.first() == Some(&b'{')
    }

    /// Its entries with their keys, or its items with empty ones; none if it is neither object nor list.
    pub fn members(self) -> Members<'a> {
        match self.0 {
            [b'{', rest @ ..] => Members { rest, keyed: true },
            [b'[', rest @ ..] => Members { rest, keyed: false },
            _ => Members { rest: &[], keyed: false },
        }
    }

    /// The value of a key; none where there is none.
    #[inline(never)]
    pub fn get(self, key: &[u8]) -> Self {
        self.members().find(|(known, _)| *known == key).map(|(_, value)| value).unwrap_or_default()
    }

    /// What stands between its quotes; empty if it is no string.
    pub fn text(self) -> &'a [u8] {
        if let [b'"', text @ .., b'"'] = self.0 { text } else { &[] }
    }

    /// Its truth; `None` if it is no boolean.
    pub fn bool(self) -> Option<bool> {
        match self.0.first() {
            Some(b't') => Some(true),
            Some(b'f') => Some(false),
            _ => None,
        }
    }

    /// Its value, if it is written in digits alone; else 0. All numbers of ours are whole and not negative.
    pub fn number(self) -> f64 {
        let mut number = 0.0;
        for byte in self.0 {
            if !byte.is_ascii_digit() {
                return 0.0;
            }
            number = number * 10.0 + f64::from(byte - b'0');
        }
        number
    }
}

/// The members of an object or a list, one after the other.
#[derive(Debug, Clone)]
pub struct Members<'a> {
    rest: &'a [u8],
    keyed: bool,
}

impl<'a> Members<'a> {
    /// The next key or value: up to what ends it. Commas and colons part them, and one is as good as the other here.
    #[inline(never)]
    fn token(&mut self) -> Option<&'a [u8]> {
        while let [b'\0'..=b' ' | b',' | b':', rest @ ..] = self.rest {
            self.rest = rest;
        }
        let (mut at, mut depth, mut quoted) = (0, 0, false);
        while let Some(byte) = self.rest.get(at) {
            match byte {
                b'\\' => at += 1,
                b'"' => quoted = !quoted,
                _ if quoted => {}
                b'{' | b'[' => depth += 1,
                b'}' | b']' if depth > 0 => depth -= 1,
                b'}' | b']' | b',' | b':' | b'\0'..=b' ' if depth == 0 => break,
                _ => {}
            }
            at += 1;
        }
        let (token, rest) = self.rest.split_at_checked(at)?;
        self.rest = rest;
        (!token.is_empty()).then_some(token)
    }
}

impl<'a> Iterator for Members<'a> {
    type Item = (&'a [u8], Json<'a>);

    fn next(&mut self) -> Option<Self::Item> {
        let key = if self.keyed { Json(self.token()?).text() } else { &[] };
        Some((key, Json(self.token()?)))
    }
}

/// How many bytes stand before the first that is one of these: all, where none is.
#[inline(never)]
pub fn before(bytes: &[u8], stops: &[u8]) -> usize {
    bytes.iter().position(|byte| stops.iter().any(|stop| stop == byte)).unwrap_or(bytes.len())
}

/// Writes a text as it is.
#[inline(never)]
pub fn add(out: &mut Vec<u8>, text: &[u8]) {
    out.extend_from_slice(text);
}

/// Writes a string that needs no escapes: one of ours, or one that came out of JSON.
#[inline(never)]
pub fn quote(out: &mut Vec<u8>, text: &[u8]) {
    add(out, b"\"");
    add(out, text);
    add(out, b"\"");
}

/// Writes a key and the colon after it, and the comma before it where one is needed.
#[inline(never)]
pub fn key(out: &mut Vec<u8>, name: &[u8]) {
    comma(out);
    quote(out, name);
    add(out, b":");
}

/// Writes a comma, unless what comes is the first.
pub fn comma(out: &mut Vec<u8>) {
    if !matches!(out.last(), None | Some(b'{' | b'[')) {
        add(out, b",");
    }
}

/// Writes a key and a string.
#[inline(never)]
pub fn text(out: &mut Vec<u8>, name: &[u8], value: &[u8]) {
    key(out, name);
    quote(out, value);
}

/// Writes a key and a boolean.
#[inline(never)]
pub fn truth(out: &mut Vec<u8>, name: &[u8], value: bool) {
    key(out, name);
    add(out, if value { b"true" } else { b"false" });
}

/// Writes a whole number, without the formatting machinery.
pub fn number(out: &mut Vec<u8>, number: u64) {
    if number > 9 {
        self::number(out, number / 10);
    }
    out.push(b'0' + (number % 10) as u8);
}
