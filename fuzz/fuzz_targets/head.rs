//! The head of an answer.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| rlocust_engine::http::fuzz::head(data));
