//! The system around the window: its dialogs, its browser, its windows of folders.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use app::{Desktop, Dialog, Language, Problem, ProblemCode};
use tauri::{AppHandle, Manager as _};
use tauri_plugin_dialog::DialogExt as _;

use crate::words::{filter, title};

/// The system, as soon as there is a window in front of which it can ask.
#[derive(Default)]
pub(crate) struct System(OnceLock<AppHandle>);

impl System {
    pub(crate) fn is(&self, shell: &AppHandle) {
        // It is set once, at the start.
        let _ = self.0.set(shell.clone());
    }
}

impl Desktop for System {
    fn choose(&self, dialog: &Dialog, language: Language) -> Option<PathBuf> {
        let shell = self.0.get()?;
        let mut builder = shell.dialog().file().set_title(title(dialog, language));
        if let Some(window) = shell.get_webview_window("main") {
            builder = builder.set_parent(&window);
        }
        let (name, endings) = filter(dialog, language);
        if !endings.is_empty() {
            builder = builder.add_filter(name, endings);
        }
        let chosen = match dialog {
            Dialog::PlaceForModel | Dialog::ModelFolder | Dialog::PlaceForModels => {
                builder.blocking_pick_folder()
            }
            Dialog::ModelFile | Dialog::ConversationsFile => builder.blocking_pick_file(),
            Dialog::PlaceForConversations { name } => builder.set_file_name(name).blocking_save_file(),
        };
        chosen?.into_path().ok()
    }

    fn open_link(&self, address: &str) -> Result<(), Problem> {
        open(address.as_ref())
    }

    fn show_folder(&self, folder: &Path) -> Result<(), Problem> {
        open(folder.as_ref())
    }
}

fn open(what: &OsStr) -> Result<(), Problem> {
    open::that_detached(what).map_err(|error| Problem::new(ProblemCode::SystemRefused, error.to_string()))
}
