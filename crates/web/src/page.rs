//! The page: `index.html` with what the script says of the run, and the files it loads.
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use sha2::{Digest as _, Sha256};

use super::answer::{answer, header, text, with};
use super::files::{File, file};
use rlocust_run::run::{HttpAnswer, HttpRequest};

/// What the page may load and do: nothing of other hosts.
pub const CSP: &str = "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; base-uri 'none'; \
                       form-action 'self'; frame-ancestors 'self'";

/// `index.html`; `arguments` is the JSON object that Locust's page gets.
pub fn index(arguments: &[u8]) -> HttpAnswer {
    let page = file("index.html").map_or(&b""[..], |page| page.bytes);
    let arguments = String::from_utf8_lossy(arguments);
    let script = format!("window.templateArgs = {};", in_html(arguments.trim()));
    let hash = BASE64.encode(Sha256::digest(&script));
    let page = behind_head(
        &String::from_utf8_lossy(page),
        &format!("<script>{script}</script>"),
    );
    let csp = format!("{CSP}; script-src 'self' 'sha256-{hash}'");
    let page = with(text(200, &page), "content-security-policy", csp);
    with(page, "cache-control", "no-cache")
}

/// A text that ends no script and begins no comment in a page.
pub fn in_html(json: &str) -> String {
    json.replace('<', "\\u003c")
        .replace('\u{2028}', "\\u2028")
        .replace('\u{2029}', "\\u2029")
}

/// The page with this at the beginning of its head, where nothing of the page has begun yet.
pub fn behind_head(page: &str, addition: &str) -> String {
    page.replacen(
        "<head>",
        &format!("<head><meta charset=\"utf-8\">{addition}"),
        1,
    )
}

/// `GET /assets/…`, and what lies beside them.
pub fn asset(request: &HttpRequest) -> HttpAnswer {
    let name = request.path.trim_start_matches('/');
    let Some(file) = file(name).filter(|file| !file.content_type().starts_with("text/html")) else {
        return text(404, "There is no such file");
    };
    let tag = format!("\"{}\"", file.tag);
    let is_known = header(request, "if-none-match").is_some_and(|known| known.contains(&tag));
    let found = if is_known {
        answer(304, file.content_type(), "")
    } else {
        packed(request, file)
    };
    let found = with(found, "etag", tag);
    with(found, "cache-control", caching(file))
}

fn packed(request: &HttpRequest, file: &File) -> HttpAnswer {
    if file.packed.len() < file.bytes.len() && takes_gzip(request) {
        let packed = with(
            answer(200, file.content_type(), file.packed),
            "content-encoding",
            "gzip",
        );
        return with(packed, "vary", "accept-encoding");
    }
    answer(200, file.content_type(), file.bytes)
}

/// A name with a hash in it never changes its content.
fn caching(file: &File) -> &'static str {
    let stem = file
        .name
        .rsplit_once('.')
        .map_or(file.name, |(stem, _)| stem);
    let hash = stem.rsplit_once('-').map_or("", |(_, hash)| hash);
    if hash.len() == 8 {
        "public, max-age=31536000, immutable"
    } else {
        "no-cache"
    }
}

pub fn takes_gzip(request: &HttpRequest) -> bool {
    header(request, "accept-encoding").is_some_and(|codings| {
        codings.split(',').any(|coding| {
            let (name, weight) = coding.trim().split_once(';').unwrap_or((coding.trim(), ""));
            name.eq_ignore_ascii_case("gzip") && !matches!(weight.trim(), "q=0" | "q=0.0")
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_script_says_ends_no_script_and_its_hash_allows_it() {
        let page = index(br#"{"host": "</script><script>alert(1)</script>"}"#);
        let body = String::from_utf8(page.body).expect("text");
        let script = "window.templateArgs = {\"host\": \"\\u003c/script>\\u003cscript>alert(1)\\u003c/script>\"};";
        assert!(
            body.contains(&format!("<script>{script}</script>")),
            "{body}"
        );
        let hash = BASE64.encode(Sha256::digest(script));
        assert!(
            page.headers
                .iter()
                .any(|(name, value)| name == "content-security-policy" && value.contains(&hash))
        );
    }

    #[test]
    fn gzip_is_for_those_who_take_it() {
        let takes = |value: &str| {
            let headers = vec![("Accept-Encoding".to_owned(), value.to_owned())];
            takes_gzip(&HttpRequest {
                headers,
                ..HttpRequest::default()
            })
        };
        assert!(takes("br, gzip") && takes("GZIP;q=0.5"));
        assert!(!takes("br") && !takes("gzip;q=0"));
    }

    #[test]
    fn no_file_beside_the_page_is_served() {
        let status = |path: &str| {
            asset(&HttpRequest {
                path: path.to_owned(),
                ..HttpRequest::default()
            })
            .status
        };
        assert_eq!(status("/assets/../index.html"), 404);
        assert_eq!(status("/index.html"), 404);
    }
}
