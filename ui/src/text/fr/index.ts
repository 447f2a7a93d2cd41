import type { Texts } from '../en';
import { assistants } from './assistants';
import { chat } from './chat';
import { conversations } from './conversations';
import { models } from './models';
import { privacy } from './privacy';
import { problems } from './problems';
import { settings } from './settings';
import { shell } from './shell';
import { welcome } from './welcome';

export const fr: Texts = { shell, welcome, chat, conversations, assistants, models, settings, privacy, problems };
