//! Frames of HTTP/2.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| rlocust_engine::http::fuzz::http2(data));
