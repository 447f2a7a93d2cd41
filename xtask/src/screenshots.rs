//! `cargo xtask screenshots`: a picture of every screen, in both languages, both themes and two sizes.

use std::fs;

use crate::shell::{self, Result, root};
use crate::{npm, packages};

/// Builds the interface and walks through it.
pub(crate) fn take() -> Result {
    npm::install()?;
    npm::build()?;
    browser()?;
    let folder = root().join("target/screenshots");
    // Those of screens that are no more would stay.
    if folder.exists() {
        fs::remove_dir_all(&folder)
            .map_err(|error| format!("{} cannot be emptied: {error}", folder.display()))?;
    }
    let walk = ["exec", "--", "playwright", "test", "walk/screenshots.spec.ts", "--reporter=line"];
    shell::run(npm::npm(&walk).env("DOMICILE_SCREENSHOTS", &folder))?;
    println!("They are in {}", folder.display());
    Ok(())
}

/// Every other walk through the interface, after it was built.
pub(crate) fn walk() -> Result {
    if !cfg!(target_os = "linux") && !named() {
        println!("Left out: CHROMIUM names no browser.");
        return Ok(());
    }
    browser()?;
    shell::run(&mut npm::npm(&["exec", "--", "playwright", "test", "--reporter=line"]))
}

/// The browser that walks; another one than Debian's is named by `CHROMIUM`.
fn browser() -> Result {
    if named() { Ok(()) } else { packages::install(packages::WALK) }
}

fn named() -> bool {
    std::env::var_os("CHROMIUM").is_some()
}
