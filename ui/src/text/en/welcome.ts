import type { ComputerCard } from '../../bindings/commands';
import { memory, size, wait } from '../../format';

const list = new Intl.ListFormat('en', { type: 'conjunction' });

export const welcome = {
  label: 'Welcome',
  title: 'Welcome home.',
  lead: 'Domicile is an artificial intelligence that lives in this computer. You ask, it answers, and nothing you tell it leaves.',

  looking: 'Domicile is looking at what this computer can do…',
  computer: ({ memory: bytes, cards }: ComputerCard) => {
    const parts = [
      ...(bytes === null ? [] : [`${memory(bytes, 'en')} of memory`]),
      ...cards.map(([name]) => `a ${name} graphics card`),
    ];
    return parts.length === 0 ? 'Domicile could not see what is in this computer.' : `This computer has ${list.format(parts)}.`;
  },
  forThis: 'Here is the model that suits it:',
  suits: {
    enough: 'It is at ease here.',
    after_closing: 'It fits here once other programs are closed.',
    scarce: 'It runs here, with some patience.',
    too_little: 'It has too little room here.',
    unknown: 'Nobody has tried it on such a computer.',
  },
  toDownload: (bytes: number) => `${size(bytes, 'en')} to download`,
  takes: (seconds: number) => `about ${wait(seconds, 'en')}, at the speed of the last time`,
  examples: (fast: number, slow: number) => `about ${wait(fast, 'en')} over fibre, ${wait(slow, 'en')} over a slow line`,
  measured: 'Domicile measures yours once the download has begun.',
  roomOnDisk: (free: number) => `There is room for it: ${size(free, 'en')} are free on the disk`,
  noRoomOnDisk: (missing: number) => `${size(missing, 'en')} have to be freed on the disk first`,
  download: (title: string) => `Download ${title}`,
  guide: 'Talk to the guide first',
  guideOnly: 'Talk to the guide',
  guideAbout: 'The guide, a very small model, is here already and knows Domicile.',
  models: 'See the models',
  begun: 'The download has begun. The guide answers meanwhile.',

  tooSmallTitle: 'A small computer, and that is all right',
  tooSmall: (title: string) =>
    `It has too little memory for ${title}, the model Domicile likes to begin with. The guide is at ease here, and there are smaller models.`,
  nothingTitle: 'Nothing is chosen for you yet',
  nothing: 'Domicile could not tell which model suits this computer. The guide works everywhere, and you can choose a model yourself.',

  meanwhile: ['The guide is here already, and answers at once.', 'There is nothing to download, and nothing to set.', 'Smaller models can come later: they are under Models.'],

  promise: 'No connection has been opened so far. Downloading opens one, for the model only; after that, everything works without.',
  numbers: 'In numbers',
  processor: 'Processor',
  memory: 'Memory',
  card: 'Graphics card',
  disk: 'Free on the disk',
  speed: 'Speed to expect',
  toFree: 'Memory to free',
  cardWith: (name: string, bytes: number | null) => (bytes === null ? name : `${name}, ${memory(bytes, 'en')} of its own`),
  unknown: 'not known',
  bytes: (bytes: number) => size(bytes, 'en'),
  memoryOf: (bytes: number) => memory(bytes, 'en'),
};
