//! `cargo xtask bindings`.

use std::fs;

use crate::shell::{self, Result, root};
use crate::{cargo, shell::command};

const FILE: &str = "ui/src/bindings/commands.ts";

/// Writes the TypeScript of the window's commands anew.
pub(crate) fn write() -> Result {
    let text = shell::output(&mut command(cargo::example("bindings")?, [""; 0]))?;
    let path = root().join(FILE);
    if fs::read_to_string(&path).is_ok_and(|old| old == text) {
        println!("{FILE} is up to date");
        return Ok(());
    }
    fs::write(&path, text).map_err(|error| format!("{FILE} cannot be written: {error}"))?;
    println!("{FILE} is written");
    Ok(())
}
