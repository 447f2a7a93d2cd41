import { describe, expect, it } from 'vitest';
import { counted, day, duration, memory, pace, percent, rate, size, tempo, unbreakable, wait } from './format';

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

describe('wait', () => {
  it.each([
    [5, '1_minute', '1_minute'],
    [130, '2_minutes', '2_minutes'],
    [24 * 60, '25_minutes', '25_minutes'],

    [184 * 60, '3_heures', '3_hours'],
    [200 * 60, '3_heures_20_minutes', '3_hours_20_minutes'],
    [15.4 * 3600, '15_heures', '15_hours'],
  ])('%d s', (seconds, fr, en) => {
    expect(wait(seconds, 'fr')).toBe(fr.replaceAll('_', '\u00a0'));
    expect(wait(seconds, 'en')).toBe(en.replaceAll('_', '\u00a0'));
  });
});

describe('a download', () => {
  it('has a rate, and a share that is all only at the end', () => {
    expect(rate(5_240_000, 'fr')).toBe('5,2\u00a0Mo/s');
    expect(percent(0.999, 'en')).toBe('99%');
    expect(percent(1, 'en')).toBe('100%');
  });
});

describe('tempo', () => {
  it.each([
    [[20, 30], 'far_ahead'],
    [[4.5, 7], 'ahead'],
    [[3, 4.2], 'reading'],
    [[0.8, 3.6], 'behind'],
    [[0.5, 0.9], 'typing'],
    [[0.1, 0.3], 'slow_typing'],
  ] as [[number, number], string][])('%s', (words, expected) => {
    expect(tempo(words)).toBe(expected);
  });
});

describe('counted', () => {
  it.each([
    [0, 'fr', '0\u00a0pomme'],
    [1, 'fr', '1\u00a0pomme'],
    [2, 'fr', '2\u00a0pommes'],
    [0, 'en', '0\u00a0apples'],
    [1234, 'en', '1,234\u00a0apples'],
  ] as const)('%d in %s', (count, language, expected) => {
    const nouns = language === 'fr' ? { one: 'pomme', other: 'pommes' } : { one: 'apple', other: 'apples' };
    expect(counted(count, language, nouns)).toBe(expected);
  });
});

describe('day', () => {
  const now = new Date(2026, 6, 15, 0, 5).getTime();

  it.each([
    [new Date(2026, 6, 15, 0, 1), 'today', 'aujourd’hui'],
    // A few minutes ago, and yesterday all the same.
    [new Date(2026, 6, 14, 23, 58), 'yesterday', 'hier'],
    [new Date(2026, 6, 13, 12), 'Jul 13', '13 juil.'],
    [new Date(2025, 6, 13, 12), 'Jul 13, 2025', '13 juil. 2025'],
    // A clock that was put back.
    [new Date(2026, 6, 16, 12), 'today', 'aujourd’hui'],
  ])('%s', (at, en, fr) => {
    expect([day(at.getTime(), now, 'en'), day(at.getTime(), now, 'fr')]).toEqual([en, fr]);
  });
});
