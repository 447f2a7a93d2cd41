import type { Commands } from '../../bindings/commands';
import type { Host } from '../types';
import type { Answers } from './answers';
import { chat } from './chat';
import { conversations } from './conversations';
import { models } from './models';
import type { Script } from './script';
import { seed } from './seed';
import { settings } from './settings';
import { long } from './showcase';
import { World } from './world';

export { script, scriptFromAddress, type Script } from './script';
export { World } from './world';

/** A host that needs no program. */
export function scripted(script: Script, world = new World(script.language)): Host {
  if (script.conversations) seed(world, script.conversations);
  if (script.model) world.model = { name: script.model, starter: false };
  if (script.size) world.settings.text_size = script.size;
  const open = script.long ? long(world, script.long) : null;
  const answers: Answers = {
    welcome: () => ({
      language: world.settings.language ?? script.language,
      version: '0.1.0',
      model: world.model,
      settings: world.settings,
      first: script.first ?? false,
      draft: world.drafts.get(null) ?? '',
      open,
      problem: null,
      restored: script.restored
        ? { copy_of: Date.now() - 86_400_000, conversations: world.rows.size, damaged: `${world.settings.data_folder}\\damaged.db` }
        : null,
    }),
    events: (_, report) => (world.listen(report), null),
    ...chat(world, script),
    ...conversations(world),
    ...models(world, script),
    ...settings(world, script),
  };
  return {
    call: async (name, request, onEvent) => {
      const answer = answers[name] as (request: unknown, report: (event: never) => void) => unknown;
      const response = await answer(request, (onEvent ?? (() => {})) as (event: never) => void);
      // As after a journey between two programs: nobody shares an object with the other.
      return structuredClone(response) as Commands[typeof name]['response'];
    },
  };
}
