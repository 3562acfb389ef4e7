//! JSON as Flask prints it while debugging, which Locust's web interface does: keys sorted, two spaces, ASCII, a line
//! break at the end.
use serde_json::{Map, Value};

use super::super::python_text::{json_number, push_json_text};
use rlocust_core::model::Number;

/// The whole text.
pub fn pretty(value: &Value) -> String {
    let mut text = String::new();
    push(&mut text, value, 0);
    text.push('\n');
    text
}

/// A number that Python holds, in JSON.
pub fn number(value: Number) -> Value {
    match value {
        Number::Whole(whole) => whole.into(),
        Number::Real(real) => real.into(),
    }
}

fn push(text: &mut String, value: &Value, depth: usize) {
    match value {
        Value::Null => text.push_str("null"),
        Value::Bool(true) => text.push_str("true"),
        Value::Bool(false) => text.push_str("false"),
        Value::Number(number) => match number.as_f64().filter(|_| number.is_f64()) {
            Some(real) => text.push_str(&json_number(Number::Real(real))),
            None => text.push_str(&number.to_string()),
        },
        Value::String(words) => push_json_text(text, words).unwrap_or_default(),
        Value::Array(list) => push_all(text, ['[', ']'], list.iter(), depth, |text, item| {
            push(text, item, depth + 1);
        }),
        Value::Object(object) => {
            push_all(
                text,
                ['{', '}'],
                sorted(object),
                depth,
                |text, (key, item)| {
                    push_json_text(text, key).unwrap_or_default();
                    text.push_str(": ");
                    push(text, item, depth + 1);
                },
            );
        }
    }
}

fn sorted(object: &Map<String, Value>) -> impl Iterator<Item = (&String, &Value)> {
    let mut rows: Vec<_> = object.iter().collect();
    rows.sort_unstable_by_key(|(key, _)| *key);
    rows.into_iter()
}

fn push_all<T>(
    text: &mut String,
    [open, close]: [char; 2],
    items: impl Iterator<Item = T>,
    depth: usize,
    mut push: impl FnMut(&mut String, T),
) {
    text.push(open);
    let mut is_empty = true;
    for item in items {
        text.push_str(if is_empty { "\n" } else { ",\n" });
        text.extend(std::iter::repeat_n("  ", depth + 1));
        push(text, item);
        is_empty = false;
    }
    if !is_empty {
        text.push('\n');
        text.extend(std::iter::repeat_n("  ", depth));
    }
    text.push(close);
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn texts_are_those_of_flask() {
        let value = json!({"b": [1, 2.0, "é"], "a": {}, "c": [], "d": {"x": null, "w": true}});
        let expected = "{\n  \"a\": {},\n  \"b\": [\n    1,\n    2.0,\n    \"\\u00e9\"\n  ],\n  \"c\": [],\n  \
                        \"d\": {\n    \"w\": true,\n    \"x\": null\n  }\n}\n";
        assert_eq!(pretty(&value), expected);
    }
}
