//! Which optional encodings the clients would undo here.

/// Which optional decoders the Python environment has; the clients' behaviour depends on it.
#[derive(Copy, Clone, Debug, Eq, PartialEq)]
pub struct Decoders {
    /// The module `brotli` is there (it is a dependency of Locust).
    pub brotli: bool,
    /// A zstd module is there (requests only).
    pub zstd: bool,
}

impl Default for Decoders {
    fn default() -> Self {
        Self {
            brotli: true,
            zstd: false,
        }
    }
}
