//! The only door to the browser. A refusal is `None` or `false`, never a panic.

use alloc::string::String;
use wasm_bindgen::prelude::*;

#[wasm_bindgen(raw_module = "../../../www/hooks")]
extern "C" {
    /// What an element that waits is now, as bits: see `crate::gate`.
    pub fn look(id: u32, road: u8, scripted: bool) -> u8;
    /// Whether the first element stands before the second.
    pub fn precedes(a: u32, b: u32) -> bool;
    /// Lets an element go: a script in its order with the others, and waited for. False if there was nothing to let go, or the browser refuses.
    pub fn release(id: u32, road: u8, ordered: bool, awaited: bool) -> bool;
}

#[wasm_bindgen(raw_module = "../../../www/page")]
extern "C" {
    /// Takes over the state, as JSON: see [`crate::tell`].
    pub fn give(state: &[u8]);
    /// Whether the browser reads a text as JSON.
    #[wasm_bindgen(js_name = isJson)]
    pub fn is_json(text: &str) -> bool;
    /// Whether the browser gives local storage to this page.
    #[wasm_bindgen(js_name = hasStorage)]
    pub fn has_storage() -> bool;
    /// What is stored under this key, if anything.
    pub fn stored(key: &str) -> Option<String>;
    /// Stores a text under this key, or removes what is stored there; false where the browser refuses.
    pub fn restore(key: &str, text: Option<&str>) -> bool;
}
