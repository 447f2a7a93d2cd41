/** Does something with a model, and says what came of it. */

import type { ModelWork, TaskOutcome } from '../../bindings/commands';
import type { Program } from '../../state/program.svelte';
import type { Texts } from '../../text';

/** A model as it is called, or else its id. */
export function titleOf(program: Program, id: string): string {
  return program.models?.find((row) => row.id === id)?.title ?? id;
}

export async function perform(program: Program, text: Texts, work: ModelWork): Promise<void> {
  const titled = 'id' in work ? titleOf(program, work.id) : '';
  const outcome = await program.tasks.run(work);
  if (outcome?.kind !== 'done') return;
  if (work.kind === 'move' && outcome.folder) {
    program.settings = { ...program.settings, models_folder: outcome.folder };
  }
  program.say(said(program, text, work, titled, outcome));
}

function said(
  program: Program,
  { models }: Texts,
  work: ModelWork,
  title: string,
  { id, freed, folder }: Extract<TaskOutcome, { kind: 'done' }>,
): string {
  switch (work.kind) {
    case 'verify':
      return models.verified(title);
    case 'repair':
      return models.repaired(title);
    case 'export':
      return models.exported(title, folder);
    case 'move':
      return models.moved(folder);
    case 'remove':
      return models.removed(title, freed);
    default:
      return id === null ? models.broughtOne : models.brought(titleOf(program, id));
  }
}

/** Has another model answer from now on; `null` is the guide. */
export async function use(program: Program, text: Texts, id: string | null): Promise<boolean> {
  const title = id === null ? '' : titleOf(program, id);
  const done = await program.attempt(async () => {
    program.model = await program.host.call('use_model', id);
    await program.readModels();
  });
  if (done) program.say(id === null ? text.models.guideAnswers : text.models.nowAnswers(title));
  return done;
}

/** Changes the downloads, and shows how they are then. */
export async function change(
  program: Program,
  name: string,
  change: 'start' | 'pause' | 'give_up' | 'first',
): Promise<boolean> {
  return program.attempt(async () => {
    program.downloads = await program.host.call('change_downloads', { name, change });
  });
}
