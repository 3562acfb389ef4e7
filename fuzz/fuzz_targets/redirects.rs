//! Where a `Location` leads.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| rlocust_engine::http::fuzz::redirects(data));
