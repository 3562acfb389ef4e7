//! `--config-users`: attributes for user classes, as JSON.

use serde_json::Value;

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotUserSettings {
    #[error("neither JSON nor the path of a .json file: {0}")]
    NotJson(String),
    #[error("an object or a list of objects is needed")]
    NotObjects,
    #[error("every object needs the key user_class_name")]
    NoName,
}

/// Reads one object or a list of objects, each naming its user class.
///
/// # Errors
/// When the text is not JSON, holds something else than objects, or an object does not say whom it is for.
pub fn parse_user_settings(text: &str) -> Result<Vec<Value>, NotUserSettings> {
    let parsed: Value =
        serde_json::from_str(text).map_err(|e| NotUserSettings::NotJson(e.to_string()))?;
    let settings = match parsed {
        Value::Array(list) => list,
        single => vec![single],
    };
    for setting in &settings {
        let object = setting.as_object().ok_or(NotUserSettings::NotObjects)?;
        if !object.contains_key("user_class_name") {
            return Err(NotUserSettings::NoName);
        }
    }
    Ok(settings)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_object_and_a_list_of_objects_are_read_alike() {
        let one = parse_user_settings(r#"{"user_class_name": "A", "weight": 2}"#);
        assert_eq!(
            one,
            parse_user_settings(r#"[{"user_class_name": "A", "weight": 2}]"#)
        );
        assert_eq!(one.expect("an object").len(), 1);
    }

    #[test]
    fn anything_else_is_refused() {
        assert!(matches!(
            parse_user_settings("x"),
            Err(NotUserSettings::NotJson(_))
        ));
        assert_eq!(parse_user_settings("[1]"), Err(NotUserSettings::NotObjects));
        assert_eq!(parse_user_settings("{}"), Err(NotUserSettings::NoName));
    }
}
