import { describe, expect, it } from 'vitest';
import type { Facts, ProblemCode } from '../bindings/commands';
import { unbreakable } from '../format';
import { samples } from './samples';
import { texts, type Texts } from '.';

const FACTS: Facts[] = [{}, { file: 'model.safetensors', model: 'gpt_oss', needed: 13_800_000_000, available: 12 }];

/** Every sentence that a person can meet in a language, with the name of its text. */
function* sentences(said: unknown, name = ''): Generator<[name: string, sentence: string]> {
  if (typeof said === 'string') yield [name, unbreakable(said)];
  else if (typeof said === 'function') {
    const given = name.startsWith('problems.') ? FACTS.map((facts) => [facts]) : samples[name];
    expect(given, `text/samples.ts says nothing for ${name}`).toBeDefined();
    for (const facts of given!) yield* sentences((said as (...facts: unknown[]) => unknown)(...facts), name);
  } else if (said && typeof said === 'object') {
    for (const [key, value] of Object.entries(said)) yield* sentences(value, name === '' ? key : `${name}.${key}`);
  }
}

describe.each(Object.entries(texts))('%s', (language, text: Texts) => {
  it('is whole and carefully set', () => {
    for (const [name, sentence] of sentences(text)) {
      // An empty text is one that says nothing of what nobody knows.
      if (!name.startsWith('chat.prospect')) expect(sentence.trim(), name).not.toBe('');
      expect(sentence, name).not.toMatch(/undefined|null|NaN|\[object|'|\.\.\.|--/);
      if (language === 'fr') {
        expect(sentence, `${name}: a plain space before high punctuation`).not.toMatch(/ [?!:;»]|« /);
        expect(sentence, `${name}: no space before high punctuation`).not.toMatch(/\p{L}[?!:;»]/u);
      } else {
        expect(sentence, name).not.toMatch(/\s[?!:;]/);
      }
    }
  });

  it('speaks plainly', () => {
    for (const [name, sentence] of sentences(text)) {
      // The advanced page of settings speaks to those who opened it.
      if (name.startsWith('settings.advanced.')) continue;
      expect(sentence, name).not.toMatch(/token|jeton|inference|inférence|quanti[sfz]|\bGPU\b|\bRAM\b/i);
    }
  });

  it('names what a problem is about', () => {
    const facts = { file: 'a.safetensors', needed: 2000, available: 1000 };
    const code: ProblemCode = 'file_incomplete';
    expect(text.problems[code](facts).happened).toMatch(/a\.safetensors.*1\u00a0k.*2\u00a0k/);
  });
});
