/** Keys that do something wherever in the window the person is. */

export type Shortcut = 'newConversation' | 'search' | 'settings' | 'copyAnswer' | 'shortcuts';

interface Keys {
  key: string;
  shift?: boolean;
}

/** All of them with Control, or with Command on a Mac. */
export const SHORTCUTS: Record<Shortcut, Keys> = {
  newConversation: { key: 'n' },
  search: { key: 'k' },
  settings: { key: ',' },
  copyAnswer: { key: 'c', shift: true },
  shortcuts: { key: '/' },
};

/** Whether the keys of this computer are those of a Mac. */
export const mac = /^Mac|iPhone|iPad/.test(navigator.platform);

/** Which shortcut was pressed, if any. */
export function heard(event: KeyboardEvent): Shortcut | null {
  if (event.isComposing || event.altKey || !(mac ? event.metaKey : event.ctrlKey)) return null;
  // Where a slash is above the seven, Shift is pressed for it.
  const found = Object.entries(SHORTCUTS).find(
    ([, { key, shift }]) => event.key.toLowerCase() === key && (key === '/' || event.shiftKey === (shift ?? false)),
  );
  return (found?.[0] as Shortcut | undefined) ?? null;
}
