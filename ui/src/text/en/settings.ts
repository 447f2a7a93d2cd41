import { hour, size } from '../../format';

export const settings = {
  window: {
    title: 'The window',
    language: 'Language',
    languages: { system: 'System', fr: 'Français', en: 'English' },
    theme: 'Appearance',
    themes: { system: 'System', light: 'Paper', dark: 'Lamplight' },
    textSize: 'Size of the text',
    sample: 'This is how you will read.',
    enter: 'The Enter key',
    enterSends: 'Sends',
    enterBreaks: 'Begins a line',
    enterSendsAbout: 'Shift and Enter begin a line.',
    enterBreaksAbout: 'Control and Enter send.',
    shortcuts: 'Keyboard shortcuts',
    showShortcuts: 'Show',
    showShortcutsOf: 'Show the keyboard shortcuts',
  },

  folders: {
    title: 'Where things are',
    models: 'Models',
    data: 'Conversations and settings',
    show: 'Show',
    showModels: 'Show the folder of the models',
    showData: 'Show the folder of the conversations',
    move: 'Move…',
    moveAbout: 'Move the models to another folder',
    moved: 'The models have moved.',
  },

  answering: {
    title: 'Answering',
    rest: 'Let the model rest',
    restAbout:
      'A model at work fills a good part of the memory. After this time without a question it gives it back to your other programs. It comes back by itself with your next question, after a short wait.',
    rests: { 300: 'After 5 minutes', 900: 'After 15 minutes', 3600: 'After an hour', never: 'Never' },
    movesOn: 'Go on alone after an accident',
    movesOnAbout:
      'If the model stops abruptly on one part of the computer, it begins again on the next one. Otherwise Domicile asks you first.',
  },

  downloads: {
    title: 'Downloads',
    limit: 'Speed',
    limitAbout: 'To leave some of the connection to others.',
    noLimit: 'As fast as it goes',
    limitOf: (bytes: number) => `At most ${size(bytes, 'en')} a second`,
    hours: 'Only at certain hours',
    hoursAbout: 'At night, for instance. Outside of them downloads wait, and go on by themselves.',
    from: 'From',
    to: 'to',
    hour: (value: number) => hour(value, 'en'),
    nextDay: 'the next day',
    metered: 'Over metered connections too',
    meteredAbout: 'A phone that shares its connection, for instance. A model is large: this can be costly.',
  },

  advanced: {
    title: 'Advanced settings',
    hub: 'Address of the hub',
    hubAbout: 'Models come from huggingface.co. If your company or school has a mirror, its address goes here.',
    proxy: 'Proxy',
    proxyAbout: 'What stands between this computer and the internet, in some companies.',
    proxies: { system: 'As the system', none: 'None', address: 'This one' },
    proxyAddress: 'Address of the proxy',
    notAnAddress: 'This is not an address. It should look like this:',
    key: 'Access key for the hub',
    keyAbout: 'Some models are only given to those who have accepted their terms. The key goes to the system’s key store, and Domicile never shows it again.',
    keyKept: 'There is one, in the system’s key store.',
    keep: 'Keep',
    forget: 'Forget',
    forgotten: 'The access key is forgotten.',
    kept: 'The access key is in the system’s key store.',
  },

  version: {
    title: 'This version',
    name: (version: string) => `Domicile ${version}`,
    updates: 'Domicile never looks for new versions by itself: it only connects to download what you ask for.',
  },
};
