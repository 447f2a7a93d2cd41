import type { Host } from './types';

export type { Host } from './types';

/** The program if this is its window, a scripted one in a plain browser. */
export async function openHost(): Promise<Host> {
  if ('__TAURI_INTERNALS__' in window) return (await import('./tauri')).tauri;
  const { scripted, scriptFromAddress } = await import('./scripted');
  return scripted(scriptFromAddress(location.search, navigator.language));
}
