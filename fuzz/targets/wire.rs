//! No bytes on the wire upset the verdict.
#![no_main]

#[path = "../../tests/common/mod.rs"]
mod common;
#[path = "../../tests/properties/mod.rs"]
mod properties;

libfuzzer_sys::fuzz_target!(|pair: (&[u8], &[u8])| {
    properties::wire(pair.0, pair.1);
});
