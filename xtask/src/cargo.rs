//! Cargo, always on the whole workspace: a package built alone may get its dependencies with other features, and
//! would compile the large ones a second time.

use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::shell::{self, Result};

/// `cargo …`.
pub(crate) fn cargo(arguments: &[&str]) -> Command {
    shell::command(env::var_os("CARGO").unwrap_or("cargo".into()), arguments)
}

/// Builds a program of the workspace, and says where it lies.
pub(crate) fn program(name: &str) -> Result<PathBuf> {
    shell::run(&mut cargo(&["build", "--workspace", "--bin", name]))?;
    Ok(beside_this_program()?.join(file_name(name)))
}

/// Builds an example of the workspace, and says where it lies.
pub(crate) fn example(name: &str) -> Result<PathBuf> {
    shell::run(&mut cargo(&["build", "--quiet", "--workspace", "--example", name]))?;
    Ok(beside_this_program()?.join("examples").join(file_name(name)))
}

/// The folder with all that is built.
pub(crate) fn target() -> Result<PathBuf> {
    let programs = beside_this_program()?;
    programs
        .parent()
        .map(Path::to_owned)
        .ok_or_else(|| "this program lies in no folder of cargo's".to_owned())
}

/// The folder that cargo builds into: it has put this program there.
fn beside_this_program() -> Result<PathBuf> {
    let program =
        env::current_exe().map_err(|error| format!("this program does not find itself: {error}"))?;
    program.parent().map(Path::to_owned).ok_or_else(|| "this program lies in no folder".to_owned())
}

fn file_name(name: &str) -> String {
    format!("{name}{}", env::consts::EXE_SUFFIX)
}
