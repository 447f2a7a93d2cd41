import { assistants } from './assistants';
import { chat } from './chat';
import { conversations } from './conversations';
import { models } from './models';
import { privacy } from './privacy';
import { problems } from './problems';
import { settings } from './settings';
import { shell } from './shell';
import { welcome } from './welcome';

export type { ProblemText } from './problems';

export const en = { shell, welcome, chat, conversations, assistants, models, settings, privacy, problems };

/** Every text of the interface, by the place where it stands; another language has the same. */
export type Texts = Widened<typeof en>;

/** The same shape, whatever the words are. */
type Widened<T> = T extends string
  ? string
  : T extends (...facts: infer Facts) => infer Said
    ? (...facts: Facts) => Widened<Said>
    : { [K in keyof T]: Widened<T[K]> };
