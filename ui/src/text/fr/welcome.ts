import { memory, size, wait } from '../../format';
import type { Texts } from '../en';

const list = new Intl.ListFormat('fr', { type: 'conjunction' });

export const welcome: Texts['welcome'] = {
  label: 'Bienvenue',
  title: 'Bienvenue chez vous.',
  lead: 'Domicile est une intelligence artificielle qui habite cet ordinateur. Vous demandez, elle répond, et rien de ce que vous lui dites n’en sort.',

  looking: 'Domicile regarde ce que cet ordinateur peut faire…',
  computer: ({ memory: bytes, cards }) => {
    const parts = [
      ...(bytes === null ? [] : [`${memory(bytes, 'fr')} de mémoire`]),
      ...cards.map(([name]) => `une carte graphique ${name}`),
    ];
    return parts.length === 0 ? 'Domicile n’a pas pu voir ce que contient cet ordinateur.' : `Cet ordinateur a ${list.format(parts)}.`;
  },
  forThis: 'Voici le modèle qui lui convient\u00a0:',
  suits: {
    enough: 'Il est à l’aise ici.',
    after_closing: 'Il tient ici une fois d’autres programmes fermés.',
    scarce: 'Il fonctionne ici, avec un peu de patience.',
    too_little: 'Il n’a pas assez de place ici.',
    unknown: 'Personne ne l’a encore essayé sur un tel ordinateur.',
  },
  toDownload: (bytes) => `${size(bytes, 'fr')} à télécharger`,
  takes: (seconds) => `environ ${wait(seconds, 'fr')}, à la vitesse de la dernière fois`,
  examples: (fast, slow) => `environ ${wait(fast, 'fr')} avec la fibre, ${wait(slow, 'fr')} avec l’ADSL`,
  measured: 'Domicile mesurera votre ligne une fois le téléchargement commencé.',
  roomOnDisk: (free) => `Il y a la place\u00a0: ${size(free, 'fr')} sont libres sur le disque`,
  noRoomOnDisk: (missing) => `Il faut d’abord libérer ${size(missing, 'fr')} sur le disque`,
  download: (title) => `Télécharger ${title}`,
  guide: 'Parler d’abord au guide',
  guideOnly: 'Parler au guide',
  guideAbout: 'Le guide, un tout petit modèle, est déjà là et connaît Domicile.',
  models: 'Voir les modèles',
  begun: 'Le téléchargement a commencé. Le guide répond en attendant.',

  tooSmallTitle: 'Un petit ordinateur, et c’est très bien ainsi',
  tooSmall: (title) =>
    `Il a trop peu de mémoire pour ${title}, le modèle par lequel Domicile aime commencer. Le guide y est à l’aise, et il existe des modèles plus petits.`,
  nothingTitle: 'Rien n’est encore choisi pour vous',
  nothing:
    'Domicile n’a pas pu dire quel modèle convient à cet ordinateur. Le guide fonctionne partout, et vous pouvez choisir un modèle vous-même.',

  meanwhile: ['Le guide est déjà là, et répond tout de suite.', 'Il n’y a rien à télécharger, ni rien à régler.', 'Des modèles plus petits pourront venir plus tard\u00a0: ils sont dans Modèles.'],

  promise:
    'Aucune connexion n’a été ouverte jusqu’ici. Télécharger en ouvre une, pour le modèle seulement\u202f; ensuite, tout fonctionne sans.',
  numbers: 'En chiffres',
  processor: 'Processeur',
  memory: 'Mémoire',
  card: 'Carte graphique',
  disk: 'Libre sur le disque',
  speed: 'Vitesse attendue',
  toFree: 'Mémoire à libérer',
  cardWith: (name, bytes) => (bytes === null ? name : `${name}, ${memory(bytes, 'fr')} à elle`),
  unknown: 'inconnu',
  bytes: (bytes) => size(bytes, 'fr'),
  memoryOf: (bytes) => memory(bytes, 'fr'),
};
