#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| hidden_activity_fuzz::checked("pictures", bytes));
