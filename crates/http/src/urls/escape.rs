//! Percent signs, as Python's `urllib.parse`, requests and urllib3 set and remove them.

use super::characters::is_unreserved;

/// requests' `requote_uri`: unreserved characters bare, all others escaped or left as they were.
pub fn requote_uri(uri: &str) -> String {
    match unquote_unreserved(uri) {
        Some(unquoted) => quote(&unquoted, true),
        None => quote(uri, false),
    }
}

/// `urllib.parse.urlencode` of flattened pairs (`doseq` done by the caller), by `quote_plus`.
pub fn urlencode(pairs: &[(&[u8], &[u8])]) -> String {
    let mut out = String::new();
    for (name, value) in pairs {
        if !out.is_empty() {
            out.push('&');
        }
        quote_plus(name, &mut out);
        out.push('=');
        quote_plus(value, &mut out);
    }
    out
}

/// Escapes what is not allowed. Escapes already there stay (in upper case), unless some `%` is
/// none of an escape: then every `%` is escaped itself.
pub(crate) fn encode_invalid(component: &str, is_allowed: fn(u8) -> bool) -> String {
    if component.bytes().all(is_allowed) {
        return component.to_owned();
    }
    let bytes = component.as_bytes();
    let is_escape = |at: usize| {
        bytes
            .get(at + 1..at + 3)
            .is_some_and(|hex| hex.iter().all(u8::is_ascii_hexdigit))
    };
    let percents = || (0..bytes.len()).filter(|at| bytes[*at] == b'%');
    let is_encoded = percents().all(is_escape);
    let mut out = String::with_capacity(component.len() + 16);
    let mut upper = 0;
    for (at, byte) in bytes.iter().copied().enumerate() {
        if byte == b'%' && is_escape(at) {
            upper = 3;
        }
        let byte = if upper > 0 {
            byte.to_ascii_uppercase()
        } else {
            byte
        };
        upper = usize::saturating_sub(upper, 1);
        if (is_encoded && byte == b'%') || is_allowed(byte) {
            out.push(char::from(byte));
        } else {
            escape(byte, &mut out);
        }
    }
    out
}

/// `None` where requests gives up on a percent sign before two characters that are no hex digits.
fn unquote_unreserved(uri: &str) -> Option<String> {
    let mut parts = uri.split('%');
    let mut out = String::with_capacity(uri.len());
    out.push_str(parts.next().unwrap_or_default());
    for part in parts {
        let digits: String = part.chars().take(2).collect();
        let is_pair = digits.chars().count() == 2 && digits.chars().all(char::is_alphanumeric);
        let byte = if is_pair {
            Some(u8::from_str_radix(&digits, 16).ok()?)
        } else {
            None
        };
        match byte {
            Some(byte) if is_unreserved(byte) => {
                out.push(char::from(byte));
                out.push_str(&part[2..]);
            }
            _ => {
                out.push('%');
                out.push_str(part);
            }
        }
    }
    Some(out)
}

/// `urllib.parse.quote` with requests' safe characters.
fn quote(text: &str, percent_is_safe: bool) -> String {
    let is_safe = |byte: u8| {
        is_unreserved(byte)
            || (byte == b'%' && percent_is_safe)
            || b"!#$&'()*+,/:;=?@[]".contains(&byte)
    };
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if is_safe(byte) {
            out.push(char::from(byte));
        } else {
            escape(byte, &mut out);
        }
    }
    out
}

/// `http.cookiejar.escape_path`: quoted, with all escapes in upper case.
pub(crate) fn escape_path(path: &str) -> String {
    let is_safe = |byte: u8| is_unreserved(byte) || b"%/;:@&=+$,!*'()".contains(&byte);
    let mut out = String::with_capacity(path.len());
    let bytes = path.as_bytes();
    let is_escape = |at: usize| {
        bytes
            .get(at + 1..at + 3)
            .is_some_and(|hex| hex.iter().all(u8::is_ascii_hexdigit))
    };
    let mut upper = 0;
    for (at, byte) in bytes.iter().copied().enumerate() {
        if upper == 0 && byte == b'%' && is_escape(at) {
            upper = 3;
        }
        let byte = if upper > 0 {
            byte.to_ascii_uppercase()
        } else {
            byte
        };
        upper = usize::saturating_sub(upper, 1);
        if is_safe(byte) {
            out.push(char::from(byte));
        } else {
            escape(byte, &mut out);
        }
    }
    out
}

fn quote_plus(bytes: &[u8], out: &mut String) {
    for byte in bytes.iter().copied() {
        match byte {
            b' ' => out.push('+'),
            byte if is_unreserved(byte) => out.push(char::from(byte)),
            byte => escape(byte, out),
        }
    }
}

fn escape(byte: u8, out: &mut String) {
    const HEX: &[u8; 16] = b"0123456789ABCDEF";
    out.push('%');
    out.push(char::from(HEX[usize::from(byte >> 4)]));
    out.push(char::from(HEX[usize::from(byte & 15)]));
}
