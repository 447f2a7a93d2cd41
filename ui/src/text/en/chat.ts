import type { DeviceCard, Effort, ModelCard, Prospect } from '../../bindings/commands';
import { duration, memory, pace, size } from '../../format';
import type { Refusal } from '../../state/attachments';
import type { Shortcut } from '../../state/shortcuts';

/** How much of what a model can follow is left, in words. */
export type Left = 'nearly_half' | 'third' | 'quarter' | 'little' | 'nothing';

const deviceName = ({ processor, name }: DeviceCard) => (processor ? 'the processor' : (name ?? 'another card'));

export const chat = {
  /** The model's name in a header. */
  modelName: (model: ModelCard) => (model.starter ? 'the guide' : model.name),
  /** The model's name at the start of a sentence. */
  modelSubject: (model: ModelCard) => (model.starter ? 'The guide' : model.name),

  conversation: 'Conversation',
  newConversation: 'New conversation',
  toLatest: 'Back to the latest',

  welcome: 'Make yourself at home.',
  introduction: (model: ModelCard) =>
    model.starter
      ? 'Domicile is an AI that lives on your computer. The guide, a very small model that comes with it, answers questions about Domicile.'
      : `Domicile is an AI that lives on your computer. ${model.name} answers your questions.`,
  prospect: ({ model, memory: bytes, card, room, to_free, words }: Prospect) => {
    const has = bytes === undefined ? '' : `This computer has ${memory(bytes, 'en')} of memory. `;
    const on = card ? ` on the ${card}` : '';
    const speed = words ? `, at about ${pace(words, 'en')} words a second` : '';
    const free = to_free ? ` (${memory(to_free, 'en')} to free)` : '';
    switch (room) {
      case 'enough':
        return `${has}There is room for ${model}${on}${speed}.`;
      case 'after_closing':
        return `${has}${model} will fit once other programs are closed${free}${speed}.`;
      case 'scarce':
        return `${has}${model} will just about run, with some patience${speed}.`;
      case 'too_little':
        return `${has}That is too little for ${model}; the guide is at ease.`;
      case 'unknown':
        return '';
    }
  },
  examplesTitle: 'To begin with',
  /** What the guide knows about. */
  examples: [
    'Who are you?',
    'What does gpt-oss-20b need?',
    'Does anything leave my computer?',
    'What is the reasoning for?',
  ],
  /** What every other model can do. */
  everyday: [
    'Help me write a letter to my landlord',
    'Explain compound interest to me with an example',
    'What can I cook with eggs, spinach and rice?',
    'Give me a plan to learn some Italian before the summer',
  ],
  promise: 'Everything happens on this computer. Nothing you write leaves it.',

  question: 'Your question',
  questionPlaceholder: 'Ask a question',
  send: 'Send',
  stop: 'Stop',
  keys: 'Enter sends, Shift and Enter start a new line.',

  you: 'You',
  reading: (subject: string) => `${subject} is reading…`,
  reasoning: (subject: string) => `${subject} is thinking…`,
  answering: (subject: string) => `${subject} is answering…`,
  thought: (seconds: number) => (seconds < 1 ? 'Thought for a moment' : `Thought for ${duration(seconds)}`),
  showReasoning: 'Show the reasoning',
  hideReasoning: 'Hide the reasoning',
  thoughts: 'Reasoning',
  ended: {
    silent: 'The model stopped without an answer. Ask again, perhaps in other words.',
    stopped: 'Stopped',
    length: 'The answer stops here: it has reached the greatest length.',
    context_full: 'The answer stops here: this conversation has become too long. Start a new one to go on.',
  },
  finished: 'Answer finished',

  waiting: (subject: string) => `Another large model is being loaded on this computer. ${subject} waits for its turn.`,
  loading: (subject: string) => `${subject} is being loaded…`,
  movedOn: (to: DeviceCard) => `The model stopped where it was. It begins anew on ${deviceName(to)}.`,
  passedOver: (to: DeviceCard) =>
    `The last time, the model stopped abruptly where it is fastest. It answers on ${deviceName(to)}.`,
  distrusted: (to: DeviceCard) => `One device of this computer computes wrongly. The model answers on ${deviceName(to)}.`,
  tryAgain: 'Try again',
  goOnWith: (to: DeviceCard) => `Go on with ${deviceName(to)}`,
  again: 'Ask again',
  copyDetails: 'Copy the details',
  copied: 'Copied',
  copy: 'Copy',

  /** Under a message. */
  copyAnswer: 'Copy the answer',
  copyQuestion: 'Copy the question',
  answerCopied: 'The answer is copied',
  another: 'Another answer',
  edit: 'Change the question',
  editing: 'The question, to be changed',
  editingKeeps: 'What came after it is kept: you can go back to it.',
  ask: 'Ask',
  read: 'Read aloud',
  stopReading: 'Stop reading',
  branch: (place: number, count: number) => `${place} / ${count}`,
  branchSpoken: (place: number, count: number) => `Version ${place} of ${count}`,
  previousBranch: 'The version before',
  nextBranch: 'The version after',
  writtenBy: (model: ModelCard) => (model.starter ? 'Answered by the guide' : `Answered by ${model.name}`),
  details: 'Details of this answer',
  detail: {
    model: 'Written by',
    when: 'When',
    began: 'First word after',
    thought: 'Thought for',
    whole: 'Took',
    pace: 'Pace',
    wordsPerSecond: (words: number) => (words < 1.5 ? 'about one word a second' : `about ${pace([words, words], 'en')} words a second`),
    read: 'Read before',
    wordsRead: (words: number) => (words < 50 ? 'a few words' : `about ${new Intl.NumberFormat('en').format(words)} words`),
  },
  interrupted: 'The answer stops here: Domicile was closed while it was being written.',
  queued: (subject: string) => `${subject} still answers elsewhere, and then comes here…`,

  /** In an answer. */
  picture: (about: string) => (about === '' ? 'Picture:' : `Picture “${about}”:`),
  code: (language: string) => (language === '' ? 'Code' : `Code in ${language}`),
  codeSpoken: 'Here is some code',
  table: 'Table',
  done: 'Done',
  toDo: 'To do',
  link: {
    title: 'Open this address?',
    about: 'It was written by the model, and may be wrong or no longer exist. It opens in your browser, outside of Domicile.',
    open: 'Open in the browser',
    copy: 'Copy the address',
  },

  /** At the top. */
  model: 'The model that answers',
  guideAbout: 'Very small, comes with Domicile',
  moreModels: 'More models…',
  menu: 'More about this conversation',
  rename: 'New title of the conversation',
  keep: 'Keep',
  loadingModel: (share: number) => `is being loaded, ${new Intl.NumberFormat('en', { style: 'percent' }).format(share)}`,
  notFound: 'Back to an empty page',
  restored: {
    title: 'Your conversations are back',
    happened: (date: string | null, conversations: number) =>
      date === null
        ? 'They were damaged on the disk, and there was no copy to bring them back from.'
        : `They were damaged on the disk, and were brought back from the copy of ${date}. ${conversations === 1 ? 'One conversation is' : `${new Intl.NumberFormat('en').format(conversations)} conversations are`} here.`,
    damaged: (file: string) => `The damaged file is kept, should somebody be able to save more of it: ${file}`,
    understood: 'Understood',
  },

  /** With whom, and how long it thinks. */
  with: 'With',
  nobody: 'Nobody in particular',
  assistants: 'Whom the conversation is with',
  effort: 'How long it thinks',
  efforts: {
    low: { name: 'Quick', about: 'Answers soon, for simple questions' },
    medium: { name: 'Balanced', about: 'As a rule the best' },
    high: { name: 'Thorough', about: 'Takes its time, for hard questions' },
  } satisfies Record<Effort, { name: string; about: string }>,

  /** Files that go along. */
  attach: 'Attach text files',
  attached: 'Attached files',
  detach: (name: string) => `Leave out ${name}`,
  fileSize: (bytes: number) => size(bytes, 'en'),
  drop: 'Let go to attach it',
  dropAbout: 'Texts and code. They stay on this computer.',
  refused: (name: string, why: Refusal) =>
    ({
      not_text: `${name} is not a text that can be read.`,
      too_large: `${name} is too long: up to 1 MB can be read.`,
      too_many: `${name} was left out: ten files can go along.`,
    })[why],
  pasted: 'Pasted text.txt',
  longPaste: 'That is a long text.',
  attachPaste: 'Attach it as a file',
  leavePaste: 'Leave it here',
  keysControl: 'Control and Enter send, Enter starts a new line.',

  /** How much of the conversation the model can follow. */
  room: (left: Left) =>
    ({
      nearly_half: 'The model still follows everything; nearly half of its room is left.',
      third: 'The model still follows everything; about a third of its room is left.',
      quarter: 'The model still follows everything; about a quarter of its room is left.',
      little: 'The model still follows everything, but hardly any room is left.',
      nothing: 'There is no room left: the model cannot follow any more.',
    })[left],
  full: {
    title: 'This conversation has become too long for the model',
    about: 'It can only follow so much at once. Nothing is lost: everything stays here for you to read. What should it do?',
    sum_up: 'Sum up the beginning',
    sumUpAbout: 'The model reads a summary in its place. That takes a moment.',
    leave_out: 'Leave out the beginning',
    leaveOutAbout: 'The model no longer knows what was said there.',
    anew: 'Begin a new conversation',
    anewAbout: 'With an empty page. This one stays in the list.',
    summing: 'Summing up the beginning…',
    leaving: 'One moment…',
  },
  readsFrom: 'The model reads from here on',
  readsSummary: 'The model reads from here on, and a summary of what was before',
  summary: 'Summary',
  readAll: 'Let it read everything again',

  /** Keys. */
  shortcuts: {
    newConversation: 'New conversation',
    search: 'Search the conversations',
    settings: 'Settings',
    copyAnswer: 'Copy the last answer',
    shortcuts: 'This list',
  } satisfies Record<Shortcut, string>,
  keyNames: { control: 'Ctrl', shift: 'Shift', enter: 'Enter', escape: 'Esc', up: '↑' },
  sendKeys: 'Send the question',
  newLineKeys: 'Start a new line',
  stopKeys: 'Stop the answer',
  editKeys: 'Change the last question, from an empty field',
};
