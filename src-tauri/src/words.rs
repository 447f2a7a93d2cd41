//! The words of the system's dialogs. Those of the page are the page's.

use app::{Dialog, Language};

/// What stands above a dialog.
pub(crate) fn title(dialog: &Dialog, language: Language) -> &'static str {
    let (fr, en) = match dialog {
        Dialog::PlaceForModel => ("Où copier le modèle ?", "Where should the model be copied?"),
        Dialog::ModelFolder => ("Le dossier du modèle", "The folder of the model"),
        Dialog::ModelFile => ("Le fichier du modèle", "The file of the model"),
        Dialog::PlaceForModels => ("Où ranger tous les modèles ?", "Where should all models be kept?"),
        Dialog::PlaceForConversations { .. } => {
            ("Où enregistrer les conversations ?", "Where should the conversations be saved?")
        }
        Dialog::ConversationsFile => ("Le fichier des conversations", "The file of conversations"),
    };
    match language {
        Language::Fr => fr,
        Language::En => en,
    }
}

/// Which files are offered: what they are called, and their endings; none where all are.
pub(crate) fn filter(dialog: &Dialog, language: Language) -> (&'static str, &'static [&'static str]) {
    let (fr, en, endings): (_, _, &[&str]) = match dialog {
        Dialog::ConversationsFile => ("Conversations", "Conversations", &["json", "zip"]),
        Dialog::ModelFile => ("Modèle", "Model", &["gguf"]),
        _ => ("", "", &[]),
    };
    match language {
        Language::Fr => (fr, endings),
        Language::En => (en, endings),
    }
}
