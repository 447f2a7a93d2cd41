import { createContext } from 'svelte';
import type { Language } from '../bindings/commands';
import { en, type Texts } from './en';
import { fr } from './fr';

export type { ProblemText, Texts } from './en';

export const texts: Record<Language, Texts> = { fr, en };

/** The texts of the person's language, given once by `App.svelte`. */
export const [useText, provideText] = createContext<Texts>();
