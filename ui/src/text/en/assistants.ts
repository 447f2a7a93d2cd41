import type { Effort } from '../../bindings/commands';

/** How free an assistant is with words. */
export type Freedom = 'faithful' | 'balanced' | 'inventive';

export const assistants = {
  about:
    'An assistant is a model that has been told who it is and what you expect of it. It is written in a few sentences, and you can write your own.',
  starter:
    'The guide, which answers at the moment, is too small to follow instructions. With a larger model, assistants become what they are described as.',
  seeModels: 'See the models',
  new: 'New assistant',
  own: 'Yours',
  noneOwn: 'None yet. Write one, or make a copy of one below and change it.',
  builtIn: 'Come with Domicile',
  menu: (name: string) => `More about ${name}`,
  talk: 'Talk',
  talkTo: (name: string) => `Talk with ${name}`,
  edit: 'Change',
  copy: 'Make a copy to change',
  copyName: (name: string) => `${name}, in my way`,
  show: 'See what it is told',
  told: 'What it is told',
  remove: 'Remove',
  removed: (name: string) => `${name} is removed`,
  kept: (name: string) => `${name} is ready`,
  /** What it answers with, on its card. */
  with: (model: string) => `With ${model}`,
  form: {
    newTitle: 'New assistant',
    editTitle: (name: string) => `Change ${name}`,
    name: 'Name',
    nameExample: 'For example: My letter writer',
    nameMissing: 'It needs a name.',
    about: 'In one sentence',
    aboutExample: 'Answers my post, politely and briefly',
    instructions: 'What should it know before every conversation?',
    instructionsHint: 'Say who it is, for whom it writes, in which tone, and what it should never do.',
    instructionsExample:
      'You help me with my letters. Write politely, in short sentences, without set phrases. If something is missing to answer, ask me before you write.',
    model: 'Which model answers',
    whichever: 'Whichever answers at the moment',
    notHere: (model: string) => `${model} (not on this computer)`,
    effort: 'How long it thinks',
    efforts: {
      low: { name: 'Quick', about: 'Answers soon' },
      medium: { name: 'Balanced', about: 'As a rule the best' },
      high: { name: 'Thorough', about: 'Takes its time' },
    } satisfies Record<Effort, { name: string; about: string }>,
    freedom: 'How free it is with words',
    freedoms: {
      faithful: { name: 'Faithful', about: 'Stays with the facts' },
      balanced: { name: 'Balanced', about: 'As its maker advises' },
      inventive: { name: 'Inventive', about: 'Surprises more' },
    } satisfies Record<Freedom, { name: string; about: string }>,
    advanced: 'For those who know',
    temperature: 'Temperature',
    temperatureHint: 'From 0, always the likeliest word, to 2. Empty: as the maker of the model advises.',
    topP: 'Share of likely words (top-p)',
    topPHint: 'From 0 to 1. Empty: as the maker of the model advises.',
    keep: 'Keep',
  },
};
