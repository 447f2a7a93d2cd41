//! Starting other programs.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};

/// What failed, in words for the person at the terminal.
pub(crate) type Result<T = ()> = std::result::Result<T, String>;

/// The root of the repository.
pub(crate) fn root() -> PathBuf {
    let xtask = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    xtask.parent().map_or(xtask.clone(), PathBuf::from)
}

/// A program that works in the root of the repository.
pub(crate) fn command<S: AsRef<OsStr>>(
    program: impl AsRef<OsStr>,
    arguments: impl IntoIterator<Item = S>,
) -> Command {
    let mut command = Command::new(program);
    command.args(arguments).current_dir(root());
    command
}

/// Runs a program to its end, in sight.
pub(crate) fn run(command: &mut Command) -> Result {
    let status =
        command.status().map_err(|error| format!("{} cannot be started: {error}", shown(command)))?;
    succeeded(command, status)
}

/// Runs a program to its end, out of sight, and gives what it wrote to standard output.
pub(crate) fn output(command: &mut Command) -> Result<String> {
    let output = command
        .stderr(Stdio::inherit())
        .output()
        .map_err(|error| format!("{} cannot be started: {error}", shown(command)))?;
    succeeded(command, output.status)?;
    String::from_utf8(output.stdout)
        .map_err(|_| format!("{} wrote something other than text", shown(command)))
}

/// What a program answers, if it is here and content.
pub(crate) fn probe(program: &str, arguments: &[&str]) -> Option<String> {
    let output = Command::new(program).args(arguments).stdin(Stdio::null()).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

fn succeeded(command: &Command, status: ExitStatus) -> Result {
    match status.code() {
        Some(0) => Ok(()),
        Some(code) => Err(format!("{} failed with status {code}", shown(command))),
        None => Err(format!("{} was ended by a signal", shown(command))),
    }
}

/// The command as one would type it.
pub(crate) fn shown(command: &Command) -> String {
    let program = Path::new(command.get_program()).file_stem().unwrap_or_default();
    let words = std::iter::once(program).chain(command.get_args());
    words.map(|word| word.to_string_lossy()).collect::<Vec<_>>().join(" ")
}
