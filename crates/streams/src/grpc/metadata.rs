//! Metadata: what goes before and after messages, as headers of HTTP/2. Names that end with `-bin` carry bytes.
use base64::Engine as _;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use http::HeaderMap;
use http::header::{HeaderName, HeaderValue};
use thiserror::Error;

/// Written without padding, read with or without it.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new()
        .with_encode_padding(false)
        .with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// What belongs to the protocol: never shown.
const OWN: [&str; 7] = [
    "content-type",
    "grpc-accept-encoding",
    "grpc-encoding",
    "grpc-message",
    "grpc-status",
    "grpc-timeout",
    "te",
];

/// What came with a call, or goes with it.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Metadata(HeaderMap);

/// A value of metadata.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Value {
    Text(String),
    Binary(Vec<u8>),
}

/// What no call can carry.
#[derive(Clone, Debug, Error, Eq, PartialEq)]
pub enum InvalidMetadata {
    #[error("the metadata key `{0}` may have only 0-9, a-z, `-`, `_` and `.`")]
    Key(String),
    #[error("the metadata key `{0}` belongs to the protocol")]
    OwnKey(String),
    #[error(
        "the value of the metadata key `{0}` may have only printable ASCII; bytes need a key that ends with `-bin`"
    )]
    Value(String),
}

impl Metadata {
    pub(super) fn of(headers: HeaderMap) -> Self {
        Self(headers)
    }

    pub(super) fn headers(&self) -> &HeaderMap {
        &self.0
    }

    /// Adds one more, or says why no call can carry it.
    pub fn add(&mut self, key: &str, value: &[u8]) -> Result<(), InvalidMetadata> {
        let is_name = |byte: u8| matches!(byte, b'0'..=b'9' | b'a'..=b'z' | b'-' | b'_' | b'.');
        let name = key.bytes().all(is_name).then(|| HeaderName::try_from(key));
        let Some(Ok(name)) = name else {
            return Err(InvalidMetadata::Key(key.to_owned()));
        };
        if OWN.contains(&key) {
            return Err(InvalidMetadata::OwnKey(key.to_owned()));
        }
        let value = if key.ends_with("-bin") {
            HeaderValue::try_from(BASE64.encode(value)).ok()
        } else {
            let is_text = value.iter().all(|byte| matches!(byte, b' '..=b'~'));
            is_text
                .then(|| HeaderValue::from_bytes(value).ok())
                .flatten()
        };
        let value = value.ok_or_else(|| InvalidMetadata::Value(key.to_owned()))?;
        self.0.append(name, value);
        Ok(())
    }

    /// What a suite is to see of it, in its order.
    pub fn pairs(&self) -> impl Iterator<Item = (&str, Value)> {
        let shown = |(name, _): &(&HeaderName, _)| !OWN.contains(&name.as_str());
        self.0.iter().filter(shown).flat_map(|(name, value)| {
            let name = name.as_str();
            values(name, value.as_bytes())
                .into_iter()
                .map(move |value| (name, value))
        })
    }
}

/// Several binary values may stand in one header.
fn values(name: &str, value: &[u8]) -> Vec<Value> {
    if !name.ends_with("-bin") {
        return vec![Value::Text(value.iter().copied().map(char::from).collect())];
    }
    let pieces = value.split(|byte| *byte == b',');
    pieces
        .map(|piece| match BASE64.decode(piece.trim_ascii()) {
            Ok(bytes) => Value::Binary(bytes),
            Err(_) => Value::Binary(piece.to_vec()),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_goes_in_comes_out() {
        let mut given = Metadata::default();
        for (key, value) in [("a", &b"one"[..]), ("a", b"two"), ("b-bin", b"\x00\xff,")] {
            given.add(key, value).expect("fit to send");
        }
        assert_eq!(given.headers()["b-bin"], "AP8s");
        let text = |text: &str| Value::Text(text.to_owned());
        let found: Vec<_> = given.pairs().collect();
        let binary = Value::Binary(b"\x00\xff,".to_vec());
        assert_eq!(
            found,
            [("a", text("one")), ("a", text("two")), ("b-bin", binary)]
        );
    }

    #[test]
    fn padding_lists_and_what_belongs_to_the_protocol() {
        let mut headers = HeaderMap::new();
        headers.insert("c-bin", HeaderValue::from_static("YQ==, YQ"));
        headers.insert("grpc-status", HeaderValue::from_static("0"));
        let found = Metadata::of(headers);
        let a = || ("c-bin", Value::Binary(b"a".to_vec()));
        assert_eq!(found.pairs().collect::<Vec<_>>(), [a(), a()]);
    }

    #[test]
    fn what_no_call_can_carry_is_refused_by_name() {
        let refused = |key: &str, value: &[u8]| {
            let error = Metadata::default().add(key, value).expect_err("refused");
            error.to_string()
        };
        for key in ["Upper", "", "a b", ":path"] {
            assert!(refused(key, b"").contains(&format!("`{key}` may have only")));
        }
        assert!(refused("grpc-timeout", b"1S").contains("belongs to the protocol"));
        for value in [&b"\x00"[..], "ü".as_bytes(), b"a\nb"] {
            assert!(refused("a", value).contains("`-bin`"));
        }
    }
}
