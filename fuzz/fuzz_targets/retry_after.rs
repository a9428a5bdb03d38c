//! See `wsoa_fuzz::targets::retry_after`.
#![no_main]
#![allow(unsafe_code, missing_docs, reason = "the entry point that libFuzzer calls")]

libfuzzer_sys::fuzz_target!(|input: &[u8]| wsoa_fuzz::targets::retry_after(input));
