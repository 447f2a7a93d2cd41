/** A conversation that is open, whether or not it is on the screen. Knows the host, and nothing of the page. */

import type {
  Asked,
  AskRequest,
  AttachedText,
  ConversationRow,
  Effort,
  Problem,
  Route,
  Shortening,
  TaskProgress,
  Thread,
} from '../bindings/commands';
import { Message } from './message.svelte';
import { problemOf } from './problems';
import type { Program } from './program.svelte';

/** What is typed is kept when the typing pauses this long, in milliseconds. */
const PAUSE = 300;

/** What is done to the beginning of a conversation, and how far that is. */
export interface Shortened {
  how: Shortening;
  turn: number;
  progress: TaskProgress | null;
}

export class Conversation {
  /** As the list shows it; absent until it has begun. */
  row = $state.raw<ConversationRow | null>(null);
  messages = $state.raw<Message[]>([]);
  /** What is in the composer. */
  draft = $state('');
  attachments = $state.raw<AttachedText[]>([]);
  /** Whether it is still being fetched. */
  loading = $state(false);
  /** Why it cannot be shown. */
  problem = $state.raw<Problem | null>(null);
  /** The answer that is being written. */
  writing = $state.raw<Message | null>(null);
  shortening = $state.raw<Shortened | null>(null);

  #effort = $state<Effort | null>(null);
  #program: Program;
  #placed: (conversation: Conversation) => void;
  #now: () => number;
  #turn = 0;
  #keeping: ReturnType<typeof setTimeout> | undefined;
  #id: number | null;

  /** `placed` hears when it has begun; `now` is in milliseconds. */
  constructor(
    program: Program,
    id: number | null,
    placed: (conversation: Conversation) => void = () => {},
    now: () => number = () => performance.now(),
  ) {
    this.#program = program;
    this.#id = id;
    this.#placed = placed;
    this.#now = now;
    this.loading = id !== null;
  }

  get id(): number | null {
    return this.row?.id ?? this.#id;
  }

  /** Whom it is with; `null` is nobody in particular. */
  get assistant(): string | null {
    return this.row ? this.row.assistant : this.#program.assistant;
  }

  get answering(): boolean {
    return this.writing !== null;
  }

  /** Whether nothing can be asked at the moment. */
  get busy(): boolean {
    return this.answering || this.loading || this.shortening !== null;
  }

  /** How long the model thinks: as was chosen here, or else as the assistant does. */
  get effort(): Effort {
    const known = this.#program.assistants.find(({ id }) => id === this.assistant);
    return this.row?.effort ?? this.#effort ?? known?.effort ?? 'medium';
  }

  get lastAnswer(): Message | null {
    return this.messages.filter(({ role, id }) => role === 'model' && id !== null).at(-1) ?? null;
  }

  async load(): Promise<void> {
    if (this.#id === null) return;
    try {
      const thread = await this.#program.host.call('conversation', this.#id);
      this.#take(thread);
      if (this.draft === '') this.draft = thread.draft;
      this.problem = null;
    } catch (error) {
      this.problem = problemOf(error);
    }
    this.loading = false;
  }

  /** Something was typed: kept, should the program end before it is sent. */
  write(text: string): void {
    this.draft = text;
    clearTimeout(this.#keeping);
    this.#keeping = setTimeout(() => this.#keepDraft(), PAUSE);
  }

  attach(texts: AttachedText[]): void {
    this.attachments = [...this.attachments, ...texts];
  }

  detach(text: AttachedText): void {
    this.attachments = this.attachments.filter((other) => other !== text);
  }

  async choose(effort: Effort): Promise<void> {
    this.#effort = effort;
    if (this.row) await this.#changeEffort(effort);
  }

  /** Asks what is in the composer. */
  async send(): Promise<void> {
    if (this.busy || this.draft.trim() === '') return;
    const [text, attachments] = [this.draft, this.attachments];
    this.#clear();
    this.attachments = [];
    await this.ask(text, attachments);
  }

  /** Asks at the end of the conversation. */
  async ask(text: string, attachments: AttachedText[] = []): Promise<void> {
    if (this.busy) return;
    // What the program never took is not part of the conversation.
    this.messages = this.messages.filter(({ id }) => id !== null);
    await this.#question(this.lastAnswer?.id ?? null, text.trim(), attachments);
  }

  /** Asks something else in the place of a question. */
  async edit(question: Message, text: string): Promise<void> {
    const place = this.messages.indexOf(question);
    if (this.busy || place < 0 || text.trim() === '') return;
    const before = this.messages.slice(0, place);
    this.messages = before;
    await this.#question(before.at(-1)?.id ?? null, text.trim(), [], question);
  }

  /** Another answer to the question that this one answers. */
  async again(answer: Message, route: Route = 'usual'): Promise<void> {
    const place = this.messages.indexOf(answer);
    const question = this.messages[place - 1];
    if (this.busy || !question) return;
    if (question.id === null) {
      this.messages = this.messages.slice(0, place - 1);
      if (this.draft === question.text) this.#clear();
      await this.#question(this.lastAnswer?.id ?? null, question.text, question.texts, undefined, route);
      return;
    }
    this.messages = this.messages.slice(0, place);
    await this.#ask({ kind: 'again', question: question.id }, question, route);
  }

  async stop(): Promise<void> {
    if (this.writing) await this.#program.host.call('stop', { turn: this.#turn });
  }

  /** Shows the branch through this message. */
  async show(message: number): Promise<void> {
    if (this.busy) return;
    await this.#program.attempt(async () => this.#take(await this.#program.host.call('show_branch', message)));
  }

  /** Has the model read less of it; an answer for which there was no room is asked for again. */
  async shorten(how: Shortening): Promise<void> {
    const conversation = this.row?.id;
    if (conversation === undefined || this.busy) return;
    const turn = this.#program.turn();
    this.shortening = { how, turn, progress: null };
    try {
      const thread = await this.#program.host.call('shorten', { turn, conversation, how }, (progress) => {
        if (this.shortening) this.shortening = { ...this.shortening, progress };
      });
      this.#take(thread);
    } catch (error) {
      const problem = problemOf(error);
      // Whoever stopped it knows that it is stopped.
      if (problem.code !== 'stopped') this.#program.problem = problem;
      return;
    } finally {
      this.shortening = null;
    }
    const last = this.messages.at(-1);
    if (how !== 'undo' && last?.problem?.code === 'context_full') await this.again(last);
  }

  async stopShortening(): Promise<void> {
    if (this.shortening) await this.#program.host.call('stop', { turn: this.shortening.turn });
  }

  /** `reworded` is the question that is asked otherwise: the program gives what went with it along once more. */
  async #question(after: number | null, text: string, attachments: AttachedText[], reworded?: Message, route: Route = 'usual'): Promise<void> {
    const question = new Message('person');
    question.text = text;
    question.texts = attachments;
    const sizes = attachments.map(({ name, text }): [string, number] => [name, new TextEncoder().encode(text).length]);
    question.attachments = [...(reworded?.attachments ?? []), ...sizes];
    this.messages = [...this.messages, question];
    const rewords = reworded?.id ?? null;
    await this.#ask({ kind: 'question', after, text, attachments, rewords }, question, route);
  }

  async #ask(what: Asked, question: Message, route: Route): Promise<void> {
    const answer = new Message('model');
    Object.assign(answer, { stage: 'reading', state: 'writing', model: this.#program.model.name });
    this.messages = [...this.messages, answer];
    this.writing = answer;
    this.#turn = this.#program.turn();
    const request: AskRequest = {
      turn: this.#turn,
      conversation: this.id,
      what,
      effort: this.effort,
      route,
      assistant: this.row ? null : this.#program.assistant,
      folder: this.row ? null : this.#program.folder,
    };
    try {
      await this.#program.host.call('ask', request, (event) => {
        if (event.kind === 'placed') {
          question.place(event.question);
          answer.place(event.answer);
          this.#begun(event.conversation);
        } else answer.hear(event, this.#now());
        if (answer.stage === null) this.#over(question, answer);
      });
    } catch (error) {
      answer.fail(problemOf(error), this.#now());
      this.#over(question, answer);
    }
  }

  #begun(row: ConversationRow): void {
    const first = this.row === null;
    this.row = row;
    this.#program.tell({ kind: 'conversation', row });
    if (!first) return;
    this.#placed(this);
    if (this.#effort !== null && row.effort !== this.#effort) void this.#changeEffort(this.#effort);
  }

  #over(question: Message, answer: Message): void {
    if (this.writing === answer) this.writing = null;
    // A question that the program did not take goes back to where it was typed, unless the next one is there already.
    if (answer.state !== 'failed' || question.id !== null || this.draft !== '') return;
    this.write(question.text);
    if (this.attachments.length === 0) this.attachments = question.texts;
  }

  async #changeEffort(effort: Effort): Promise<void> {
    const id = this.row!.id;
    await this.#program.attempt(async () => {
      this.row = await this.#program.host.call('change_conversation', { id, change: { kind: 'effort', effort } });
    });
  }

  /** Shows what is kept. Messages that are on the screen already stay the same. */
  #take({ row, messages }: Thread): void {
    this.row = row;
    const known = new Map(this.messages.map((message) => [message.id, message]));
    this.messages = messages.map((card) => {
      const message = known.get(card.id) ?? new Message(card.role);
      message.take(card);
      return message;
    });
  }

  /** At once, for it is this place of which the draft is forgotten, whatever the conversation is a moment later. */
  #clear(): void {
    clearTimeout(this.#keeping);
    this.draft = '';
    this.#keepDraft();
  }

  #keepDraft(): void {
    // Without a draft there is a sentence less, and that must not be in the way of typing the next one.
    this.#program.host.call('keep_draft', { conversation: this.id, text: this.draft }).catch(() => {});
  }
}
