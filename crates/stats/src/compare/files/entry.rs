//! An entry as summaries and reports have it, with the figures of the whole run.
use std::sync::Arc;

use serde_json::Value;

use super::super::interval::Interval;
use super::super::run::RunEntry;
use super::times::MOST;
use super::unreadable::Unreadable;
use rlocust_core::histogram::Exact;

/// `list` is what the file calls its entries; `times` are those of this one.
pub fn entry_of(
    value: &Value,
    list: &str,
    times: impl FnOnce() -> Option<Exact>,
) -> Result<RunEntry, Unreadable> {
    let text = |key: &str| value[key].as_str().map(str::to_owned);
    let (Some(name), Some(method)) = (text("name"), text("method")) else {
        return Err(Unreadable::part(list));
    };
    let total = || {
        Some(Interval {
            times: Arc::new(times()?),
            requests: count_of(&value["requests"])?,
            failures: count_of(&value["failures"])?,
            reported: None,
        })
    };
    let mut entry = RunEntry {
        name,
        method,
        ..RunEntry::default()
    };
    entry.total = total().ok_or_else(|| Unreadable::part(&format!("entry `{}`", entry.shown())))?;
    Ok(entry)
}

/// Nothing for what no run can have counted.
pub fn count_of(value: &Value) -> Option<u64> {
    value.as_u64().filter(|count| *count <= MOST)
}
