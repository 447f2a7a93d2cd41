/** Conversations that a scripted program has had: a person's last three months, and more of them on demand. */

import type { World } from './world';
import { stories as english } from './stories.en';
import { stories as french } from './stories.fr';

/** A question, and the answers that were given to it. */
export interface Said {
  question: string;
  /** More than one where the person asked for another. */
  answers: string[];
  reasoning?: string;
  /** The question as it was before it was changed, and its answer. */
  before?: [question: string, answer: string];
}

export interface Story {
  title: string;
  /** How many days ago it ended. */
  days: number;
  pinned?: boolean;
  folder?: string;
  assistant?: string;
  said: Said[];
}

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

function folderOf(world: World, name: string): number {
  const known = world.folders.find((folder) => folder.name === name);
  if (known) return known.id;
  const folder = { id: world.id(), name, conversations: 0 };
  world.folders.push(folder);
  return folder.id;
}

export function tellStory(world: World, { title, days, pinned, folder, assistant, said }: Story, now = Date.now()): void {
  const updated = now - days * DAY;
  const { id } = world.begin(title, {
    created: updated - said.length * 6 * MINUTE,
    updated,
    pinned: pinned ?? false,
    folder: folder === undefined ? null : folderOf(world, folder),
    assistant: assistant ?? null,
  });
  let last: number | null = null;
  for (const [place, { question, answers, reasoning, before }] of said.entries()) {
    const created = updated - (said.length - place) * 5 * MINUTE;
    const answer = { created: created + MINUTE, reasoning: reasoning ?? '', model: 'gpt-oss-20b' };
    if (before) {
      const earlier = world.say(id, last, 'person', before[0], { created: created - MINUTE });
      world.say(id, earlier.card.id, 'model', before[1], { ...answer, created });
    }
    const asked: number = world.say(id, last, 'person', question, { created }).card.id;
    for (const text of answers) last = world.say(id, asked, 'model', text, answer).card.id;
  }
}

/** The first ones are worth reading; the others make up the number, further and further back. */
export function seed(world: World, count?: number): void {
  const stories = world.language === 'fr' ? french : english;
  for (const story of stories.slice(0, count)) tellStory(world, story);
  for (let nth = stories.length; nth < (count ?? 0); nth += 1) {
    const { title, said } = stories[nth % stories.length]!;
    tellStory(world, { title: `${title} (${nth})`, days: 1 + nth / 9, said: said.slice(0, 1) });
  }
}
