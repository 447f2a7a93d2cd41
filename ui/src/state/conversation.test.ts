import { describe, expect, it, vi } from 'vitest';
import type { AskRequest, ChatEvent, Commands, MessageCard, Thread, Timing } from '../bindings/commands';
import { script, scripted } from '../host/scripted';
import type { Host } from '../host';
import { Conversation } from './conversation.svelte';
import { Program } from './program.svelte';

const TIMING: Timing = {
  first_token_s: 0.1,
  reasoning_s: 2.5,
  total_s: 4,
  prompt_tokens: 40,
  tokens: 9,
  context_tokens: 49,
  context_size: 4096,
};
const ROW = { id: 7, title: 'Qui', created: 1, updated: 1, pinned: false, folder: null, assistant: null, effort: null };

function card(id: number, role: MessageCard['role'], changes: Partial<MessageCard> = {}): MessageCard {
  return {
    id,
    role,
    text: '',
    reasoning: '',
    attachments: [],
    created: 1,
    model: role === 'model' ? 'starter' : null,
    state: role === 'model' ? 'writing' : 'complete',
    timing: null,
    problem: null,
    branches: [id],
    reads_from: false,
    summary: null,
    ...changes,
  };
}

/** A program that says what the test tells it to, when it tells it to. */
async function program(thread?: Thread) {
  const real = scripted(script('fr'));
  const welcome = await real.call('welcome', null);
  const calls: [string, unknown][] = [];
  let say: (event: ChatEvent) => void = () => {};
  let end: { resolve: (value: null) => void; reject: (error: unknown) => void };
  const host: Host = {
    call: <K extends keyof Commands>(name: K, request: unknown, onEvent?: (event: Commands[K]['event']) => void) => {
      calls.push([name, request]);
      if (name === 'conversation' || name === 'show_branch') return Promise.resolve(structuredClone(thread)) as never;
      if (name === 'change_conversation') return Promise.resolve({ ...ROW, effort: 'high' }) as never;
      if (name !== 'ask') return Promise.resolve(name === 'assistants' || name === 'downloads' ? [] : null) as never;
      say = onEvent as (event: ChatEvent) => void;
      return new Promise((resolve, reject) => (end = { resolve, reject })) as never;
    },
  };
  const told = new Program(host, welcome);
  calls.length = 0;
  return {
    program: told,
    calls,
    asked: () => calls.filter(([name]) => name === 'ask').map(([, request]) => request as AskRequest),
    say: (event: ChatEvent) => say(event),
    place: (question = card(11, 'person', { text: 'Qui es-tu ?' }), answer = card(12, 'model')) =>
      say({ kind: 'placed', conversation: ROW, question, answer }),
    finish: (reason: 'complete' | 'stopped' | 'length' | 'context_full' = 'complete') => {
      say({ kind: 'finished', reason, timing: TIMING });
      end.resolve(null);
    },
    fail: (problem: { code: 'out_of_memory' | 'engine_crashed' | 'context_full' }) => {
      say({ kind: 'failed', problem: { ...problem, facts: {}, detail: 'x' }, next: { processor: true } });
      end.resolve(null);
    },
    resolve: () => end.resolve(null),
    reject: (error: unknown) => end.reject(error),
  };
}

async function asked(question = 'Qui es-tu ?', attachments: { name: string; text: string }[] = []) {
  const it = await program();
  let now = 0;
  const placed = vi.fn();
  const conversation = new Conversation(it.program, null, placed, () => now);
  conversation.draft = question;
  conversation.attach(attachments);
  const over = conversation.send();
  const [first, answer] = conversation.messages;
  return { ...it, conversation, over, question: first!, answer: answer!, placed, wait: (ms: number) => (now += ms) };
}

describe('an answer', () => {
  it('waits, loads, moves on to another device and says where', async () => {
    const { say, place, answer } = await asked();
    place();
    say({ kind: 'waiting' });
    expect(answer.stage).toBe('waiting');
    say({ kind: 'loading', share: 0.5 });
    expect([answer.stage, answer.share]).toEqual(['loading', 0.5]);
    const problem = { code: 'engine_crashed', facts: {}, detail: 'it has ended' } as const;
    say({ kind: 'moved_on', problem, to: { processor: true } });
    expect(answer.movedTo).toEqual({ processor: true });
    say({ kind: 'reading', share: 0 });
    expect(answer.stage).toBe('reading');
  });

  it('goes through reading, reasoning and answering', async () => {
    const { say, place, finish, conversation, over, answer, asked: requests, wait, placed } = await asked('  Qui es-tu ?\n');
    expect(requests()).toEqual([
      {
        turn: 1,
        conversation: null,
        what: { kind: 'question', after: null, text: 'Qui es-tu ?', attachments: [], rewords: null },
        effort: 'medium',
        route: 'usual',
        assistant: null,
        folder: null,
      },
    ]);
    expect([conversation.draft, answer.stage]).toEqual(['', 'reading']);
    place();
    expect([conversation.id, answer.id]).toEqual([7, 12]);
    expect(placed).toHaveBeenCalledWith(conversation);
    say({ kind: 'reasoning', text: 'Je ' });
    wait(2000);
    say({ kind: 'reasoning', text: 'pense.' });
    expect([answer.stage, answer.reasoning, answer.thought]).toEqual(['reasoning', 'Je pense.', null]);
    say({ kind: 'answer', text: 'Le ' });
    wait(500);
    say({ kind: 'answer', text: 'guide.' });
    expect([answer.stage, answer.text, answer.thought]).toEqual(['answering', 'Le guide.', 2]);
    expect(conversation.answering).toBe(true);
    finish();
    await over;
    expect([answer.stage, answer.state, answer.thought]).toEqual([null, 'complete', 2.5]);
    expect(conversation.answering).toBe(false);
  });

  it('has not thought when there was no reasoning', async () => {
    const { say, place, finish, answer } = await asked();
    place();
    say({ kind: 'answer', text: 'Oui.' });
    finish();
    expect(answer.thought).toBeNull();
  });

  it('is over with its last event, which may come after the answer of the command', async () => {
    const { say, place, resolve, over, answer, conversation } = await asked();
    place();
    resolve();
    await over;
    expect(conversation.answering).toBe(true);
    say({ kind: 'answer', text: 'Le guide.' });
    say({ kind: 'finished', reason: 'complete', timing: TIMING });
    expect([answer.state, answer.text, conversation.answering]).toEqual(['complete', 'Le guide.', false]);
  });
});

describe('a problem', () => {
  it('keeps what came before, and is asked again on the next device', async () => {
    const { say, place, fail, over, conversation, answer, asked: requests } = await asked();
    place();
    say({ kind: 'reasoning', text: 'Je pense' });
    fail({ code: 'engine_crashed' });
    await over;
    expect([answer.state, answer.problem?.code, answer.reasoning]).toEqual(['failed', 'engine_crashed', 'Je pense']);
    // It stands in the conversation, and needs not be typed again.
    expect(conversation.draft).toBe('');
    void conversation.again(answer, 'next');
    expect(requests().at(-1)).toMatchObject({ turn: 2, conversation: 7, what: { kind: 'again', question: 11 }, route: 'next' });
    expect(conversation.messages).toHaveLength(2);
  });

  it('before the question has its place gives it back, with its files', async () => {
    const files = [{ name: 'a.txt', text: 'a' }];
    const { reject, over, answer, conversation, asked: requests } = await asked('Qui es-tu ?', files);
    reject('task panicked');
    await over;
    expect(answer.problem).toEqual({ code: 'engine_failed', facts: {}, detail: 'task panicked' });
    expect([conversation.draft, conversation.attachments]).toEqual(['Qui es-tu ?', files]);
    void conversation.again(answer);
    expect(requests().at(-1)).toMatchObject({ what: { kind: 'question', after: null, text: 'Qui es-tu ?', attachments: files } });
    expect([conversation.messages.length, conversation.draft]).toEqual([2, '']);
  });

  it('does not write over the next question', async () => {
    const { reject, over, conversation } = await asked();
    conversation.write('Et après');
    reject('task panicked');
    await over;
    expect(conversation.draft).toBe('Et après');
  });
});

describe('a conversation', () => {
  it('asks one thing at a time, and nothing at all for nothing', async () => {
    const { conversation, asked: requests, program } = await asked();
    conversation.write('Encore');
    await conversation.send();
    await conversation.ask('Encore');
    expect([conversation.draft, requests().length]).toEqual(['Encore', 1]);
    const empty = new Conversation(program, null);
    empty.draft = ' \n';
    await empty.send();
    expect(empty.messages).toHaveLength(0);
  });

  it('stops only what runs', async () => {
    const { conversation, calls, place, finish } = await asked();
    place();
    await conversation.stop();
    expect(calls.at(-1)).toEqual(['stop', { turn: 1 }]);
    const { length } = calls;
    finish('stopped');
    await conversation.stop();
    expect(calls).toHaveLength(length);
  });

  it('asks after the last answer, and elsewhere in a branch of its own', async () => {
    const { conversation, place, finish, over, question, asked: requests } = await asked();
    place();
    finish();
    await over;
    void conversation.ask('Et toi ?');
    expect(requests().at(-1)).toMatchObject({ conversation: 7, what: { after: 12 } });
    place(card(13, 'person'), card(14, 'model'));
    finish();
    await vi.waitFor(() => expect(conversation.answering).toBe(false));
    void conversation.edit(question, 'Qui suis-je ?');
    expect(requests().at(-1)).toMatchObject({ what: { kind: 'question', after: null, text: 'Qui suis-je ?' } });
    place(card(15, 'person', { branches: [11, 15] }), card(16, 'model'));
    expect(conversation.messages.map(({ id }) => id)).toEqual([15, 16]);
    expect(conversation.messages[0]!.branches).toEqual([11, 15]);
  });

  it('keeps what is typed after a pause, and forgets it when it is sent', async () => {
    vi.useFakeTimers();
    try {
      const { program: told, calls } = await program();
      const conversation = new Conversation(told, null);
      conversation.write('Qui');
      conversation.write('Qui es');
      vi.advanceTimersByTime(299);
      expect(calls).toEqual([]);
      vi.advanceTimersByTime(1);
      expect(calls).toEqual([['keep_draft', { conversation: null, text: 'Qui es' }]]);
      void conversation.send();
      expect(calls[1]).toEqual(['keep_draft', { conversation: null, text: '' }]);
      vi.advanceTimersByTime(1000);
      expect(calls.filter(([name]) => name === 'keep_draft')).toHaveLength(2);
    } finally {
      vi.useRealTimers();
    }
  });

  it('is shown as it is kept, and the same messages stay the same', async () => {
    const messages = [
      card(1, 'person', { text: 'A' }),
      card(2, 'model', { text: 'B', reasoning: 'R', state: 'complete', timing: TIMING }),
    ];
    const { program: told } = await program({ row: ROW, messages, draft: 'Encore' });
    const conversation = new Conversation(told, 7);
    expect(conversation.loading).toBe(true);
    await conversation.load();
    const [first, second] = conversation.messages;
    expect([conversation.draft, second!.thought, second!.state]).toEqual(['Encore', 2.5, 'complete']);
    await conversation.show(2);
    expect(conversation.messages).toEqual([first, second]);
  });

  it('takes the effort that was chosen with it, and keeps it', async () => {
    const { program: told, calls, asked: requests, place } = await program();
    const conversation = new Conversation(told, null);
    await conversation.choose('high');
    void conversation.ask('Qui ?');
    expect(requests()[0]!.effort).toBe('high');
    place();
    await vi.waitFor(() => expect(conversation.row?.effort).toBe('high'));
    expect(calls).toContainEqual(['change_conversation', { id: 7, change: { kind: 'effort', effort: 'high' } }]);
  });
});
