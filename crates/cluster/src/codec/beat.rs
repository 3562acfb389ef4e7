//! A worker's heartbeat: its state, CPU and memory, and beside them, in our key, how long its script has been silent.
use rmpv::{Value, ValueRef};

use super::malformed::Malformed;
use super::values::{KEY, number_of, text, under};

/// The type of the message, both ways.
pub const KIND: &str = "heartbeat";

/// What a heartbeat says.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Beat {
    /// One of Locust's words, or a suite's.
    pub state: String,
    pub cpu_percent: f64,
    pub memory_bytes: u64,
    /// How long the script has not taken its turn; nothing of a stock worker.
    pub silence_s: Option<f64>,
}

impl Beat {
    /// Its data.
    pub fn written(&self) -> Value {
        let mut pairs = vec![
            ("state".into(), self.state.as_str().into()),
            ("current_cpu_usage".into(), self.cpu_percent.into()),
            ("current_memory_usage".into(), self.memory_bytes.into()),
        ];
        if let Some(silence) = self.silence_s {
            pairs.push((
                KEY.into(),
                Value::Map(vec![("silence".into(), silence.into())]),
            ));
        }
        Value::Map(pairs)
    }

    /// Of the data of a heartbeat; workers of older minors say nothing of memory.
    pub fn read(data: &ValueRef<'_>) -> Result<Self, Malformed> {
        let figure = |map: &ValueRef<'_>, key: &str| -> Result<Option<f64>, Malformed> {
            match under(map, key) {
                None | Some(ValueRef::Nil) => Ok(None),
                Some(value) => number_of(value).map(|number| Some(number.as_f64())),
            }
        };
        let state = under(data, "state").ok_or(Malformed::WrongData)?;
        let silence_s = under(data, KEY).map(|ours| figure(ours, "silence"));
        Ok(Self {
            state: text(state).map_err(|_| Malformed::WrongData)?.to_owned(),
            cpu_percent: figure(data, "current_cpu_usage")?.unwrap_or_default(),
            memory_bytes: figure(data, "current_memory_usage")?.unwrap_or_default() as u64,
            silence_s: silence_s.transpose()?.map(Option::unwrap_or_default),
        })
    }
}
