//! Whatever stands where the record is kept, it opens nothing that it does not say.
#![no_main]

#[path = "../../tests/common/mod.rs"]
mod common;
#[path = "../../tests/properties/mod.rs"]
mod properties;

libfuzzer_sys::fuzz_target!(|text: &str| {
    properties::record(text);
});
