//! The types that a setting can have: each takes the value of an option, and JSON where it is reported of the run. What
//! is of another kind is as good as absent; a test holds every option of the table against its field.

use std::ffi::OsString;

use serde_json::Value as Json;

use crate::config::value::Value;
use crate::model::Number;

pub trait Field: Sized + Default {
    fn from_value(value: Value) -> Self;
}

/// A field whose value stands in the files of a run.
pub trait ReportedField: Field {
    fn to_json(&self) -> Json;
    fn from_json(json: &Json) -> Self;
}

impl Field for bool {
    fn from_value(value: Value) -> Self {
        value == Value::Flag(true)
    }
}

impl ReportedField for bool {
    fn to_json(&self) -> Json {
        Json::Bool(*self)
    }

    fn from_json(json: &Json) -> Self {
        json.as_bool().unwrap_or_default()
    }
}

impl Field for i64 {
    fn from_value(value: Value) -> Self {
        Option::from_value(value).unwrap_or_default()
    }
}

impl Field for Option<i64> {
    fn from_value(value: Value) -> Self {
        match value {
            Value::Integer(number) => Some(number),
            Value::Float(number) => Some(number as i64),
            _ => None,
        }
    }
}

/// Suites may put a float where the command line takes whole numbers only.
impl Field for Option<Number> {
    fn from_value(value: Value) -> Self {
        match value {
            Value::Integer(number) => Some(Number::Whole(number)),
            Value::Float(number) => Some(Number::Real(number)),
            _ => None,
        }
    }
}

impl ReportedField for Option<Number> {
    fn to_json(&self) -> Json {
        match self {
            None => Json::Null,
            Some(Number::Whole(number)) => (*number).into(),
            Some(Number::Real(number)) => (*number).into(),
        }
    }

    fn from_json(json: &Json) -> Self {
        let whole = json.as_i64().map(Number::Whole);
        whole.or_else(|| json.as_f64().map(Number::Real))
    }
}

impl Field for String {
    fn from_value(value: Value) -> Self {
        Option::from_value(value).unwrap_or_default()
    }
}

/// No text and the empty one are the same: neither names anything.
impl Field for Option<String> {
    fn from_value(value: Value) -> Self {
        match value {
            Value::Text(text) if !text.is_empty() => Some(text),
            _ => None,
        }
    }
}

/// The empty name names nothing, either.
impl Field for Option<OsString> {
    fn from_value(value: Value) -> Self {
        match value {
            Value::File(name) if !name.is_empty() => Some(name),
            value => Option::<String>::from_value(value).map(OsString::from),
        }
    }
}

impl ReportedField for Option<String> {
    fn to_json(&self) -> Json {
        self.clone().into()
    }

    fn from_json(json: &Json) -> Self {
        json.as_str().map(str::to_owned)
    }
}

impl Field for Vec<String> {
    fn from_value(value: Value) -> Self {
        Option::from_value(value).unwrap_or_default()
    }
}

impl Field for Option<Vec<String>> {
    fn from_value(value: Value) -> Self {
        match value {
            Value::Words(words) => Some(words),
            _ => None,
        }
    }
}

impl ReportedField for Option<Vec<String>> {
    fn to_json(&self) -> Json {
        self.clone().into()
    }

    fn from_json(json: &Json) -> Self {
        let words = json.as_array()?.iter();
        Some(words.filter_map(Json::as_str).map(str::to_owned).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flag_is_set_where_it_was_given() {
        let flag = |value| bool::from_value(value);
        assert!(flag(Value::Flag(true)));
        assert!(!flag(Value::Flag(false)) && !flag(Value::Text("true".to_owned())));
    }

    #[test]
    fn an_empty_name_names_nothing() {
        let text = |text: &str| Value::Text(text.to_owned());
        assert_eq!(
            Option::<String>::from_value(text("a")),
            Some("a".to_owned())
        );
        assert_eq!(Option::<String>::from_value(text("")), None);
        let file = |name: &str| Option::<OsString>::from_value(Value::File(name.into()));
        assert_eq!(file("a"), Some("a".into()));
        assert_eq!(file(""), None);
        assert_eq!(Option::<OsString>::from_value(text("a")), Some("a".into()));
    }
}
