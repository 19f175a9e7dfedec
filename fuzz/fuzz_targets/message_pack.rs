#![no_main]

use gaesup_core::Format;

libfuzzer_sys::fuzz_target!(|data: &[u8]| gaesup_fuzz::parse(Format::MessagePack, data));
