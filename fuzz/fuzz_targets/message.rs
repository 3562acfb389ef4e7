//! Frames of a cluster's wire: messages, and the reports in them.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| rlocust_engine::cluster::fuzz::message(data));
