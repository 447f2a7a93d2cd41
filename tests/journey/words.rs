//! What the window says in each language.

pub(crate) struct Words {
    pub(crate) name: &'static str,
    pub(crate) locale: &'static str,
    pub(crate) guide: &'static str,
    pub(crate) send: &'static str,
    pub(crate) stopped: &'static str,
    pub(crate) question: &'static str,
    pub(crate) second: &'static str,
    /// What opens the dialog in which a model is named.
    pub(crate) by_name: &'static str,
    /// What saves a conversation to a file.
    pub(crate) to_file: &'static str,
    /// The title of the dialog that asks for the file.
    pub(crate) where_to_save: &'static str,
    /// Looked for among what was said.
    pub(crate) sought: &'static str,
}

pub(crate) static FRENCH: Words = Words {
    name: "fr",
    locale: "fr_FR.UTF-8",
    guide: "le guide",
    send: "Envoyer",
    stopped: "Arrêté",
    question: "Qui es-tu ?",
    second: "Que faut-il pour gpt-oss-20b ?",
    by_name: "Par son nom",
    to_file: "Enregistrer dans un fichier",
    where_to_save: "Où enregistrer les conversations",
    sought: "faut-il gpt",
};

pub(crate) static ENGLISH: Words = Words {
    name: "en",
    locale: "en_GB.UTF-8",
    guide: "the guide",
    send: "Send",
    stopped: "Stopped",
    question: "Who are you?",
    second: "What does gpt-oss-20b need?",
    by_name: "By its name",
    to_file: "Save to a file",
    where_to_save: "Where should the conversations be saved",
    sought: "need gpt",
};
