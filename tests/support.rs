//! What several tests share. This package tests the product as a whole; each crate tests its own parts.

use std::path::PathBuf;

/// The tiny checkpoints made by `reference/make.py`.
pub const CHECKPOINTS: [&str; 5] = ["small", "all-experts", "clamped", "long", "wide"];

/// The root of the repository.
#[must_use]
pub fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// The folder of a tiny checkpoint.
#[must_use]
pub fn checkpoint(name: &str) -> PathBuf {
    root().join("tests/reference").join(name)
}
