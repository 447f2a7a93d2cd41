/** Settings and privacy of a scripted program. */

import type { Answers } from './answers';
import type { World } from './world';

export function settings(
  world: World,
): Answers<'change_setting' | 'visits' | 'about_me' | 'erase_everything' | 'show_folder' | 'open_link'> {
  return {
    change_setting: () => world.settings,
    visits: () => world.visits,
    about_me: () => ({
      folder: world.settings.data_folder,
      conversations: world.rows.size,
      messages: world.messages.size,
      bytes: 1_200_000,
      backups: 3,
      models_folder: world.settings.models_folder,
      models_bytes: 0,
    }),
    erase_everything: () => null,
    show_folder: () => null,
    open_link: () => null,
  };
}
