//! What the page asks of the program, as the page asks it: by the names of commands, in JSON.

#![allow(clippy::expect_used, clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]
#![allow(clippy::print_stdout, reason = "the one that is killed speaks to the one that kills it")]

mod conversations;
mod keeping;
mod killed;
mod models;
mod settings;
mod support;
