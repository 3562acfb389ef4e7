//! The value of an option, as `environment.parsed_options` has it.
use std::ffi::OsString;

/// A value of `environment.parsed_options`.
#[derive(Debug, Clone, Default, PartialEq)]
pub enum Value {
    #[default]
    None,
    Flag(bool),
    Integer(i64),
    Float(f64),
    Text(String),
    /// The name of a file, which may be no Unicode text.
    File(OsString),
    Words(Vec<String>),
    /// A list per word, of objects.
    UserSettings(Vec<Vec<serde_json::Value>>),
}
