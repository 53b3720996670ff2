//! The record's home: one key in the visitor's own local storage.
//!
//! Nothing is written before a choice. A text under our key that is no record is set aside at the next write, so that
//! nothing is lost; it is erased with the rest.

use crate::{consent::record, json::Json, memory, page};
use alloc::{string::String, vec::Vec};

/// The key of the record.
pub const KEY: &str = "portcullis";
/// Where an unreadable text that stood under [`KEY`] is kept.
const ASIDE: &str = "portcullis.aside";
/// Where receipts wait that were not delivered yet (`www/tell/receipts.ts`).
const QUEUE: &str = "portcullis.queue";

fn text() -> Option<String> {
    page::stored(KEY)
}

/// A stored text, if it is a record.
pub fn good(text: String, now: f64) -> Option<Vec<u8>> {
    // Only what the browser reads as JSON is looked into.
    (page::is_json(&text) && record::is_record(Json::new(text.as_bytes()), now)).then(|| text.into_bytes())
}

/// The record that is stored. Empty for none, for no storage, and for a text that is no record.
pub fn read(now: f64) -> Vec<u8> {
    text().and_then(|text| good(text, now)).unwrap_or_default()
}

/// Writes the record. `None` where the browser refuses (no storage, or it is full): the choice then holds for this
/// page's life.
///
/// Where the disk is full, what stood here goes: an answer must not outlive the one that replaces it, and that makes room.
/// The history goes before the answer does.
pub fn keep(record: &[u8]) -> Option<()> {
    if let Some(text) = text()
        && good(text.clone(), f64::INFINITY).is_none()
        && !page::restore(ASIDE, Some(&text))
    {
        return None;
    }
    let write = |record: &[u8]| page::restore(KEY, Some(memory::text(record)));
    (write(record) || (page::restore(KEY, None) && (write(record) || write(&record::alone(record))))).then_some(())
}

/// Removes all that this room wrote. What the browser refuses to remove, the next read still finds.
pub fn forget() {
    for key in [KEY, ASIDE, QUEUE] {
        page::restore(key, None);
    }
}
