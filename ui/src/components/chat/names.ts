import type { ModelCard } from '../../bindings/commands';
import type { Program } from '../../state/program.svelte';
import type { Texts } from '../../text';

/** The name of the starter model, by which messages know it. */
const STARTER = 'starter';

/** A model with the title that its maker gives it, where that is known; without a name, the one that answers now. */
export function modelOf(program: Program, name: string | null = null): ModelCard {
  const { model } = program;
  const of = name ?? model.name;
  const title = program.models?.find(({ id }) => id === of)?.title ?? of;
  return { name: title, starter: of === model.name ? model.starter : of === STARTER };
}

/** That model at the beginning of a sentence. */
export const subjectOf = (program: Program, text: Texts, name: string | null = null) =>
  text.chat.modelSubject(modelOf(program, name));

/** That model in the middle of one. */
export const nameOf = (program: Program, text: Texts, name: string | null = null) =>
  text.chat.modelName(modelOf(program, name));
