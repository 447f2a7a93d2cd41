import { size } from '../../format';

const count = (value: number) => new Intl.NumberFormat('en').format(value);
const many = (value: number, one: string, more: string) => `${count(value)} ${value === 1 ? one : more}`;

export const privacy = {
  promise: 'What you write stays here.',
  promiseAbout:
    'Questions and answers are worked out on this computer, kept on this computer, and sent to nobody. There is no account, no measuring of what you do, and no look for new versions. Domicile connects to another computer for one reason only: to fetch a model that you asked for.',
  checkTitle: 'Do not take our word for it',
  checks: [
    'Cut the connection and ask something: the answer comes all the same.',
    'Read below which computers Domicile has asked for something. Every version is checked for having no other way out.',
    'Domicile is open: anybody may read how it is made.',
  ],

  networkTitle: 'Network',
  offline: 'No network at all',
  offlineOn: 'Domicile asks nothing of any other computer. Downloads wait, everything else goes on as usual.',
  offlineOff: 'Domicile connects only to fetch models that you asked for.',

  visitsTitle: 'Who was asked, and for what',
  visitsAbout: 'Every connection of the last year. This list is kept on this computer only.',
  none: 'Nobody so far',
  noneAbout: 'Domicile has not connected to any other computer. It will only do so for a model that you ask for.',
  earlier: 'Show earlier days',
  today: 'Today',
  yesterday: 'Yesterday',
  purposes: {
    model_listing: (model: string) => `to learn which files make up ${model}`,
    model_file: (model: string) => `to download ${model}`,
  },
  received: (bytes: number) => `${size(bytes, 'en')} received`,
  connections: (value: number) => many(value, 'connection', 'connections'),
  unanswered: (value: number) => `${count(value)} without an answer`,

  aboutTitle: 'Everything about me',
  aboutAbout: 'All that Domicile keeps is in one folder of this computer. It is yours to look at, take along or erase.',
  kept: 'Conversations',
  keptSize: (conversations: number, messages: number, bytes: number) =>
    conversations === 0
      ? 'None'
      : `${many(conversations, 'conversation', 'conversations')}, ${many(messages, 'message', 'messages')}, ${size(bytes, 'en')}`,
  backups: 'Earlier copies of them',
  backupsCount: (value: number) => (value === 0 ? 'None' : many(value, 'copy', 'copies')),
  models: 'Models',
  modelsSize: (bytes: number) => (bytes === 0 ? 'None but the guide' : size(bytes, 'en')),
  folder: 'Folder',
  show: 'Show',
  showFolder: 'Show the folder',
  exportAll: 'Take everything along',
  exportAbout: 'All conversations in one file: to be read, or to be brought into another Domicile.',
  exportMarkdown: 'To be read (Markdown)',
  exportJson: 'To be brought elsewhere (JSON)',
  exported: (conversations: number, file: string) =>
    `${many(conversations, 'conversation is', 'conversations are')} in ${file}.`,

  erase: 'Erase everything',
  eraseAbout: 'Domicile is then as on the first day.',
  eraseOpen: 'Erase…',
  eraseTitle: 'Erase everything?',
  eraseGone: 'This will be gone for good:',
  eraseConversations: (conversations: number, messages: number) =>
    `${many(conversations, 'conversation', 'conversations')} with ${many(messages, 'message', 'messages')}`,
  eraseBackups: (value: number) => many(value, 'earlier copy of them', 'earlier copies of them'),
  eraseOthers: ['what you were writing, folders and assistants', 'settings, the access key, and the list of connections'],
  eraseModels: (bytes: number) => `Remove the models too (${size(bytes, 'en')}); they can be downloaded again`,
  eraseWord: 'ERASE',
  eraseType: (word: string) => `To go on, type ${word}`,
  eraseNow: 'Erase everything',
};
