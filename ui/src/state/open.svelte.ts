/** The conversations that are open: the one on the screen, and others in which an answer goes on. */

import { Conversation } from './conversation.svelte';
import type { Program } from './program.svelte';

/** So many stay at hand; others are fetched again when they are opened. */
const AT_HAND = 12;

export class OpenConversations {
  #program: Program;
  #kept = new Map<number, Conversation>();
  #fresh = $state.raw<Conversation>()!;

  constructor(program: Program) {
    this.#program = program;
    this.#fresh = this.#empty();
    this.#fresh.draft = program.welcome.draft;
    program.heed((event) => {
      if (event.kind !== 'conversation') return;
      const open = this.#kept.get(event.row.id);
      if (open) open.row = event.row;
    });
  }

  /** The one on the screen. */
  get current(): Conversation {
    const { conversation } = this.#program;
    return conversation === null ? this.#fresh : this.#at(conversation);
  }

  /** An empty page for the next one. */
  get fresh(): Conversation {
    return this.#fresh;
  }

  #at(id: number): Conversation {
    const known = this.#kept.get(id);
    if (known) return known;
    const opened = new Conversation(this.#program, id);
    this.#keep(id, opened);
    // One that could not be fetched is tried again the next time.
    void opened.load().then(() => opened.problem && this.#kept.delete(id));
    return opened;
  }

  #keep(id: number, conversation: Conversation): void {
    this.#kept.set(id, conversation);
    for (const [other, { answering, attachments, draft }] of this.#kept) {
      if (this.#kept.size <= AT_HAND) break;
      if (other !== id && !answering && attachments.length === 0 && draft === '') this.#kept.delete(other);
    }
  }

  #empty(): Conversation {
    return new Conversation(this.#program, null, (begun) => {
      this.#keep(begun.id!, begun);
      if (this.#program.conversation === null) this.#program.conversation = begun.id;
      // The next one is with nobody in particular again, unless that is asked for.
      this.#program.assistant = null;
      if (this.#fresh === begun) this.#fresh = this.#empty();
    });
  }
}
