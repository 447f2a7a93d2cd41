import type { Facts } from '../../bindings/commands';
import { size } from '../../format';
import type { Texts } from '../en';

const bytes = (count: number) => size(count, 'fr');

export const problems: Texts['problems'] = {
  model_not_found: ({ model }: Facts) => ({
    title: 'Ce modèle n’est pas ici',
    happened: model
      ? `Aucun modèle nommé ${model} n’est sur cet ordinateur.`
      : 'Le modèle n’est pas sur cet ordinateur.',
    todo: 'Choisissez un modèle présent, ou continuez avec le guide.',
  }),
  model_unsupported: ({ model }: Facts) => ({
    title: 'Ce genre de modèle n’est pas encore connu',
    happened: model
      ? `Domicile ne sait pas encore faire fonctionner les modèles ${model}.`
      : 'Domicile ne sait pas encore faire fonctionner ce modèle.',
    todo: 'Choisissez un autre modèle. Une prochaine version de Domicile connaîtra peut-être celui-ci.',
  }),
  model_not_conversational: () => ({
    title: 'Ce modèle ne tient pas de conversation',
    happened:
      'Domicile ne sait pas encore lui parler, ou bien il a été fait pour continuer un texte et non pour répondre à des questions.',
    todo: 'Choisissez un modèle gpt-oss.',
  }),
  file_missing: ({ file }: Facts) => ({
    title: 'Il manque un fichier au modèle',
    happened: file
      ? `Le fichier ${file} n’est plus dans le dossier du modèle.`
      : 'Un des fichiers du modèle n’est pas dans son dossier.',
    todo: 'Remettez le fichier à sa place, ou ajoutez de nouveau le modèle.',
  }),
  file_incomplete: ({ file, needed, available }: Facts) => ({
    title: 'Un fichier du modèle est incomplet',
    happened:
      (file ? `Le fichier ${file} s’arrête avant la fin` : 'Un fichier s’arrête avant la fin') +
      (needed !== undefined && available !== undefined ? `\u00a0: ${bytes(available)} sur ${bytes(needed)}.` : '.'),
    todo: 'La copie a sans doute été interrompue. Ajoutez de nouveau le modèle.',
  }),
  file_unreadable: ({ file }: Facts) => ({
    title: 'Un fichier du modèle est illisible',
    happened: file
      ? `Le disque ne donne pas le fichier ${file}.`
      : 'Le disque ne donne pas un des fichiers du modèle.',
    todo: 'Vérifiez que le disque est branché et que vous avez accès à ce dossier, puis reposez la question.',
  }),
  file_damaged: ({ file }: Facts) => ({
    title: 'Un fichier du modèle est abîmé',
    happened: file
      ? `Le contenu du fichier ${file} n’est pas celui qui est attendu.`
      : 'Le contenu d’un fichier n’est pas celui qui est attendu.',
    todo: 'Ajoutez de nouveau le modèle. Si cela recommence, le disque mérite une vérification.',
  }),
  files_contradict: () => ({
    title: 'Les fichiers du modèle ne vont pas ensemble',
    happened: 'Ils se contredisent, comme s’ils venaient de deux modèles différents.',
    todo: 'Ajoutez de nouveau le modèle, depuis un seul endroit.',
  }),
  file_unwritable: ({ file }: Facts) => ({
    title: 'Un fichier n’a pas pu être écrit',
    happened: file ? `Le disque ne prend pas le fichier ${file}.` : 'Le disque ne prend pas le fichier.',
    todo: 'Choisissez un autre dossier, ou libérez de la place sur ce disque.',
  }),
  recording_invalid: ({ file }: Facts) => ({
    title: 'Ce fichier ne décrit pas un ordinateur',
    happened: file
      ? `Le fichier ${file} contient autre chose, ou vient d’une autre version.`
      : 'Le fichier contient autre chose, ou vient d’une autre version.',
    todo: 'Refaites la description sur cet ordinateur-là avec la même version de Domicile.',
  }),
  context_full: () => ({
    title: 'Cette conversation est devenue trop longue',
    happened: 'Le modèle ne peut plus la suivre en entier.',
    todo: 'Commencez une nouvelle conversation. Votre question est gardée.',
  }),
  question_empty: () => ({
    title: 'Il n’y a pas encore de question',
    happened: 'Le message était vide.',
    todo: 'Écrivez une question ci-dessous.',
  }),
  out_of_memory: ({ needed }: Facts) => ({
    title: 'La mémoire n’a pas suffi',
    happened:
      needed === undefined
        ? 'Cet ordinateur n’avait plus assez de mémoire pour répondre.'
        : `Pour répondre, il fallait ${bytes(needed)} de mémoire que cet ordinateur n’avait plus.`,
    todo: 'Fermez quelques programmes et reposez la question\u00a0: elle est gardée.',
  }),
  device_unavailable: () => ({
    title: 'Cette partie de l’ordinateur ne peut pas servir',
    happened: 'La carte graphique ou le processeur demandé ne répond pas.',
    todo: 'Redémarrez Domicile. Si cela recommence, mettre à jour le pilote graphique aide souvent.',
  }),
  engine_crashed: () => ({
    title: 'Le modèle s’est arrêté brusquement',
    happened: 'La partie de Domicile qui fait fonctionner le modèle a dû s’arrêter. Votre conversation est toujours là.',
    todo: 'Reposez la question\u00a0: elle redémarre d’elle-même. Si cela recommence, essayez un modèle plus petit.',
  }),
  stopped_last_time: () => ({
    title: 'Ce modèle s’était arrêté brusquement',
    happened: 'La dernière fois, il s’est arrêté pendant qu’il se chargeait. Domicile ne recommence pas sans vous.',
    todo: 'Fermez d’autres programmes, puis réessayez\u00a0: il lui manquait peut-être de la place.',
  }),
  self_test_failed: () => ({
    title: 'Cet appareil calcule mal',
    happened:
      'Avant de confier un modèle à un appareil, Domicile lui fait faire un calcul dont le résultat est connu. Il était faux.',
    todo: 'Mettez à jour le pilote de cet appareil, puis réessayez\u00a0: Domicile le vérifiera de nouveau.',
  }),
  device_unsuited: () => ({
    title: 'Ce modèle ne convient pas à cet appareil',
    happened:
      'Domicile sait que cet appareil calculerait ce modèle de travers sans rien signaler, et ne le lui a pas confié.',
    todo: 'Le processeur le fait fonctionner, plus lentement. Un autre modèle conviendra peut-être à cet appareil.',
  }),
  runtime_missing: () => ({
    title: 'Il manque une partie de Domicile',
    happened: 'Un fichier installé avec Domicile n’est plus là, ou a été remplacé par un autre.',
    todo: 'Réinstallez Domicile par-dessus la version actuelle\u00a0: vos modèles et vos conversations restent.',
  }),
  engine_failed: () => ({
    title: 'La réponse n’a pas pu être terminée',
    happened: 'Ce qui fait fonctionner le modèle sur cet ordinateur s’est arrêté de façon inattendue.',
    todo: 'Reposez la question. Si cela recommence, redémarrez Domicile\u00a0: la question est gardée.',
  }),
  repository_not_found: ({ model }: Facts) => ({
    title: 'Ce dépôt est introuvable',
    happened: model ? `Le dépôt ${model} n’existe pas, ou n’est pas public.` : 'Ce dépôt n’existe pas, ou n’est pas public.',
    todo: 'Vérifiez le nom ou l’adresse.',
  }),
  model_gated: ({ model }: Facts) => ({
    title: 'Ce modèle a des conditions à accepter',
    happened: model ? `${model} n’est donné qu’à ceux qui en ont accepté les conditions.` : 'Il n’est donné qu’à ceux qui en ont accepté les conditions.',
    todo: 'Acceptez-les sur la page du modèle, puis donnez votre clé d’accès à Domicile.',
  }),
  not_a_model: ({ file }: Facts) => ({
    title: 'Ce n’est pas un modèle',
    happened: file ? `${file} ne contient pas ce qui fait un modèle.` : 'Il n’y a pas là ce qui fait un modèle.',
    todo: 'Choisissez le dossier qui contient le fichier config.json, ou un fichier GGUF.',
  }),
  model_exists: ({ model }: Facts) => ({
    title: 'Ce nom est déjà pris',
    happened: model ? `Un modèle s’appelle déjà ${model}.` : 'Un modèle porte déjà ce nom.',
    todo: 'Choisissez un autre nom, ou retirez d’abord l’autre modèle.',
  }),
  model_in_use: ({ model }: Facts) => ({
    title: 'Ce modèle est occupé',
    happened: model ? `Une autre fenêtre s’occupe déjà de ${model}.` : 'Une autre fenêtre s’en occupe déjà.',
    todo: 'Attendez qu’elle ait fini, ou arrêtez-la.',
  }),
  download_wrong: ({ file }: Facts) => ({
    title: 'Le téléchargement n’est pas fidèle',
    happened: file ? `Le fichier ${file} arrive avec un autre contenu que celui qui est annoncé.` : 'Un fichier arrive avec un autre contenu que celui qui est annoncé.',
    todo: 'Réessayez plus tard, ou depuis un autre réseau. Rien de douteux n’a été gardé.',
  }),
  model_changed: ({ file }: Facts) => ({
    title: 'Le modèle a changé depuis',
    happened: file ? `Le fichier ${file} n’est plus le même là d’où il vient.` : 'Un fichier n’est plus le même là d’où il vient.',
    todo: 'Retirez le modèle et téléchargez-le de nouveau.',
  }),
  disk_full: ({ needed, available }: Facts) => ({
    title: 'Le disque est plein',
    happened: needed !== undefined && available !== undefined ? `Il faut ${bytes(needed)} et il reste ${bytes(available)}.` : 'Il n’y a plus assez de place.',
    todo: 'Libérez de la place, ou choisissez un autre dossier pour les modèles. Rien n’est perdu.',
  }),
  network_off: () => ({
    title: 'Le réseau est coupé dans Domicile',
    happened: 'Rien ne sort de cet ordinateur tant que vous ne le rétablissez pas.',
    todo: 'Rétablissez-le pour télécharger.',
  }),
  network_settings: () => ({
    title: 'Un réglage du réseau ne convient pas',
    happened: 'L’adresse du mandataire (proxy) ou du dépôt n’en est pas une.',
    todo: 'Corrigez-la dans les réglages.',
  }),
  hub_unreachable: ({ host }: Facts) => ({
    title: 'Pas de réponse',
    happened: host ? `${host} ne répond pas.` : 'Le dépôt des modèles ne répond pas.',
    todo: 'Vérifiez la connexion. Ce qui est déjà arrivé est gardé.',
  }),
  hub_busy: ({ host }: Facts) => ({
    title: 'Il faut patienter',
    happened: host ? `${host} est débordé ou en panne.` : 'Le dépôt des modèles est débordé ou en panne.',
    todo: 'Réessayez dans quelques minutes. Ce qui est déjà arrivé est gardé.',
  }),
  hub_nonsense: ({ host }: Facts) => ({
    title: 'Autre chose répond',
    happened: host ? `Ce n’est pas ${host} qui répond.` : 'Ce n’est pas le dépôt des modèles qui répond.',
    todo: 'Si ce réseau demande de se connecter sur une page, ouvrez-la dans un navigateur, puis réessayez.',
  }),
  certificate_untrusted: ({ host }: Facts) => ({
    title: 'Ce certificat n’est pas reconnu',
    happened: host ? `Cet ordinateur ne reconnaît pas le certificat de ${host}.` : 'Cet ordinateur ne reconnaît pas un certificat.',
    todo: 'Dans une entreprise, demandez que le sien soit installé. Vérifiez aussi la date de l’ordinateur.',
  }),
  key_store: () => ({
    title: 'Le trousseau n’est pas accessible',
    happened: 'Le système n’ouvre pas le trousseau dans lequel il garde les secrets.',
    todo: 'Déverrouillez-le, puis réessayez.',
  }),
  folder_exists: () => ({
    title: 'Ce nom est déjà pris',
    happened: 'Un dossier porte déjà ce nom.',
    todo: 'Choisissez un autre nom.',
  }),
  conversation_not_found: () => ({
    title: 'Cette conversation n’est plus là',
    happened: 'Elle a été supprimée, peut-être dans une autre fenêtre.',
    todo: 'Choisissez-en une autre, ou commencez-en une nouvelle.',
  }),
  conversations_damaged: () => ({
    title: 'Les conversations sont illisibles',
    happened: 'Le fichier qui les contient est abîmé sur le disque.',
    todo: 'Relancez Domicile\u00a0: il les reprendra de ses copies. D’ici là, rien de nouveau n’est gardé.',
  }),
  conversations_newer: () => ({
    title: 'Ces conversations viennent d’un Domicile plus récent',
    happened: 'Cette version ne sait pas les lire, et les laisse telles quelles.',
    todo: 'Installez la dernière version de Domicile.',
  }),
  not_an_export: ({ file }: Facts) => ({
    title: 'Il n’y a pas de conversations dans ce fichier',
    happened: file ? `${file} n’est pas un export que Domicile connaît.` : 'Ce n’est pas un export que Domicile connaît.',
    todo: 'Choisissez un fichier que Domicile a exporté, ou l’archive que ChatGPT vous a envoyée.',
  }),
  system_refused: () => ({
    title: 'Le système ne l’a pas ouvert',
    happened: 'Windows ou le bureau n’a pas voulu l’ouvrir.',
    todo: 'Ouvrez-le vous-même, ou réessayez.',
  }),
  stopped: () => ({
    title: 'Arrêté',
    happened: 'C’est arrêté, comme vous l’avez voulu.',
    todo: 'Ce qui est déjà là est gardé.',
  }),
};
