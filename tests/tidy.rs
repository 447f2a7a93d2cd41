//! The rules of this repository that no compiler knows. `ARCHITECTURE.md` says why.

#[path = "tidy/commands.rs"]
mod commands;
#[path = "tidy/dependencies.rs"]
mod dependencies;
#[path = "tidy/sources.rs"]
mod sources;
