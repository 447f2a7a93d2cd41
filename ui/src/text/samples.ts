/** What the texts that say something about something are tried with, by the area and the name of each. */

import type { DeviceCard, ModelCard, Prospect, Room } from '../bindings/commands';

export const MODELS: ModelCard[] = [
  { name: 'starter', starter: true },
  { name: 'gpt-oss-20b', starter: false },
];
export const ROOMS: Room[] = ['enough', 'after_closing', 'scarce', 'too_little'];
export const PROSPECTS: Prospect[] = ROOMS.flatMap((room): Prospect[] => [
  { model: 'gpt-oss-20b', room },
  { model: 'gpt-oss-20b', room, memory: 16 * 2 ** 30, to_free: 5 * 2 ** 30, card: 'RTX 4080', words: [0.8, 3.6] },
]);
export const DEVICES: DeviceCard[] = [
  { processor: true, name: 'Ryzen 7' },
  { processor: false, name: 'GeForce RTX 4080' },
  { processor: false },
];
const each = <T>(values: T[]): [T][] => values.map((value) => [value]);
export const COUNTS = each([0, 1, 2, 1234]);
export const NAMES = each(['X']);

/** For each text that takes something: lists of what it is given. */
export const samples: Record<string, unknown[][]> = {
  'chat.modelName': each(MODELS),
  'chat.modelSubject': each(MODELS),
  'chat.introduction': each(MODELS),
  'chat.prospect': each(PROSPECTS),
  'chat.reading': NAMES,
  'chat.reasoning': NAMES,
  'chat.answering': NAMES,
  'chat.waiting': NAMES,
  'chat.loading': NAMES,
  'chat.thought': each([0.4, 65]),
  'chat.movedOn': each(DEVICES),
  'chat.passedOver': each(DEVICES),
  'chat.distrusted': each(DEVICES),
  'chat.goOnWith': each(DEVICES),
};
