//! The interface in `ui/`: its packages, its build, its checks.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::SystemTime;

use crate::shell::{self, Result, command, root};

/// Installs the packages where they are missing or older than the lock file.
pub(crate) fn install() -> Result {
    let ui = root().join("ui");
    // npm writes this file when it is done.
    let installed = changed(&ui.join("node_modules/.package-lock.json"));
    if installed.is_some() && installed >= changed(&ui.join("package-lock.json")) {
        return Ok(());
    }
    shell::run(&mut npm(&["ci"]))
}

/// Builds the interface where something is newer than the last build.
pub(crate) fn build() -> Result {
    let ui = root().join("ui");
    let sources =
        ["src", "index.html", "package-lock.json", "svelte.config.js", "tsconfig.json", "vite.config.ts"];
    let sources = sources.iter().map(|name| ui.join(name)).chain([root().join("icons")]);
    let newest = sources.filter_map(|path| newest(&path)).max();
    let built = changed(&ui.join("dist/index.html"));
    if built.is_some() && built > newest {
        println!("ui/dist is up to date");
        return Ok(());
    }
    shell::run(&mut npm(&["run", "build"]))
}

/// A script of `ui/package.json`.
pub(crate) fn script(name: &str) -> Result {
    shell::run(&mut npm(&["run", name]))
}

/// npm, where the interface is.
pub(crate) fn npm(arguments: &[&str]) -> Command {
    let program = if cfg!(windows) { "npm.cmd" } else { "npm" };
    let mut npm = command(program, arguments);
    npm.current_dir(root().join("ui"));
    npm
}

fn changed(path: &Path) -> Option<SystemTime> {
    fs::metadata(path).and_then(|metadata| metadata.modified()).ok()
}

/// When anything in a folder changed last; a file that went away changes its folder.
fn newest(path: &Path) -> Option<SystemTime> {
    let inside = fs::read_dir(path).into_iter().flatten().flatten().filter_map(|entry| newest(&entry.path()));
    inside.chain(changed(path)).max()
}
