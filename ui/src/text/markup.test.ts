/** No word for people stands anywhere but in the files of texts. */

import { parse, type AST } from 'svelte/compiler';
import { expect, it } from 'vitest';

const sources = import.meta.glob<string>('../components/**/*.svelte', { query: '?raw', import: 'default', eager: true });

/** Attributes that are read or heard. */
const SAID = ['alt', 'aria-description', 'aria-label', 'aria-placeholder', 'aria-roledescription', 'aria-valuetext', 'label', 'placeholder', 'title'];
/** The name of the program, which is the same in every language. */
const NAMES = ['Domicile'];

type Node = AST.Fragment | AST.Fragment['nodes'][number] | AST.Attribute;

/** What is written in the markup itself. */
function* written(node: unknown): Generator<string> {
  if (Array.isArray(node)) {
    for (const part of node) yield* written(part);
  } else if (node !== null && typeof node === 'object') {
    const { type } = node as Node;
    if (type === 'Text') yield (node as AST.Text).data;
    if (type === 'Attribute') {
      const { name, value } = node as AST.Attribute;
      if (SAID.includes(name) && Array.isArray(value)) {
        for (const part of value) if (part.type === 'Text') yield part.data;
      }
      return;
    }
    for (const [key, part] of Object.entries(node)) if (key !== 'parent') yield* written(part);
  }
}

/** Those with a word in them. */
const words = (source: string) =>
  [...written(parse(source, { modern: true }).fragment)]
    .map((text) => text.trim())
    .filter((text) => /\p{L}{2}/u.test(text) && !NAMES.includes(text));

it('finds words where they are', () => {
  expect(words('<p title="Hello">Bonjour {name}</p>')).toEqual(['Hello', 'Bonjour']);
  expect(words('<p class="one" data-testid="two">{text.three}</p>')).toEqual([]);
});

it.each(Object.entries(sources))('%s has none', (_, source) => {
  expect(words(source)).toEqual([]);
});
