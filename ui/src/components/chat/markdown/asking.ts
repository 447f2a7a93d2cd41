import { createContext } from 'svelte';

/** Asks whether an address is to be opened. Given once, by `Chat.svelte`. */
export const [useLinks, provideLinks] = createContext<(address: string) => void>();
