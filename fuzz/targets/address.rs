//! However an address is spelled, the verdict goes by the host that the URL Standard reads in it.
#![no_main]

#[path = "../../tests/common/mod.rs"]
mod common;
#[path = "../../tests/properties/mod.rs"]
mod properties;

libfuzzer_sys::fuzz_target!(|spelled: &str| {
    properties::address(spelled);
});
