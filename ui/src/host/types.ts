import type { Commands } from '../bindings/commands';

/**
 * Where the program is. A front end talks to this and to nothing else, so that the same one runs in the window and in a
 * plain browser.
 */
export interface Host {
  /** Asks the program for one of its commands. `onEvent` hears what happens on the way, in order. */
  call<K extends keyof Commands>(
    name: K,
    request: Commands[K]['request'],
    onEvent?: (event: Commands[K]['event']) => void,
  ): Promise<Commands[K]['response']>;
}
