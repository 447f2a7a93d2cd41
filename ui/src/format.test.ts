import { describe, expect, it } from 'vitest';
import { duration, memory, pace, size, unbreakable } from './format';

describe('duration', () => {
  it.each([
    [0, '0_s'],
    [1.6, '2_s'],
    [59.4, '59_s'],
    [59.5, '1_min_00_s'],
    [65, '1_min_05_s'],
    [-1, '0_s'],
  ])('%d s', (seconds, expected) => {
    expect(duration(seconds)).toBe(expected.replaceAll('_', '\u00a0'));
  });
});

describe('size', () => {
  it.each([
    [0, '0\u00a0octets', '0\u00a0bytes'],
    [999, '999\u00a0octets', '999\u00a0bytes'],
    [1000, '1\u00a0ko', '1\u00a0kB'],
    [999_960, '1\u00a0Mo', '1\u00a0MB'],
    [13_761_264_768, '13,8\u00a0Go', '13.8\u00a0GB'],
    [4_000_000_000_000_000, '4\u202f000\u00a0To', '4,000\u00a0TB'],
  ])('%d bytes', (bytes, fr, en) => {
    expect(size(bytes, 'fr')).toBe(fr);
    expect(size(bytes, 'en')).toBe(en);
  });
});

describe('unbreakable', () => {
  it.each([
    ['Qui es-tu ?', 'Qui es-tu\u202f?'],
    ['Voici : rien ; tout !', 'Voici\u00a0: rien\u202f; tout\u202f!'],
    ['« oui » ?', '«\u00a0oui\u00a0»\u202f?'],
    ['Who are you?', 'Who are you?'],
    ['`a ? b : c`', '`a ? b : c`'],
    ['http://a ?b', 'http://a ?b'],
    ['', ''],
  ])('%s', (text, expected) => {
    expect(unbreakable(text)).toBe(expected);
  });
});

describe('memory and pace', () => {
  it('count as people do', () => {
    expect(memory(16 * 2 ** 30, 'fr')).toBe('16\u00a0Go');
    expect(memory(15.7 * 2 ** 30, 'en')).toBe('16\u00a0GB');
    expect(memory(5.25 * 2 ** 30, 'fr')).toBe('5,3\u00a0Go');
    expect(pace([0.84, 3.6], 'fr')).toBe('0,8 à 4');
    expect(pace([3.6, 4.2], 'en')).toBe('4');
  });
});
