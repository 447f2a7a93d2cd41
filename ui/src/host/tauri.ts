import { Channel, invoke } from '@tauri-apps/api/core';
import type { Host } from './types';

/** The program behind the window. The only file that knows Tauri. */
export const tauri: Host = {
  call: (name, request, onEvent) => invoke('call', { name, request, onEvent: new Channel(onEvent ?? (() => {})) }),
};
