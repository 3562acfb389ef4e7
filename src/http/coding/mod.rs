//! Undoing `Content-Encoding`: `decode` is how each client does it, the other files are the encodings, with the errors
//! that the clients show.

mod brotli;
pub(crate) mod decode;
pub(crate) mod decoders;
mod gzip;
mod raw_deflate;
mod zlib;
mod zlib_fault;
mod zstd;
