import type { DeviceCard, ModelCard, Prospect } from '../../bindings/commands';
import { duration, memory, pace } from '../../format';

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
  examples: [
    'Who are you?',
    'What does gpt-oss-20b need?',
    'Does anything leave my computer?',
    'What is the reasoning for?',
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
  copyDetails: 'Copy the details',
  copied: 'Copied',
};
