//! The words of the program itself: what it asks a model, and what it writes into a file. Those of the screen are the
//! interface's.

use history::ExportWords;

use crate::Language;

/// What a model is asked for a title.
pub(crate) fn title_request(language: Language) -> &'static str {
    match language {
        Language::Fr => {
            "Donne un titre à cette conversation : six mots au plus, dans la langue de la conversation, sans guillemets \
             ni point final. Réponds par le titre seul."
        }
        Language::En => {
            "Give this conversation a title: six words at most, in the language of the conversation, without quotation \
             marks or a full stop. Answer with the title alone."
        }
    }
}

/// What a model is asked to sum up.
pub(crate) fn summary_request(language: Language) -> &'static str {
    match language {
        Language::Fr => {
            "Résume notre conversation jusqu’ici, dans sa langue, en 200 mots au plus : ce que j’ai demandé, ce que tu as \
             répondu, et tous les noms, chiffres et décisions dont il faudra se souvenir. Réponds par le résumé seul."
        }
        Language::En => {
            "Sum up our conversation so far, in its language, in 200 words at most: what I asked, what you answered, and \
             every name, figure and decision that must be remembered. Answer with the summary alone."
        }
    }
}

/// How a model is told what was said before.
pub(crate) fn summary_before(language: Language, summary: &str) -> String {
    match language {
        Language::Fr => format!("Résumé du début de la conversation :\n{summary}"),
        Language::En => format!("Summary of the beginning of the conversation:\n{summary}"),
    }
}

/// The name of a file of conversations, without its ending.
pub(crate) fn file_of_conversations(language: Language) -> &'static str {
    match language {
        Language::Fr => "Conversations de Domicile",
        Language::En => "Domicile conversations",
    }
}

/// The words around conversations that are written out.
pub(crate) fn export_words(language: Language) -> ExportWords {
    let said = |fr: &str, en: &str| match language {
        Language::Fr => fr.to_owned(),
        Language::En => en.to_owned(),
    };
    ExportWords {
        language: said("fr", "en"),
        heading: said("Conversations", "Conversations"),
        you: said("Vous", "You"),
        answer: said("Réponse", "Answer"),
        reasoning: said("Raisonnement", "Reasoning"),
        attachment: said("Pièce jointe", "Attachment"),
        incomplete: said("Cette réponse est incomplète.", "This answer is incomplete."),
        untitled: said("Sans titre", "Untitled"),
        date: Box::new(move |at| date(language, at)),
    }
}

/// A day and an hour, by the clock of this computer: « 30/11/2026 09:52 », "30 Nov 2026, 09:52".
fn date(language: Language, at: i64) -> String {
    let moment =
        chrono::DateTime::from_timestamp_millis(at).unwrap_or_default().with_timezone(&chrono::Local);
    let form = match language {
        Language::Fr => "%d/%m/%Y %H:%M",
        Language::En => "%-d %b %Y, %H:%M",
    };
    moment.format(form).to_string()
}
