//! The format, in tables and at random.

mod parse;
mod random;
mod render;
mod support;
