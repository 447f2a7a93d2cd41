/** The only place where figures become words. */

import type { Language } from './bindings/commands';

const NARROW = '\u202f';
const NO_BREAK = '\u00a0';

/** A duration in seconds, to the second: « 2 s », « 1 min 05 s ». */
export function duration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const minutes = Math.floor(whole / 60);
  if (minutes === 0) return `${whole}${NO_BREAK}s`;
  return `${minutes}${NO_BREAK}min${NO_BREAK}${String(whole % 60).padStart(2, '0')}${NO_BREAK}s`;
}

/** A size in bytes, as system dialogs show it: « 13,8 Go », "13.8 GB". */
export function size(bytes: number, language: Language): string {
  const units = language === 'fr' ? ['octets', 'ko', 'Mo', 'Go', 'To'] : ['bytes', 'kB', 'MB', 'GB', 'TB'];
  let value = bytes;
  let unit = 0;
  // 999.95 would be written 1,000.0: it is one of the next unit.
  while (value >= 999.95 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  const digits = unit === 0 ? 0 : 1;
  return new Intl.NumberFormat(language, { maximumFractionDigits: digits }).format(value) + NO_BREAK + units[unit];
}

/**
 * Plain spaces before French punctuation made unbreakable, so that no line begins with a question mark. Text with code
 * in it stays as it is.
 */
export function unbreakable(text: string): string {
  if (text.includes('`')) return text;
  return text
    .replace(/(?<=[\p{L}\p{N})»]) (?=[?!;](?:\s|$))/gu, NARROW)
    .replace(/(?<=[\p{L}\p{N})»]) (?=:(?:\s|$))/gu, NO_BREAK)
    .replace(/« /g, `«${NO_BREAK}`)
    .replace(/ »/g, `${NO_BREAK}»`);
}

/** Memory in whole units of 2³⁰ bytes, as on the box of a computer: « 16 Go ». Below ten, a tenth is shown. */
export function memory(bytes: number, language: Language): string {
  const value = bytes / 2 ** 30;
  const digits = value < 9.95 ? 1 : 0;
  const number = new Intl.NumberFormat(language, { maximumFractionDigits: digits }).format(value);
  return number + NO_BREAK + (language === 'fr' ? 'Go' : 'GB');
}

/** A range of words per second: « 2 à 4 », "2 to 4"; one number where both are the same to a reader. */
export function pace([low, high]: [number, number], language: Language): string {
  const format = (value: number) =>
    new Intl.NumberFormat(language, { maximumFractionDigits: value < 1.95 ? 1 : 0 }).format(value);
  const [from, to] = [format(low), format(high)];
  return from === to ? from : `${from} ${language === 'fr' ? 'à' : 'to'} ${to}`;
}
