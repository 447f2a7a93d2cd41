//! The words for models, their downloads and the network.

use app::Language;

/// The words for models.
pub(crate) struct ModelWords {
    pub(crate) colon: &'static str,
    pub(crate) of: &'static str,
    pub(crate) about: &'static str,
    pub(crate) a_second: &'static str,
    pub(crate) size_unknown: &'static str,
    pub(crate) is_ready: &'static str,
    pub(crate) is_partial: &'static str,
    pub(crate) is_unknown: &'static str,
    pub(crate) is_damaged: &'static str,
    pub(crate) not_in_this_version: &'static str,
    pub(crate) licence: &'static str,
    pub(crate) commercial_yes: &'static str,
    pub(crate) commercial_no: &'static str,
    pub(crate) commercial_conditions: &'static str,
    pub(crate) gated: &'static str,
    pub(crate) folder: &'static str,
    pub(crate) listing: &'static str,
    pub(crate) checking: &'static str,
    pub(crate) copying: &'static str,
    pub(crate) repairing: &'static str,
    pub(crate) ready: &'static str,
    pub(crate) right: &'static str,
    pub(crate) damaged: &'static str,
    pub(crate) freed: &'static str,
    pub(crate) current: &'static str,
    pub(crate) in_all: &'static str,
    pub(crate) missing: &'static str,
    pub(crate) free: &'static str,
    pub(crate) time: &'static str,
    pub(crate) no_connection: &'static str,
    pub(crate) switched_off: &'static str,
    pub(crate) hub_busy: &'static str,
    pub(crate) interrupted: &'static str,
    pub(crate) somebody_else: &'static str,
    pub(crate) disk_full: &'static str,
    pub(crate) network_off: &'static str,
    pub(crate) network_on: &'static str,
    pub(crate) no_connections: &'static str,
    pub(crate) token_asked: &'static str,
    pub(crate) token_kept: &'static str,
    pub(crate) token_kept_for_now: &'static str,
    pub(crate) token_forgotten: &'static str,
}

static FRENCH: ModelWords = ModelWords {
    colon: "\u{a0}: ",
    of: "sur",
    about: "encore environ",
    a_second: "/s",
    size_unknown: "taille à lire",
    is_ready: "prêt",
    is_partial: "en chemin",
    is_unknown: "dossier ajouté à la main",
    is_damaged: "abîmé",
    not_in_this_version: "pas encore dans cette version",
    licence: "Licence",
    commercial_yes: "usage commercial permis",
    commercial_no: "usage commercial interdit",
    commercial_conditions: "usage commercial sous conditions",
    gated: "Il faut en accepter les conditions sur la page du modèle avant de le télécharger.",
    folder: "Dossier",
    listing: "Recherche des fichiers",
    checking: "Vérification",
    copying: "Copie",
    repairing: "Réparation",
    ready: "Le modèle est prêt.",
    right: "Tout est comme au premier jour.",
    damaged: "Abîmé",
    freed: "de nouveau libres",
    current: "C’est lui qui répondra, ici et dans la fenêtre.",
    in_all: "En tout",
    missing: "Il manque",
    free: "Place libre",
    time: "Durée, au rythme d’à présent",
    no_connection: "pas de connexion, nouvel essai bientôt",
    switched_off: "le réseau est coupé dans Domicile",
    hub_busy: "le dépôt demande de patienter",
    interrupted: "la connexion a été coupée, reprise bientôt",
    somebody_else: "autre chose répond à la place du dépôt\u{a0}: une page de connexion est peut-être à ouvrir",
    disk_full: "le disque est plein\u{a0}: le téléchargement reprendra quand il y aura de la place",
    network_off: "Le réseau est coupé\u{a0}: Domicile ne demande plus rien à aucun autre ordinateur.",
    network_on: "Le réseau est rétabli.",
    no_connections: "Domicile ne s’est jamais connecté à un autre ordinateur.",
    token_asked: "Collez votre clé d’accès, puis appuyez sur Entrée\u{a0}: ",
    token_kept: "La clé d’accès est gardée dans le trousseau du système.",
    token_kept_for_now: "La clé d’accès est gardée dans le trousseau de Linux, au plus jusqu’au redémarrage de l’ordinateur.",
    token_forgotten: "La clé d’accès est oubliée.",
};

static ENGLISH: ModelWords = ModelWords {
    colon: ": ",
    of: "of",
    about: "about",
    a_second: "/s",
    size_unknown: "size to be read",
    is_ready: "ready",
    is_partial: "on its way",
    is_unknown: "a folder added by hand",
    is_damaged: "damaged",
    not_in_this_version: "not in this version yet",
    licence: "Licence",
    commercial_yes: "commercial use allowed",
    commercial_no: "no commercial use",
    commercial_conditions: "commercial use under conditions",
    gated: "Its terms have to be accepted on the model's page before it can be downloaded.",
    folder: "Folder",
    listing: "Looking for the files",
    checking: "Checking",
    copying: "Copying",
    repairing: "Repairing",
    ready: "The model is ready.",
    right: "Everything is as on the first day.",
    damaged: "Damaged",
    freed: "free again",
    current: "It will answer from now on, here and in the window.",
    in_all: "In all",
    missing: "Missing",
    free: "Free space",
    time: "Time, at the present pace",
    no_connection: "no connection, trying again soon",
    switched_off: "the network is switched off in Domicile",
    hub_busy: "the hub asks for patience",
    interrupted: "the connection broke off, going on soon",
    somebody_else: "something else answers in place of the hub: there may be a page to sign in on",
    disk_full: "the disk is full: the download goes on when there is room",
    network_off: "The network is off: Domicile asks nothing more of any other computer.",
    network_on: "The network is on again.",
    no_connections: "Domicile has never connected to another computer.",
    token_asked: "Paste your access key, then press Enter: ",
    token_kept: "The access key is kept in the key store of the system.",
    token_kept_for_now: "The access key is kept in the keyring of Linux, until the computer restarts at the latest.",
    token_forgotten: "The access key is forgotten.",
};

/// The words for models in one language.
pub(crate) fn models(language: Language) -> &'static ModelWords {
    match language {
        Language::Fr => &FRENCH,
        Language::En => &ENGLISH,
    }
}

/// Bytes as people count files: 13.8 GB are 13.8 × 10⁹ bytes, as on the page of the model.
pub(crate) fn size(bytes: u64, language: Language) -> String {
    let units = match language {
        Language::Fr => ["octets", "ko", "Mo", "Go", "To"],
        Language::En => ["bytes", "kB", "MB", "GB", "TB"],
    };
    #[expect(clippy::cast_precision_loss)]
    let (mut number, mut unit) = (bytes as f64, 0);
    // 999.95 would be written 1000.0.
    while number >= 999.95 && unit + 1 < units.len() {
        number /= 1000.0;
        unit += 1;
    }
    let text = if unit == 0 { format!("{number:.0}") } else { format!("{number:.1}") };
    format!("{}\u{a0}{}", decimal(&text, language), units[unit])
}

fn decimal(number: &str, language: Language) -> String {
    match language {
        Language::Fr => number.replace('.', ","),
        Language::En => number.to_owned(),
    }
}

/// A share in whole hundredths; all of it only when it is all of it.
pub(crate) fn percent(part: u64, whole: u64, language: Language) -> String {
    let hundredths = (part * 100).checked_div(whole).unwrap_or(100);
    match language {
        Language::Fr => format!("{hundredths}\u{a0}%"),
        Language::En => format!("{hundredths}%"),
    }
}

/// A time that is expected: nobody knows it to the second.
pub(crate) fn duration(seconds: f64, language: Language) -> String {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    let seconds = seconds.clamp(0.0, 1e9).ceil() as u64;
    let (minutes, hours) = (seconds.div_ceil(60), seconds / 3600);
    match (seconds, language) {
        (..60, _) => format!("{seconds}\u{a0}s"),
        (60..3600, _) => format!("{minutes}\u{a0}min"),
        _ => format!("{hours}\u{a0}h\u{a0}{:02}", (seconds % 3600) / 60),
    }
}

#[cfg(test)]
mod tests {
    use app::Language::{En, Fr};

    use super::{duration, percent, size};

    #[test]
    fn sizes_and_times_read_as_people_write_them() {
        assert_eq!(size(13_761_264_768, Fr), "13,8\u{a0}Go");
        assert_eq!(size(13_761_264_768, En), "13.8\u{a0}GB");
        assert_eq!(size(999_999, En), "1.0\u{a0}MB");
        assert_eq!(size(12, Fr), "12\u{a0}octets");
        assert_eq!(percent(999, 1000, Fr), "99\u{a0}%");
        assert_eq!(percent(0, 0, En), "100%");
        assert_eq!(duration(59.2, En), "1\u{a0}min");
        assert_eq!(duration(7260.0, Fr), "2\u{a0}h\u{a0}01");
    }
}
