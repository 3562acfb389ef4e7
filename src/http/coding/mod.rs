//! Undoing `Content-Encoding`.

pub(crate) mod brotli;
pub(crate) mod decode;
pub(crate) mod decoders;
pub(crate) mod gzip;
pub(crate) mod raw_deflate;
pub(crate) mod zlib;
pub(crate) mod zlib_fault;
pub(crate) mod zstd;
