import { describe, expect, it } from 'vitest';
import type { DeviceCard, Facts, ModelCard, ProblemCode, Prospect, Room } from '../bindings/commands';
import { unbreakable } from '../format';
import { texts, type Texts } from '.';

const MODELS: ModelCard[] = [
  { name: 'starter', starter: true },
  { name: 'gpt-oss-20b', starter: false },
];
const ROOMS: Room[] = ['enough', 'after_closing', 'scarce', 'too_little'];
const PROSPECTS: Prospect[] = ROOMS.flatMap((room): Prospect[] => [
  { model: 'gpt-oss-20b', room },
  { model: 'gpt-oss-20b', room, memory: 16 * 2 ** 30, to_free: 5 * 2 ** 30, card: 'RTX 4080', words: [0.8, 3.6] },
]);
const FACTS: Facts[] = [{}, { file: 'model.safetensors', model: 'gpt_oss', needed: 13_800_000_000, available: 12 }];

const DEVICES: DeviceCard[] = [{ processor: true, name: 'Ryzen 7' }, { processor: false, name: 'GeForce RTX 4080' }, { processor: false }];

/** Every sentence that a person can meet in a language. */
function sentences(text: Texts): string[] {
  const { problems, modelName, modelSubject, introduction, prospect, thought, ended, examples } = text;
  const { waiting, loading, reading, reasoning, answering, movedOn, passedOver, distrusted, goOnWith } = text;
  const plain = Object.values(text).filter((said) => typeof said === 'string');
  return [
    ...plain,
    ...Object.values(ended),
    ...examples.map(unbreakable),
    ...MODELS.flatMap((model) => [modelName(model), modelSubject(model), introduction(model)]),
    ...PROSPECTS.map(prospect),
    ...[waiting, loading, reading, reasoning, answering].map((say) => say('X')),
    ...[movedOn, passedOver, distrusted, goOnWith].flatMap((say) => DEVICES.map(say)),
    thought(0.4),
    thought(65),
    ...Object.values(problems).flatMap((say) => FACTS.flatMap((facts) => Object.values(say(facts)) as string[])),
  ];
}

describe.each(Object.entries(texts))('%s', (language, text) => {
  it('is whole and carefully set', () => {
    for (const sentence of sentences(text)) {
      expect(sentence.trim(), sentence).not.toBe('');
      expect(sentence, sentence).not.toMatch(/undefined|null|NaN|\[object|'|\.\.\.|--/);
      if (language === 'fr') {
        expect(sentence, 'a plain space before high punctuation').not.toMatch(/ [?!:;»]|« /);
        expect(sentence, 'no space before high punctuation').not.toMatch(/\p{L}[?!:;»]/u);
      } else {
        expect(sentence).not.toMatch(/\s[?!:;]/);
      }
    }
  });

  it('speaks plainly', () => {
    for (const sentence of sentences(text)) {
      expect(sentence).not.toMatch(/token|jeton|inference|inférence|quanti[sfz]|GPU|RAM\b/i);
    }
  });

  it('names what a problem is about', () => {
    const facts = { file: 'a.safetensors', needed: 2000, available: 1000 };
    const code: ProblemCode = 'file_incomplete';
    expect(text.problems[code](facts).happened).toMatch(/a\.safetensors.*1\u00a0k.*2\u00a0k/);
  });
});
