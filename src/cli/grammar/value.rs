//! The value of an option, as `environment.parsed_options` has it.

use crate::cli::option::Preset;

/// A value of `environment.parsed_options`.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    None,
    Flag(bool),
    Integer(i64),
    Float(f64),
    Text(String),
    Words(Vec<String>),
    /// A list per word, of objects.
    UserSettings(Vec<Vec<serde_json::Value>>),
}

impl From<Preset> for Value {
    fn from(preset: Preset) -> Self {
        match preset {
            Preset::None => Self::None,
            Preset::False => Self::Flag(false),
            Preset::Integer(number) => Self::Integer(number),
            Preset::Text(text) => Self::Text(text.to_owned()),
            Preset::NoWords => Self::Words(Vec::new()),
        }
    }
}
