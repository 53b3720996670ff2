//! A plain value, as JSON has it: what comes in from the page and from storage, and what goes out to them.
//!
//! One type for all of it, and its own reader and writer: every type that a serializer is made for costs code of its own
//! in the file that every visitor loads, and so does every kind of value that crosses to JavaScript other than text.
//! What arrives as text has no getters, no prototype and no function in it.

use alloc::{string::String, vec::Vec};

/// A plain value.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum Json {
    /// `null`, and whatever JSON does not have.
    #[default]
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A number.
    Number(f64),
    /// A string.
    Text(String),
    /// An array.
    List(Vec<Json>),
    /// An object: its own keys, in their order.
    Object(Vec<(String, Json)>),
}

static NULL: Json = Json::Null;

impl Json {
    /// The value of a key; `Null` where there is none, or this is no object.
    pub fn get(&self, key: &str) -> &Self {
        self.find(key).unwrap_or(&NULL)
    }

    /// The value of a key, if there is one.
    pub fn find(&self, key: &str) -> Option<&Self> {
        self.entries().iter().find(|(known, _)| known == key).map(|(_, value)| value)
    }

    /// Whether the value of a key is this text; of the empty one also where it is no text.
    #[inline(never)]
    pub fn is(&self, key: &str, text: &str) -> bool {
        self.get(key).text() == text
    }

    /// The value of a key, to be changed.
    pub fn get_mut(&mut self, key: &str) -> Option<&mut Self> {
        let Self::Object(entries) = self else { return None };
        entries.iter_mut().find(|(known, _)| known == key).map(|(_, value)| value)
    }

    /// Takes the value of a key out, and leaves `Null`.
    pub fn take(&mut self, key: &str) -> Self {
        self.get_mut(key).map(core::mem::take).unwrap_or_default()
    }

    /// Its entries; none if it is no object.
    pub fn entries(&self) -> &[(String, Self)] {
        if let Self::Object(entries) = self { entries } else { &[] }
    }

    /// Its items; none if it is no list.
    pub fn items(&self) -> &[Self] {
        if let Self::List(items) = self { items } else { &[] }
    }

    /// Its text; empty if it is none.
    pub fn text(&self) -> &str {
        if let Self::Text(text) = self { text } else { "" }
    }

    /// Its number; `None` if it is none.
    pub fn number(&self) -> Option<f64> {
        if let Self::Number(number) = self { Some(*number) } else { None }
    }

    /// Its truth; `None` if it is no boolean.
    pub fn bool(&self) -> Option<bool> {
        if let Self::Bool(truth) = self { Some(*truth) } else { None }
    }

    /// Whether it is `true` itself.
    pub fn is_true(&self) -> bool {
        matches!(self, Self::Bool(true))
    }

    /// Whether it is an object.
    pub fn is_object(&self) -> bool {
        matches!(self, Self::Object(_))
    }

    /// An empty object.
    pub fn object() -> Self {
        Self::Object(Vec::new())
    }

    /// This object with one more entry.
    #[must_use]
    pub fn with(mut self, key: &str, value: impl Into<Self>) -> Self {
        self.put(key, value.into());
        self
    }

    /// Adds an entry, or replaces the one of that key. Does nothing to what is no object.
    pub fn put(&mut self, key: &str, value: Self) {
        if let Some(old) = self.get_mut(key) {
            *old = value;
        } else if let Self::Object(entries) = self {
            entries.push((key.into(), value));
        }
    }
}

impl From<&str> for Json {
    fn from(text: &str) -> Self {
        Self::Text(text.into())
    }
}
impl From<String> for Json {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}
impl From<bool> for Json {
    fn from(truth: bool) -> Self {
        Self::Bool(truth)
    }
}
impl From<usize> for Json {
    fn from(number: usize) -> Self {
        Self::Number(number as f64)
    }
}
impl From<f64> for Json {
    fn from(number: f64) -> Self {
        Self::Number(number)
    }
}
impl From<Vec<Json>> for Json {
    fn from(items: Vec<Json>) -> Self {
        Self::List(items)
    }
}

/// How deep a value may be nested. Nothing of ours goes beyond 6.
const DEPTH: u8 = 32;

impl Json {
    /// Reads JSON (RFC 8259). `None` for anything else, and for what is nested too deep.
    pub fn parse(text: &str) -> Option<Self> {
        let mut reader = Reader { rest: text.as_bytes() };
        let value = reader.value(DEPTH)?;
        reader.space();
        reader.rest.is_empty().then_some(value)
    }

    /// Writes JSON. Numbers are written as integers: all of ours are.
    pub fn write(&self) -> String {
        let mut out = Vec::new();
        self.write_to(&mut out);
        // Only whole strings and ASCII were put in.
        String::from_utf8(out).unwrap_or_default()
    }

    fn write_to(&self, out: &mut Vec<u8>) {
        match self {
            Self::Null => out.extend_from_slice(b"null"),
            Self::Bool(true) => out.extend_from_slice(b"true"),
            Self::Bool(false) => out.extend_from_slice(b"false"),
            Self::Number(number) => {
                if *number < 0.0 {
                    out.push(b'-');
                }
                decimal(number.abs() as u64, out);
            }
            Self::Text(text) => quote(text, out),
            Self::List(items) => {
                out.push(b'[');
                for (index, item) in items.iter().enumerate() {
                    if index > 0 {
                        out.push(b',');
                    }
                    item.write_to(out);
                }
                out.push(b']');
            }
            Self::Object(entries) => {
                out.push(b'{');
                for (index, (key, value)) in entries.iter().enumerate() {
                    if index > 0 {
                        out.push(b',');
                    }
                    quote(key, out);
                    out.push(b':');
                    value.write_to(out);
                }
                out.push(b'}');
            }
        }
    }
}

/// A count in decimal digits, without the formatting machinery.
pub fn decimal(number: u64, out: &mut Vec<u8>) {
    if number > 9 {
        decimal(number / 10, out);
    }
    out.push(b'0' + (number % 10) as u8);
}

fn quote(text: &str, out: &mut Vec<u8>) {
    out.push(b'"');
    for byte in text.bytes() {
        if byte < b' ' {
            let hex = |digit: u8| if digit < 10 { b'0' + digit } else { b'a' + digit - 10 };
            out.extend_from_slice(&[b'\\', b'u', b'0', b'0', b'0' + (byte >> 4), hex(byte & 15)]);
        } else {
            if byte == b'"' || byte == b'\\' {
                out.push(b'\\');
            }
            out.push(byte);
        }
    }
    out.push(b'"');
}

struct Reader<'a> {
    rest: &'a [u8],
}

impl Reader<'_> {
    fn byte(&mut self) -> Option<u8> {
        let (first, rest) = self.rest.split_first()?;
        self.rest = rest;
        Some(*first)
    }

    fn space(&mut self) {
        while let [b' ' | b'\t' | b'\n' | b'\r', rest @ ..] = self.rest {
            self.rest = rest;
        }
    }

    /// Takes this byte, if it comes next.
    fn take(&mut self, byte: u8) -> bool {
        let is_next = self.rest.first() == Some(&byte);
        if is_next {
            self.byte();
        }
        is_next
    }

    /// The same after white space.
    fn takes(&mut self, byte: u8) -> bool {
        self.space();
        self.take(byte)
    }

    fn word(&mut self, word: &str, value: Json) -> Option<Json> {
        self.rest = self.rest.strip_prefix(word.as_bytes())?;
        Some(value)
    }

    fn value(&mut self, depth: u8) -> Option<Json> {
        let depth = depth.checked_sub(1)?;
        self.space();
        match *self.rest.first()? {
            b'n' => self.word("null", Json::Null),
            b't' => self.word("true", Json::Bool(true)),
            b'f' => self.word("false", Json::Bool(false)),
            b'"' => self.string().map(Json::Text),
            b'[' => {
                self.byte();
                let mut items = Vec::new();
                if !self.takes(b']') {
                    loop {
                        items.push(self.value(depth)?);
                        if !self.takes(b',') {
                            break;
                        }
                    }
                    if !self.takes(b']') {
                        return None;
                    }
                }
                Some(Json::List(items))
            }
            b'{' => {
                self.byte();
                let mut object = Json::object();
                if !self.takes(b'}') {
                    loop {
                        self.space();
                        let key = self.string()?;
                        if !self.takes(b':') {
                            return None;
                        }
                        let value = self.value(depth)?;
                        object.put(&key, value);
                        if !self.takes(b',') {
                            break;
                        }
                    }
                    if !self.takes(b'}') {
                        return None;
                    }
                }
                Some(object)
            }
            _ => self.number(),
        }
    }

    fn digits(&mut self, number: &mut f64) -> i32 {
        let mut count = 0;
        while let [digit @ b'0'..=b'9', rest @ ..] = self.rest {
            *number = *number * 10.0 + f64::from(digit - b'0');
            count += 1;
            self.rest = rest;
        }
        count
    }

    /// A number, or what JSON does not have but means one: `01`, `1.`, `1e`.
    fn number(&mut self) -> Option<Json> {
        let negative = self.take(b'-');
        let mut number = 0.0;
        if self.digits(&mut number) == 0 {
            return None;
        }
        let mut scale = 0;
        if self.take(b'.') {
            scale = -self.digits(&mut number);
        }
        if self.take(b'e') || self.take(b'E') {
            let down = self.take(b'-');
            if !down {
                self.take(b'+');
            }
            let mut exponent = 0.0;
            self.digits(&mut exponent);
            // Beyond, there is nothing but zero and infinity.
            let exponent = exponent.min(800.0) as i32;
            scale += if down { -exponent } else { exponent };
        }
        for _ in 0..scale.unsigned_abs().min(800) {
            number = if scale < 0 { number / 10.0 } else { number * 10.0 };
        }
        Some(Json::Number(if negative { -number } else { number }))
    }

    fn hex(&mut self) -> Option<u32> {
        let mut code = 0;
        for _ in 0..4 {
            code = code * 16 + char::from(self.byte()?).to_digit(16)?;
        }
        Some(code)
    }

    fn string(&mut self) -> Option<String> {
        if self.byte()? != b'"' {
            return None;
        }
        let mut out = Vec::new();
        loop {
            let byte = match self.byte()? {
                b'"' => return String::from_utf8(out).ok(),
                b'\\' => match self.byte()? {
                    b'n' => b'\n',
                    b't' => b'\t',
                    b'r' => b'\r',
                    b'b' => 8,
                    b'f' => 12,
                    b'u' => {
                        let mut code = self.hex()?;
                        if let (0xd800..0xdc00, [b'\\', b'u', rest @ ..]) = (code, self.rest) {
                            self.rest = rest;
                            code = 0x1_0000 + ((code - 0xd800) << 10) + (self.hex()?.wrapping_sub(0xdc00) & 0x3ff);
                        }
                        // A lone surrogate is no character.
                        let char = char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER);
                        out.extend_from_slice(char.encode_utf8(&mut [0; 4]).as_bytes());
                        continue;
                    }
                    byte @ (b'"' | b'\\' | b'/') => byte,
                    _ => return None,
                },
                0..b' ' => return None,
                byte => byte,
            };
            out.push(byte);
        }
    }
}

#[cfg(any(test, feature = "schema"))]
impl From<&serde_json::Value> for Json {
    fn from(value: &serde_json::Value) -> Self {
        use serde_json::Value;
        match value {
            Value::Null => Self::Null,
            Value::Bool(truth) => Self::Bool(*truth),
            Value::Number(number) => number.as_f64().map_or(Self::Null, Self::Number),
            Value::String(text) => Self::Text(text.clone()),
            Value::Array(items) => Self::List(items.iter().map(Self::from).collect()),
            Value::Object(entries) => {
                Self::Object(entries.iter().map(|(key, value)| (key.clone(), value.into())).collect())
            }
        }
    }
}

#[cfg(any(test, feature = "schema"))]
impl From<&Json> for serde_json::Value {
    fn from(value: &Json) -> Self {
        match value {
            Json::Null => Self::Null,
            Json::Bool(truth) => Self::Bool(*truth),
            Json::Number(number) => (*number).into(),
            Json::Text(text) => Self::String(text.clone()),
            Json::List(items) => Self::Array(items.iter().map(Self::from).collect()),
            Json::Object(entries) => {
                Self::Object(entries.iter().map(|(key, value)| (key.clone(), value.into())).collect())
            }
        }
    }
}
