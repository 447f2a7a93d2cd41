import type { Commands } from '../../bindings/commands';

/** What a scripted program does for some of the commands. */
export type Answers<Names extends keyof Commands = keyof Commands> = {
  [K in Names]: (
    request: Commands[K]['request'],
    report: (event: Commands[K]['event']) => void,
  ) => Commands[K]['response'] | Promise<Commands[K]['response']>;
};
