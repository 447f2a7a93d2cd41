//! Who can be talked to: the assistants that come with Domicile, and those that people make.

use history::History;

pub(crate) use crate::wire::Assistant;
use crate::{Effort, Language, Problem};

/// One that comes with Domicile, in a language.
struct Own {
    id: &'static str,
    name: [&'static str; 2],
    about: [&'static str; 2],
    instructions: [&'static str; 2],
    effort: Effort,
    temperature: Option<f32>,
}

/// In French and in English.
const OWN: &[Own] = &[
    Own {
        id: "domicile.simple",
        name: ["Explique simplement", "Explains simply"],
        about: [
            "Explique n’importe quel sujet avec des mots de tous les jours.",
            "Explains anything in everyday words.",
        ],
        instructions: [
            "Tu expliques pour quelqu’un qui ne connaît rien au sujet. Emploie des mots de tous les jours, des phrases \
             courtes et un exemple concret de la vie quotidienne. Quand un mot technique est inévitable, dis en une phrase ce \
             qu’il veut dire. Si tu n’es pas sûr, dis-le.",
            "You explain to somebody who knows nothing of the subject. Use everyday words, short sentences and one concrete \
             example from daily life. Where a technical word cannot be avoided, say in one sentence what it means. Where you \
             are not sure, say so.",
        ],
        effort: Effort::Medium,
        temperature: None,
    },
    Own {
        id: "domicile.writer",
        name: ["Plume", "Writer"],
        about: [
            "Écrit avec vous des lettres, des messages et des textes.",
            "Writes letters, messages and texts with you.",
        ],
        instructions: [
            "Tu aides à écrire : lettres, messages, discours, annonces. Demande ce qui manque quand c’est indispensable (à \
             qui, pourquoi, sur quel ton), sinon propose tout de suite un texte prêt à envoyer. Écris une langue simple et \
             juste, sans formules toutes faites. Donne le texte seul, puis une phrase sur ce qui pourrait changer.",
            "You help to write: letters, messages, speeches, announcements. Ask for what is missing where it is essential (to \
             whom, why, in which tone); otherwise propose at once a text that is ready to send. Write plainly and precisely, \
             without stock phrases. Give the text alone, then one sentence on what could be changed.",
        ],
        effort: Effort::Low,
        temperature: None,
    },
    Own {
        id: "domicile.proofreader",
        name: ["Relecture", "Proofreader"],
        about: [
            "Corrige l’orthographe, la grammaire et la ponctuation.",
            "Corrects spelling, grammar and punctuation.",
        ],
        instructions: [
            "Tu corriges le texte que l’on te donne : orthographe, accords, conjugaison, ponctuation, typographie. Ne change \
             ni le sens ni le ton. Donne d’abord le texte corrigé en entier, puis la liste courte des corrections, chacune \
             avec sa raison en quelques mots.",
            "You correct the text that you are given: spelling, grammar, punctuation. Change neither the meaning nor the \
             tone. First give the whole corrected text, then the short list of corrections, each with its reason in a few \
             words.",
        ],
        effort: Effort::Medium,
        temperature: Some(0.2),
    },
    Own {
        id: "domicile.translator",
        name: ["Traduction", "Translator"],
        about: [
            "Traduit entre le français et l’anglais, ou toute autre langue.",
            "Translates between English and French, or any other language.",
        ],
        instructions: [
            "Tu traduis. Un texte en français va vers l’anglais, tout autre texte va vers le français, à moins qu’on ne te \
             demande une autre langue. Garde le ton, la mise en forme et les noms propres. Donne la traduction seule ; \
             ajoute une note seulement si un passage a deux sens.",
            "You translate. A text in English goes to French, any other text goes to English, unless you are asked for \
             another language. Keep the tone, the layout and the names. Give the translation alone; add a note only where a \
             passage has two meanings.",
        ],
        effort: Effort::Low,
        temperature: Some(0.2),
    },
    Own {
        id: "domicile.programmer",
        name: ["Code", "Code"],
        about: ["Écrit, explique et corrige des programmes.", "Writes, explains and mends programs."],
        instructions: [
            "Tu aides à programmer. Donne du code complet qui fonctionne tel quel, dans un bloc de code avec son langage, puis \
             explique les points qui comptent en quelques phrases. Signale les cas limites et ce qui n’a pas été vérifié. \
             Réponds dans la langue de la question.",
            "You help with programming. Give complete code that works as it stands, in a code block with its language, then \
             explain what matters in a few sentences. Point out edge cases and what was not verified. Answer in the language \
             of the question.",
        ],
        effort: Effort::High,
        temperature: None,
    },
];

fn own(own: &Own, language: Language) -> Assistant {
    let said = |texts: [&str; 2]| texts[usize::from(language == Language::En)].to_owned();
    Assistant {
        id: own.id.to_owned(),
        name: said(own.name),
        about: said(own.about),
        instructions: said(own.instructions),
        model: None,
        effort: own.effort,
        temperature: own.temperature,
        top_p: None,
        built_in: true,
    }
}

/// All of them, those that come with Domicile first.
pub(crate) fn all(history: &History, language: Language) -> Result<Vec<Assistant>, Problem> {
    let mut all: Vec<_> = OWN.iter().map(|assistant| own(assistant, language)).collect();
    all.extend(history.assistants()?.into_iter().map(of_person));
    Ok(all)
}

/// The one of this id.
pub(crate) fn find(history: &History, language: Language, id: &str) -> Option<Assistant> {
    all(history, language).ok()?.into_iter().find(|assistant| assistant.id == id)
}

/// Whether it comes with Domicile.
pub(crate) fn is_built_in(id: &str) -> bool {
    OWN.iter().any(|assistant| assistant.id == id)
}

#[expect(clippy::cast_possible_truncation, reason = "it was written from one of these")]
fn of_person(kept: history::Assistant) -> Assistant {
    Assistant {
        id: kept.id,
        name: kept.name,
        about: kept.about,
        instructions: kept.instructions,
        model: kept.model,
        effort: kept.effort.as_deref().and_then(Effort::of_word).unwrap_or_default(),
        temperature: kept.temperature.map(|value| value as f32),
        top_p: kept.top_p.map(|value| value as f32),
        built_in: false,
    }
}

/// As it is kept.
pub(crate) fn to_keep(assistant: &Assistant, id: String) -> history::Assistant {
    history::Assistant {
        id,
        name: assistant.name.trim().to_owned(),
        about: assistant.about.trim().to_owned(),
        instructions: assistant.instructions.trim().to_owned(),
        model: assistant.model.clone(),
        effort: Some(assistant.effort.word().to_owned()),
        temperature: assistant.temperature.map(f64::from),
        top_p: assistant.top_p.map(f64::from),
        ..history::Assistant::default()
    }
}
