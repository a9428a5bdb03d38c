//! See `wsoa_fuzz::targets::api_answers`.
#![no_main]
#![allow(unsafe_code, missing_docs, reason = "the entry point that libFuzzer calls")]

libfuzzer_sys::fuzz_target!(|input: &[u8]| wsoa_fuzz::targets::api_answers(input));
