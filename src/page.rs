//! The only door to the browser. A refusal is `None` or `false`, never a panic.
//!
//! Values cross as JSON text: one kind of crossing for all of them, and nothing of the page's prototypes in it.

use gloo_storage::Storage as _;
use wasm_bindgen::prelude::*;
use web_sys::Storage;

#[wasm_bindgen(raw_module = "../../../www/hooks")]
extern "C" {
    /// Tells the hooks whether a rule names the page's own host.
    pub fn tune(ruled: bool);
    /// Whether an element is still to be held, as it stands now.
    pub fn again(id: u32, road: u8) -> bool;
    /// What a held script is, as bits: see `crate::gate`.
    pub fn traits(id: u32, scripted: bool) -> u8;
    /// Whether the first element stands before the second.
    pub fn precedes(a: u32, b: u32) -> bool;
    /// Lets an element go: a script in its order with the others, and waited for. False if there was nothing to let go, or the browser refuses.
    pub fn release(id: u32, road: u8, ordered: bool, awaited: bool) -> bool;
}

#[wasm_bindgen(raw_module = "../../../www/page")]
extern "C" {
    /// Milliseconds since 1970.
    pub fn now() -> f64;
    /// Every spelling of Do Not Track (three), then Global Privacy Control, as text.
    pub fn signals() -> js_sys::Array;
    /// Dispatches `portcullis:<kind>` on the document, and keeps it for those who come late.
    pub fn tell(kind: &str, detail: &str);
    /// One line on the console: 0 info, 1 warning, 2 error.
    pub fn say(level: u8, text: &str);
    /// Puts the first layer (`null`: none) and the control on the page, once there is a body.
    pub fn show(first: &str, control: &str);
    /// Opens the preferences with these children.
    pub fn open(tree: &str);
    /// Where our other files are; empty: beside the script.
    #[wasm_bindgen(js_name = setBase)]
    pub fn set_base(url: &str);
    /// Has the second file say what is wrong with the config.
    pub fn explain();
    /// Has the second file clear what these services left behind.
    pub fn sweep(ids: &str);
}

/// The visitor's local storage, if the browser gives it: a sandboxed frame and a strict visitor have none.
pub fn local_storage() -> Option<Storage> {
    // gloo-storage panics where storage is denied; ask the browser first.
    web_sys::window()?.local_storage().ok()??;
    Some(gloo_storage::LocalStorage::raw())
}
