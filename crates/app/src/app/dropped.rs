//! What was dropped on the window: texts go with a question, anything else may be a model.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::PoisonError;

use super::App;
use crate::{AttachedText, ProgramEvent};

/// What was dropped last and may be a model.
#[derive(Default)]
pub(super) struct Dropped(Option<PathBuf>);

/// Larger texts are no texts to talk about.
const LARGEST: u64 = 1 << 20;

impl App {
    /// Something is dragged over the window, or no longer.
    pub fn dragging(&self, over: bool) {
        self.listeners.tell(&ProgramEvent::Dragging { over });
    }

    /// Files and folders were dropped on the window.
    pub fn dropped(&self, paths: &[PathBuf]) {
        self.dragging(false);
        let (mut texts, mut refused) = (Vec::new(), Vec::new());
        for path in paths {
            let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
            if is_model(path) {
                self.dropped.lock().unwrap_or_else(PoisonError::into_inner).0 = Some(path.clone());
                self.listeners.tell(&ProgramEvent::DroppedModel { name });
            } else if let Some(text) = text_of(path) {
                texts.push(AttachedText { name, text });
            } else {
                refused.push(name);
            }
        }
        if !texts.is_empty() || !refused.is_empty() {
            self.listeners.tell(&ProgramEvent::Dropped { texts, refused });
        }
    }

    pub(super) fn take_dropped(&self) -> Option<PathBuf> {
        self.dropped.lock().unwrap_or_else(PoisonError::into_inner).0.take()
    }
}

fn is_model(path: &Path) -> bool {
    let ending = path.extension().map(|ending| ending.to_string_lossy().to_ascii_lowercase());
    path.is_dir() || matches!(ending.as_deref(), Some("gguf" | "safetensors" | "onnx"))
}

/// What is in a file, where that is a text of a size to talk about.
fn text_of(path: &Path) -> Option<String> {
    if fs::metadata(path).ok()?.len() > LARGEST {
        return None;
    }
    let text = String::from_utf8(fs::read(path).ok()?).ok()?;
    (!text.contains('\0')).then_some(text)
}
