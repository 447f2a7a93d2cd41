import { createContext } from 'svelte';
import type { Language } from '../bindings/commands';
import { en, type Texts } from './en';
import { fr } from './fr';

export type { ProblemText, Texts } from './en';

export const texts: Record<Language, Texts> = { fr, en };

/** The texts of whichever language is spoken at the moment: what shows one of them shows it anew in another language. */
export function spoken(language: () => Language): Texts {
  const area = (name: string) => ({ get: () => texts[language()][name as keyof Texts] });
  return Object.defineProperties({}, Object.fromEntries(Object.keys(en).map((name) => [name, area(name)]))) as Texts;
}

/** The texts of the person's language, given once by `App.svelte`. */
export const [useText, provideText] = createContext<Texts>();
