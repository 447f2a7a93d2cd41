/** Settings and privacy of a scripted program. */

import type { SettingChange, SettingsCard, Visit } from '../../bindings/commands';
import type { Answers } from './answers';
import type { Script } from './script';
import type { World } from './world';

export function settings(
  world: World,
  script: Script,
): Answers<'change_setting' | 'visits' | 'about_me' | 'erase_everything' | 'show_folder' | 'open_link'> {
  if (script.visits && world.visits.length === 0) world.visits = visits(Date.now());

  const models = () => world.models.filter(({ state }) => state === 'ready');

  return {
    change_setting: (change) => {
      world.settings = { ...world.settings, ...changed(change) };
      if (change.kind === 'language') world.language = change.value ?? script.language;
      return world.settings;
    },
    visits: () => world.visits,
    about_me: () => {
      const kept = [...world.messages.values()].filter(({ conversation }) => !world.deleted.has(conversation));
      return {
        folder: world.settings.data_folder,
        conversations: [...world.rows.keys()].filter((id) => !world.deleted.has(id)).length,
        messages: kept.length,
        bytes: kept.reduce((sum, { card }) => sum + card.text.length + card.reasoning.length, 0),
        backups: kept.length > 0 ? 3 : 0,
        models_folder: world.settings.models_folder,
        models_bytes: models().reduce((sum, { bytes }) => sum + (bytes ?? 0), 0),
      };
    },
    erase_everything: ({ models }) => {
      for (const kept of [world.rows, world.messages, world.leaves, world.drafts, world.deleted]) kept.clear();
      world.visits = [];
      world.folders = [];
      world.assistants = world.assistants.filter(({ built_in }) => built_in);
      if (models) world.models = world.models.filter(({ state }) => state === 'available');
      return null;
    },
    show_folder: () => null,
    open_link: () => null,
  };
}

/** What a change makes of the settings. Of a key, only whether there is one is kept. */
function changed(change: SettingChange): Partial<SettingsCard> {
  if (change.kind === 'key') return { has_key: change.value !== null };
  return { [change.kind]: change.value };
}

/** A few days in which a model was looked for and fetched. */
function visits(now: number): Visit[] {
  const minute = 60_000;
  const visit = (minutes: number, took: number, changes: Partial<Visit>): Visit => {
    const from = now - minutes * minute;
    const usual = { host: 'huggingface.co', purpose: 'model_listing', about: 'gpt-oss-20b', connections: 1, unanswered: 0 } as const;
    return { ...usual, from, to: from + took * minute, received: 48_000, ...changes };
  };
  const file = { host: 'cas-bridge.xethub.hf.co', purpose: 'model_file' } as const;
  const day = 24 * 60;
  return [
    visit(4, 0, {}),
    visit(3, 2, { ...file, received: 1_240_000_000, connections: 9 }),
    visit(day + 95, 0, {}),
    visit(day + 94, 71, { ...file, received: 12_520_000_000, connections: 64, unanswered: 2 }),
    visit(9 * day, 0, { about: 'granite-4.0-micro', unanswered: 1, received: 0 }),
    visit(9 * day - 12, 6, { ...file, about: 'granite-4.0-micro', received: 2_060_000_000, connections: 11 }),
  ];
}
