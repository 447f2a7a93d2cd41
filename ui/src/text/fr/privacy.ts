import { size } from '../../format';
import type { Texts } from '../en';

const count = (value: number) => new Intl.NumberFormat('fr').format(value);
// In French, none is singular too.
const many = (value: number, one: string, more: string) => `${count(value)} ${value < 2 ? one : more}`;

export const privacy: Texts['privacy'] = {
  promise: 'Ce que vous écrivez reste ici.',
  promiseAbout:
    'Vos questions et les réponses sont calculées sur cet ordinateur, conservées sur cet ordinateur, et ne sont envoyées à personne. Il n’y a ni compte, ni mesure de ce que vous faites, ni recherche de nouvelles versions. Domicile ne se connecte à un autre ordinateur que pour une seule raison\u00a0: aller chercher un modèle que vous avez demandé.',
  checkTitle: 'Ne nous croyez pas sur parole',
  checks: [
    'Coupez la connexion et posez une question\u00a0: la réponse vient quand même.',
    'Lisez ci-dessous à quels ordinateurs Domicile a demandé quelque chose. On vérifie à chaque version qu’il n’a pas d’autre porte de sortie.',
    'Domicile est ouvert\u00a0: chacun peut lire comment il est fait.',
  ],

  networkTitle: 'Réseau',
  offline: 'Aucun réseau du tout',
  offlineOn: 'Domicile ne demande rien à aucun autre ordinateur. Les téléchargements attendent, tout le reste continue comme d’habitude.',
  offlineOff: 'Domicile ne se connecte que pour aller chercher les modèles que vous demandez.',

  visitsTitle: 'À qui l’on a demandé quoi',
  visitsAbout: 'Toutes les connexions de l’année passée. Cette liste reste sur cet ordinateur.',
  none: 'À personne pour l’instant',
  noneAbout: 'Domicile ne s’est connecté à aucun autre ordinateur. Il ne le fera que pour un modèle que vous demanderez.',
  earlier: 'Voir les jours précédents',
  today: 'Aujourd’hui',
  yesterday: 'Hier',
  purposes: {
    model_listing: (model: string) => `pour savoir quels fichiers composent ${model}`,
    model_file: (model: string) => `pour télécharger ${model}`,
  },
  received: (bytes: number) => `${size(bytes, 'fr')} reçus`,
  connections: (value: number) => many(value, 'connexion', 'connexions'),
  unanswered: (value: number) => `${count(value)} sans réponse`,

  aboutTitle: 'Tout ce qui me concerne',
  aboutAbout:
    'Tout ce que Domicile conserve se trouve dans un dossier de cet ordinateur. Vous pouvez le regarder, l’emporter ou l’effacer.',
  kept: 'Conversations',
  keptSize: (conversations: number, messages: number, bytes: number) =>
    conversations === 0
      ? 'Aucune'
      : `${many(conversations, 'conversation', 'conversations')}, ${many(messages, 'message', 'messages')}, ${size(bytes, 'fr')}`,
  backups: 'Copies antérieures',
  backupsCount: (value: number) => (value === 0 ? 'Aucune' : many(value, 'copie', 'copies')),
  models: 'Modèles',
  modelsSize: (bytes: number) => (bytes === 0 ? 'Aucun, sauf le guide' : size(bytes, 'fr')),
  folder: 'Dossier',
  show: 'Afficher',
  showFolder: 'Afficher le dossier',
  exportAll: 'Tout emporter',
  exportAbout: 'Toutes les conversations dans un seul fichier\u00a0: pour les lire, ou pour les apporter dans un autre Domicile.',
  exportMarkdown: 'Pour les lire (Markdown)',
  exportJson: 'Pour les apporter ailleurs (JSON)',
  exported: (conversations: number, file: string) =>
    `${many(conversations, 'conversation se trouve', 'conversations se trouvent')} dans ${file}.`,

  erase: 'Tout effacer',
  eraseAbout: 'Domicile redevient comme au premier jour.',
  eraseOpen: 'Effacer…',
  eraseTitle: 'Tout effacer\u202f?',
  eraseGone: 'Ceci disparaîtra pour de bon\u00a0:',
  eraseConversations: (conversations: number, messages: number) =>
    `${many(conversations, 'conversation', 'conversations')} avec ${many(messages, 'message', 'messages')}`,
  eraseBackups: (value: number) => many(value, 'copie antérieure', 'copies antérieures'),
  eraseOthers: [
    'ce que vous étiez en train d’écrire, les dossiers et les assistants',
    'les réglages, la clé d’accès et la liste des connexions',
  ],
  eraseModels: (bytes: number) => `Supprimer aussi les modèles (${size(bytes, 'fr')})\u202f; ils pourront être téléchargés de nouveau`,
  eraseWord: 'EFFACER',
  eraseType: (word: string) => `Pour continuer, écrivez ${word}`,
  eraseNow: 'Tout effacer',
};
