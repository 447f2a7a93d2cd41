/** How a scripted program answers questions. */

import type { AskRequest, ChatEvent, FinishReason, Timing } from '../../bindings/commands';
import type { Answers } from './answers';
import type { Script } from './script';
import type { Kept, World } from './world';

export function chat(world: World, script: Script): Answers<'ask' | 'stop' | 'shorten'> {
  const wait = () => new Promise((resolve) => setTimeout(resolve, script.pace));

  /** Keeps the question, and begins an answer to it. */
  function place({ conversation, what, assistant, folder, effort }: AskRequest): [question: Kept, answer: Kept] {
    if (what.kind === 'again') {
      const question = world.messages.get(what.question);
      if (!question) throw world.gone();
      return [question, world.say(question.conversation, what.question, 'model', '', { state: 'writing' })];
    }
    const title = what.text.split(/\s+/).slice(0, 8).join(' ');
    const id = conversation ?? world.begin(title, { assistant, folder, effort }).id;
    const attachments = what.attachments.map(({ name, text }): [string, number] => [name, text.length]);
    const question = world.say(id, what.after, 'person', what.text, { attachments, created: Date.now() });
    return [question, world.say(id, question.card.id, 'model', '', { state: 'writing', created: Date.now() })];
  }

  async function ask(request: AskRequest, report: (event: ChatEvent) => void): Promise<null> {
    const [question, answer] = place(request);
    const row = world.rows.get(question.conversation)!;
    row.updated = Date.now();
    world.path(answer.card.id);
    report(structuredClone({ kind: 'placed', conversation: row, question: question.card, answer: answer.card }));
    const began = performance.now();
    const since = () => (performance.now() - began) / 1000;
    const timing: Timing = {
      first_token_s: 0,
      reasoning_s: 0,
      total_s: 0,
      prompt_tokens: 40,
      tokens: 0,
      context_tokens: 40,
      context_size: 4096,
    };
    const finish = (reason: FinishReason) => {
      timing.total_s = since();
      timing.context_tokens += timing.tokens;
      Object.assign(answer.card, { state: reason, timing: { ...timing } });
      report({ kind: 'finished', reason, timing: { ...timing } });
      return null;
    };
    const stopped = () => world.stopped.has(request.turn);

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
      const words = script[kind].match(/\S+\s*/g) ?? [];
      for (const [position, text] of words.entries()) {
        if (script.problem && kind === 'answer' && position > words.length / 2) {
          const problem = { code: script.problem, facts: {}, detail: `scripted: ${script.problem}` };
          Object.assign(answer.card, { state: 'failed', problem });
          report({ kind: 'failed', problem, ...(script.next && { next: script.next }) });
          return null;
        }
        report({ kind, text });
        answer.card[kind === 'answer' ? 'text' : 'reasoning'] += text;
        timing.tokens += 1;
        await wait();
        if (stopped()) return finish('stopped');
      }
      if (kind === 'reasoning') timing.reasoning_s = since() - timing.first_token_s;
    }
    return finish(script.ending ?? 'complete');
  }

  return {
    ask,
    stop: ({ turn }) => (world.stopped.add(turn), null),
    shorten: ({ conversation }) => world.thread(conversation),
  };
}
