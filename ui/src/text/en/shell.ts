export const shell = {
  /** The places that can be gone to. */
  places: {
    chat: 'Conversation',
    models: 'Models',
    assistants: 'Assistants',
    privacy: 'Privacy',
    settings: 'Settings',
  },
  navigation: 'Domicile',
  openMenu: 'Open the menu',
  closeMenu: 'Close the menu',
  newConversation: 'New conversation',
  offline: 'Network switched off',
  undo: 'Undo',
  close: 'Close',
  cancel: 'Cancel',
  back: 'Back',
  more: 'More',
  menus: 'Open menu',
  skip: 'Go to the contents',
  shortcuts: 'Keyboard shortcuts',
  shortcutsHint: 'Show the list of shortcuts',
  loading: 'One moment…',
  /** What is chosen somewhere. */
  which: (what: string, chosen: string) => `${what}: ${chosen}`,
};
