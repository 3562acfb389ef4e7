//! The value of an option, as `environment.parsed_options` has it.

/// A value of `environment.parsed_options`.
#[derive(Debug, Clone, Default, PartialEq)]
pub enum Value {
    #[default]
    None,
    Flag(bool),
    Integer(i64),
    Float(f64),
    Text(String),
    Words(Vec<String>),
    /// A list per word, of objects.
    UserSettings(Vec<Vec<serde_json::Value>>),
}
