//! For the tests of other crates: an engine that says what it was told to, and the tests that every engine passes.

mod contract_tests;
mod scripted;

pub use contract_tests::check_contract;
pub use scripted::ScriptedEngine;
