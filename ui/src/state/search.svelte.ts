/** The search over what was said, as one types. */

import type { Hit } from '../bindings/commands';
import type { Program } from './program.svelte';

/** A conversation in which something was found. */
export interface Found {
  conversation: number;
  title: string;
  /** The title in pieces, where the words are in it. */
  pieces: [string, boolean][] | null;
  /** When the newest of it was said. */
  at: number;
  /** The places in it; none where only the title has the words. */
  places: Hit[];
}

/** Somewhere one can go: a place, or a conversation as a whole. */
export interface Goal {
  conversation: number;
  message: number | null;
}

/** So long nobody types before it is looked. */
const PAUSE = 80;

export class Search {
  words = $state('');
  /** What was found for the last words that were answered; `null` before any. */
  found = $state.raw<Found[] | null>(null);
  /** The words for which that was found. */
  answered = $state('');
  /** Which of the goals is the one that Enter goes to. */
  at = $state(0);
  goals = $derived(this.found?.flatMap(goalsOf) ?? []);

  #program: Program;
  #pause: ReturnType<typeof setTimeout> | undefined;
  #asked = 0;

  constructor(program: Program) {
    this.#program = program;
  }

  get active(): boolean {
    return this.words.trim() !== '';
  }

  type(words: string): void {
    this.words = words;
    clearTimeout(this.#pause);
    if (this.active) this.#pause = setTimeout(() => void this.#look(), PAUSE);
    else this.leave();
  }

  leave(): void {
    clearTimeout(this.#pause);
    this.#asked += 1;
    [this.words, this.found, this.answered, this.at] = ['', null, '', 0];
  }

  /** Up or down among the goals, around its ends. */
  move(by: number): void {
    const count = this.goals.length;
    if (count > 0) this.at = (this.at + by + count) % count;
  }

  /** Opens the conversation, at the place. */
  go({ conversation, message }: Goal): void {
    this.#program.hit = message;
    this.#program.open(conversation);
  }

  async #look(): Promise<void> {
    const asked = ++this.#asked;
    const words = this.words.trim();
    await this.#program.attempt(async () => {
      const hits = await this.#program.host.call('search', words);
      // Somebody has typed on.
      if (asked !== this.#asked) return;
      [this.found, this.answered, this.at] = [grouped(hits), words, 0];
    });
  }
}

/** The goals of a conversation: its places, or it as a whole where only the title has the words. */
export function goalsOf({ conversation, places }: Found): Goal[] {
  if (places.length === 0) return [{ conversation, message: null }];
  return places.map(({ message }) => ({ conversation, message }));
}

/** Without the signs by which a text says how it is to be set: here it is not set. */
const bare = (text: string) => text.replace(/(^|\n)[>#\s]+/g, ' ').replace(/\*\*|`+|\|/g, '');

/** By conversation, in the order in which the first of each was found. */
function grouped(hits: Hit[]): Found[] {
  const groups = new Map<number, Found>();
  for (const { conversation, title, at, message, snippet } of hits) {
    let group = groups.get(conversation);
    if (!group) groups.set(conversation, (group = { conversation, title, pieces: null, at, places: [] }));
    group.at = Math.max(group.at, at);
    if (message === null) group.pieces = snippet;
    else group.places.push({ conversation, title, at, message, snippet: snippet.map(([text, hit]) => [bare(text), hit]) });
  }
  return [...groups.values()];
}
