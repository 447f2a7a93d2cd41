import { memory, pace, percent, rate, size, wait } from '../../format';
import type { Texts } from '../en';

const names = new Intl.DisplayNames('fr', { type: 'language' });
const list = new Intl.ListFormat('fr', { type: 'conjunction' });
const plural = new Intl.PluralRules('fr');

/** Le français d’abord, puis l’anglais, et quelques-unes seulement quand il y en a beaucoup. */
function languages(codes: string[], most: number): string {
  const order = ['fr', 'en'];
  const known = [...order.filter((code) => codes.includes(code)), ...codes.filter((code) => !order.includes(code))];
  const shown = known.slice(0, known.length > most ? most - 1 : most).map((code) => names.of(code) ?? code);
  const rest = known.length - shown.length;
  return list.format(rest > 0 ? [...shown, `${rest} autres`] : shown);
}

export const models: Texts['models'] = {
  introduction: 'Chacun répond sur cet ordinateur, sans réseau. Prenez\u2011en un, essayez\u2011le, gardez\u2011le ou rendez\u2011le.',
  search: 'Chercher parmi les modèles',
  searchHint: 'Nom, auteur, talent',
  nothingFound: (words) => `Aucun modèle ne correspond à «\u00a0${words}\u00a0».`,
  looking: 'Domicile regarde quels modèles sont ici…',
  offline: 'Le réseau est coupé dans Domicile. Tout ce qui est ici fonctionne\u202f; les téléchargements attendent.',
  online: 'Rétablir le réseau',
  where: (folder) => `Les modèles sont rangés dans ${folder}`,
  showFolder: 'Ouvrir ce dossier',

  groups: {
    coming: 'En route',
    here: 'Sur cet ordinateur',
    recommended: 'Pour commencer',
    others: 'Les autres',
    later: 'Ce que cette version ne sait pas encore faire fonctionner',
  },
  laterAbout: 'Une prochaine version de Domicile le saura peut-être.',

  guide: 'Le guide',
  guideAbout: 'Le tout petit modèle qui vient avec Domicile. Il répond aux questions sur Domicile, tout de suite et sur n’importe quel ordinateur.',
  guideFacts: 'Toujours là. Ne prend pas de place en plus.',

  by: (maker) => `par ${maker}`,
  strengths: {
    conversation: 'discuter',
    reasoning: 'raisonner',
    code: 'programmer',
    writing: 'rédiger',
    translation: 'traduire',
    summaries: 'résumer',
    maths: 'faire des mathématiques',
  },
  goodAt: (strengths) => `Doué pour ${list.format(strengths)}`,
  languages: (codes) =>
    codes.includes('fr')
      ? `Langues\u00a0: ${languages(codes, 4)}`
      : `Langues\u00a0: ${languages(codes, 4)}. Pas fait pour le français`,
  allLanguages: (codes) => languages(codes, Infinity),
  licence: ({ commercial }) =>
    commercial === null
      ? 'Utilisable au travail sous conditions'
      : commercial
        ? 'Utilisable librement, au travail aussi'
        : 'Pas pour un usage professionnel',
  readLicence: (name) => `La lire\u00a0: ${name}`,

  verdict: ({ room, to_free, memory: bytes, card }) => {
    const on = card ? ` sur la carte ${card}` : ' sur cet ordinateur';
    switch (room) {
      case 'enough':
        return `À l’aise${on}`;
      case 'after_closing':
        return `Tient une fois d’autres programmes fermés${to_free ? `\u00a0: ${memory(to_free, 'fr')} à libérer` : ''}`;
      case 'scarce':
        return 'Tient avec de la patience\u00a0: il occupe presque toute la mémoire';
      case 'too_little':
        return `Trop grand pour cet ordinateur${bytes ? `, qui a ${memory(bytes, 'fr')} de mémoire` : ''}`;
      case 'unknown':
        return 'Personne n’a encore essayé ce qu’il donne ici';
    }
  },
  tempo: {
    far_ahead: 'Répond bien plus vite qu’on ne lit',
    ahead: 'Répond un peu plus vite qu’on ne lit',
    reading: 'Répond à peu près à la vitesse où on lit',
    behind: 'Répond un peu moins vite qu’on ne lit',
    typing: 'Répond à la vitesse où on tape au clavier',
    slow_typing: 'Répond comme on tape lentement au clavier',
  },
  words: (words) => `environ ${pace(words, 'fr')} mots par seconde`,

  answers: 'Répond en ce moment',
  answersNext: 'Il sera prêt à votre prochaine question.',
  answersAtOnce: 'Il est prêt.',
  partlyOnProcessor:
    'La carte graphique ne sait pas faire toutes ses étapes\u00a0: le processeur en fait une partie, et c’est plus lent.',
  loading: (share) => `Se charge\u00a0: ${percent(share, 'fr')}`,
  use: 'Lui parler',
  tryAgain: 'Réessayer',
  nowAnswers: (title) => `C’est ${title} qui répond désormais.`,
  guideAnswers: 'C’est le guide qui répond désormais.',
  openChat: 'Aller à la conversation',
  unknownFolder: 'Un dossier posé à la main parmi les modèles.',
  cannotRun: 'Cette version de Domicile ne sait pas encore le faire fonctionner.',

  download: (bytes) => (bytes === null ? 'Télécharger' : `Télécharger · ${size(bytes, 'fr')}`),
  resume: 'Reprendre',
  pause: 'Mettre en pause',
  first: 'Le télécharger d’abord',
  giveUp: 'Abandonner',
  giveUpTitle: (title) => `Abandonner ${title}\u202f?`,
  giveUpAbout: (bytes) =>
    bytes ? `Les ${size(bytes, 'fr')} déjà arrivés seront effacés.` : 'Ce qui est déjà arrivé sera effacé.',
  giveUpPause: 'Pour reprendre plus tard, mettez-le plutôt en pause\u00a0: rien n’est perdu.',
  keep: 'Le garder',
  partly: (bytes, total) =>
    total === null ? `${size(bytes, 'fr')} sont là.` : `${size(bytes, 'fr')} sur ${size(total, 'fr')} sont là.`,
  percent: (share) => percent(share, 'fr'),
  speed: (bytes) => rate(bytes, 'fr'),
  timeLeft: (seconds) => (seconds < 45 ? 'moins d’une minute' : `encore ${wait(seconds, 'fr')}`),
  progressOf: (title) => `Avancement de ${title}`,
  states: {
    waiting: 'Son tour vient après le précédent.',
    beginning: 'Commence…',
    listing: 'Demande la liste des fichiers…',
    checking: 'Se termine\u00a0: ce qui est arrivé est vérifié…',
    ready: 'Il est là.',
    paused: 'En pause. Ce qui est arrivé est gardé.',
    outside_hours: 'Attend les heures que vous avez choisies pour les téléchargements.',
    metered: 'Attend\u00a0: cette connexion est payée à la quantité.',
    fetching: 'Se télécharge.',
  },
  waits: {
    no_connection: 'Pas de connexion. Il reprendra de lui-même dès qu’il y en aura une.',
    switched_off: 'Le réseau est coupé dans Domicile. Il reprendra quand vous le rétablirez.',
    hub_busy: 'Il y a foule là d’où il vient. Il réessaie de lui-même dans un moment.',
    interrupted: 'La connexion s’est interrompue. Il reprend de lui-même dans un moment.',
    somebody_else:
      'Autre chose répond, peut-être la page d’accueil de ce réseau. Ouvrez-la dans un navigateur\u202f; il reprendra de lui-même.',
    disk_full: 'Le disque est plein. Libérez de la place\u202f; il reprendra de lui-même.',
  },
  overMetered: 'Télécharger quand même',
  hoursInSettings: 'Aller aux réglages',
  limit: (now) => `Vitesse maximale des téléchargements\u00a0: ${now}`,
  limits: {
    none: 'Aussi vite que possible',
    half: 'Moitié moins vite',
    halfAbout: 'Laisse l’autre moitié de la connexion à la maison.',
    most: (bytes) => `Au plus ${rate(bytes, 'fr')}`,
  },
  arrived: (title) => `${title} est là.`,
  line: (title, share, seconds) =>
    [title, share === null ? '' : percent(share, 'fr'), seconds === null ? '' : wait(seconds, 'fr')].filter(Boolean).join(' · '),
  lineWaits: (title) => `${title} attend`,
  linePaused: (title) => `${title} est en pause`,
  lineFailed: (title) => `${title} a besoin de vous`,

  more: (title) => `Plus sur ${title}`,
  verify: 'Vérifier ses fichiers',
  verifyAbout: 'Les relit tous et compare.',
  repair: 'Réparer',
  repairAbout: 'Va chercher ce qui est abîmé.',
  export: 'Copier dans un dossier…',
  exportAbout: 'Sur une clé, pour un autre ordinateur.',
  remove: 'Retirer…',
  removeTitle: (title) => `Retirer ${title}\u202f?`,
  removeFrees: (bytes) =>
    bytes === null ? 'Sa place sur le disque sera libérée.' : `${size(bytes, 'fr')} seront libérés sur le disque.`,
  removeAgain: 'Vos conversations restent. Vous pourrez le télécharger de nouveau quand vous voudrez.',
  removeCurrent: 'C’est lui qui répond en ce moment. Le guide répondra à sa place.',
  removeIt: 'Le retirer',
  removed: (title, freed) =>
    freed === null ? `${title} est retiré.` : `${title} est retiré\u00a0: ${size(freed, 'fr')} sont de nouveau libres.`,
  damaged: (files) =>
    plural.select(files) === 'one'
      ? 'Un de ses fichiers n’est plus comme il est arrivé.'
      : `${files} de ses fichiers ne sont plus comme ils sont arrivés.`,
  damagedNote: 'Ce que Domicile avait noté de lui est illisible.',
  verified: (title) => `${title} est intact.`,
  repaired: (title) => `${title} est de nouveau intact.`,
  exported: (title, folder) => (folder ? `${title} est copié dans ${folder}.` : `${title} est copié.`),
  brought: (title) => `${title} est maintenant sur cet ordinateur.`,
  broughtOne: 'Le modèle est maintenant sur cet ordinateur.',
  moved: (folder) => (folder ? `Les modèles sont maintenant dans ${folder}.` : 'Les modèles ont été déplacés.'),
  work: {
    verify: 'Ses fichiers sont vérifiés…',
    repair: 'Se répare…',
    export: 'Se copie…',
    import_folder: 'Un modèle s’ajoute…',
    import_file: 'Un modèle s’ajoute…',
    import_dropped: 'Un modèle s’ajoute…',
    move: 'Les modèles déménagent…',
    remove: 'Se retire…',
  },
  done: (bytes, total) => (total === null ? size(bytes, 'fr') : `${size(bytes, 'fr')} sur ${size(total, 'fr')}`),
  stop: 'Arrêter',
  stopping: 'S’arrête…',

  add: 'Ajouter',
  addMenu: 'Ajouter un modèle, ou les déplacer tous',
  byName: 'Par son nom ou son adresse…',
  byNameAbout: 'N’importe quel autre modèle de Hugging Face.',
  fromFolder: 'Depuis un dossier…',
  fromFolderAbout: 'Par exemple depuis une clé.',
  fromFile: 'Depuis un fichier…',
  fromFileAbout: 'Un modèle d’une seule pièce (GGUF).',
  moveAll: 'Déplacer tous les modèles…',
  moveAllAbout: 'Vers un autre dossier ou un autre disque.',
  addTitle: 'Ajouter un modèle',
  addAbout:
    'Hugging Face est la bibliothèque publique où les auteurs déposent leurs modèles. Donnez le nom de l’un d’eux, ou collez l’adresse de sa page.',
  addLabel: 'Nom ou adresse',
  addExample: 'Par exemple\u00a0: Qwen/Qwen3-4B',
  addGo: 'Télécharger',
  dropTitle: (name) => `Ajouter le modèle ${name}\u202f?`,
  dropAbout: 'Il est copié parmi vos modèles. Ce que vous avez déposé reste où il est.',
  dropGo: 'L’ajouter',

  terms: 'Demande d’accepter des conditions',
  termsTitle: (title) => `${title} a des conditions`,
  termsAbout: (maker) => `${maker ?? 'Son auteur'} le donne à ceux qui en ont accepté les conditions. Cela prend une minute\u00a0:`,
  termsSteps: [
    'Ouvrez sa page, connectez-vous et acceptez les conditions.',
    'Sur le même site, créez une clé d’accès et confiez-la à Domicile dans les réglages.',
    'Revenez ici et téléchargez-le.',
  ],
  termsPage: 'Ouvrir sa page',
  termsPageAbout: 'La page s’ouvre dans votre navigateur, qui va sur internet\u202f; Domicile lui-même n’envoie rien.',
  hasKey: 'Domicile a déjà votre clé d’accès.',

  details: 'Détails et autres formes',
  inNumbers: 'Vitesse',
  licenceLabel: 'Licence',
  languagesLabel: 'Langues',
  nameLabel: 'Nom',
  variantsOf: (title) => `Formes de ${title}`,
  variants: {
    name: 'Forme',
    format: 'Format',
    precision: 'Précision',
    engine: 'Moteur',
    bytes: 'Taille',
    runs: 'Fonctionne ici',
    yes: 'oui',
    notYet: 'pas encore',
    size: (bytes) => (bytes === null ? '–' : size(bytes, 'fr')),
    begin: (name) => `Télécharger ${name}`,
  },
};
