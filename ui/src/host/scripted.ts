import type { ChatEvent, Commands, DeviceCard, FinishReason, Language, ProblemCode, Prospect, Timing } from '../bindings/commands';
import type { Host } from './types';

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
  /** A model that is not the starter. */
  model?: string;
  /** How the recommended model would run. */
  prospect?: Prospect;
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
  return script((wanted.get('language') ?? locale).startsWith('fr') ? 'fr' : 'en', changes);
}

/** A host that needs no program. */
export function scripted(script: Script): Host {
  const wait = () => new Promise((resolve) => setTimeout(resolve, script.pace));
  let turn = 0;

  async function ask(report: (event: ChatEvent) => void): Promise<null> {
    const mine = ++turn;
    const began = performance.now();
    const since = () => (performance.now() - began) / 1000;
    const timing: Timing = { first_token_s: 0, reasoning_s: 0, total_s: 0, prompt_tokens: 40, tokens: 0 };
    const finish = (reason: FinishReason) =>
      report({ kind: 'finished', reason, timing: { ...timing, total_s: since() } });

    if (script.moved) {
      const problem = { code: script.moved, facts: {}, detail: `scripted: ${script.moved}` };
      report({ kind: 'moved_on', problem, to: { processor: true } });
    }
    for (const share of [0, 0.5, 1]) {
      report({ kind: 'reading', share });
      await wait();
      if (mine !== turn) return (finish('stopped'), null);
    }
    timing.first_token_s = since();
    for (const kind of ['reasoning', 'answer'] as const) {
      const words = script[kind].match(/\S+\s*/g) ?? [];
      for (const [position, text] of words.entries()) {
        if (script.problem && kind === 'answer' && position > words.length / 2) {
          const problem = { code: script.problem, facts: {}, detail: `scripted: ${script.problem}` };
          return (report({ kind: 'failed', problem, ...(script.next && { next: script.next }) }), null);
        }
        report({ kind, text });
        timing.tokens += 1;
        await wait();
        if (mine !== turn) return (finish('stopped'), null);
      }
      if (kind === 'reasoning') timing.reasoning_s = since() - timing.first_token_s;
    }
    return (finish(script.ending ?? 'complete'), null);
  }

  const answers: { [K in keyof Commands]: (onEvent: (event: Commands[K]['event']) => void) => unknown } = {
    welcome: () => ({
      language: script.language,
      version: '0.1.0',
      model: { name: script.model ?? 'starter', starter: script.model === undefined },
    }),
    prospect: () => script.prospect ?? null,
    ask,
    stop: () => (turn++, null),
    new_conversation: () => (turn++, null),
  };
  return {
    call: async (name, _request, onEvent) => (await answers[name](onEvent ?? (() => {}))) as never,
  };
}
