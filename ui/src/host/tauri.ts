import { Channel, invoke } from '@tauri-apps/api/core';
import type { Host } from './types';

/** The program behind the window. The only file that knows Tauri. */
export const tauri: Host = {
  call: (name, request, onEvent) => {
    const parameters: Record<string, unknown> = {};
    if (request !== null) parameters['request'] = request;
    if (onEvent) parameters['onEvent'] = new Channel(onEvent);
    return invoke(name, parameters);
  },
};
