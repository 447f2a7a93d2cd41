import { describe, expect, it } from 'vitest';
import { breaths, languageOf, spoken, wholeUntil } from './spoken';

describe('an answer aloud', () => {
  it('leaves out the signs, and names code', () => {
    const said = spoken('# Titre\n\nDu **gras**, du `code` et [un lien](https://a.b).\n\n```js\nlet a;\n```\n\n| a | b |\n|---|---|\n| 1 | 2 |', 'Du code');
    expect(said).toContain('Titre\nDu gras, du code et un lien.');
    expect(said).toContain('Du code.');
    expect(said).not.toMatch(/[*#`|]|let a|---/);
  });

  it('keeps what only looks like a sign', () => {
    expect(spoken('2 * 3 = 6, snake_case, 3 > 2', '')).toBe('2 * 3 = 6, snake_case, 3 > 2');
  });

  it('comes in whole sentences', () => {
    const text = 'Une phrase. Une autre ! Et la';
    expect(text.slice(0, wholeUntil(text))).toBe('Une phrase. Une autre !');
    expect(wholeUntil('Version 3.5 de')).toBe(0);
    const code = 'Voici.\n\n```js\nlet a = 1. \n';
    expect(wholeUntil(code)).toBeLessThan(code.indexOf('```') + 1);
  });

  it('is read in breaths of a moderate length', () => {
    const pieces = breaths('Une phrase assez courte. '.repeat(20));
    expect(pieces.every(({ length }) => length <= 185)).toBe(true);
    expect(pieces.join(' ')).toBe('Une phrase assez courte. '.repeat(20).trim());
  });

  it('is read in its own language', () => {
    expect(languageOf('La réponse est dans le livre que vous avez.', 'en')).toBe('fr');
    expect(languageOf('The answer is in the book that you have.', 'fr')).toBe('en');
    expect(languageOf('42', 'fr')).toBe('fr');
  });
});
