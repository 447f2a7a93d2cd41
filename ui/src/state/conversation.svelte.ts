/** The conversation on the screen. Knows the host, and nothing of the page. */

import type { ChatEvent, DeviceCard, FinishReason, Problem, Route } from '../bindings/commands';
import type { Host } from '../host';

export type TurnState = 'waiting' | 'loading' | 'reading' | 'reasoning' | 'answering' | 'done' | 'stopped' | 'failed';

/** A question and what came of it. */
export class Turn {
  state = $state<TurnState>('reading');
  /** Share of the model that is loaded, then of the conversation that it has read, 0 to 1. */
  share = $state(0);
  reasoning = $state('');
  answer = $state('');
  /** When the reasoning began, on the clock of the conversation. */
  reasoningSince = $state<number | null>(null);
  /** How long it took, in seconds, once it is over. */
  thought = $state<number | null>(null);
  /** Why the answer ends where it ends. */
  reason = $state<FinishReason | null>(null);
  problem = $state<Problem | null>(null);
  /** Where it could be tried next. */
  next = $state<DeviceCard | null>(null);
  /** Where it began anew, after it had stopped or because it had the last time. */
  movedTo = $state<DeviceCard | null>(null);
  movedBecause = $state<Problem | null>(null);

  constructor(
    readonly id: number,
    readonly question: string,
  ) {}

  get running(): boolean {
    return this.state !== 'done' && this.state !== 'stopped' && this.state !== 'failed';
  }
}

export class Conversation {
  turns = $state<Turn[]>([]);
  /** What is in the composer. */
  draft = $state('');

  #host: Host;
  #now: () => number;
  #asked = 0;

  /** `now` is in milliseconds. */
  constructor(host: Host, now: () => number = () => performance.now()) {
    this.#host = host;
    this.#now = now;
  }

  get answering(): boolean {
    return this.turns.at(-1)?.running ?? false;
  }

  /** Asks what is in the composer. */
  async send(): Promise<void> {
    if (this.answering || this.draft.trim() === '') return;
    const question = this.draft;
    this.draft = '';
    await this.ask(question);
  }

  /** Asks once more what failed. Of an attempt that brought nothing, nothing is kept. */
  async retry(turn: Turn, route: Route): Promise<void> {
    if (turn.reasoning === '' && turn.answer === '') this.turns = this.turns.filter((other) => other !== turn);
    if (this.draft === turn.question) this.draft = '';
    await this.ask(turn.question, route);
  }

  async ask(question: string, route: Route = 'usual'): Promise<void> {
    if (this.answering) return;
    const turn = new Turn(++this.#asked, question.trim());
    this.turns.push(turn);
    try {
      const request = { turn: turn.id, text: turn.question, effort: 'medium', route } as const;
      await this.#host.call('ask', request, (event) => this.#hear(turn, event));
    } catch (error) {
      this.#fail(turn, problemOf(error));
    }
  }

  async stop(): Promise<void> {
    const turn = this.turns.at(-1);
    if (turn?.running) await this.#host.call('stop', { turn: turn.id });
  }

  /** An empty page. What is in the composer stays there. */
  async startAnew(): Promise<void> {
    await this.stop();
    await this.#host.call('new_conversation', null);
    this.turns = [];
  }

  #hear(turn: Turn, event: ChatEvent): void {
    switch (event.kind) {
      case 'waiting':
        turn.state = 'waiting';
        break;
      case 'loading':
        turn.state = 'loading';
        turn.share = event.share;
        break;
      case 'moved_on':
        turn.movedTo = event.to;
        turn.movedBecause = event.problem;
        break;
      case 'reading':
        turn.state = 'reading';
        turn.share = event.share;
        break;
      case 'reasoning':
        turn.reasoningSince ??= this.#now();
        turn.state = 'reasoning';
        turn.reasoning += event.text;
        break;
      case 'answer':
        this.#endReasoning(turn);
        turn.state = 'answering';
        turn.answer += event.text;
        break;
      case 'finished':
        this.#endReasoning(turn);
        // The program's figure is better than what this page saw of it.
        if (turn.reasoningSince !== null && event.timing.reasoning_s > 0) turn.thought = event.timing.reasoning_s;
        turn.reason = event.reason;
        turn.state = event.reason === 'stopped' ? 'stopped' : 'done';
        break;
      case 'failed':
        this.#fail(turn, event.problem, event.next);
        break;
    }
  }

  #endReasoning(turn: Turn): void {
    if (turn.reasoningSince !== null) turn.thought ??= (this.#now() - turn.reasoningSince) / 1000;
  }

  #fail(turn: Turn, problem: Problem, next: DeviceCard | null = null): void {
    this.#endReasoning(turn);
    turn.problem = problem;
    turn.next = next;
    turn.state = 'failed';
    // The question goes back to where it was typed, unless the next one is being typed there.
    if (this.turns.includes(turn) && this.draft === '') this.draft = turn.question;
  }
}

/** A command that fails outside of its contract: the program behind the window has a fault. */
export function problemOf(error: unknown): Problem {
  const detail = error instanceof Error ? error.message : String(error);
  return { code: 'engine_failed', facts: {}, detail };
}
