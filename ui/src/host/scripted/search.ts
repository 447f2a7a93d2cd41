/** How a scripted program finds what was said: accents do not matter, and the last word may be a beginning. */

import type { Hit } from '../../bindings/commands';
import type { World } from './world';

const OF_ONE_CONVERSATION = 3;
const MOST = 60;
/** How many words are shown around a hit. */
const AROUND = 16;

const folded = (text: string) => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();

/** The place where all of these words are, in pieces; `null` where they are not all there. */
function pieces(text: string, wanted: string[]): [string, boolean][] | null {
  const whole = folded(text);
  if (!wanted.every((word) => whole.includes(word))) return null;
  const words = [...text.matchAll(/[\p{L}\p{N}]+/gu)];
  const fits = (word: string) =>
    wanted.find((one, place) => (place === wanted.length - 1 ? word.startsWith(one) : word === one));
  const found = words.map(([word]) => fits(folded(word)));
  if (!wanted.every((one) => found.includes(one))) return null;
  const before = found.findIndex((one) => one !== undefined) - 4;
  const first = words.length <= AROUND ? 0 : Math.max(0, before);
  const shown = words.slice(first, first + AROUND);
  const end = first + AROUND < words.length;
  let at = first === 0 ? 0 : shown[0]!.index;
  const parts: [string, boolean][] = first === 0 ? [] : [['…', false]];
  for (const [place, { 0: word, index }] of shown.entries()) {
    if (found[first + place] === undefined) continue;
    if (index > at) parts.push([text.slice(at, index), false]);
    parts.push([word, true]);
    at = index + word.length;
  }
  const last = shown.at(-1)!;
  const rest = end ? text.slice(at, last.index + last[0].length) + '…' : text.slice(at);
  if (rest !== '') parts.push([rest, false]);
  return parts;
}

export function search(world: World, words: string): Hit[] {
  const wanted = [...folded(words).matchAll(/[\p{L}\p{N}]+/gu)].map(([word]) => word);
  if (wanted.length === 0) return [];
  const hits: Hit[] = [];
  const places = new Map<number, number>();
  const look = (conversation: number, message: number | null, at: number, text: string) => {
    const row = world.rows.get(conversation);
    const already = places.get(conversation) ?? 0;
    if (!row || world.deleted.has(conversation) || already >= OF_ONE_CONVERSATION) return;
    const snippet = pieces(text, wanted);
    if (!snippet) return;
    places.set(conversation, already + 1);
    hits.push({ conversation, title: row.title, message, at, snippet });
  };
  for (const { id, title, updated } of world.rows.values()) look(id, null, updated, title);
  for (const { card, conversation } of world.messages.values()) look(conversation, card.id, card.created, card.text);
  return hits.slice(0, MOST);
}
