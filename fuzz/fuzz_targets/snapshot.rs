#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| gaesup_fuzz::open(data));
