//! What the page asks of the program, as the page asks it: by the names of commands, in JSON.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod conversations;
mod keeping;
mod killed;
mod models;
mod settings;
mod support;
