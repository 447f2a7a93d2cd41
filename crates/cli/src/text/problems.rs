//! Problems in words: what happened, and what to do.

use app::{Language, Problem, ProblemCode};

use super::size;

/// A problem in words.
pub(crate) struct ProblemWords {
    pub(crate) happened: String,
    pub(crate) todo: String,
}

/// What happened, and what to do about it.
pub(crate) fn problem(language: Language, problem: &Problem) -> ProblemWords {
    let words = match language {
        Language::Fr => french(problem),
        Language::En => english(problem),
    };
    ProblemWords { happened: words.0, todo: words.1 }
}

fn french(problem: &Problem) -> (String, String) {
    let file = problem.facts.file.as_deref().unwrap_or("?");
    let model = problem.facts.model.as_deref().unwrap_or("?");
    let host = problem.facts.host.as_deref().unwrap_or("?");
    let bytes = |bytes: Option<u64>| bytes.map_or_else(|| "?".to_owned(), |bytes| size(bytes, Language::Fr));
    let (needed, available) = (bytes(problem.facts.needed), bytes(problem.facts.available));
    let (happened, todo) = match problem.code {
        ProblemCode::ModelNotFound => (
            format!("Aucun modèle ne s’appelle «\u{a0}{model}\u{a0}» et aucun dossier ne porte ce nom."),
            "Vérifiez le nom du dossier, ou retirez --model pour parler avec le guide.",
        ),
        ProblemCode::ModelUnsupported => (
            format!(
                "Domicile ne sait pas encore faire fonctionner les modèles de type «\u{a0}{model}\u{a0}»."
            ),
            "Choisissez un modèle gpt-oss.",
        ),
        ProblemCode::ModelNotConversational => (
            "Domicile ne sait pas tenir de conversation avec ce modèle.".to_owned(),
            "Choisissez un modèle gpt-oss complet, avec son fichier tokenizer.json d’origine.",
        ),
        ProblemCode::FileMissing => (
            format!("Il manque le fichier {file} dans le dossier du modèle."),
            "Copiez ou téléchargez de nouveau ce fichier.",
        ),
        ProblemCode::FileIncomplete => (
            format!(
                "Le fichier {file} est incomplet\u{a0}: son téléchargement ou sa copie s’est arrêté en chemin."
            ),
            "Téléchargez ou copiez de nouveau ce fichier.",
        ),
        ProblemCode::FileUnreadable => (
            format!("Le fichier {file} ne peut pas être lu."),
            "Vérifiez que le disque est branché et que vous avez le droit de lire ce dossier.",
        ),
        ProblemCode::FileDamaged => {
            (format!("Le fichier {file} est abîmé."), "Téléchargez ou copiez de nouveau ce fichier.")
        }
        ProblemCode::FilesContradict => (
            format!("Les fichiers du modèle ne vont pas ensemble ({}).", problem.detail),
            "Téléchargez de nouveau le modèle en entier.",
        ),
        ProblemCode::FileUnwritable => (
            format!("Le fichier {file} ne peut pas être écrit."),
            "Choisissez un autre dossier, ou libérez de la place sur ce disque.",
        ),
        ProblemCode::RecordingInvalid => (
            format!("Le fichier {file} ne décrit pas un ordinateur ({}).", problem.detail),
            "Faites-en un avec domicile hardware --record FICHIER.",
        ),
        ProblemCode::ContextFull => (
            "La conversation est plus longue que ce que ce modèle peut suivre.".to_owned(),
            "Commencez une nouvelle conversation avec /nouveau.",
        ),
        ProblemCode::QuestionEmpty => ("La question est vide.".to_owned(), "Écrivez votre question."),
        ProblemCode::OutOfMemory => (
            "Il n’y a plus assez de mémoire.".to_owned(),
            "Fermez d’autres programmes, ou choisissez un modèle plus petit.",
        ),
        ProblemCode::DeviceUnavailable => {
            ("Ce matériel n’est pas disponible ici.".to_owned(), "Laissez Domicile utiliser le processeur.")
        }
        ProblemCode::EngineFailed => (
            format!("Le moteur a échoué ({}).", problem.detail),
            "Réessayez. Si cela se reproduit, signalez-le avec ce message.",
        ),
        ProblemCode::EngineCrashed => (
            format!("Le moteur s’est arrêté brusquement ({}).", problem.detail),
            "Rien n’est perdu\u{a0}: reposez la question, Domicile redémarre le moteur.",
        ),
        ProblemCode::StoppedLastTime => (
            format!("La dernière fois, le moteur s’est arrêté en chargeant ce modèle ({}).", problem.detail),
            "Fermez d’autres programmes et essayez de nouveau avec --again, ou choisissez un modèle plus petit.",
        ),
        ProblemCode::SelfTestFailed => (
            format!("Cet appareil donne un résultat faux à un calcul connu ({}).", problem.detail),
            "Mettez à jour son pilote, ou faites-le vérifier de nouveau avec --again.",
        ),
        ProblemCode::DeviceUnsuited => (
            format!("Cet appareil calculerait ce modèle de travers ({}).", problem.detail),
            "Laissez Domicile utiliser le processeur.",
        ),
        ProblemCode::RuntimeMissing => (
            format!("Il manque une partie de Domicile ({}).", problem.detail),
            "Réinstallez Domicile\u{a0}: vos modèles et vos conversations restent.",
        ),
        ProblemCode::RepositoryNotFound => (
            format!("Le dépôt «\u{a0}{model}\u{a0}» n’existe pas, ou n’est pas public."),
            "Vérifiez son nom, par exemple openai/gpt-oss-20b.",
        ),
        ProblemCode::ModelGated => (
            format!("«\u{a0}{model}\u{a0}» n’est donné qu’à ceux qui en ont accepté les conditions."),
            "Acceptez-les sur la page du modèle, puis donnez votre clé d’accès (domicile network --token).",
        ),
        ProblemCode::NotAModel => (
            format!("Ce n’est pas un modèle ({}).", problem.detail),
            "Choisissez le dossier qui contient config.json, ou un fichier GGUF.",
        ),
        ProblemCode::ModelExists => (
            format!("Il y a déjà un modèle nommé «\u{a0}{model}\u{a0}»."),
            "Choisissez un autre nom avec --name, ou retirez d’abord celui-là.",
        ),
        ProblemCode::ModelInUse => (
            format!("Une autre fenêtre ou un autre terminal s’occupe déjà de «\u{a0}{model}\u{a0}»."),
            "Attendez qu’il ait fini, ou arrêtez-le là-bas.",
        ),
        ProblemCode::DownloadWrong => (
            format!("Le fichier {file} arrive avec un autre contenu que celui qui est annoncé."),
            "Réessayez plus tard, ou depuis un autre réseau. Rien de douteux n’a été gardé.",
        ),
        ProblemCode::ModelChanged => (
            format!("Le fichier {file} n’est plus le même là d’où vient le modèle."),
            "Retirez le modèle et téléchargez-le de nouveau.",
        ),
        ProblemCode::DiskFull => (
            format!("Il n’y a pas assez de place dans {file}\u{a0}: il faut {needed}, il reste {available}."),
            "Libérez de la place, ou déplacez les modèles avec domicile models move DOSSIER.",
        ),
        ProblemCode::NetworkOff => {
            ("Le réseau est coupé dans Domicile.".to_owned(), "Rétablissez-le avec domicile network --on.")
        }
        ProblemCode::NetworkSettings => (
            format!("Un réglage du réseau ne convient pas ({}).", problem.detail),
            "Corrigez l’adresse du mandataire (proxy) ou du dépôt, ou la clé d’accès.",
        ),
        ProblemCode::HubUnreachable => {
            (format!("{host} ne répond pas."), "Vérifiez la connexion. Ce qui est déjà arrivé est gardé.")
        }
        ProblemCode::HubBusy => (
            format!("{host} est débordé ou en panne."),
            "Réessayez dans quelques minutes. Ce qui est déjà arrivé est gardé.",
        ),
        ProblemCode::HubNonsense => (
            format!("Autre chose répond à la place de {host}."),
            "Si ce réseau demande de se connecter sur une page, ouvrez-la dans un navigateur, puis réessayez.",
        ),
        ProblemCode::CertificateUntrusted => (
            format!("Le certificat de {host} n’est pas reconnu sur cet ordinateur."),
            "Dans une entreprise, demandez que son certificat soit installé dans le système. Vérifiez aussi la date de l’ordinateur.",
        ),
        ProblemCode::KeyStore => (
            format!("Le trousseau du système n’est pas accessible ({}).", problem.detail),
            "Déverrouillez-le, ou donnez votre clé d’accès dans la variable HF_TOKEN.",
        ),
        // Conversations are kept by the window; from a terminal none of these is met.
        ProblemCode::FolderExists => ("Un dossier porte déjà ce nom.".to_owned(), "Choisissez un autre nom."),
        ProblemCode::ConversationNotFound => {
            ("Cette conversation n’est plus là.".to_owned(), "Choisissez-en une autre.")
        }
        ProblemCode::ConversationsDamaged => {
            ("Les conversations sont illisibles.".to_owned(), "Vérifiez le disque, puis relancez Domicile.")
        }
        ProblemCode::ConversationsNewer => (
            "Ces conversations viennent d’un Domicile plus récent.".to_owned(),
            "Installez la dernière version de Domicile.",
        ),
        ProblemCode::NotAnExport => (
            "Il n’y a pas de conversations dans ce fichier.".to_owned(),
            "Choisissez un fichier que Domicile a exporté, ou l’archive de ChatGPT.",
        ),
        ProblemCode::SystemRefused => {
            ("Le système ne l’a pas ouvert.".to_owned(), "Ouvrez-le vous-même, ou réessayez.")
        }
        ProblemCode::Stopped => {
            ("Arrêté.".to_owned(), "Ce qui est déjà là est gardé\u{a0}: la même commande reprend.")
        }
    };
    (happened, todo.to_owned())
}

fn english(problem: &Problem) -> (String, String) {
    let file = problem.facts.file.as_deref().unwrap_or("?");
    let model = problem.facts.model.as_deref().unwrap_or("?");
    let host = problem.facts.host.as_deref().unwrap_or("?");
    let bytes = |bytes: Option<u64>| bytes.map_or_else(|| "?".to_owned(), |bytes| size(bytes, Language::En));
    let (needed, available) = (bytes(problem.facts.needed), bytes(problem.facts.available));
    let (happened, todo) = match problem.code {
        ProblemCode::ModelNotFound => (
            format!("There is no model called \"{model}\", and no folder of that name."),
            "Check the folder's name, or leave out --model to talk to the guide.",
        ),
        ProblemCode::ModelUnsupported => {
            (format!("Domicile cannot run models of the kind \"{model}\" yet."), "Choose a gpt-oss model.")
        }
        ProblemCode::ModelNotConversational => (
            "Domicile does not know how to talk to this model.".to_owned(),
            "Choose a complete gpt-oss model, with its original tokenizer.json.",
        ),
        ProblemCode::FileMissing => (
            format!("The file {file} is missing from the model's folder."),
            "Copy or download this file again.",
        ),
        ProblemCode::FileIncomplete => (
            format!("The file {file} is incomplete: its download or copy stopped on the way."),
            "Download or copy this file again.",
        ),
        ProblemCode::FileUnreadable => (
            format!("The file {file} cannot be read."),
            "Check that the disk is connected and that you may read this folder.",
        ),
        ProblemCode::FileDamaged => {
            (format!("The file {file} is damaged."), "Download or copy this file again.")
        }
        ProblemCode::FilesContradict => (
            format!("The model's files do not belong together ({}).", problem.detail),
            "Download the whole model again.",
        ),
        ProblemCode::FileUnwritable => (
            format!("The file {file} cannot be written."),
            "Choose another folder, or free some space on this disk.",
        ),
        ProblemCode::RecordingInvalid => (
            format!("The file {file} does not describe a computer ({}).", problem.detail),
            "Make one with domicile hardware --record FILE.",
        ),
        ProblemCode::ContextFull => (
            "The conversation is longer than this model can follow.".to_owned(),
            "Start a new conversation with /new.",
        ),
        ProblemCode::QuestionEmpty => ("The question is empty.".to_owned(), "Type your question."),
        ProblemCode::OutOfMemory => (
            "There is not enough memory left.".to_owned(),
            "Close other programs, or choose a smaller model.",
        ),
        ProblemCode::DeviceUnavailable => {
            ("This hardware is not available here.".to_owned(), "Let Domicile use the processor.")
        }
        ProblemCode::EngineFailed => (
            format!("The engine failed ({}).", problem.detail),
            "Try again. If it happens again, report it with this message.",
        ),
        ProblemCode::EngineCrashed => (
            format!("The engine stopped abruptly ({}).", problem.detail),
            "Nothing is lost: ask again, Domicile starts the engine anew.",
        ),
        ProblemCode::StoppedLastTime => (
            format!("The last time, the engine stopped while it loaded this model ({}).", problem.detail),
            "Close other programs and try again with --again, or choose a smaller model.",
        ),
        ProblemCode::SelfTestFailed => (
            format!("This device gives a wrong result for a known calculation ({}).", problem.detail),
            "Update its driver, or have it checked anew with --again.",
        ),
        ProblemCode::DeviceUnsuited => (
            format!("This device would compute this model wrongly ({}).", problem.detail),
            "Let Domicile use the processor.",
        ),
        ProblemCode::RuntimeMissing => (
            format!("A part of Domicile is missing ({}).", problem.detail),
            "Install Domicile again: your models and conversations stay.",
        ),
        ProblemCode::RepositoryNotFound => (
            format!("There is no repository \"{model}\", or it is not public."),
            "Check its name, for example openai/gpt-oss-20b.",
        ),
        ProblemCode::ModelGated => (
            format!("\"{model}\" is given to those who have accepted its terms."),
            "Accept them on the model's page, then give your access key (domicile network --token).",
        ),
        ProblemCode::NotAModel => (
            format!("This is no model ({}).", problem.detail),
            "Choose the folder that holds config.json, or a GGUF file.",
        ),
        ProblemCode::ModelExists => (
            format!("There is a model called \"{model}\" already."),
            "Choose another name with --name, or remove that one first.",
        ),
        ProblemCode::ModelInUse => (
            format!("Another window or terminal is at work on \"{model}\"."),
            "Wait until it has finished, or stop it there.",
        ),
        ProblemCode::DownloadWrong => (
            format!("The file {file} comes with other bytes than were announced."),
            "Try again later, or from another network. Nothing doubtful was kept.",
        ),
        ProblemCode::ModelChanged => (
            format!("The file {file} is no longer the same where the model comes from."),
            "Remove the model and download it again.",
        ),
        ProblemCode::DiskFull => (
            format!("There is not enough room in {file}: {needed} are needed, {available} are left."),
            "Free some space, or move the models with domicile models move FOLDER.",
        ),
        ProblemCode::NetworkOff => (
            "The network is switched off in Domicile.".to_owned(),
            "Switch it on with domicile network --on.",
        ),
        ProblemCode::NetworkSettings => (
            format!("A network setting cannot be used ({}).", problem.detail),
            "Correct the address of the proxy or of the hub, or the access key.",
        ),
        ProblemCode::HubUnreachable => {
            (format!("{host} does not answer."), "Check the connection. What has come already is kept.")
        }
        ProblemCode::HubBusy => (
            format!("{host} is busy or in trouble."),
            "Try again in a few minutes. What has come already is kept.",
        ),
        ProblemCode::HubNonsense => (
            format!("Something else answers in place of {host}."),
            "If this network asks to sign in on a page, open it in a browser, then try again.",
        ),
        ProblemCode::CertificateUntrusted => (
            format!("The certificate of {host} is not trusted on this computer."),
            "In a company, ask for its certificate to be installed in the system. Check the date of the computer too.",
        ),
        ProblemCode::KeyStore => (
            format!("The key store of the system cannot be used ({}).", problem.detail),
            "Unlock it, or give your access key in the variable HF_TOKEN.",
        ),
        ProblemCode::FolderExists => ("A folder has this name already.".to_owned(), "Choose another name."),
        ProblemCode::ConversationNotFound => {
            ("This conversation is no longer here.".to_owned(), "Choose another one.")
        }
        ProblemCode::ConversationsDamaged => {
            ("The conversations cannot be read.".to_owned(), "Check the disk, then start Domicile again.")
        }
        ProblemCode::ConversationsNewer => (
            "These conversations come from a newer Domicile.".to_owned(),
            "Install the newest version of Domicile.",
        ),
        ProblemCode::NotAnExport => (
            "There are no conversations in this file.".to_owned(),
            "Choose a file that Domicile has exported, or the archive of ChatGPT.",
        ),
        ProblemCode::SystemRefused => {
            ("The system did not open it.".to_owned(), "Open it by hand, or try again.")
        }
        ProblemCode::Stopped => {
            ("Stopped.".to_owned(), "What is there already is kept: the same command goes on.")
        }
    };
    (happened, todo.to_owned())
}
