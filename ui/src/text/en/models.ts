import type { DownloadState, DownloadWait, LicenceCard, Prospect, Strength } from '../../bindings/commands';
import { memory, pace, percent, rate, size, wait, type Tempo } from '../../format';
import type { Group } from '../../state/models';

const names = new Intl.DisplayNames('en', { type: 'language' });
const list = new Intl.ListFormat('en', { type: 'conjunction' });
const plural = new Intl.PluralRules('en');

/** English first, then French, and of many only the first few. */
function languages(codes: string[], most: number): string {
  const order = ['en', 'fr'];
  const known = [...order.filter((code) => codes.includes(code)), ...codes.filter((code) => !order.includes(code))];
  const shown = known.slice(0, known.length > most ? most - 1 : most).map((code) => names.of(code) ?? code);
  const rest = known.length - shown.length;
  return list.format(rest > 0 ? [...shown, `${rest} others`] : shown);
}

export const models = {
  /** What is above the list. */
  introduction: 'Each of them answers on this computer, without a network. Take one, try it, keep it or let it go.',
  search: 'Search the models',
  searchHint: 'Name, maker, strength',
  nothingFound: (words: string) => `No model matches “${words}”.`,
  looking: 'Looking at which models are here…',
  offline: 'The network is switched off in Domicile. All that is here works; downloads wait.',
  online: 'Switch the network on',
  where: (folder: string) => `Models are kept in ${folder}`,
  showFolder: 'Open this folder',

  groups: {
    coming: 'On their way',
    here: 'On this computer',
    recommended: 'To begin with',
    others: 'Others',
    later: 'What this version cannot run yet',
  } satisfies Record<Group, string>,
  laterAbout: 'A later version of Domicile may.',

  guide: 'The guide',
  guideAbout: 'The very small model that comes with Domicile. It answers questions about Domicile, at once and on any computer.',
  guideFacts: 'Always here. Takes no room of its own.',

  by: (maker: string) => `by ${maker}`,
  strengths: {
    conversation: 'talking',
    reasoning: 'working problems out',
    code: 'writing programs',
    writing: 'writing',
    translation: 'translating',
    summaries: 'summing up',
    maths: 'maths',
  } satisfies Record<Strength, string>,
  goodAt: (strengths: string[]) => `Good at ${list.format(strengths)}`,
  languages: (codes: string[]) =>
    codes.includes('en') ? `Languages: ${languages(codes, 4)}` : `Languages: ${languages(codes, 4)}. Not made for English`,
  allLanguages: (codes: string[]) => languages(codes, Infinity),
  licence: ({ commercial }: LicenceCard) =>
    commercial === null
      ? 'May be used for work under conditions'
      : commercial
        ? 'May be used freely, for work too'
        : 'Not to be used for work',
  readLicence: (name: string) => `Read it: ${name}`,

  verdict: ({ room, to_free, memory: bytes, card }: Prospect) => {
    const on = card ? ` on the ${card}` : ' on this computer';
    switch (room) {
      case 'enough':
        return `Fits well${on}`;
      case 'after_closing':
        return `Fits once other programs are closed${to_free ? `: ${memory(to_free, 'en')} to free` : ''}`;
      case 'scarce':
        return 'Fits, with patience: it takes about all the memory there is';
      case 'too_little':
        return `Too large for this computer${bytes ? `, which has ${memory(bytes, 'en')} of memory` : ''}`;
      case 'unknown':
        return 'Nobody has tried how it runs here';
    }
  },
  tempo: {
    far_ahead: 'Answers much faster than one reads',
    ahead: 'Answers a little faster than one reads',
    reading: 'Answers about as fast as one reads',
    behind: 'Answers a little slower than one reads',
    typing: 'Answers at the speed of typing',
    slow_typing: 'Answers at the speed of slow typing',
  } satisfies Record<Tempo, string>,
  words: (words: [number, number]) => `about ${pace(words, 'en')} words a second`,

  answers: 'Answers now',
  answersNext: 'It is ready with your next question.',
  answersAtOnce: 'It is ready.',
  partlyOnProcessor: 'The graphics card does not know all of its steps: the processor does a part, and it is slower.',
  loading: (share: number) => `Being loaded: ${percent(share, 'en')}`,
  use: 'Talk to it',
  tryAgain: 'Try again',
  nowAnswers: (title: string) => `${title} answers from now on.`,
  guideAnswers: 'The guide answers from now on.',
  openChat: 'To the conversation',
  unknownFolder: 'A folder that was put among the models by hand.',
  cannotRun: 'This version of Domicile cannot run it yet.',

  download: (bytes: number | null) => (bytes === null ? 'Download' : `Download · ${size(bytes, 'en')}`),
  resume: 'Go on',
  pause: 'Pause',
  first: 'Fetch it first',
  giveUp: 'Give up',
  giveUpTitle: (title: string) => `Give up ${title}?`,
  giveUpAbout: (bytes: number | null) =>
    bytes ? `The ${size(bytes, 'en')} that have come already will be deleted.` : 'What has come already will be deleted.',
  giveUpPause: 'To go on later, pause it instead: then nothing is lost.',
  keep: 'Keep it',
  partly: (bytes: number, total: number | null) =>
    total === null ? `${size(bytes, 'en')} are here.` : `${size(bytes, 'en')} of ${size(total, 'en')} are here.`,
  percent: (share: number) => percent(share, 'en'),
  speed: (bytes: number) => rate(bytes, 'en'),
  timeLeft: (seconds: number) => (seconds < 45 ? 'under a minute left' : `${wait(seconds, 'en')} left`),
  progressOf: (title: string) => `Progress of ${title}`,
  states: {
    waiting: 'Its turn comes after the one before.',
    beginning: 'Begins…',
    listing: 'Asks which files there are…',
    checking: 'Comes to its end: what has come is being checked…',
    ready: 'It is here.',
    paused: 'Paused. What has come is kept.',
    outside_hours: 'Waits for the hours that you have set for downloads.',
    metered: 'Waits: this connection is paid for by what comes over it.',
    fetching: 'Is being fetched.',
  } satisfies Record<Exclude<DownloadState['kind'], 'running' | 'failed'> | 'listing' | 'checking' | 'ready' | 'fetching', string>,
  waits: {
    no_connection: 'No connection. It goes on by itself as soon as there is one.',
    switched_off: 'The network is switched off in Domicile. It goes on once you switch it on.',
    hub_busy: 'Where it comes from, there is a crowd. It tries again by itself in a moment.',
    interrupted: 'The connection broke off. It goes on by itself in a moment.',
    somebody_else: 'Something else answers, perhaps the sign-in page of this network. Open it in a browser; it goes on by itself.',
    disk_full: 'The disk is full. Free some room; it goes on by itself.',
  } satisfies Record<DownloadWait, string>,
  overMetered: 'Download all the same',
  hoursInSettings: 'To the settings',
  limit: (now: string) => `Greatest speed of downloads: ${now}`,
  limits: {
    none: 'As fast as can be',
    half: 'Half of now',
    halfAbout: 'Leaves the other half of the connection to the household.',
    most: (bytes: number) => `At most ${rate(bytes, 'en')}`,
  },
  arrived: (title: string) => `${title} is here.`,
  line: (title: string, share: number | null, seconds: number | null) =>
    [title, share === null ? '' : percent(share, 'en'), seconds === null ? '' : wait(seconds, 'en')].filter(Boolean).join(' · '),
  lineWaits: (title: string) => `${title} waits`,
  linePaused: (title: string) => `${title} is paused`,
  lineFailed: (title: string) => `${title} needs you`,

  more: (title: string) => `More about ${title}`,
  verify: 'Check its files',
  verifyAbout: 'Reads all of it and compares.',
  repair: 'Repair',
  repairAbout: 'Fetches what is not right.',
  export: 'Copy to a folder…',
  exportAbout: 'Onto a stick, for another computer.',
  remove: 'Remove…',
  removeTitle: (title: string) => `Remove ${title}?`,
  removeFrees: (bytes: number | null) =>
    bytes === null ? 'Its room on the disk becomes free.' : `${size(bytes, 'en')} on the disk become free.`,
  removeAgain: 'Your conversations stay. It can be downloaded again at any time.',
  removeCurrent: 'It is the one that answers now. The guide will answer in its place.',
  removeIt: 'Remove it',
  removed: (title: string, freed: number | null) =>
    freed === null ? `${title} is removed.` : `${title} is removed: ${size(freed, 'en')} are free again.`,
  damaged: (files: number) =>
    plural.select(files) === 'one' ? 'One of its files is not as it came.' : `${files} of its files are not as they came.`,
  damagedNote: 'What Domicile had noted about it cannot be read.',
  verified: (title: string) => `${title} is whole.`,
  repaired: (title: string) => `${title} is whole again.`,
  exported: (title: string, folder: string | null) => (folder ? `${title} is copied to ${folder}.` : `${title} is copied.`),
  brought: (title: string) => `${title} is on this computer now.`,
  broughtOne: 'The model is on this computer now.',
  moved: (folder: string | null) => (folder ? `The models are in ${folder} now.` : 'The models have moved.'),
  work: {
    verify: 'Its files are being checked…',
    repair: 'Is being repaired…',
    export: 'Is being copied…',
    import_folder: 'A model is being added…',
    import_file: 'A model is being added…',
    import_dropped: 'A model is being added…',
    move: 'The models are moving…',
    remove: 'Is being removed…',
  },
  done: (bytes: number, total: number | null) =>
    total === null ? size(bytes, 'en') : `${size(bytes, 'en')} of ${size(total, 'en')}`,
  stop: 'Stop',
  stopping: 'Stopping…',

  add: 'Add',
  addMenu: 'Add a model, or move them all',
  byName: 'By its name or address…',
  byNameAbout: 'Any other model of Hugging Face.',
  fromFolder: 'From a folder…',
  fromFolderAbout: 'For instance from a stick.',
  fromFile: 'From a file…',
  fromFileAbout: 'A model in one piece (GGUF).',
  moveAll: 'Move all models…',
  moveAllAbout: 'To another folder or another disk.',
  addTitle: 'Add a model',
  addAbout:
    'Hugging Face is the public library where makers put their models. Give the name of one, or paste the address of its page.',
  addLabel: 'Name or address',
  addExample: 'For instance: Qwen/Qwen3-4B',
  addGo: 'Download',
  dropTitle: (name: string) => `Add the model ${name}?`,
  dropAbout: 'It is copied among your models. What you dropped stays where it is.',
  dropGo: 'Add it',

  terms: 'Has terms to accept first',
  termsTitle: (title: string) => `${title} has terms`,
  termsAbout: (maker: string | null) => `${maker ?? 'Its maker'} gives it to those who have accepted its terms. It takes a minute:`,
  termsSteps: [
    'Open its page, sign in, and accept the terms.',
    'On the same site, make an access key, and give it to Domicile in the settings.',
    'Come back here and download it.',
  ],
  termsPage: 'Open its page',
  termsPageAbout: 'The page opens in your browser, which goes to the internet; Domicile itself sends nothing.',
  hasKey: 'Domicile has an access key of yours.',

  details: 'Details and other forms',
  inNumbers: 'Speed',
  licenceLabel: 'Licence',
  languagesLabel: 'Languages',
  nameLabel: 'Name',
  variantsOf: (title: string) => `Forms of ${title}`,
  variants: {
    name: 'Form',
    format: 'Format',
    precision: 'Precision',
    engine: 'Run by',
    bytes: 'Size',
    runs: 'Runs here',
    yes: 'yes',
    notYet: 'not yet',
    size: (bytes: number | null) => (bytes === null ? '–' : size(bytes, 'en')),
    begin: (name: string) => `Download ${name}`,
  },
};
