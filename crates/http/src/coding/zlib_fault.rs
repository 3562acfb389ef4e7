//! What zlib says of data it cannot undo.

use std::fmt;

/// What zlib would say.
#[derive(Copy, Clone, Debug, Eq, PartialEq)]
pub(crate) struct ZlibFault {
    code: i32,
    words: &'static str,
}

impl fmt::Display for ZlibFault {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            out,
            "Error {} while decompressing data: {}",
            self.code, self.words
        )
    }
}

pub(crate) const TRUNCATED: ZlibFault = ZlibFault {
    code: -5,
    words: "incomplete or truncated stream",
};

/// There is no room for what comes out.
pub(crate) const NO_ROOM: ZlibFault = ZlibFault {
    code: -4,
    words: "insufficient memory",
};

/// A stream that needs a dictionary.
pub(crate) const NEEDS_DICTIONARY: ZlibFault = ZlibFault {
    code: 2,
    words: "need dictionary",
};

pub(crate) fn corrupt(words: &'static str) -> ZlibFault {
    ZlibFault { code: -3, words }
}
