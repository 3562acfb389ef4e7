//! Undoing `Content-Encoding`: `coded` is a body as it came, `decode` how each client does it, the other files are the encodings, with the errors
//! that the clients show.

mod brotli;
pub(crate) mod coded;
pub(crate) mod decode;
pub(crate) mod decode_limit;
pub(crate) mod decoders;
mod gzip;
mod output;
mod raw_deflate;
mod zlib;
mod zlib_fault;
mod zstd;
