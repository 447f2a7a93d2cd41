/** How a scripted program answers questions. */

import type {
  AskRequest,
  ChatEvent,
  FinishReason,
  Language,
  ShortenRequest,
  TaskProgress,
  Thread,
  Timing,
} from '../../bindings/commands';
import type { Answers } from './answers';
import type { Script } from './script';
import type { Kept, World } from './world';

const SUMMARY: Record<Language, string> = {
  fr: 'Vous avez parlé de **plusieurs choses**, dont les intérêts composés.',
  en: 'You spoke of **several things**, compound interest among them.',
};

export function chat(world: World, script: Script): Answers<'ask' | 'stop' | 'shorten'> {
  const wait = () => new Promise((resolve) => setTimeout(resolve, script.pace));
  const room = script.context ?? 4096;

  /** Keeps the question, and begins an answer to it. */
  function place({ conversation, what, assistant, folder, effort }: AskRequest): [question: Kept, answer: Kept] {
    const writing = { state: 'writing', created: Date.now() } as const;
    if (what.kind === 'again') {
      const question = world.messages.get(what.question);
      if (!question) throw world.gone();
      // Of an attempt that brought nothing, nothing is kept.
      for (const [id, { card, parent }] of world.messages) {
        if (parent === what.question && card.state === 'failed' && card.text + card.reasoning === '') world.messages.delete(id);
      }
      return [question, world.say(question.conversation, what.question, 'model', '', writing)];
    }
    const title = what.text.split(/\s+/).slice(0, 8).join(' ');
    const id = conversation ?? world.begin(title, { assistant, folder, effort }).id;
    const reworded = what.rewords === null ? [] : (world.messages.get(what.rewords)?.card.attachments ?? []);
    const attached = what.attachments.map(({ name, text }): [string, number] => [name, new Blob([text]).size]);
    const attachments = [...reworded, ...attached];
    const question = world.say(id, what.after, 'person', what.text, { attachments, created: Date.now() });
    return [question, world.say(id, question.card.id, 'model', '', writing)];
  }

  /** What the model reads of a conversation, counted roughly as it counts. */
  function length(answer: Kept): number {
    const path = world.path(answer.card.id);
    const from = Math.max(0, path.findIndex(({ card }) => card.reads_from));
    const read = path.slice(from).reduce((sum, { card }) => sum + (card.text.length + (card.summary?.length ?? 0)) / 4, 0);
    return 40 + Math.round(read);
  }

  async function ask(request: AskRequest, report: (event: ChatEvent) => void): Promise<null> {
    const [question, answer] = place(request);
    const row = world.rows.get(question.conversation)!;
    row.updated = Date.now();
    world.path(answer.card.id);
    report(structuredClone({ kind: 'placed', conversation: row, question: question.card, answer: answer.card }));
    const began = performance.now();
    const since = () => (performance.now() - began) / 1000;
    const before = length(answer);
    const timing: Timing = {
      first_token_s: 0,
      reasoning_s: 0,
      total_s: 0,
      prompt_tokens: before,
      tokens: 0,
      context_tokens: before,
      context_size: room,
    };
    const finish = (reason: FinishReason) => {
      timing.total_s = since();
      timing.context_tokens += timing.tokens;
      Object.assign(answer.card, { state: reason, timing: { ...timing } });
      report({ kind: 'finished', reason, timing: { ...timing } });
      return null;
    };
    const fail = (code: NonNullable<Script['problem']>) => {
      const problem = { code, facts: {}, detail: `scripted: ${code}` };
      Object.assign(answer.card, { state: 'failed', problem });
      report({ kind: 'failed', problem, ...(script.next && { next: script.next }) });
      return null;
    };
    const stopped = () => world.stopped.has(request.turn);

    if (before > room) return fail('context_full');
    if (script.moved) {
      const problem = { code: script.moved, facts: {}, detail: `scripted: ${script.moved}` };
      report({ kind: 'moved_on', problem, to: { processor: true } });
    }
    for (const share of [0, 0.5, 1]) {
      report({ kind: 'reading', share });
      await wait();
      if (stopped()) return finish('stopped');
    }
    timing.first_token_s = since();
    for (const kind of ['reasoning', 'answer'] as const) {
      const words = script[kind].match(/\S+\s*|\s+/g) ?? [];
      for (const [position, text] of words.entries()) {
        if (script.problem && kind === 'answer' && position > words.length / 2) return fail(script.problem);
        report({ kind, text });
        answer.card[kind === 'answer' ? 'text' : 'reasoning'] += text;
        timing.tokens += 1;
        await wait();
        if (stopped()) return finish('stopped');
      }
      if (kind === 'reasoning' && words.length > 0) timing.reasoning_s = since() - timing.first_token_s;
    }
    return finish(script.ending ?? 'complete');
  }

  /** Has the model read a conversation from its last question but one on. */
  async function shorten({ turn, conversation, how }: ShortenRequest, report: (event: TaskProgress) => void): Promise<Thread> {
    const path = world.path(world.leaves.get(conversation) ?? null);
    for (const done of how === 'sum_up' ? [0, 1, 2, 3, 4] : []) {
      report({ done, total: 4 });
      await wait();
      if (world.stopped.has(turn)) throw { code: 'stopped', facts: {}, detail: 'scripted: stopped' };
    }
    for (const { card } of path) Object.assign(card, { reads_from: false, summary: null });
    const from = path.filter(({ card }) => card.role === 'person').at(-1);
    if (from && how !== 'undo') Object.assign(from.card, { reads_from: true, summary: how === 'sum_up' ? SUMMARY[script.language] : null });
    return world.thread(conversation);
  }

  return { ask, stop: ({ turn }) => (world.stopped.add(turn), null), shorten };
}
