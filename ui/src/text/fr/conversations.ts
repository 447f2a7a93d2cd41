import { counted } from '../../format';
import type { Texts } from '../en';

const conversationsOf = (count: number) => counted(count, 'fr', { one: 'conversation', other: 'conversations' });
const several = (count: number) => count >= 2;

export const conversations: Texts['conversations'] = {
  title: 'Conversations',
  pinned: 'Épinglées',
  empty: 'Vos conversations se retrouveront ici. Elles restent sur cet ordinateur.',
  emptyFolder: 'Rien encore dans ce dossier. Vous pouvez y ranger des conversations.',
  untitled: 'Sans titre',
  all: {
    menu: 'Autres actions sur les conversations',
    several: 'En choisir plusieurs',
    newFolder: 'Nouveau dossier',
    import: 'Importer des conversations',
    export: 'Tout enregistrer dans un fichier',
  },
  one: {
    menu: (title) => `Autres actions sur «\u00a0${title}\u00a0»`,
    rename: 'Renommer',
    newTitle: 'Nouveau titre',
    pin: 'Épingler en haut',
    unpin: 'Ne plus épingler',
    move: 'Ranger dans un dossier',
    export: 'Enregistrer dans un fichier',
    link: 'Copier son lien',
    linked: 'Le lien est copié. Il ouvre cette conversation, sur cet ordinateur.',
    delete: 'Supprimer',
  },
  several: {
    chosen: (count) => counted(count, 'fr', { one: 'choisie', other: 'choisies' }),
    choose: (title) => `Choisir «\u00a0${title}\u00a0»`,
    move: 'Ranger',
    save: 'Enregistrer',
    delete: 'Supprimer',
    done: 'Terminé',
  },
  deleted: (count) =>
    count === 1 ? 'Conversation supprimée' : `${conversationsOf(count)} ${several(count) ? 'supprimées' : 'supprimée'}`,
  moved: (count, folder) => {
    const what = count === 1 ? 'Conversation' : conversationsOf(count);
    const s = several(count) ? 's' : '';
    return folder === null ? `${what} retirée${s} du dossier` : `${what} rangée${s} dans «\u00a0${folder}\u00a0»`;
  },
  folders: {
    title: 'Dossiers',
    all: 'Toutes',
    rename: (name) => `Renommer le dossier «\u00a0${name}\u00a0»`,
    remove: (name) => `Retirer le dossier «\u00a0${name}\u00a0»`,
    stays: 'Ses conversations restent',
    removed: (name) => `Dossier «\u00a0${name}\u00a0» retiré\u202f; ses conversations sont toujours là`,
    newTitle: 'Nouveau dossier',
    renameTitle: 'Renommer le dossier',
    name: 'Nom du dossier',
    taken: 'Un dossier porte déjà ce nom.',
    add: 'Ajouter',
    keep: 'Renommer',
  },
  move: {
    title: (count) =>
      count === 1 ? 'Où ranger cette conversation\u202f?' : `Où ranger ${conversationsOf(count)}\u202f?`,
    none: 'Dans aucun dossier',
    fresh: 'Dans un nouveau dossier',
    move: 'Ranger',
  },
  search: {
    label: 'Rechercher dans les conversations',
    placeholder: 'Rechercher',
    leave: 'Quitter la recherche',
    hits: 'Ce qui a été trouvé',
    looking: 'Recherche en cours…',
    found: (count) => `Trouvé dans ${conversationsOf(count)}`,
    none: (words) => `Rien n’a été trouvé pour «\u00a0${words}\u00a0». Essayez un autre mot, ou seulement son début.`,
  },
  export: {
    title: (count) =>
      count === null
        ? 'Enregistrer toutes les conversations'
        : count === 1
          ? 'Enregistrer cette conversation'
          : `Enregistrer ${conversationsOf(count)}`,
    ask: 'Sous quelle forme\u202f?',
    formats: {
      markdown: { name: 'Texte', about: 'À lire partout, ou à continuer soi-même (Markdown).' },
      page: { name: 'Page', about: 'À imprimer ou à envoyer\u00a0: elle s’ouvre dans n’importe quel navigateur.' },
      json: {
        name: 'Fichier de Domicile',
        about: 'Avec tout ce qu’il y a dedans, pour l’importer de nouveau ici ou sur un autre ordinateur.',
      },
    },
    save: 'Choisir l’endroit…',
    done: ({ file, conversations: count }) =>
      count === 1
        ? `La conversation est dans ${file}`
        : `${conversationsOf(count)} ${several(count) ? 'sont' : 'est'} dans ${file}`,
  },
  import: {
    title: 'Importer des conversations',
    about:
      'Domicile lit le fichier qu’il enregistre lui-même, et l’archive que ChatGPT envoie à qui demande ses données. Rien de ce qui est ici n’est remplacé\u00a0: ce qui arrive se place à côté.',
    choose: 'Choisir le fichier…',
    reading: 'Lecture du fichier…',
    done: ({ conversations: count, messages, known, unreadable }) =>
      [
        count > 0
          ? `${conversationsOf(count)} ${several(count) ? 'importées' : 'importée'}, avec ${counted(messages, 'fr', { one: 'message', other: 'messages' })}.`
          : 'Rien de nouveau n’est arrivé.',
        known > 0 && `${counted(known, 'fr', { one: 'était', other: 'étaient' })} déjà là.`,
        unreadable > 0 && `${conversationsOf(unreadable)} illisible${several(unreadable) ? 's' : ''}.`,
      ]
        .filter(Boolean)
        .join(' '),
  },
};
