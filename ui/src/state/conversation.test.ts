import { describe, expect, it } from 'vitest';
import type { ChatEvent, Commands, Timing } from '../bindings/commands';
import type { Host } from '../host';
import { Conversation } from './conversation.svelte';

const TIMING: Timing = { first_token_s: 0.1, reasoning_s: 2.5, total_s: 4, prompt_tokens: 40, tokens: 9 };

/** A program that says what the test tells it to, when it tells it to. */
function program() {
  const calls: [string, unknown][] = [];
  let say: (event: ChatEvent) => void = () => {};
  let end: { resolve: (value: null) => void; reject: (error: unknown) => void };
  const host: Host = {
    call: <K extends keyof Commands>(name: K, request: unknown, onEvent?: (event: Commands[K]['event']) => void) => {
      calls.push([name, request]);
      if (name !== 'ask') return Promise.resolve(null) as never;
      say = onEvent as (event: ChatEvent) => void;
      return new Promise((resolve, reject) => (end = { resolve, reject })) as never;
    },
  };
  return {
    host,
    calls,
    say: (event: ChatEvent) => say(event),
    finish(reason: 'complete' | 'stopped' | 'length' | 'context_full' = 'complete') {
      say({ kind: 'finished', reason, timing: TIMING });
      end.resolve(null);
    },
    resolve: () => end.resolve(null),
    reject: (error: unknown) => end.reject(error),
  };
}

function asked(question = 'Qui es-tu ?') {
  const it = program();
  let now = 0;
  const conversation = new Conversation(it.host, () => now);
  conversation.draft = question;
  const over = conversation.send();
  const turn = conversation.turns[0]!;
  return { ...it, conversation, over, turn, wait: (ms: number) => (now += ms) };
}

describe('a turn', () => {
  it('waits, loads, moves on to another device and says where', () => {
    const { say, turn } = asked();
    say({ kind: 'waiting' });
    expect([turn.state, turn.running]).toEqual(['waiting', true]);
    say({ kind: 'loading', share: 0.5 });
    expect([turn.state, turn.share]).toEqual(['loading', 0.5]);
    const problem = { code: 'engine_crashed', facts: {}, detail: 'it has ended' } as const;
    say({ kind: 'moved_on', problem, to: { processor: true } });
    expect([turn.movedTo, turn.running]).toEqual([{ processor: true }, true]);
    say({ kind: 'reading', share: 0 });
    expect(turn.state).toBe('reading');
  });

  it('that failed is asked again on the next device, once', async () => {
    const { say, resolve, conversation, over, turn, calls } = asked();
    const problem = { code: 'engine_crashed', facts: {}, detail: 'it has ended' } as const;
    say({ kind: 'failed', problem, next: { processor: true, name: 'Ryzen' } });
    resolve();
    await over;
    expect([turn.state, turn.next, conversation.draft]).toEqual(['failed', { processor: true, name: 'Ryzen' }, 'Qui es-tu ?']);
    void conversation.retry(turn, 'next');
    expect(calls.at(-1)).toEqual(['ask', { turn: 2, text: 'Qui es-tu ?', effort: 'medium', route: 'next' }]);
    expect([conversation.turns.length, conversation.draft]).toEqual([1, '']);
  });

  it('goes through reading, reasoning and answering', async () => {
    const { say, finish, conversation, over, turn, calls, wait } = asked('  Qui es-tu ?\n');
    expect(calls).toEqual([['ask', { turn: 1, text: 'Qui es-tu ?', effort: 'medium', route: 'usual' }]]);
    expect(conversation.draft).toBe('');
    expect(turn.state).toBe('reading');
    say({ kind: 'reading', share: 0.5 });
    expect(turn.share).toBe(0.5);
    say({ kind: 'reasoning', text: 'Je ' });
    wait(2000);
    say({ kind: 'reasoning', text: 'pense.' });
    expect([turn.state, turn.reasoning, turn.thought]).toEqual(['reasoning', 'Je pense.', null]);
    say({ kind: 'answer', text: 'Le ' });
    wait(500);
    say({ kind: 'answer', text: 'guide.' });
    expect([turn.state, turn.answer, turn.thought]).toEqual(['answering', 'Le guide.', 2]);
    expect(conversation.answering).toBe(true);
    finish();
    await over;
    expect([turn.state, turn.reason, turn.thought]).toEqual(['done', 'complete', 2.5]);
    expect(conversation.answering).toBe(false);
  });

  it('has not thought when there was no reasoning', () => {
    const { say, finish, turn } = asked();
    say({ kind: 'answer', text: 'Oui.' });
    finish();
    expect(turn.thought).toBeNull();
  });

  it.each([
    ['stopped', 'stopped'],
    ['length', 'done'],
    ['context_full', 'done'],
  ] as const)('that ends with %s is %s', (reason, state) => {
    const { finish, turn } = asked();
    finish(reason);
    expect([turn.state, turn.reason]).toEqual([state, reason]);
  });

  it('is over with its last event, which may come after the answer of the command', async () => {
    const { say, resolve, over, turn, conversation } = asked();
    say({ kind: 'answer', text: 'Le guide' });
    resolve();
    await over;
    expect(conversation.answering).toBe(true);
    say({ kind: 'answer', text: '.' });
    say({ kind: 'finished', reason: 'complete', timing: TIMING });
    expect([turn.state, turn.answer]).toEqual(['done', 'Le guide.']);
  });
});

describe('a problem', () => {
  const problem = { code: 'out_of_memory', facts: {}, detail: 'x' } as const;

  it('gives the question back and keeps what came before', () => {
    const { say, conversation, turn } = asked();
    say({ kind: 'reasoning', text: 'Je pense' });
    say({ kind: 'failed', problem });
    expect([turn.state, turn.problem, turn.reasoning]).toEqual(['failed', problem, 'Je pense']);
    expect(conversation.draft).toBe('Qui es-tu ?');
    expect(conversation.answering).toBe(false);
  });

  it('does not write over the next question', () => {
    const { say, conversation } = asked();
    conversation.draft = 'Et après';
    say({ kind: 'failed', problem });
    expect(conversation.draft).toBe('Et après');
  });

  it('is told when the program itself fails', async () => {
    const { reject, over, turn, conversation } = asked();
    reject('task panicked');
    await over;
    expect(turn.problem).toEqual({ code: 'engine_failed', facts: {}, detail: 'task panicked' });
    expect(conversation.draft).toBe('Qui es-tu ?');
  });
});

describe('a conversation', () => {
  it('asks one thing at a time, and nothing at all for nothing', async () => {
    const { conversation, calls } = asked();
    conversation.draft = 'Encore';
    await conversation.send();
    await conversation.ask('Encore');
    expect(conversation.draft).toBe('Encore');
    expect(calls).toHaveLength(1);

    const empty = new Conversation(program().host);
    empty.draft = ' \n';
    await empty.send();
    expect(empty.turns).toHaveLength(0);
  });

  it('stops only what runs', async () => {
    const { conversation, calls, finish } = asked();
    await conversation.stop();
    expect(calls.at(-1)).toEqual(['stop', { turn: 1 }]);
    finish('stopped');
    await conversation.stop();
    expect(calls).toHaveLength(2);
  });

  it('starts anew in the middle of an answer, and keeps the draft', async () => {
    const { conversation, calls, say, finish } = asked();
    conversation.draft = 'Encore';
    await conversation.startAnew();
    expect(calls.map(([name]) => name)).toEqual(['ask', 'stop', 'new_conversation']);
    expect(conversation.turns).toHaveLength(0);
    // What the old answer still says is for nobody.
    say({ kind: 'answer', text: 'Le guide' });
    finish('stopped');
    expect(conversation.turns).toHaveLength(0);
    expect(conversation.draft).toBe('Encore');
  });
});
