//! What we know without being told: the services that owners really name, and whoever else is met most often.
//!
//! The facts are data. `services.json` is written by us from public pages; each service names the page. `known.json` is
//! made by `xtask/catalogue.mjs` of npm's `third-party-web`, by two reviewed tables: `categories.json` says which of its
//! categories track, `dual-use.json` what of a company is needed for more than tracking. `build.rs` packs all of it:
//! hosts, categories and ids for every visitor, the rest for opened preferences only.
//!
//! A host here is held with its subdomains, so it has to be the service's alone: never a CDN, hosting, login, payment,
//! captcha or map host, and of a host that serves more than tracking, only the path that tracks. Cookies and storage
//! keys are removed when consent is withdrawn, so a pattern has to be narrow enough to spare the site's own.
//!
//! # The packed table
//!
//! Names as text, because Brotli does better with them than anything that we could do before it. Services stand by
//! category and then by id. A host is its start and a letter for its ending (`A` for `.com`, `@` for none, the host is
//! whole). After a comma comes another host of the same service; if it has no start, it has that of the host before.
//! `)` begins the next category.
//!
//! The id is the last label of the first host's start (`static.hotjar` + `.com`: `hotjar`), unless told otherwise:
//! `google-ads*doubleclickA` spells it out; what stands after `+`, up to the next `+`, is of the id alone
//! (`ct.pinterest+-tagA`, `crazy+-+eggA`).

use super::hosts::{is_within, split_path};
use crate::json::before;
use alloc::string::String;

include!(concat!(env!("OUT_DIR"), "/catalogue.rs"));

/// The order in which the table has them.
const CATEGORIES: [&str; 3] = ["analytics", "marketing", "preferences"];
/// The longest host or id. `build.rs` refuses longer ones.
const LONGEST: usize = 64;

/// A text that is put together byte by byte.
#[derive(Debug, Clone, Copy)]
struct Text {
    bytes: [u8; LONGEST],
    length: usize,
}

impl Text {
    const EMPTY: Self = Self { bytes: [0; LONGEST], length: 0 };

    // Inlined, it would weigh three times as much.
    #[inline(never)]
    fn push(&mut self, byte: u8) {
        // `build.rs` lets nothing longer in; said like this, nothing is left to check.
        if let Some(free) = self.bytes.get_mut(self.length % LONGEST) {
            *free = byte;
        }
        self.length += 1;
    }

    fn get(&self) -> &[u8] {
        self.bytes.get(..self.length).unwrap_or_default()
    }
}

/// A service of the catalogue, at one of its hosts. It walks on from host to host and from service to service; nothing
/// is allocated.
#[derive(Debug, Clone, Copy)]
pub struct Known {
    /// What is left of the table.
    rest: &'static [u8],
    /// The place of the service, from one.
    place: usize,
    category: usize,
    host: Text,
    /// How long the host is without its ending.
    start: usize,
    id: Text,
}

impl Known {
    /// Before the first host of a table, packed as the catalogue is.
    pub const fn before(table: &'static [u8]) -> Self {
        Self { rest: table, place: 0, category: 0, host: Text::EMPTY, start: 0, id: Text::EMPTY }
    }

    /// Goes to the next host, of this service or the next; false at the end.
    #[expect(clippy::should_implement_trait, reason = "what an iterator gives would have to be copied")]
    pub fn next(&mut self) -> bool {
        // Of a further host nothing goes into the id.
        let mut spelled = self.rest.first() == Some(&b',');
        let mut only_id = false;
        if !spelled {
            self.place += 1;
            self.id.length = 0;
        }
        self.host.length = 0;
        while let Some((&byte, rest)) = self.rest.split_first() {
            self.rest = rest;
            match byte {
                b',' => {}
                b')' => self.category += 1,
                b'+' => only_id = !only_id,
                b'*' => {
                    spelled = true;
                    self.host.length = 0;
                }
                b'@'..=b'Z' => {
                    if self.host.length == 0 {
                        self.host.length = self.start;
                    }
                    self.start = self.host.length;
                    let mut letter = b'@';
                    for &ending in ENDINGS {
                        if ending == b',' {
                            // The most frequent come first.
                            if letter == byte {
                                break;
                            }
                            letter += 1;
                        } else if letter == byte {
                            self.host.push(ending);
                        }
                    }
                    return true;
                }
                _ => {
                    if !spelled {
                        self.id.push(byte);
                        if byte == b'.' {
                            self.id.length = 0;
                        }
                    }
                    if !only_id {
                        self.host.push(byte);
                    }
                }
            }
        }
        false
    }

    /// Goes on from the end of its table to another, `table`. Places are counted on.
    pub fn go_on(&mut self, table: &'static [u8]) {
        self.rest = table;
        self.category = 0;
    }

    /// Goes to the service's next host; false if it has no other.
    pub fn another(&mut self) -> bool {
        self.rest.first() == Some(&b',') && self.next()
    }

    /// The place of the service in the catalogue.
    pub fn place(&self) -> usize {
        self.place.wrapping_sub(1)
    }

    /// The id of the service, ASCII.
    pub fn id(&self) -> &[u8] {
        self.id.get()
    }

    /// The id of its category: `preferences`, `analytics` or `marketing`.
    pub fn category(&self) -> &'static str {
        category(self.category)
    }

    /// The place of its category, which [`category`] reads.
    pub fn category_place(&self) -> usize {
        self.category
    }

    /// The host, ASCII and normalised: with its subdomains, or a host and the start of a path on it.
    pub fn host(&self) -> &[u8] {
        self.host.get()
    }

    /// The host without a path. Of a service's first host, it is what a visitor reads where no name is at hand.
    pub fn label(&self) -> &[u8] {
        let host = self.host();
        host.get(..before(host, b"/")).unwrap_or(host)
    }

    /// Goes on to the service with this id, to its first host; false if there is none. A [`find`] that copies nothing.
    pub fn to_id(&mut self, id: &[u8]) -> bool {
        self.until(|known| known.id() == id)
    }

    /// Goes on to the service at this place, to its first host; false if there is none. An [`nth`] that copies nothing.
    pub fn to_place(&mut self, place: usize) -> bool {
        self.until(|known| known.place() == place)
    }

    /// Goes on to the host that is this one or a parent domain of it, on whose path this one's lies; false if there is
    /// none.
    pub fn to_host(&mut self, spelled: &[u8]) -> bool {
        let (host, path) = split_path(spelled);
        self.until(|known| {
            let (domain, start) = split_path(known.host());
            is_within(host, domain) && path.starts_with(start)
        })
    }

    /// Goes to the next host of which this is so; false if there is none.
    fn until(&mut self, is: impl Fn(&Self) -> bool) -> bool {
        while self.next() {
            if is(self) {
                return true;
            }
        }
        false
    }
}

/// The id of a category by its place in the catalogue; empty if there is none.
pub fn category(place: usize) -> &'static str {
    CATEGORIES.get(place).copied().unwrap_or_default()
}

/// A walk over all hosts of the catalogue: [`Known::next`] goes to the first. Services stand by category, then by id.
pub fn walk() -> Known {
    Known::before(FIRST)
}

/// The service with this id, at its first host.
pub fn find(id: &[u8]) -> Option<Known> {
    let mut known = walk();
    known.to_id(id).then_some(known)
}

/// The service at this place of the catalogue, at its first host.
pub fn nth(place: usize) -> Option<Known> {
    let mut known = walk();
    known.to_place(place).then_some(known)
}

/// The service that owns a host or a parent domain of it, at the host that says so. A host that is a service's on one
/// path only is found by that path (`facebook.com/tr`). The host has to be normalised. It walks the whole catalogue: for
/// the config, not for verdicts.
pub fn find_host(host: &[u8]) -> Option<Known> {
    let mut known = walk();
    known.to_host(host).then_some(known)
}

/// ASCII as text. All that the catalogue holds is ASCII.
pub fn text(ascii: &[u8]) -> &str {
    core::str::from_utf8(ascii).unwrap_or_default()
}

/// The id of a service by its name: lower case, each run of anything but letters and digits (ASCII) a hyphen, none at
/// the ends.
pub fn slug(name: &str) -> String {
    let mut slug = String::new();
    let mut gap = false;
    for byte in name.bytes() {
        if byte.is_ascii_alphanumeric() {
            if gap && !slug.is_empty() {
                slug.push('-');
            }
            gap = false;
            slug.push(char::from(byte.to_ascii_lowercase()));
        } else {
            gap = true;
        }
    }
    slug
}

pub use details::{Details, details, name, rest, rest_host, rest_table, services};

/// What only opened preferences, an error or the service worker need. The first file calls none of it, so the linker
/// leaves it and its tables out.
mod details {
    use super::{FIRST_DETAILS, Known, REST, REST_DETAILS, text, walk};

    /// What opened preferences show of a service, and what is removed when it loses its grant. Of who is only known
    /// from the web's statistics, the name is all.
    #[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
    pub struct Details {
        /// The name a visitor would know.
        pub name: &'static str,
        cookies: &'static str,
        storage: &'static str,
        /// Its own privacy policy, https.
        pub privacy_url: Option<&'static str>,
        /// How long it keeps what it collects, where it says so.
        pub retention: Option<&'static str>,
        /// Its own opt-out, as JSON: `["ttq.revokeConsent", []]`, a function of the page by its dotted path and the
        /// arguments. It is called, if it is there, when the service loses its grant. What it remembers is among the
        /// service's cookies and keys, so that a later grant starts afresh.
        pub opt_out: Option<&'static str>,
    }

    impl Details {
        fn of(line: &'static str) -> Self {
            let mut parts = line.split('\t');
            let mut part = || parts.next().unwrap_or_default();
            let (name, cookies, storage) = (part(), part(), part());
            let mut some = || Some(part()).filter(|part| !part.is_empty());
            Self { name, cookies, storage, privacy_url: some(), retention: some(), opt_out: some() }
        }

        /// Its cookies: names, or the start of one and `*`.
        pub fn cookies(&self) -> impl Iterator<Item = &'static str> + use<> {
            self.cookies.split(',').filter(|name| !name.is_empty())
        }

        /// Its keys in local and session storage: names, or the start of one and `*`.
        pub fn storage(&self) -> impl Iterator<Item = &'static str> + use<> {
            self.storage.split(',').filter(|key| !key.is_empty())
        }
    }

    /// The details of the service with this id, in the first file or not.
    pub fn details(id: &[u8]) -> Option<Details> {
        let line = |mut table: Known, lines: &'static str| {
            table.to_id(id).then(|| lines.split('\n').nth(table.place())).flatten()
        };
        line(walk(), FIRST_DETAILS).or_else(|| line(rest(), REST_DETAILS)).map(Details::of)
    }

    /// The name of the service at which a walk stands, or what else a visitor reads.
    pub fn name(known: &Known) -> &str {
        details(known.id()).map_or_else(|| text(known.label()), |details| details.name)
    }

    /// A walk over who is met so rarely that the first file does not name them.
    pub fn rest() -> Known {
        Known::before(REST)
    }

    /// Their table, packed: the build puts it into the service worker's script.
    pub fn rest_table() -> &'static str {
        text(REST)
    }

    /// As [`super::find_host`], among the [`rest`].
    pub fn rest_host(host: &[u8]) -> Option<Known> {
        let mut known = rest();
        known.to_host(host).then_some(known)
    }

    /// The services that a walk comes by, each at its first host.
    pub fn services(mut walk: Known) -> impl Iterator<Item = Known> {
        core::iter::from_fn(move || {
            while walk.another() {}
            walk.next().then_some(walk)
        })
    }
}
