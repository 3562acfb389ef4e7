//! How a call ended: a code and a sentence.

/// A code of gRPC, by its number.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Code(u8);

/// How a call ended.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Status {
    pub code: Code,
    pub details: String,
}

impl Code {
    pub const OK: Self = Self(0);
    pub const CANCELLED: Self = Self(1);
    pub const UNKNOWN: Self = Self(2);
    pub const DEADLINE_EXCEEDED: Self = Self(4);
    pub const PERMISSION_DENIED: Self = Self(7);
    pub const RESOURCE_EXHAUSTED: Self = Self(8);
    pub const UNIMPLEMENTED: Self = Self(12);
    pub const INTERNAL: Self = Self(13);
    pub const UNAVAILABLE: Self = Self(14);
    pub const UNAUTHENTICATED: Self = Self(16);

    /// The highest number that has a meaning.
    const LAST: u8 = 16;

    /// The code of `grpc-status`; what has no meaning is `UNKNOWN`.
    pub(super) fn read(text: &[u8]) -> Self {
        let number = std::str::from_utf8(text).ok();
        let number = number.and_then(|text| text.parse().ok());
        number
            .filter(|number| *number <= Self::LAST)
            .map_or(Self::UNKNOWN, Self)
    }

    pub fn number(self) -> u8 {
        self.0
    }
}

impl Status {
    pub(super) fn new(code: Code, details: impl Into<String>) -> Self {
        let details = details.into();
        Self { code, details }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_without_a_meaning_are_unknown() {
        assert_eq!(Code::read(b"0"), Code::OK);
        assert_eq!(Code::read(b"16"), Code::UNAUTHENTICATED);
        for text in ["17", "-1", "300", "", "ok"] {
            assert_eq!(Code::read(text.as_bytes()), Code::UNKNOWN, "{text}");
        }
    }
}
