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

  'settings.folders.moving': [[3e9, 14e9], [3e9, null]],
  'settings.downloads.limitOf': each([5e6]),
  'settings.downloads.hour': each([0, 7, 22]),
  'settings.version.name': NAMES,

  'privacy.purposes.model_listing': NAMES,
  'privacy.purposes.model_file': NAMES,
  'privacy.received': each([0, 12e6]),
  'privacy.connections': COUNTS,
  'privacy.unanswered': COUNTS,
  'privacy.keptSize': [[0, 0, 0], [1, 2, 900], [1234, 5678, 12e6]],
  'privacy.backupsCount': COUNTS,
  'privacy.modelsSize': each([0, 14e9]),
  'privacy.exported': COUNTS.map(([count]) => [count, 'X']),
  'privacy.eraseConversations': [[0, 0], [1, 2], [1234, 5678]],
  'privacy.eraseBackups': COUNTS,
  'privacy.eraseModels': each([14e9]),
  'privacy.eraseType': NAMES,

  'conversations.one.menu': NAMES,
  'conversations.several.chosen': COUNTS,
  'conversations.several.choose': NAMES,
  'conversations.deleted': COUNTS,
  'conversations.moved': [1, 2].flatMap((count) => [[count, null], [count, 'X']]),
  'conversations.folders.menu': NAMES,
  'conversations.folders.removed': NAMES,
  'conversations.move.title': COUNTS,
  'conversations.search.found': COUNTS,
  'conversations.search.none': NAMES,
  'conversations.export.title': [...COUNTS, [null]],
  'conversations.export.done': COUNTS.map(([conversations]) => [{ file: 'X', conversations }]),
  'conversations.import.done': [0, 1, 2].map((count) => [
    { conversations: count, messages: 3 * count, known: count, unreadable: count },
  ]),

  'assistants.menu': NAMES,
  'assistants.talkTo': NAMES,
  'assistants.copyName': NAMES,
  'assistants.removed': NAMES,
  'assistants.kept': NAMES,
  'assistants.with': NAMES,
  'assistants.form.editTitle': NAMES,
  'assistants.form.notHere': NAMES,
};
