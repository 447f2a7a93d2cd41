//! What only a program with a window can do. The page can name no file and no folder: it asks, and the person chooses.

use std::path::{Path, PathBuf};

use crate::{Language, Problem};

/// What a person is asked to choose, in the system's own dialog.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Dialog {
    /// A folder to copy a model into.
    PlaceForModel,
    /// A folder that holds a model.
    ModelFolder,
    /// A file that is a model.
    ModelFile,
    /// A folder for all models from now on.
    PlaceForModels,
    /// A file to write conversations into; this is the name to begin with.
    PlaceForConversations {
        /// With its ending.
        name: String,
    },
    /// A file that holds conversations.
    ConversationsFile,
}

/// The system around the window.
pub trait Desktop: Send + Sync {
    /// Asks the person; `None` where nothing was chosen.
    fn choose(&self, dialog: &Dialog, language: Language) -> Option<PathBuf>;

    /// Opens an address in the browser, or in whatever the system opens it with.
    ///
    /// # Errors
    /// [`crate::ProblemCode::SystemRefused`].
    fn open_link(&self, address: &str) -> Result<(), Problem>;

    /// Shows a folder in the system's own window.
    ///
    /// # Errors
    /// [`crate::ProblemCode::SystemRefused`].
    fn show_folder(&self, folder: &Path) -> Result<(), Problem>;
}
