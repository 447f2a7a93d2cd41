//! What this program says, in French and English.

mod models;
mod problems;

use app::Language;

pub(crate) use models::{ModelWords, duration, models, percent, size};
pub(crate) use problems::problem;

/// The words of a conversation.
pub(crate) struct ChatWords {
    pub(crate) guide: &'static str,
    pub(crate) greeting: &'static str,
    pub(crate) prompt: &'static str,
    /// Words that begin a new conversation.
    pub(crate) new_commands: &'static [&'static str],
    pub(crate) cleared: &'static str,
    pub(crate) silent: &'static str,
    pub(crate) stopped: &'static str,
    pub(crate) length: &'static str,
    pub(crate) context_full: &'static str,
    pub(crate) waiting: &'static str,
    pub(crate) loading: &'static str,
    /// Before the name of the device.
    pub(crate) moved_on: &'static str,
    /// The same where it was the last time.
    pub(crate) passed_over: &'static str,
    /// The same where a device computes wrongly.
    pub(crate) distrusted: &'static str,
    /// The same where one cannot be used.
    pub(crate) unusable: &'static str,
    pub(crate) processor: &'static str,
    pub(crate) card: &'static str,
}

static FRENCH: ChatWords = ChatWords {
    guide: "Le guide de Domicile",
    greeting: "Tout se passe sur cet ordinateur. Ctrl-C arrête une réponse, /nouveau recommence à zéro, Ctrl-D quitte.",
    prompt: "vous › ",
    new_commands: &["/nouveau", "/new"],
    cleared: "Nouvelle conversation.",
    silent: "(le modèle s’est arrêté sans répondre\u{a0}: reposez la question, peut-être autrement)",
    stopped: "(arrêté)",
    length: "(la longueur demandée est atteinte)",
    context_full: "(la conversation est aussi longue que ce modèle peut la suivre\u{a0}: /nouveau en commence une autre)",
    waiting: "(un autre grand modèle est en train de se charger sur cet ordinateur\u{a0}: celui-ci attend son tour, Ctrl-C renonce)",
    loading: "le modèle se charge",
    moved_on: "(le moteur s’est arrêté\u{a0}: la réponse continue sur",
    passed_over: "(la dernière fois, le moteur s’est arrêté là où il va le plus vite\u{a0}: --again y revient. La réponse se fait sur",
    distrusted: "(un appareil de cet ordinateur calcule mal\u{a0}: la réponse se fait sur",
    unusable: "(ce qui irait plus vite n’est pas utilisable sur cet ordinateur\u{a0}: la réponse se fait sur",
    processor: "le processeur",
    card: "une autre carte",
};

static ENGLISH: ChatWords = ChatWords {
    guide: "The guide of Domicile",
    greeting: "Everything happens on this computer. Ctrl-C stops an answer, /new starts over, Ctrl-D leaves.",
    prompt: "you › ",
    new_commands: &["/new", "/nouveau"],
    cleared: "New conversation.",
    silent: "(the model stopped without an answer: ask again, perhaps in other words)",
    stopped: "(stopped)",
    length: "(the length you asked for is reached)",
    context_full: "(the conversation is as long as this model can follow: /new starts another)",
    waiting: "(another large model is being loaded on this computer: this one waits for its turn, Ctrl-C gives up)",
    loading: "loading the model",
    moved_on: "(the engine stopped: going on with",
    passed_over: "(the last time, the engine stopped where it is fastest: --again goes back there. Answering on",
    distrusted: "(one device of this computer computes wrongly: answering on",
    unusable: "(what would be faster cannot be used on this computer: answering on",
    processor: "the processor",
    card: "another card",
};

/// The words of a conversation in one language.
pub(crate) fn chat(language: Language) -> &'static ChatWords {
    match language {
        Language::Fr => &FRENCH,
        Language::En => &ENGLISH,
    }
}

/// The words that describe a computer.
pub(crate) struct HardwareWords {
    pub(crate) processor: &'static str,
    pub(crate) core: &'static str,
    pub(crate) cores: &'static str,
    pub(crate) memory: &'static str,
    pub(crate) free_of: &'static str,
    pub(crate) a_second: &'static str,
    pub(crate) card: &'static str,
    pub(crate) no_card: &'static str,
    pub(crate) discrete: &'static str,
    pub(crate) integrated: &'static str,
    pub(crate) virtual_card: &'static str,
    pub(crate) software: &'static str,
    pub(crate) npu: &'static str,
    pub(crate) disk: &'static str,
    pub(crate) power: &'static str,
    pub(crate) on_battery: &'static str,
    pub(crate) on_mains: &'static str,
    pub(crate) remark: &'static str,
    pub(crate) source_failed: &'static str,
    pub(crate) memory_disputed: &'static str,
    pub(crate) unknown: &'static str,
    pub(crate) refused: &'static str,
}

static HARDWARE_FRENCH: HardwareWords = HardwareWords {
    processor: "Processeur",
    core: "cœur",
    cores: "cœurs",
    memory: "Mémoire",
    free_of: "libres sur",
    a_second: "lus par seconde",
    card: "Carte graphique",
    no_card: "aucune, le processeur fera le travail",
    discrete: "carte à part",
    integrated: "intégrée au processeur",
    virtual_card: "virtuelle",
    software: "simulée par le processeur",
    npu: "Puce neuronale",
    disk: "Disque",
    power: "Alimentation",
    on_battery: "sur batterie",
    on_mains: "sur secteur",
    remark: "À noter",
    source_failed: "une source d’information n’a pas répondu",
    memory_disputed: "deux sources ne sont pas d’accord sur la mémoire de la carte",
    unknown: "inconnu",
    refused: "inutilisable",
};

static HARDWARE_ENGLISH: HardwareWords = HardwareWords {
    processor: "Processor",
    core: "core",
    cores: "cores",
    memory: "Memory",
    free_of: "free of",
    a_second: "read per second",
    card: "Graphics card",
    no_card: "none, the processor will do the work",
    discrete: "a card of its own",
    integrated: "part of the processor",
    virtual_card: "virtual",
    software: "simulated by the processor",
    npu: "Neural processor",
    disk: "Disk",
    power: "Power",
    on_battery: "on battery",
    on_mains: "on mains",
    remark: "Note",
    source_failed: "a source of information did not answer",
    memory_disputed: "two sources differ about the card's memory",
    unknown: "unknown",
    refused: "cannot be used",
};

/// The words that describe a computer in one language.
pub(crate) fn hardware(language: Language) -> &'static HardwareWords {
    match language {
        Language::Fr => &HARDWARE_FRENCH,
        Language::En => &HARDWARE_ENGLISH,
    }
}

/// Bytes as people count memory: 16 GB are 16 × 2³⁰ bytes, as on the box of the computer.
pub(crate) fn amount(bytes: u64, language: Language) -> String {
    #[expect(clippy::cast_precision_loss)]
    let giga = bytes as f64 / f64::from(1 << 30);
    let number = if giga < 9.95 { format!("{giga:.1}") } else { format!("{giga:.0}") };
    match language {
        Language::Fr => format!("{}\u{a0}Go", number.replace('.', ",")),
        Language::En => format!("{number}\u{a0}GB"),
    }
}

/// That a part of a model is not where the rest of it is.
pub(crate) fn partly_on_processor(language: Language) -> &'static str {
    match language {
        Language::Fr => "en partie sur le processeur",
        Language::En => "partly on the processor",
    }
}

/// The words that describe a way to run a model.
pub(crate) struct ChooseWords {
    pub(crate) on_processor: &'static str,
    pub(crate) on_card: &'static str,
    pub(crate) colon: &'static str,
    pub(crate) semicolon: &'static str,
    pub(crate) fits: &'static str,
    pub(crate) after_closing: &'static str,
    pub(crate) given_back: &'static str,
    pub(crate) from_disk: &'static str,
    pub(crate) of_the_model: &'static str,
    pub(crate) too_large: &'static str,
    pub(crate) unknown: &'static str,
    pub(crate) about: &'static str,
    pub(crate) to: &'static str,
    pub(crate) words_a_second: &'static str,
    pub(crate) not_in_this_version: &'static str,
    pub(crate) card_too_old: &'static str,
    pub(crate) computed_wrongly: &'static str,
    pub(crate) self_test_failed: &'static str,
}

static CHOOSE_FRENCH: ChooseWords = ChooseWords {
    on_processor: "sur le processeur",
    on_card: "sur la carte",
    colon: "\u{a0}: ",
    semicolon: "\u{202f};",
    fits: "il y a la place",
    after_closing: "il y aura la place une fois d’autres programmes fermés,",
    given_back: "à libérer",
    from_disk: "la mémoire est un peu juste, le disque devra relire",
    of_the_model: "du modèle à chaque mot",
    too_large: "trop grand, il manque",
    unknown: "la place disponible n’est pas connue",
    about: "environ",
    to: "à",
    words_a_second: "mots par seconde",
    not_in_this_version: "pas encore dans cette version",
    card_too_old: "carte ou pilote trop ancien",
    computed_wrongly: "le calcul serait faux",
    self_test_failed: "l’essai n’a pas donné la bonne réponse",
};

static CHOOSE_ENGLISH: ChooseWords = ChooseWords {
    on_processor: "on the processor",
    on_card: "on the card",
    colon: ": ",
    semicolon: ";",
    fits: "there is room",
    after_closing: "there will be room once other programs are closed,",
    given_back: "to be freed",
    from_disk: "memory is a little short, the disk will read",
    of_the_model: "of the model again for each word",
    too_large: "too large, short of",
    unknown: "how much room there is is not known",
    about: "about",
    to: "to",
    words_a_second: "words a second",
    not_in_this_version: "not in this version yet",
    card_too_old: "the card or its driver is too old",
    computed_wrongly: "it would be computed wrongly",
    self_test_failed: "the trial did not give the right answer",
};

/// The words that describe a way to run a model in one language.
pub(crate) fn choose(language: Language) -> &'static ChooseWords {
    match language {
        Language::Fr => &CHOOSE_FRENCH,
        Language::En => &CHOOSE_ENGLISH,
    }
}
