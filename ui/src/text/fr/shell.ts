import type { Texts } from '../en';

export const shell: Texts['shell'] = {
  places: {
    chat: 'Conversation',
    models: 'Modèles',
    assistants: 'Assistants',
    privacy: 'Vie privée',
    settings: 'Réglages',
  },
  navigation: 'Domicile',
  openMenu: 'Ouvrir le menu',
  closeMenu: 'Fermer le menu',
  newConversation: 'Nouvelle conversation',
  offline: 'Réseau coupé',
  undo: 'Annuler',
  close: 'Fermer',
  cancel: 'Annuler',
  back: 'Retour',
  more: 'Plus',
  menus: 'Menu ouvert',
  skip: 'Aller au contenu',
  shortcuts: 'Raccourcis clavier',
  shortcutsHint: 'Montrer la liste des raccourcis',
  loading: 'Un instant…',
  which: (what: string, chosen: string) => `${what}\u00a0: ${chosen}`,
};
