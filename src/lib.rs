//! A consent gate for websites: down before the next line of HTML, open only when the visitor says so.
//!
//! ```text
//! page ──► config ─┐
//! browser ─► signals ─┼─► consent::step ──► effects ─► shield   hold, release, sweep
//! storage ─► record ──┘      (pure)                 ├─► notice   show, hide
//! visitor ─► event ─────────►                       ├─► store    keep, erase
//!                                                   └─► tell     page events
//! ```
//!
//! | Room | What is in it |
//! |---|---|
//! | [`config`] | what the owner asked for: a raw value becomes a `Config`, every error with its path |
//! | [`consent`] | the decision: category, signal, record, grants, [`consent::step`]. Pure |
//! | [`shield`] | the catalogue and the verdict (pure), what waits and in which order it goes |
//! | [`notice`] | what the notice says (pure) and how it stands on the page |
//! | `store` | the record's home in local storage |
//! | [`tell`] | what the page is told |
//! | [`setup`] | from the config to what each room works with (pure) |
//! | [`json`] | the one kind of value that crosses to JavaScript and to storage |
//! | `memory` | the allocator and the shared bytes: the one file that may be unsafe |
//! | `page` | the only door to what can fail in a browser |
//! | `more` | the second file: words for errors, details of services, clearing what was left behind |
//! | `gate` | the loop that carries events to the decision and effects to the edges |
//! | `worker` | the service worker's part: the same verdicts for requests that no page sees |
//!
//! The crate is built twice for the browser: with the feature `gate` (what every visitor loads; the functions below are
//! what `www/gate.ts` calls) and with `more` (what only opened preferences or an error need). Without either, the
//! pure rooms alone are built, for native tests.

extern crate alloc;

pub mod config;
pub mod consent;
#[cfg(feature = "gate")]
mod gate;
pub mod json;
#[cfg(feature = "page")]
mod memory;
#[cfg(feature = "more")]
mod more;
pub mod notice;
#[cfg(feature = "gate")]
mod page;
pub mod setup;
pub mod shield;
#[cfg(feature = "gate")]
mod store;
pub mod tell;
#[cfg(feature = "worker")]
mod worker;

#[cfg(feature = "gate")]
mod calls {
    //! What `www/gate.ts` calls. No logic.

    use crate::{gate, memory};
    use alloc::string::String;
    use js_sys::Uint8Array;
    use wasm_bindgen::prelude::*;

    #[wasm_bindgen]
    pub fn call(what: u8, by: u8, now: f64, text: String) -> u32 {
        gate::call(what, by, now, text)
    }
    #[wasm_bindgen]
    pub fn wire() -> Uint8Array {
        memory::wire::ADDRESS.view()
    }
    #[wasm_bindgen(js_name = wireMark)]
    pub fn wire_mark() -> Uint8Array {
        memory::wire::MARK.view()
    }
    #[wasm_bindgen]
    pub fn weigh(url: usize, mark: usize, turn: usize) -> u32 {
        gate::weigh(url, mark, turn)
    }
    #[wasm_bindgen]
    pub fn keep(id: u32, road: u8, scripted: bool) {
        gate::keep(id, road, scripted);
    }
}
