//! Both readers of a configuration say the same, and no text upsets the first one.
#![no_main]

#[path = "../../tests/common/mod.rs"]
mod common;
#[path = "../../tests/properties/mod.rs"]
mod properties;

libfuzzer_sys::fuzz_target!(|text: &str| {
    properties::config_or_text(text);
});
