import type { Program } from '../../state/program.svelte';
import type { Texts } from '../../text';

/** The name of the starter model, which has none of its own. */
const STARTER = 'starter';

/** The title that its maker gives a model, where it is known. */
function titled(program: Program, model: string): string {
  return program.models?.find(({ id }) => id === model)?.title ?? model;
}

/** A model at the beginning of a sentence; without one, the model that answers now. */
export function subjectOf(program: Program, text: Texts, model: string | null = null): string {
  const name = model ?? program.model.name;
  return text.chat.modelSubject({ name: titled(program, name), starter: isStarter(program, name) });
}

/** A model in the middle of one. */
export function nameOf(program: Program, text: Texts, model: string | null = null): string {
  const name = model ?? program.model.name;
  return text.chat.modelName({ name: titled(program, name), starter: isStarter(program, name) });
}

function isStarter(program: Program, name: string): boolean {
  return program.model.name === name ? program.model.starter : name === STARTER;
}
