/** One message of a conversation that is open: what is kept of it and, while it is written, how far that is. */

import type {
  AttachedText,
  ChatEvent,
  DeviceCard,
  MessageCard,
  MessageState,
  Problem,
  Role,
  Timing,
} from '../bindings/commands';

/** What is being done for an answer. */
export type Stage = 'queued' | 'waiting' | 'loading' | 'reading' | 'reasoning' | 'answering';

let made = 0;

export class Message {
  /** Stays the same from before the message has a number. */
  readonly key = ++made;
  /** Absent until the program has placed it. */
  id = $state<number | null>(null);
  text = $state('');
  reasoning = $state('');
  attachments = $state.raw<[string, number][]>([]);
  /** What was in them, where that is known: the program does not give it back. */
  texts: AttachedText[] = [];
  created = $state(0);
  model = $state<string | null>(null);
  state = $state<MessageState>('complete');
  timing = $state.raw<Timing | null>(null);
  problem = $state.raw<Problem | null>(null);
  branches = $state.raw<number[]>([]);
  readsFrom = $state(false);
  summary = $state<string | null>(null);

  /** `null` unless it is being written now. */
  stage = $state<Stage | null>(null);
  /** Share of the model that is loaded, then of the conversation that it has read, 0 to 1. */
  share = $state(0);
  /** When the reasoning began, in milliseconds of the page. */
  reasoningSince: number | null = null;
  /** Seconds that the reasoning took, once it is over. */
  thought = $state<number | null>(null);
  /** Where it began anew, after it had stopped or because it had the last time. */
  movedTo = $state.raw<DeviceCard | null>(null);
  movedBecause = $state.raw<Problem | null>(null);
  /** Where it could be tried next. */
  next = $state.raw<DeviceCard | null>(null);

  constructor(readonly role: Role) {}

  static of(card: MessageCard): Message {
    const message = new Message(card.role);
    message.take(card);
    return message;
  }

  /** Becomes what is kept. */
  take(card: MessageCard): void {
    this.place(card);
    this.text = card.text;
    this.reasoning = card.reasoning;
    this.state = card.state;
    this.timing = card.timing;
    this.problem = card.problem;
    this.thought = card.timing && card.timing.reasoning_s > 0 ? card.timing.reasoning_s : null;
  }

  /** Takes its place among the others; what is being written in it stays. */
  place(card: MessageCard): void {
    this.id = card.id;
    this.attachments = card.attachments;
    this.created = card.created;
    this.model = card.model;
    this.branches = card.branches;
    this.readsFrom = card.reads_from;
    this.summary = card.summary;
  }

  /** What happens while it is written. `now` is in milliseconds. */
  hear(event: Exclude<ChatEvent, { kind: 'placed' }>, now: number): void {
    switch (event.kind) {
      case 'queued':
      case 'waiting':
        this.stage = event.kind;
        break;
      case 'loading':
      case 'reading':
        this.stage = event.kind;
        this.share = event.share;
        break;
      case 'moved_on':
        this.movedTo = event.to;
        this.movedBecause = event.problem;
        break;
      case 'reasoning':
        this.reasoningSince ??= now;
        this.stage = 'reasoning';
        this.reasoning += event.text;
        break;
      case 'answer':
        this.#endReasoning(now);
        this.stage = 'answering';
        this.text += event.text;
        break;
      case 'finished':
        this.#endReasoning(now);
        // The program's figure is better than what this page saw of it.
        if (this.thought !== null && event.timing.reasoning_s > 0) this.thought = event.timing.reasoning_s;
        this.timing = event.timing;
        this.state = event.reason;
        this.stage = null;
        break;
      case 'failed':
        this.fail(event.problem, now, event.next);
        break;
    }
  }

  fail(problem: Problem, now: number, next: DeviceCard | null = null): void {
    this.#endReasoning(now);
    this.problem = problem;
    this.next = next;
    this.state = 'failed';
    this.stage = null;
  }

  #endReasoning(now: number): void {
    if (this.reasoningSince !== null) this.thought ??= (now - this.reasoningSince) / 1000;
  }
}
