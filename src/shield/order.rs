//! In which order held scripts run once they may: the order in which the browser would have run them (HTML § 4.12.1).

/// What kind of script this is, as far as its turn goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Script {
    /// It runs whenever it arrives: `async`, or inserted by script and not made to wait.
    pub free: bool,
    /// It runs after the document is parsed: `defer` with a `src`, or a module.
    pub late: bool,
    /// It arrives over the network, so it says when it has run.
    pub external: bool,
}

/// What to do with the next script.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Turn {
    /// Let it go now.
    Now,
    /// It must wait until those that are under way have run.
    Wait,
}

/// Which comes first: those the parser would have run, in document order, then those that wait for its end.
pub fn rank(script: Script) -> u8 {
    u8::from(script.late && !script.free)
}

/// The turn of a script while `under_way` ordered external scripts have not run yet. The browser itself keeps external
/// scripts in order once `async` is off; only an inline script would overtake them.
pub fn turn(script: Script, under_way: usize) -> Turn {
    if under_way > 0 && !script.free && !script.external && !script.late { Turn::Wait } else { Turn::Now }
}

/// Whether a script, once let go, has to be waited for by a later inline one.
pub fn awaited(script: Script) -> bool {
    script.external && !script.free
}
