import type { DeviceCard, DownloadWait, FinishReason, Language, ProblemCode } from '../../bindings/commands';
import type { ComputerName } from './catalog';
import { SHOWCASE } from './showcase';

/** What a scripted host says, and how fast. */
export interface Script {
  language: Language;
  reasoning: string;
  answer: string;
  /** Milliseconds between two words. */
  pace: number;
  /** Fails half-way with this. */
  problem?: ProblemCode;
  /** Where it could be tried next. */
  next?: DeviceCard;
  /** Why it does not run on the best device. */
  moved?: ProblemCode;
  /** How an answer ends that nobody stops. */
  ending?: FinishReason;
  /** Whether it is the first start. */
  first?: boolean;
  /** A model that is not the starter. */
  model?: string;
  /** The computer that it runs on. */
  computer?: ComputerName;
  /** What becomes of a download after a third of it. */
  download?: ProblemCode | 'outside_hours' | 'metered';
  /** What a download waits for after a third of it. */
  wait?: DownloadWait;
  /** Whether files of the models on the disk are not as they came. */
  damaged?: boolean;
  /** Whether other computers were asked for something in the days before. */
  visits?: boolean;
  /** How many conversations there have been. */
  conversations?: number;
  /** How much of a conversation the model can follow. */
  context?: number;
  /** Whether the conversations had to be brought back from a copy. */
  restored?: boolean;
  /** Size of the text, in hundredths of the usual. */
  size?: number;
  /** A conversation of so many messages is opened. */
  long?: number;
}

const LINES: Record<Language, Pick<Script, 'reasoning' | 'answer'>> = {
  fr: {
    reasoning:
      "On veut savoir si quelque chose quitte l'ordinateur. La réponse est courte : tout est calculé ici, et l'application n'ouvre aucune connexion pour répondre. Je le dis simplement, et j'indique comment le vérifier.",
    answer:
      "Non, rien ne sort de votre ordinateur. Vos questions et mes réponses sont calculées ici, par votre propre processeur, et ne sont envoyées à personne.\n\nVous pouvez le vérifier : coupez votre connexion et posez-moi une autre question. Je réponds de la même façon.",
  },
  en: {
    reasoning:
      'They want to know whether anything leaves the computer. The answer is short: everything is worked out here, and the app opens no connection to answer. I say so plainly, and how to check it.',
    answer:
      'No, nothing leaves your computer. Your questions and my answers are worked out here, by your own processor, and are sent to nobody.\n\nYou can check it: cut your connection and ask me something else. I answer in the same way.',
  },
};

export function script(language: Language, changes: Partial<Script> = {}): Script {
  return { language, ...LINES[language], pace: 40, ...changes };
}

/** `?language=fr&pace=10&problem=out_of_memory&next=processor&moved=stopped_last_time&ending=length&model=gpt-oss-20b`, each of them optional. */
export function scriptFromAddress(search: string, locale: string): Script {
  const wanted = new URLSearchParams(search);
  const changes: Partial<Script> = {};
  const pace = wanted.get('pace');
  const problem = wanted.get('problem');
  const ending = wanted.get('ending');
  const model = wanted.get('model');
  if (pace) changes.pace = Number(pace);
  if (problem) changes.problem = problem as ProblemCode;
  if (wanted.get('next') === 'processor') changes.next = { processor: true };
  const moved = wanted.get('moved');
  if (moved) changes.moved = moved as ProblemCode;
  if (ending) changes.ending = ending as FinishReason;
  if (model) changes.model = model;
  if (wanted.has('first')) changes.first = true;
  if (wanted.has('damaged')) changes.damaged = true;
  const computer = wanted.get('computer');
  const download = wanted.get('download');
  const wait = wanted.get('wait');
  if (computer) changes.computer = computer as ComputerName;
  if (download) changes.download = download as NonNullable<Script['download']>;
  if (wait) changes.wait = wait as DownloadWait;
  const context = wanted.get('context');
  const long = wanted.get('long');
  if (context) changes.context = Number(context);
  if (long) changes.long = Number(long);
  if (wanted.has('restored')) changes.restored = true;
  if (wanted.has('visits')) changes.visits = true;
  const size = wanted.get('size');
  if (size) changes.size = Number(size);
  const say = wanted.get('say');
  if (say) changes.answer = say;
  // A window that is looked at has been lived in, unless it is the first time or is to be empty.
  const empty = wanted.has('empty') || wanted.has('first');
  if (!empty) changes.conversations = Number(wanted.get('conversations') ?? 14);
  const language = (wanted.get('language') ?? locale).startsWith('fr') ? 'fr' : 'en';
  if (wanted.has('showcase')) changes.answer = SHOWCASE[language];
  return script(language, changes);
}
