//! What the browser says for the visitor.

/// The two signals, as the browser sends them now or sent them when a choice was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Signals {
    /// Do Not Track (W3C Tracking Preference Expression, 2019 note).
    pub dnt: bool,
    /// Global Privacy Control (W3C Privacy WG draft).
    pub gpc: bool,
}

impl Signals {
    /// Whether any is on.
    pub fn any(self) -> bool {
        self.dnt || self.gpc
    }

    /// Those that are on here and not in `other`.
    pub fn beyond(self, other: Self) -> Self {
        Self { dnt: self.dnt && !other.dnt, gpc: self.gpc && !other.gpc }
    }
}

/// Whether a browser's value, written as text, means "on".
///
/// Seen in the field: `"1"` (the specification), `"yes"` (Firefox before 32), `1` and `true` (Internet Explorer's
/// `msDoNotTrack`, polyfills; GPC is a boolean). Everything else (`"0"`, `"no"`, `"unspecified"`, `null`) is off.
pub fn is_on(value: &[u8]) -> bool {
    matches!(value, b"1" | b"yes" | b"true")
}
