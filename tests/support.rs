//! What several tests share. This package tests the product as a whole; each crate tests its own parts.

pub mod hub;

use std::env::{self, consts::EXE_SUFFIX};
use std::path::{Path, PathBuf};
use std::process::Command;

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

/// The text of a file, its path given from the root of the repository, its lines ended by line feeds.
///
/// # Panics
/// The file cannot be read as text.
#[must_use]
pub fn text(path: impl AsRef<Path>) -> String {
    let path = root().join(path);
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    text.replace("\r\n", "\n")
}

/// The folder that cargo builds this profile into.
fn build_folder() -> PathBuf {
    let test = env::current_exe().expect("the path of this test");
    test.parent().and_then(Path::parent).expect("a test lies in target/<profile>/deps").to_owned()
}

/// The folder of everything that is built.
///
/// # Panics
/// This program is not where cargo puts tests.
#[must_use]
pub fn target_folder() -> PathBuf {
    build_folder().parent().expect("a test lies in target/<profile>/deps").to_owned()
}

/// A program of the workspace, built as this test was.
///
/// # Panics
/// It cannot be built.
#[must_use]
pub fn program(name: &str) -> PathBuf {
    built("--bin", name).join(format!("{name}{EXE_SUFFIX}"))
}

/// An example of the workspace, built as this test was.
///
/// # Panics
/// It cannot be built.
#[must_use]
pub fn example(name: &str) -> PathBuf {
    built("--example", name).join("examples").join(format!("{name}{EXE_SUFFIX}"))
}

/// Builds something of the workspace as this test was, and says which folder it is built into.
fn built(kind: &str, name: &str) -> PathBuf {
    let folder = build_folder();
    let profile = match folder.file_name().and_then(|name| name.to_str()) {
        None | Some("debug") => "dev",
        Some(profile) => profile,
    };
    // On the whole workspace, so that its dependencies are the ones that are built already.
    let status = Command::new(env::var_os("CARGO").unwrap_or("cargo".into()))
        .args(["build", "--quiet", "--workspace", kind, name, "--profile", profile, "--target-dir"])
        .arg(target_folder())
        .current_dir(root())
        .status()
        .expect("cargo starts");
    assert!(status.success(), "{name} does not build");
    folder
}
