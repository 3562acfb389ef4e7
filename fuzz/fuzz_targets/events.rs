//! Streams of server-sent events, as a server may send them.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| rlocust_engine::sse::fuzz::events(data));
