/** The models that a scripted program knows, and how they would run on a few computers. */

import type { ComputerCard, Language, LicenceCard, ModelRow, Prospect, Strength, VariantRow } from '../../bindings/commands';

export type ComputerName = 'laptop' | 'card' | 'small';

const GIB = 2 ** 30;

interface Computer extends ComputerCard {
  /** Bytes per second that the memory and the card give. */
  speed: number;
  cardSpeed: number;
}

export const COMPUTERS: Record<ComputerName, Computer> = {
  laptop: {
    processor: 'Intel Core i7-1260P',
    memory: 16 * GIB,
    cards: [],
    disk_free: 96_400_000_000,
    speed: 45e9,
    cardSpeed: 0,
  },
  card: {
    processor: 'AMD Ryzen 7 7800X3D',
    memory: 32 * GIB,
    cards: [['NVIDIA GeForce RTX 4080', 16 * GIB]],
    disk_free: 412_000_000_000,
    speed: 60e9,
    cardSpeed: 700e9,
  },
  small: {
    processor: 'Intel Celeron N4020',
    memory: 4 * GIB,
    cards: [],
    disk_free: 21_300_000_000,
    speed: 14e9,
    cardSpeed: 0,
  },
};

interface Entry {
  id: string;
  title: string;
  summary: Record<Language, string>;
  maker: string;
  licence: LicenceCard;
  languages: string[];
  good_at: Strength[];
  bytes: number;
  /** Bytes that are read for each word. */
  read: number;
  /** The hub has terms. */
  gated?: boolean;
  /** No engine of this version runs it. */
  later?: boolean;
}

const APACHE: LicenceCard = { name: 'Apache 2.0', link: 'https://www.apache.org/licenses/LICENSE-2.0', commercial: true };
const MIT: LicenceCard = { name: 'MIT', link: 'https://opensource.org/license/mit', commercial: true };
const LLAMA: LicenceCard = {
  name: 'Llama 3.1 Community License',
  link: 'https://www.llama.com/llama3_1/license/',
  commercial: null,
};
const GEMMA: LicenceCard = { name: 'Gemma Terms of Use', link: 'https://ai.google.dev/gemma/terms', commercial: null };

const CATALOG: Entry[] = [
  {
    id: 'gpt-oss-20b',
    title: 'gpt-oss 20b',
    summary: {
      fr: 'Un assistant polyvalent qui réfléchit avant de répondre, à l’aise aussi bien pour discuter que pour raisonner ou programmer.',
      en: 'An all-round assistant that thinks before it answers, good at talking things through, working problems out and writing code.',
    },
    maker: 'OpenAI',
    licence: APACHE,
    languages: [],
    good_at: ['reasoning', 'conversation', 'code', 'writing'],
    bytes: 13_761_264_768,
    read: 2.4e9,
  },
  {
    id: 'gpt-oss-120b',
    title: 'gpt-oss 120b',
    summary: {
      fr: 'Le grand frère de gpt-oss 20b\u00a0: il raisonne nettement mieux sur les questions difficiles, mais demande un ordinateur très puissant.',
      en: 'The big brother of gpt-oss 20b: it reasons clearly better on hard questions, but asks for a very powerful computer.',
    },
    maker: 'OpenAI',
    licence: APACHE,
    languages: [],
    good_at: ['reasoning', 'conversation', 'code', 'maths'],
    bytes: 65_248_815_744,
    read: 3.4e9,
  },
  {
    id: 'qwen3-4b',
    title: 'Qwen3 4B',
    summary: {
      fr: 'Un modèle étonnamment capable pour sa taille, qui peut prendre le temps de réfléchir, sur un ordinateur portable récent.',
      en: 'A model that is surprisingly able for its size and can take time to think, on a recent laptop.',
    },
    maker: 'Qwen (Alibaba)',
    licence: APACHE,
    languages: ['en', 'zh', 'fr', 'es', 'de', 'it', 'pt', 'ja', 'ko', 'ar'],
    good_at: ['reasoning', 'conversation', 'maths', 'translation'],
    bytes: 2_497_276_544,
    read: 2.5e9,
  },
  {
    id: 'ministral-8b',
    title: 'Ministral 8B',
    summary: {
      fr: 'Un modèle conçu en France, qui écrit un français naturel et converse volontiers, pour un ordinateur bien équipé.',
      en: 'A model made in France that writes natural French and likes to talk, for a well-equipped computer.',
    },
    maker: 'Mistral AI',
    licence: { name: 'Mistral Research License', link: 'https://mistral.ai/licenses/MRL-0.1.md', commercial: false },
    languages: ['fr', 'en', 'de', 'es', 'it', 'pt'],
    good_at: ['writing', 'conversation', 'translation'],
    bytes: 4_910_000_000,
    read: 4.9e9,
    gated: true,
  },
  {
    id: 'llama-3.1-8b',
    title: 'Llama 3.1 8B',
    summary: {
      fr: 'Un modèle polyvalent et éprouvé, qui écrit et converse avec naturel, pour un ordinateur bien équipé.',
      en: 'A proven all-round model that writes and talks naturally, for a well-equipped computer.',
    },
    maker: 'Meta',
    licence: LLAMA,
    languages: ['en', 'de', 'fr', 'it', 'pt', 'hi', 'es', 'th'],
    good_at: ['conversation', 'writing', 'summaries', 'translation'],
    bytes: 4_920_734_272,
    read: 4.9e9,
    gated: true,
  },
  {
    id: 'phi-4-mini',
    title: 'Phi-4 mini',
    summary: {
      fr: 'Un petit modèle appliqué, bon en calcul et en raisonnement pour sa taille, qui convient à un ordinateur portable.',
      en: 'A small, studious model that is good at sums and reasoning for its size, and suits a laptop.',
    },
    maker: 'Microsoft',
    licence: MIT,
    languages: ['en', 'fr', 'de', 'es', 'it', 'nl', 'pl', 'pt', 'sv', 'ar', 'ja', 'ko', 'zh'],
    good_at: ['reasoning', 'maths', 'code'],
    bytes: 2_491_874_272,
    read: 2.5e9,
  },
  {
    id: 'smollm2-1.7b',
    title: 'SmolLM2 1.7B',
    summary: {
      fr: 'Un petit modèle entièrement ouvert et rapide, qui ne parle guère que l’anglais.',
      en: 'A small, quick and fully open model that speaks little but English.',
    },
    maker: 'Hugging Face',
    licence: APACHE,
    languages: ['en'],
    good_at: ['conversation', 'summaries'],
    bytes: 1_055_609_824,
    read: 1.1e9,
  },
  {
    id: 'gemma-3-12b',
    title: 'Gemma 3 12B',
    summary: {
      fr: 'Un modèle équilibré qui écrit et traduit avec finesse, pour un ordinateur doté de beaucoup de mémoire.',
      en: 'A balanced model that writes and translates with finesse, for a computer with plenty of memory.',
    },
    maker: 'Google',
    licence: GEMMA,
    languages: ['en', 'fr', 'de', 'es', 'it', 'pt', 'ja', 'zh'],
    good_at: ['writing', 'conversation', 'translation'],
    bytes: 7_300_574_912,
    read: 7.3e9,
    gated: true,
    later: true,
  },
  {
    id: 'mistral-small-24b',
    title: 'Mistral Small 24B',
    summary: {
      fr: 'Un assistant généraliste accompli, à l’aise en français, pour un ordinateur doté d’une bonne carte graphique.',
      en: 'An accomplished general assistant, at ease in French, for a computer with a good graphics card.',
    },
    maker: 'Mistral AI',
    licence: APACHE,
    languages: ['en', 'fr', 'de', 'es', 'it', 'pt', 'zh', 'ja', 'ru', 'ko'],
    good_at: ['conversation', 'writing', 'translation', 'summaries'],
    bytes: 14_333_908_832,
    read: 14.3e9,
    later: true,
  },
];

/** How a model of so many bytes would run. */
function prospect({ id, bytes, read }: Entry, { memory, cards, speed, cardSpeed }: Computer): Prospect {
  const has = memory ?? 0;
  const needed = bytes * 1.1;
  const words = (rate: number): [number, number] => [(0.3 * rate) / read, (0.45 * rate) / read];
  const [card] = cards;
  const common = { model: id, memory: has };
  if (card && (card[1] ?? 0) >= needed) return { ...common, room: 'enough', card: card[0], words: words(cardSpeed) };
  if (needed <= 0.75 * has) return { ...common, room: 'enough', words: words(speed) };
  if (needed <= 0.95 * has) return { ...common, room: 'after_closing', to_free: needed - 0.75 * has, words: words(speed) };
  if (needed <= 1.2 * has) return { ...common, room: 'scarce', words: words(speed / 8) };
  return { ...common, room: 'too_little' };
}

function variants({ id, bytes, later }: Entry): VariantRow[] {
  const usual = { name: id, format: 'gguf', precision: id.startsWith('gpt-oss') ? 'mxfp4' : 'q4_k_m', engine: 'candle' };
  return [
    { ...usual, devices: ['cpu', 'cuda', 'metal'], bytes, runnable: !later },
    {
      name: `${id}:onnx-cpu`,
      format: 'onnx',
      precision: 'int4',
      engine: 'onnx',
      devices: ['cpu'],
      bytes: Math.round(bytes * 0.92),
      runnable: false,
    },
  ];
}

/** The list, as it is on a computer on which there is none of them yet. */
export function catalog(language: Language, computer: Computer): ModelRow[] {
  return CATALOG.map((entry) => ({
    id: entry.id,
    title: entry.title,
    summary: entry.summary[language],
    maker: entry.maker,
    licence: entry.licence,
    good_at: entry.good_at,
    languages: entry.languages,
    state: 'available',
    current: false,
    recommended: entry.id === 'gpt-oss-20b' && prospect(entry, computer).room !== 'too_little',
    bytes: entry.bytes,
    total: null,
    runnable: !entry.later,
    gated: entry.gated ?? false,
    prospect: prospect(entry, computer),
    variants: variants(entry),
  }));
}
