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
//! `~` begins the next category.
//!
//! The id is the last label of the first host's start (`static.hotjar` + `.com`: `hotjar`), unless told otherwise:
//! `google-ads=doubleclickA` spells it out; what stands after `+`, up to the next `+`, is of the id alone
//! (`ct.pinterest+-tagA`, `crazy+-+eggA`).

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

    fn push(&mut self, byte: u8) {
        if let Some(free) = self.bytes.get_mut(self.length) {
            *free = byte;
            self.length += 1;
        }
    }

    fn get(&self) -> &[u8] {
        self.bytes.get(..self.length).unwrap_or_default()
    }
}

/// A walk over all hosts of a table, service by service. Nothing is allocated.
#[derive(Debug, Clone, Copy)]
pub struct Walk {
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

impl Walk {
    fn over(table: &'static [u8]) -> Self {
        Self { rest: table, place: 0, category: 0, host: Text::EMPTY, start: 0, id: Text::EMPTY }
    }

    /// Whether the service has another host.
    fn more(&self) -> bool {
        self.rest.first() == Some(&b',')
    }

    fn step(&mut self) -> bool {
        // Of a further host nothing goes into the id.
        let mut spelled = self.more();
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
                b'~' => self.category += 1,
                b'+' => only_id = !only_id,
                b'=' => {
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
                            letter += 1;
                        } else if letter == byte {
                            self.host.push(ending);
                        }
                    }
                    return true;
                }
                _ => {
                    if !spelled {
                        if byte == b'.' {
                            self.id.length = 0;
                        } else {
                            self.id.push(byte);
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

    /// The next host, normalised: with its subdomains, or a host and the start of a path on it. Before it, the place of
    /// its service in the catalogue.
    #[expect(clippy::should_implement_trait, reason = "what it gives is its own, until the next step")]
    pub fn next(&mut self) -> Option<(usize, &[u8])> {
        self.step().then(|| (self.place - 1, self.host.get()))
    }
}

/// A service of the catalogue.
#[derive(Debug, Clone, Copy)]
pub struct Known {
    /// The id of its category: `preferences`, `analytics` or `marketing`.
    pub category: &'static str,
    /// The walk, at its first host.
    walk: Walk,
}

impl Known {
    /// Its place in the catalogue.
    pub fn place(&self) -> usize {
        self.walk.place - 1
    }

    /// Its id, ASCII.
    pub fn id(&self) -> &[u8] {
        self.walk.id.get()
    }

    /// Its main host, ASCII: what a visitor reads where no name is at hand.
    pub fn label(&self) -> &[u8] {
        let host = self.walk.host.get();
        let end = host.iter().position(|&byte| byte == b'/').unwrap_or(host.len());
        host.get(..end).unwrap_or(host)
    }

    /// Its hosts.
    pub fn hosts(&self) -> Hosts {
        Hosts { walk: self.walk, begun: false }
    }
}

/// The hosts of one service.
#[derive(Debug, Clone, Copy)]
pub struct Hosts {
    walk: Walk,
    begun: bool,
}

impl Hosts {
    /// The next host, normalised: with its subdomains, or a host and the start of a path on it.
    #[expect(clippy::should_implement_trait, reason = "what it gives is its own, until the next step")]
    pub fn next(&mut self) -> Option<&[u8]> {
        let some = !self.begun || (self.walk.more() && self.walk.step());
        self.begun = true;
        some.then(|| self.walk.host.get())
    }
}

/// All services of a table, in its order.
struct Services(Walk);

impl Iterator for Services {
    type Item = Known;

    fn next(&mut self) -> Option<Known> {
        while self.0.more() && self.0.step() {}
        if !self.0.step() {
            return None;
        }
        Some(Known { category: CATEGORIES.get(self.0.category)?, walk: self.0 })
    }
}

/// All hosts of the catalogue.
pub fn walk() -> Walk {
    Walk::over(FIRST)
}

/// All services of the catalogue, by category and then by id.
pub fn services() -> impl Iterator<Item = Known> {
    Services(walk())
}

/// The service with this id, if there is one.
pub fn find(id: &str) -> Option<Known> {
    services().find(|known| known.id() == id.as_bytes())
}

/// The service at this place of the catalogue, if there is one.
pub fn nth(place: usize) -> Option<Known> {
    services().nth(place)
}

/// The service that owns a host or a parent domain of it, if one does. A host that is a service's on one path only is
/// found by that path (`facebook.com/tr`). The host has to be normalised. It walks the whole catalogue: for the config,
/// not for verdicts.
pub fn find_host(host: &str) -> Option<Known> {
    find_host_in(services(), host)
}

fn find_host_in(mut services: impl Iterator<Item = Known>, host: &str) -> Option<Known> {
    services.find(|known| {
        let mut hosts = known.hosts();
        while let Some(own) = hosts.next() {
            let sub = host.len().wrapping_sub(own.len());
            if host.as_bytes().get(sub..) == Some(own) && (sub == 0 || host.as_bytes().get(sub - 1) == Some(&b'.')) {
                return true;
            }
        }
        false
    })
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

#[cfg(any(test, feature = "more", feature = "schema"))]
pub use details::{Details, details, rest, rest_host};

/// What only opened preferences, an error or the service worker need.
#[cfg(any(test, feature = "more", feature = "schema"))]
mod details {
    use super::{FIRST_DETAILS, Known, REST, REST_DETAILS, Services, Walk, find_host_in, services};

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
        /// arguments. It is called, if it is there, when the service loses its grant.
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

    /// The details of the service with this id, in the first file or not, if there is one.
    pub fn details(id: &str) -> Option<Details> {
        let line = |mut table: &mut dyn Iterator<Item = Known>, lines: &'static str| {
            lines.split('\n').nth((&mut table).position(|known| known.id() == id.as_bytes())?)
        };
        let line = line(&mut services(), FIRST_DETAILS).or_else(|| line(&mut rest(), REST_DETAILS));
        line.map(Details::of)
    }

    /// Who is met so rarely that the first file does not name them, by category and then by id.
    pub fn rest() -> impl Iterator<Item = Known> {
        Services(Walk::over(REST))
    }

    /// As [`super::find_host`], among the [`rest`].
    pub fn rest_host(host: &str) -> Option<Known> {
        find_host_in(rest(), host)
    }
}
