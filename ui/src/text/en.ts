import type { DeviceCard, Facts, ModelCard, ProblemCode, Prospect } from '../bindings/commands';
import { duration, memory, pace, size } from '../format';

/** What happened, and the way out. */
export interface ProblemText {
  title: string;
  happened: string;
  todo: string;
}

const deviceName = ({ processor, name }: DeviceCard) => (processor ? 'the processor' : (name ?? 'another card'));
const bytes = (count: number) => size(count, 'en');

const problems = {
  model_not_found: ({ model }: Facts) => ({
    title: 'This model is not here',
    happened: model ? `There is no model called ${model} on this computer.` : 'The model is not on this computer.',
    todo: 'Choose a model that is here, or go on with the guide.',
  }),
  model_unsupported: ({ model }: Facts) => ({
    title: 'This kind of model is not known yet',
    happened: model ? `Domicile cannot run ${model} models for now.` : 'Domicile cannot run this model for now.',
    todo: 'Choose another model. A later version of Domicile may know this one.',
  }),
  model_not_conversational: () => ({
    title: 'This model does not hold conversations',
    happened: 'It was made to continue a text, not to answer questions.',
    todo: 'Choose a model made for conversation.',
  }),
  file_missing: ({ file }: Facts) => ({
    title: 'A file of the model is missing',
    happened: file ? `The file ${file} is no longer in the model’s folder.` : 'One of the model’s files is not in its folder.',
    todo: 'Put the file back, or add the model again.',
  }),
  file_incomplete: ({ file, needed, available }: Facts) => ({
    title: 'A file of the model is incomplete',
    happened:
      (file ? `The file ${file} stops before its end` : 'A file stops before its end') +
      (needed !== undefined && available !== undefined ? `: ${bytes(available)} of ${bytes(needed)}.` : '.'),
    todo: 'The copy was probably interrupted. Add the model again.',
  }),
  file_unreadable: ({ file }: Facts) => ({
    title: 'A file of the model cannot be read',
    happened: file ? `The disk does not give the file ${file}.` : 'The disk does not give one of the model’s files.',
    todo: 'Check that the disk is connected and that you may read this folder, then ask again.',
  }),
  file_damaged: ({ file }: Facts) => ({
    title: 'A file of the model is damaged',
    happened: file ? `What the file ${file} holds is not what it should be.` : 'A file does not hold what it should.',
    todo: 'Add the model again. If it happens again, the disk may need a check.',
  }),
  files_contradict: () => ({
    title: 'The model’s files do not go together',
    happened: 'Its files contradict each other, as if they came from two different models.',
    todo: 'Add the model again, from one place.',
  }),
  file_unwritable: ({ file }: Facts) => ({
    title: 'A file could not be written',
    happened: file ? `The disk does not take the file ${file}.` : 'The disk does not take the file.',
    todo: 'Choose another folder, or free some space on this disk.',
  }),
  recording_invalid: ({ file }: Facts) => ({
    title: 'This file does not describe a computer',
    happened: file ? `The file ${file} is something else, or from another version.` : 'The file is something else, or from another version.',
    todo: 'Make a new description on that computer with the same version of Domicile.',
  }),
  context_full: () => ({
    title: 'This conversation has become too long',
    happened: 'The model can no longer follow all of it at once.',
    todo: 'Start a new conversation. Your question is kept below.',
  }),
  question_empty: () => ({
    title: 'There is no question yet',
    happened: 'The message was empty.',
    todo: 'Write a question below.',
  }),
  out_of_memory: ({ needed }: Facts) => ({
    title: 'There was not enough memory',
    happened:
      needed === undefined
        ? 'This computer had no memory left for the answer.'
        : `The answer needed ${bytes(needed)} more memory than this computer had left.`,
    todo: 'Close a few programs and ask again. Your question is kept below.',
  }),
  device_unavailable: () => ({
    title: 'This part of the computer cannot be used',
    happened: 'The graphics card or processor that was asked for does not answer.',
    todo: 'Restart Domicile. If it happens again, updating the graphics driver often helps.',
  }),
  engine_crashed: () => ({
    title: 'The model stopped abruptly',
    happened: 'The part of Domicile that runs the model had to be ended. Your conversation is still here.',
    todo: 'Ask again: it starts anew by itself. If it happens again, a smaller model may help.',
  }),
  stopped_last_time: () => ({
    title: 'This model had stopped abruptly',
    happened: 'The last time, it stopped while it was being loaded. Domicile does not repeat that without you.',
    todo: 'Close other programs, then try again: it may have been short of room.',
  }),
  self_test_failed: () => ({
    title: 'This device computes wrongly',
    happened: 'Before a device is given a model, Domicile has it do a calculation whose result is known. It was wrong.',
    todo: 'Update the driver of this device, then try again: Domicile will check it anew.',
  }),
  engine_failed: () => ({
    title: 'The answer could not be finished',
    happened: 'What makes the model work on this computer has stopped unexpectedly.',
    todo: 'Ask again. If it happens again, restart Domicile: your question is kept below.',
  }),
} satisfies Record<ProblemCode, (facts: Facts) => ProblemText>;

export const en = {
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
  problems,
};

/** Every text of the interface; another language has the same. */
export type Texts = Omit<typeof en, 'problems'> & { problems: Record<ProblemCode, (facts: Facts) => ProblemText> };
