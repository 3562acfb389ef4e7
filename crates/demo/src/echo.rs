//! Shows the client what it sent: method, target and headers as they came, spelling and order kept.

use serde_json::json;

use super::answer::Answer;
use super::request::Request;

pub fn answer(request: &Request<'_>) -> Answer {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let headers: Vec<_> = request
        .head
        .headers
        .iter()
        .map(|header| json!([header.name, text(header.value)]))
        .collect();
    let seen = json!({
        "method": request.head.method,
        "target": text(request.head.target),
        "version": request.head.version,
        "headers": headers,
        "body": text(&request.body),
        "body_length": request.body.len(),
    });
    Answer::json(200, seen.to_string())
}
