import type { DeviceCard, ModelCard } from '../../bindings/commands';
import { duration, memory, pace, size } from '../../format';
import type { Texts } from '../en';

const deviceName = ({ processor, name }: DeviceCard) => (processor ? 'le processeur' : (name ?? 'une autre carte'));

export const chat: Texts['chat'] = {
  modelName: (model: ModelCard) => (model.starter ? 'le guide' : model.name),
  modelSubject: (model: ModelCard) => (model.starter ? 'Le guide' : model.name),

  conversation: 'Conversation',
  newConversation: 'Nouvelle conversation',
  toLatest: 'Revenir à la fin',

  welcome: 'Vous êtes ici chez vous.',
  introduction: (model: ModelCard) =>
    model.starter
      ? 'Domicile est une IA qui habite votre ordinateur. Le guide, un tout petit modèle fourni avec, répond aux questions sur Domicile.'
      : `Domicile est une IA qui habite votre ordinateur. ${model.name} répond à vos questions.`,
  prospect: ({ model, memory: bytes, card, room, to_free, words }) => {
    const has = bytes === undefined ? '' : `Cet ordinateur a ${memory(bytes, 'fr')} de mémoire. `;
    const on = card ? ` sur la carte ${card}` : '';
    const speed = words ? `, à environ ${pace(words, 'fr')} mots par seconde` : '';
    const free = to_free ? ` (${memory(to_free, 'fr')} à libérer)` : '';
    switch (room) {
      case 'enough':
        return `${has}Il y a la place pour ${model}${on}${speed}.`;
      case 'after_closing':
        return `${has}${model} y tiendra une fois d’autres programmes fermés${free}${speed}.`;
      case 'scarce':
        return `${has}${model} y fonctionnera tout juste, avec de la patience${speed}.`;
      case 'too_little':
        return `${has}C’est trop peu pour ${model}\u202f; le guide, lui, y est à l’aise.`;
      case 'unknown':
        return '';
    }
  },
  examplesTitle: 'Pour commencer',
  // With plain spaces, as they are asked; the buttons show them with unbreakable ones.
  examples: [
    'Qui es-tu ?',
    'Que faut-il pour gpt-oss-20b ?',
    'Est-ce que quelque chose sort de mon ordinateur ?',
    'À quoi sert le raisonnement ?',
  ],
  everyday: [
    'Aide-moi à écrire une lettre à mon propriétaire',
    'Explique-moi les intérêts composés avec un exemple',
    'Que cuisiner avec des œufs, des épinards et du riz ?',
    'Fais-moi un plan pour apprendre un peu d’italien avant l’été',
  ],
  promise: 'Tout se passe sur cet ordinateur. Rien de ce que vous écrivez n’en sort.',

  question: 'Votre question',
  questionPlaceholder: 'Posez une question',
  send: 'Envoyer',
  stop: 'Arrêter',
  keys: 'Entrée envoie, Maj et Entrée vont à la ligne.',

  you: 'Vous',
  reading: (subject) => `${subject} lit…`,
  reasoning: (subject) => `${subject} réfléchit…`,
  answering: (subject) => `${subject} répond…`,
  thought: (seconds) => (seconds < 1 ? 'A réfléchi un instant' : `A réfléchi ${duration(seconds)}`),
  showReasoning: 'Montrer le raisonnement',
  hideReasoning: 'Replier le raisonnement',
  thoughts: 'Raisonnement',
  ended: {
    silent: 'Le modèle s’est arrêté sans répondre. Reposez la question, peut-être autrement.',
    stopped: 'Arrêté',
    length: 'La réponse s’arrête ici\u00a0: elle a atteint la longueur maximale.',
    context_full:
      'La réponse s’arrête ici\u00a0: cette conversation est devenue trop longue. Commencez-en une nouvelle pour continuer.',
  },
  finished: 'Réponse terminée',

  waiting: (subject) => `Un autre grand modèle se charge sur cet ordinateur. ${subject} attend son tour.`,
  loading: (subject) => `${subject} se charge…`,
  movedOn: (to) => `Le modèle s’est arrêté là où il était. Il reprend sur ${deviceName(to)}.`,
  passedOver: (to) =>
    `La dernière fois, le modèle s’est arrêté brusquement là où il va le plus vite. Il répond sur ${deviceName(to)}.`,
  distrusted: (to) => `Un appareil de cet ordinateur calcule mal. Le modèle répond sur ${deviceName(to)}.`,
  tryAgain: 'Réessayer',
  goOnWith: (to) => `Continuer sur ${deviceName(to)}`,
  again: 'Reposer la question',
  copyDetails: 'Copier les détails',
  copied: 'Copié',
  copy: 'Copier',

  copyAnswer: 'Copier la réponse',
  copyQuestion: 'Copier la question',
  answerCopied: 'La réponse est copiée',
  another: 'Une autre réponse',
  edit: 'Modifier la question',
  editing: 'La question, à modifier',
  editingKeeps: 'La suite est gardée\u00a0: vous pourrez y revenir.',
  ask: 'Demander',
  read: 'Lire à voix haute',
  stopReading: 'Arrêter la lecture',
  branch: (place, count) => `${place} / ${count}`,
  branchSpoken: (place, count) => `Version ${place} sur ${count}`,
  previousBranch: 'La version d’avant',
  nextBranch: 'La version d’après',
  writtenBy: (model) => (model.starter ? 'Réponse du guide' : `Réponse de ${model.name}`),
  details: 'Détails de cette réponse',
  detail: {
    model: 'Écrite par',
    when: 'Quand',
    began: 'Premier mot après',
    thought: 'A réfléchi',
    whole: 'A duré',
    pace: 'Allure',
    wordsPerSecond: (words) => (words < 1.5 ? 'environ un mot par seconde' : `environ ${pace([words, words], 'fr')} mots par seconde`),
    read: 'A lu d’abord',
    wordsRead: (words) => (words < 50 ? 'quelques mots' : `environ ${new Intl.NumberFormat('fr').format(words)} mots`),
  },
  interrupted: 'La réponse s’arrête ici\u00a0: Domicile a été fermé pendant qu’elle s’écrivait.',
  queued: (subject) => `${subject} termine une autre réponse, puis vient ici…`,

  picture: (about) => (about === '' ? 'Image\u00a0:' : `Image «\u00a0${about}\u00a0»\u00a0:`),
  code: (language) => (language === '' ? 'Code' : `Code en ${language}`),
  codeSpoken: 'Ici se trouve du code',
  table: 'Tableau',
  done: 'Fait',
  toDo: 'À faire',
  link: {
    title: 'Ouvrir cette adresse\u202f?',
    about:
      'C’est le modèle qui l’a écrite\u00a0: elle peut être fausse ou ne plus exister. Elle s’ouvre dans votre navigateur, en dehors de Domicile.',
    open: 'Ouvrir dans le navigateur',
    copy: 'Copier l’adresse',
  },

  model: 'Le modèle qui répond',
  guideAbout: 'Tout petit, fourni avec Domicile',
  moreModels: 'D’autres modèles…',
  menu: 'Plus sur cette conversation',
  rename: 'Nouveau titre de la conversation',
  keep: 'Garder',
  loadingModel: (share) => `se charge, ${new Intl.NumberFormat('fr', { style: 'percent' }).format(share)}`,
  notFound: 'Revenir à une page vide',
  restored: {
    title: 'Vos conversations sont revenues',
    happened: (date, conversations) =>
      date === null
        ? 'Elles étaient abîmées sur le disque, et il n’y avait pas de copie pour les retrouver.'
        : `Elles étaient abîmées sur le disque, et ont été reprises de la copie du ${date}. ${conversations > 1 ? `${new Intl.NumberFormat('fr').format(conversations)} conversations sont` : conversations === 1 ? 'Une conversation est' : 'Aucune conversation n’est'} là.`,
    damaged: (file) => `Le fichier abîmé est gardé, si quelqu’un peut en sauver davantage\u00a0: ${file}`,
    understood: 'Compris',
  },

  with: 'Avec',
  nobody: 'Personne en particulier',
  assistants: 'Avec qui est la conversation',
  effort: 'Le temps de réflexion',
  efforts: {
    low: { name: 'Rapide', about: 'Répond vite, pour les questions simples' },
    medium: { name: 'Équilibré', about: 'Le meilleur choix en général' },
    high: { name: 'Approfondi', about: 'Prend son temps, pour les questions difficiles' },
  },

  attach: 'Joindre des fichiers de texte',
  attached: 'Fichiers joints',
  detach: (name) => `Retirer ${name}`,
  fileSize: (bytes) => size(bytes, 'fr'),
  drop: 'Relâchez pour joindre',
  dropAbout: 'Des textes et du code. Ils restent sur cet ordinateur.',
  refused: (name, why) =>
    ({
      not_text: `${name} n’est pas un texte lisible.`,
      too_large: `${name} est trop long\u00a0: on peut lire jusqu’à 1\u00a0Mo.`,
      too_many: `${name} n’a pas été joint\u00a0: dix fichiers au plus.`,
    })[why],
  pasted: 'Texte collé.txt',
  longPaste: 'C’est un long texte.',
  attachPaste: 'Le joindre comme fichier',
  leavePaste: 'Le laisser ici',
  keysControl: 'Contrôle et Entrée envoient, Entrée va à la ligne.',

  room: (left) =>
    ({
      nearly_half: 'Le modèle suit encore tout\u202f; il lui reste près de la moitié de sa place.',
      third: 'Le modèle suit encore tout\u202f; il lui reste environ un tiers de sa place.',
      quarter: 'Le modèle suit encore tout\u202f; il lui reste environ un quart de sa place.',
      little: 'Le modèle suit encore tout, mais il ne lui reste presque plus de place.',
      nothing: 'Il n’y a plus de place\u00a0: le modèle ne peut plus suivre.',
    })[left],
  full: {
    title: 'Cette conversation est devenue trop longue pour le modèle',
    about:
      'Il ne peut en suivre qu’une partie à la fois. Rien n’est perdu\u00a0: tout reste ici, à lire. Que doit-il faire\u202f?',
    sum_up: 'Résumer le début',
    sumUpAbout: 'Le modèle lit un résumé à sa place. Cela prend un moment.',
    leave_out: 'Laisser le début de côté',
    leaveOutAbout: 'Le modèle ne sait plus ce qui s’y est dit.',
    anew: 'Commencer une nouvelle conversation',
    anewAbout: 'Sur une page vide. Celle-ci reste dans la liste.',
    summing: 'Le début est résumé…',
    leaving: 'Un instant…',
  },
  readsFrom: 'Le modèle lit à partir d’ici',
  readsSummary: 'Le modèle lit à partir d’ici, avec un résumé de ce qui précède',
  summary: 'Résumé',
  readAll: 'Lui faire tout relire',

  shortcuts: {
    newConversation: 'Nouvelle conversation',
    search: 'Chercher dans les conversations',
    settings: 'Réglages',
    copyAnswer: 'Copier la dernière réponse',
    shortcuts: 'Cette liste',
  },
  keyNames: { control: 'Ctrl', shift: 'Maj', enter: 'Entrée', escape: 'Échap', up: '↑' },
  sendKeys: 'Envoyer la question',
  newLineKeys: 'Aller à la ligne',
  stopKeys: 'Arrêter la réponse',
  editKeys: 'Modifier la dernière question, depuis un champ vide',
};
