//! An event's fields as text.
use std::fmt;
use std::time::Duration;

use tracing::Event;
use tracing::field::{Field, Visit};

use super::queue::Record;
use crate::clock;

/// How durations stand in events, under names that end in `_ms`.
pub fn milliseconds(duration: Duration) -> f64 {
    duration.as_micros() as f64 / 1000.0
}

/// The record of an event that happens now.
pub(super) fn record_of(event: &Event<'_>) -> Record {
    let metadata = event.metadata();
    let mut texts = Texts::default();
    event.record(&mut texts);
    Record {
        target: metadata.target(),
        level: *metadata.level(),
        at: clock::unix_seconds(),
        message: texts.message,
        fields: texts.fields,
    }
}

#[derive(Default)]
struct Texts {
    message: String,
    fields: Vec<(&'static str, String)>,
}

impl Visit for Texts {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        let text = format!("{value:?}");
        if field.name() == "message" {
            self.message = text;
        } else {
            self.fields.push((field.name(), text));
        }
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.record_debug(field, &format_args!("{value}"));
    }
}
