//! Records of a result store, with right checksums.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| rlocust_engine::store::fuzz::store(data));
