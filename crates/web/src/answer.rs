//! Answers and what is read of requests, in the words of `run`, so that those of the script and ours are the same thing.
use serde_json::{Value, json};

use rlocust_run::run::{HttpAnswer, HttpRequest};

pub const JSON: &str = "application/json";

pub fn answer(status: u16, content_type: &str, body: impl Into<Vec<u8>>) -> HttpAnswer {
    HttpAnswer {
        status,
        headers: vec![("content-type".to_owned(), content_type.to_owned())],
        body: body.into(),
    }
}

pub fn text(status: u16, body: &str) -> HttpAnswer {
    answer(status, "text/html; charset=utf-8", body)
}

/// In one line, as programs read it.
pub fn compact(value: &Value) -> HttpAnswer {
    answer(200, JSON, value.to_string())
}

/// What did not succeed, in the form of Locust's `/swarm`.
pub fn failure(status: u16, message: &str) -> HttpAnswer {
    answer(
        status,
        JSON,
        json!({"success": false, "message": message}).to_string(),
    )
}

pub fn with(mut answer: HttpAnswer, name: &str, value: impl Into<String>) -> HttpAnswer {
    answer.headers.push((name.to_owned(), value.into()));
    answer
}

/// The first header of this name, whatever its case.
pub fn header<'a>(request: &'a HttpRequest, name: &str) -> Option<&'a str> {
    let mut headers = request.headers.iter();
    headers.find_map(|(key, value)| key.eq_ignore_ascii_case(name).then_some(value.as_str()))
}

/// The names in the query.
pub fn parameters(request: &HttpRequest) -> impl Iterator<Item = String> {
    let names = pairs(request).map(|(name, _)| unescaped(name));
    names.filter(|name| !name.is_empty())
}

fn pairs(request: &HttpRequest) -> impl Iterator<Item = (&str, &str)> {
    let pairs = request.query.split('&');
    pairs.map(|pair| pair.split_once('=').unwrap_or((pair, "")))
}

/// A parameter of the query, unescaped.
pub fn parameter(request: &HttpRequest, name: &str) -> Option<String> {
    values(request, name).next()
}

fn values(request: &HttpRequest, name: &str) -> impl Iterator<Item = String> {
    pairs(request)
        .filter(move |(key, _)| unescaped(key) == name)
        .map(|(_, value)| unescaped(value))
}

/// A number of the query; what is no number, or given twice, is an answer.
pub fn number<T: std::str::FromStr>(
    request: &HttpRequest,
    name: &str,
) -> Result<Option<T>, HttpAnswer> {
    let mut given = values(request, name);
    let Some(text) = given.next() else {
        return Ok(None);
    };
    if given.next().is_some() {
        return Err(failure(400, &format!("`{name}` is given twice")));
    }
    let read = text.parse().map(Some);
    read.map_err(|_| failure(400, &format!("`{name}` is `{text}`: give a number")))
}

/// The same for a moment or a length of time, which is finite.
pub fn seconds(request: &HttpRequest, name: &str) -> Result<Option<f64>, HttpAnswer> {
    match number::<f64>(request, name)? {
        Some(value) if !value.is_finite() => Err(failure(
            400,
            &format!("`{name}` is `{value}`: give a number"),
        )),
        value => Ok(value),
    }
}

fn unescaped(text: &str) -> String {
    let bytes = text.as_bytes();
    let (mut plain, mut at) = (Vec::with_capacity(bytes.len()), 0);
    while at < bytes.len() {
        let escape = text
            .get(at + 1..at + 3)
            .and_then(|digits| u8::from_str_radix(digits, 16).ok());
        match (bytes[at], escape) {
            (b'%', Some(byte)) => {
                plain.push(byte);
                at += 2;
            }
            (b'+', _) => plain.push(b' '),
            (byte, _) => plain.push(byte),
        }
        at += 1;
    }
    String::from_utf8_lossy(&plain).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_are_unescaped_and_numbers_are_numbers() {
        let request = HttpRequest {
            query: "a=1&b=x%20y%2&c+d=%C3%A9&e&f=z&g=inf&h=1&h=2".to_owned(),
            ..HttpRequest::default()
        };
        let of = |name| parameter(&request, name);
        assert_eq!(of("b").as_deref(), Some("x y%2"));
        assert_eq!(of("c d").as_deref(), Some("é"));
        assert_eq!((of("e").as_deref(), of("q")), (Some(""), None));
        assert_eq!(number::<i64>(&request, "a"), Ok(Some(1)));
        assert_eq!(number::<i64>(&request, "q"), Ok(None));
        for name in ["e", "f", "h"] {
            let refused = number::<i64>(&request, name).err();
            assert_eq!(refused.map(|answer| answer.status), Some(400), "{name}");
        }
        assert_eq!(
            seconds(&request, "g").err().map(|answer| answer.status),
            Some(400)
        );
    }
}
