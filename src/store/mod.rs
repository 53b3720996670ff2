//! The record's home: one key in the visitor's own local storage.
//!
//! Nothing is written before a choice. A text under our key that is no record is set aside at the next write, so that
//! nothing is lost; it is erased with the rest.

use crate::{consent::record, json::Json, page};

/// The key of the record.
pub const KEY: &str = "portcullis";
/// Where an unreadable text that stood under [`KEY`] is kept.
const ASIDE: &str = "portcullis.aside";

/// What is stored. `Null` for nothing, for no storage, and for a text that is no record.
pub fn read(now: f64) -> Json {
    let text = page::local_storage().and_then(|storage| storage.get_item(KEY).ok()?);
    text.and_then(|text| record::read(Json::parse(&text)?, now)).unwrap_or_default()
}

/// Writes the record. `None` where the browser refuses (no storage, or it is full): the choice then holds for this
/// page's life.
pub fn keep(record: &Json) -> Option<()> {
    let storage = page::local_storage()?;
    if read(f64::INFINITY) == Json::Null
        && let Ok(Some(text)) = storage.get_item(KEY)
    {
        storage.set_item(ASIDE, &text).ok()?;
    }
    storage.set_item(KEY, &record.write()).ok()
}

/// Removes all that this room wrote. What the browser refuses to remove, the next read still finds.
pub fn forget() {
    if let Some(storage) = page::local_storage() {
        let _ = storage.remove_item(KEY);
        let _ = storage.remove_item(ASIDE);
    }
}
