//! Which models exist, which are on this disk, and how one comes from there to here.
//!
//! What exists is data, not code: `catalog.json` is inside the executable, so that the models are known without a
//! network. This crate knows nothing of engines, conversations or windows.

mod content;
mod copy;
mod download;
mod entry;
mod error;
mod examine;
mod hub;
mod manifest;
mod names;
mod notes;
mod others;
mod shape;
mod store;
mod verify;

pub use content::{BLOCK, Digest, FileRecord};
pub use copy::{Sharing, copy, move_all, remove_moved};
pub use download::{
    Control, Download, Estimate, Plan, PlannedFile, Reason, Report, Stage, Waiting, patiently,
};
pub use entry::{
    Commercial, Entry, Format, Licence, ListedFile, Parameters, Strength, Summary, Variant, find, models,
    parse,
};
pub use error::{CatalogError, Result};
pub use examine::{Examined, examine, examine_repository};
pub use hub::{Hub, Repository, repository_of};
pub use manifest::Manifest;
pub use network;
pub use others::{Found, Program, adopt, found, id_for, is_exported};
pub use shape::{Shape, ShapeError};
pub use store::{State, Store, Stored};
pub use verify::{Damage, repair, verify};
