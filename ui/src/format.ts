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

/** A wait, as one says it: « 12 minutes », « 3 heures 20 minutes ». The longer it is, the rounder. */
export function wait(seconds: number, language: Language): string {
  const unit = (value: number, name: 'minute' | 'hour') =>
    new Intl.NumberFormat(language, { style: 'unit', unit: name, unitDisplay: 'long' }).format(value).replace(' ', NO_BREAK);
  const step = (value: number) => (value < 20 ? 1 : value < 95 ? 5 : 10);
  const exact = Math.max(1, seconds / 60);
  const minutes = Math.round(exact / step(exact)) * step(exact);
  if (minutes < 95) return unit(minutes, 'minute');
  const hours = Math.floor(minutes / 60);
  // Nobody plans ten hours to the minute.
  if (hours >= 10) return unit(Math.round(minutes / 60), 'hour');
  return minutes % 60 === 0 ? unit(hours, 'hour') : `${unit(hours, 'hour')}${NO_BREAK}${unit(minutes % 60, 'minute')}`;
}

/** Bytes per second: « 5,2 Mo/s », "5.2 MB/s". */
export function rate(bytes: number, language: Language): string {
  return `${size(bytes, language)}/s`;
}

/** A share from 0 to 1: « 42 % », "42%". What is not all is never called so. */
export function percent(share: number, language: Language): string {
  const whole = share >= 1 ? 1 : Math.floor(Math.max(0, share) * 100) / 100;
  return new Intl.NumberFormat(language, { style: 'percent' }).format(whole);
}

/** How fast somebody writes who writes so many words a second, beside people who read (about four) or type. */
export type Tempo = 'far_ahead' | 'ahead' | 'reading' | 'behind' | 'typing' | 'slow_typing';

export function tempo([low, high]: [number, number]): Tempo {
  const words = (low + high) / 2;
  if (words >= 10) return 'far_ahead';
  if (words >= 4.75) return 'ahead';
  if (words >= 3) return 'reading';
  if (words >= 1.5) return 'behind';
  return words >= 0.6 ? 'typing' : 'slow_typing';
}

/** A number with the noun that agrees with it: « 1 conversation », "3 conversations". */
export function counted(count: number, language: Language, nouns: { one: string; other: string }): string {
  const form = new Intl.PluralRules(language).select(count) === 'one' ? nouns.one : nouns.other;
  return new Intl.NumberFormat(language).format(count) + NO_BREAK + form;
}

/** How many nights lie between two moments, where the person is. */
export function nights(from: number, to: number): number {
  const [first, last] = [new Date(from), new Date(to)];
  const day = (date: Date) => Date.UTC(date.getFullYear(), date.getMonth(), date.getDate());
  return Math.round((day(last) - day(first)) / 86_400_000);
}

const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);

/** « aujourd’hui », "yesterday"; `null` for every other day. */
function nearDay(at: number, now: number, language: Language): string | null {
  const ago = Math.max(nights(at, now), 0);
  if (ago > 1) return null;
  return new Intl.RelativeTimeFormat(language, { numeric: 'auto' }).format(-ago, 'day').replace("'", '’');
}

/** The heading under which a day stands: today, yesterday, the day of this week, and then the month. */
export function period(at: number, now: number, language: Language): string {
  const near = nearDay(at, now, language);
  if (near) return capital(near);
  if (nights(at, now) < 7) return capital(new Intl.DateTimeFormat(language, { weekday: 'long' }).format(at));
  const thisYear = new Date(at).getFullYear() === new Date(now).getFullYear();
  return capital(new Intl.DateTimeFormat(language, thisYear ? { month: 'long' } : { month: 'long', year: 'numeric' }).format(at));
}

/** A day beside something: « hier », « 3 juil. », « 3 juil. 2025 ». */
export function day(at: number, now: number, language: Language): string {
  const near = nearDay(at, now, language);
  if (near) return near;
  const thisYear = new Date(at).getFullYear() === new Date(now).getFullYear();
  const style = thisYear ? ({ day: 'numeric', month: 'short' } as const) : ({ dateStyle: 'medium' } as const);
  return new Intl.DateTimeFormat(language, style).format(at);
}

/** An hour of the day: « 22 h », "10 PM". */
export function hour(value: number, language: Language): string {
  const said = new Intl.DateTimeFormat(language, { hour: 'numeric' }).format(new Date(2000, 0, 1, value));
  return said.replace(/^0(?=\d)/, '').replace(/\s/g, NO_BREAK);
}
