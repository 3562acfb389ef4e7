//! A login that sets a cookie and a page that wants it. The server keeps no sessions: the cookie names its user, so
//! any number of users may log in. The password is `secret`, so that a suite can also see a login fail.

use serde_json::{Value, json};

use super::answer::{Answer, Reply};
use super::request::{Head, Request, field};

const PASSWORD: &str = "secret";
const COOKIE: &str = "session";

/// `POST /login` with `username` and `password`, as a form or as JSON. The token is good as a bearer token, too.
pub fn log_in(request: &Request<'_>) -> Answer {
    let (Some(user), Some(password)) = (said(request, "username"), said(request, "password"))
    else {
        return Answer::problem(422, "username and password are needed");
    };
    if password != PASSWORD || !is_name(&user) {
        return Answer::problem(401, "wrong username or password");
    }
    let token = format!("user-{user}");
    let body = json!({"user": user, "token": token}).to_string();
    let cookie = format!("{COOKIE}={token}; Path=/; HttpOnly; SameSite=Lax");
    Answer::Reply(Reply::new(200, "application/json", body).with("set-cookie", cookie))
}

/// `POST /logout`: the cookie expires.
pub fn log_out() -> Answer {
    let cookie = format!("{COOKIE}=; Path=/; Max-Age=0");
    Answer::Reply(Reply::new(204, "", "").with("set-cookie", cookie))
}

/// `GET /me`: who is logged in, or 401.
pub fn who(request: &Request<'_>) -> Answer {
    match user_of(&request.head) {
        Some(user) => Answer::json(200, json!({"user": user}).to_string()),
        None => Answer::problem(401, "log in first"),
    }
}

fn user_of(head: &Head<'_>) -> Option<String> {
    let bearer = head.header_text("authorization");
    let bearer = bearer
        .as_deref()
        .and_then(|text| text.strip_prefix("Bearer "));
    let cookies = head.header_text("cookie");
    let cookie = cookies.as_deref().and_then(|text| {
        text.split(';')
            .filter_map(|pair| pair.trim().split_once('='))
            .find(|(name, _)| *name == COOKIE)
            .map(|(_, value)| value)
    });
    let user = bearer.or(cookie)?.strip_prefix("user-")?;
    is_name(user).then(|| user.to_owned())
}

fn said(request: &Request<'_>, name: &str) -> Option<String> {
    let body = String::from_utf8_lossy(&request.body);
    match serde_json::from_str::<Value>(&body) {
        Ok(Value::Object(fields)) => fields.get(name)?.as_str().map(str::to_owned),
        _ => field(&body, name),
    }
}

/// What may stand in a cookie without quoting.
fn is_name(user: &str) -> bool {
    let is_plain = |letter: char| letter.is_ascii_alphanumeric() || "._@-".contains(letter);
    (1..=100).contains(&user.len()) && user.chars().all(is_plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_needs_no_quoting_and_is_not_endless() {
        for name in ["a", "A.b_c@d-9", &"a".repeat(100)] {
            assert!(is_name(name), "{name}");
        }
        for name in ["", "a b", "a;b", "é", &"a".repeat(101)] {
            assert!(!is_name(name), "{name}");
        }
    }
}
