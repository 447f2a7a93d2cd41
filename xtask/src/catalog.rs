//! `cargo xtask catalog`.

use crate::cargo;
use crate::shell::{self, Result, command};

const FILE: &str = "crates/catalog/catalog.json";

/// Which commits the catalog is to name.
#[derive(Clone, Copy)]
pub(crate) enum Commits {
    /// Those that it names already, and the newest where it names none.
    Pinned,
    /// The newest.
    Newest,
}

/// Writes into the catalog what the hub says of its models.
pub(crate) fn refresh(commits: Commits) -> Result {
    let newest: &[&str] = match commits {
        Commits::Pinned => &[],
        Commits::Newest => &["--newest"],
    };
    shell::run(command(cargo::example("refresh")?, [FILE]).args(newest))
}
