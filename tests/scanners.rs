//! Every scanner of text says what a slow and obvious twin says (`tests/properties/mod.rs`).

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, missing_docs)]

mod common;
mod properties;

use proptest::prelude::*;

/// Texts in which the characters that a scanner looks for stand close together.
fn dense() -> impl Strategy<Value = String> {
    prop_oneof![
        r#"[\[\]{}:,"\\ atruefls0-9.]{0,40}"#,
        r"[ab.*/ A]{0,40}",
        r"[ab=; .*/\t]{0,40}",
        r"(a|b|A|\.|/|x/| a\.b\.test| b\.test/x| b\.test| /|é){0,24}",
        any::<String>(),
    ]
}

#[test]
fn tables_of_hosts() {
    for text in [
        "",
        ".",
        "a.b.test/x b.test b.test/x b.test/x/y a.b.test test",
        "A.B.TEST/x/y B.test/x test.",
        "a.b.test b.test/ b.test/ b.tes/t",
        "x. x x/ x/y",
        "a..b b .b ..b a..b",
    ] {
        properties::hosts(text);
    }
}

#[test]
fn texts_that_are_odd() {
    for text in [
        "",
        "\"",
        "\\",
        "{\"",
        "[[[[",
        "]]]]",
        "{\"a\":{\"a\":",
        "nul",
        "truefalse",
        "a=b=c;;=;  ; d",
        "..",
        "//",
        "*",
        "é/é.é",
    ] {
        properties::scanners(text);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text(text in dense()) {
        properties::scanners(&text);
    }
}
