//! The Wasm inside the script: a template literal whose code points are the bytes, which costs 3–4 % after Brotli
//! where Base64 costs about 30 %. Read back with `charCodeAt`.

use anyhow::{Context, Result, bail, ensure};

/// The identifier that the sources declare and the build replaces.
const PLACE: &str = "__WASM__";
/// Tells every browser that the file is UTF-8, whatever the page's encoding.
const BOM: &str = "\u{feff}";

/// The script with the Wasm in the place of `__WASM__`, a byte order mark first.
pub fn embed(script: &str, wasm: &[u8]) -> Result<String> {
    let places = script.matches(PLACE).count();
    ensure!(places == 1, "{PLACE} stands {places} times in the bundled script, not once");
    let (before, after) = script.split_once(PLACE).context("unreachable: counted above")?;
    // Minifiers drop the space of `return __WASM__`? No: an identifier needs it, a template literal only tolerates it.
    let whole = format!("{BOM}{before}`{}`{after}", escape(wasm));
    let start = BOM.len() + before.len() + 1;
    let end = whole.len() - after.len() - 1;
    ensure!(unescape(&whole[start..end])? == wasm, "the embedded Wasm does not read back as it was");
    Ok(whole)
}

/// Only these four mean something in a template literal: backslash, back-tick, `${`, and CR, which reads back as LF.
fn escape(wasm: &[u8]) -> String {
    let mut text = String::with_capacity(wasm.len() * 3 / 2);
    for (at, &byte) in wasm.iter().enumerate() {
        match byte {
            b'\\' | b'`' => text.push('\\'),
            b'$' if wasm.get(at + 1) == Some(&b'{') => text.push('\\'),
            b'\r' => {
                text.push_str("\\r");
                continue;
            }
            _ => {}
        }
        text.push(char::from(byte));
    }
    text
}

/// What a script engine makes of the literal.
fn unescape(text: &str) -> Result<Vec<u8>> {
    let mut wasm = Vec::with_capacity(text.len());
    let mut chars = text.chars();
    while let Some(char) = chars.next() {
        let meant = match char {
            '\\' => match chars.next() {
                Some('r') => '\r',
                Some(char @ ('\\' | '`' | '$')) => char,
                other => bail!("an escape that was never written: {other:?}"),
            },
            char => char,
        };
        wasm.push(u8::try_from(u32::from(meant))?);
    }
    Ok(wasm)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_and_every_escape_reads_back() {
        let mut wasm: Vec<u8> = (0..=255).collect();
        wasm.extend_from_slice(b"${ $$ \\` \r\n \\r");
        let script = embed("const a=__WASM__;", &wasm).unwrap();
        assert!(script.starts_with("\u{feff}const a=`"));
        assert!(!script.contains('\r'));
    }

    #[test]
    fn the_place_stands_once() {
        assert!(embed("no place", b"").is_err());
        assert!(embed("__WASM__+__WASM__", b"").is_err());
    }
}
