//! `Set-Cookie` headers taken apart as `http.cookiejar.parse_ns_headers` does it, with the
//! attributes sorted out: the first of a name counts, `Max-Age` goes before `Expires`.

use indexmap::IndexMap;

use super::date;
use super::limits::{LARGEST, is_too_large};

/// A cookie as sent, before the request fills the gaps.
#[derive(Debug, Default)]
pub(crate) struct Found {
    pub name: String,
    pub value: Option<String>,
    pub version: i64,
    pub domain: Option<String>,
    pub path: Option<String>,
    pub port: Ports,
    pub expires: Option<i64>,
    pub secure: bool,
    pub discard: bool,
    pub comment: Option<String>,
    pub comment_url: Option<String>,
    pub rest: Vec<(String, Option<String>)>,
}

/// The `Port` attribute.
#[derive(Debug, Default)]
pub(crate) enum Ports {
    /// Absent.
    #[default]
    All,
    /// Present without a value.
    OfTheRequest,
    /// Present with a value.
    Listed(String),
}

/// Why a cookie is not taken.
enum Bad {
    /// This one.
    Cookie,
    /// It is larger than browsers take them.
    TooLarge,
    /// Python stumbles over it and takes none of the answer's cookies.
    All,
}

/// The cookies of one answer.
#[derive(Debug, Default)]
pub(crate) struct Parsed {
    pub found: Vec<Found>,
    /// One of them was larger than a jar takes.
    pub had_too_large: bool,
}

/// `None` if Python would take none of them.
pub(crate) fn parse<'a>(values: impl Iterator<Item = &'a [u8]>, now: i64) -> Option<Parsed> {
    let mut parsed = Parsed::default();
    for value in values {
        match parse_one(value, now) {
            Ok(Some(cookie)) => parsed.found.push(cookie),
            Ok(None) | Err(Bad::Cookie) => {}
            Err(Bad::TooLarge) => parsed.had_too_large = true,
            Err(Bad::All) => return None,
        }
    }
    Some(parsed)
}

fn parse_one(value: &[u8], now: i64) -> Result<Option<Found>, Bad> {
    if value.len() > LARGEST && is_too_large(value) {
        return Err(Bad::TooLarge);
    }
    let text: String = value.iter().map(|byte| char::from(*byte)).collect();
    let mut pairs = text.split(';').map(pair);
    let Some((name, value)) = pairs.next().filter(|(name, _)| !name.is_empty()) else {
        return Ok(None);
    };
    let mut attributes = Attributes {
        found: Found {
            name,
            value,
            ..Found::default()
        },
        seen: Vec::new(),
        others: IndexMap::new(),
        now,
    };
    for (name, value) in pairs.filter(|(name, _)| !name.is_empty()) {
        attributes.take(name, value)?;
    }
    let Attributes { found, others, .. } = attributes;
    Ok(Some(Found {
        rest: others.into_iter().collect(),
        ..found
    }))
}

fn pair(text: &str) -> (String, Option<String>) {
    match text.split_once('=') {
        Some((name, value)) => (name.trim().to_owned(), Some(value.trim().to_owned())),
        None => (text.trim().to_owned(), None),
    }
}

struct Attributes {
    found: Found,
    /// Names that have been settled.
    seen: Vec<&'static str>,
    /// Those that the jar has no field for: a later one of a name counts, in the place of the first.
    others: IndexMap<String, Option<String>>,
    now: i64,
}

const KNOWN: [&str; 10] = [
    "version",
    "expires",
    "max-age",
    "domain",
    "path",
    "port",
    "comment",
    "commenturl",
    "discard",
    "secure",
];

impl Attributes {
    fn take(&mut self, name: String, value: Option<String>) -> Result<(), Bad> {
        let lower = name.to_lowercase();
        let Some(known) = KNOWN.iter().copied().find(|known| *known == lower) else {
            self.others.insert(name, value);
            return Ok(());
        };
        if self.seen.contains(&known) {
            return Ok(());
        }
        if self.settle(known, value)? {
            self.seen.push(known);
        }
        Ok(())
    }

    /// Stores a known attribute; false if it does not count as given.
    fn settle(&mut self, known: &'static str, value: Option<String>) -> Result<bool, Bad> {
        let found = &mut self.found;
        match (known, value) {
            ("secure", value) => found.secure = value.is_none_or(|text| !text.is_empty()),
            ("discard", value) => found.discard = value.is_none_or(|text| !text.is_empty()),
            ("port", None) => found.port = Ports::OfTheRequest,
            ("port", Some(ports)) => found.port = Ports::Listed(ports),
            ("comment", value) => found.comment = value,
            ("commenturl", value) => found.comment_url = value,
            ("expires", value) => return Ok(self.settle_expires(value.as_deref())),
            ("max-age", None) => return Err(Bad::All),
            ("max-age", Some(text)) => {
                let age = text
                    .trim()
                    .replace('_', "")
                    .parse::<i64>()
                    .map_err(|_| Bad::Cookie)?;
                found.expires = Some(self.now.saturating_add(age));
                // A later one counts again: Python files it under the name of the other.
                self.seen.push("expires");
                return Ok(false);
            }
            (_, None) => return Err(Bad::Cookie),
            ("domain", Some(text)) => found.domain = Some(text.to_lowercase()),
            ("path", value) => found.path = value,
            ("version", Some(text)) => found.version = version(&text)?,
            _ => {}
        }
        Ok(true)
    }

    fn settle_expires(&mut self, text: Option<&str>) -> bool {
        let this_year = date::year_of(self.now);
        let date = text.and_then(|text| date::seconds(strip_quotes(text), this_year));
        if date.is_some() {
            self.found.expires = date;
        }
        date.is_some()
    }
}

fn version(text: &str) -> Result<i64, Bad> {
    strip_quotes(text).trim().parse().map_err(|_| Bad::Cookie)
}

fn strip_quotes(text: &str) -> &str {
    let text = text.strip_prefix('"').unwrap_or(text);
    text.strip_suffix('"').unwrap_or(text)
}
