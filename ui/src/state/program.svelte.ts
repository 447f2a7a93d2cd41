/** The program behind the page: what is known of it everywhere, and where in the window the person is. */

import { createContext } from 'svelte';
import type {
  Assistant,
  DownloadCard,
  Language,
  ModelCard,
  ModelPhase,
  ModelRow,
  Problem,
  ProgramEvent,
  Restored,
  SettingChange,
  SettingsCard,
  Welcome,
} from '../bindings/commands';
import type { Host } from '../host';
import { Conversations } from './conversations.svelte';
import { ModelTasks } from './models.svelte';
import { OpenConversations } from './open.svelte';
import { problemOf } from './problems';

export type Place = 'chat' | 'models' | 'assistants' | 'privacy' | 'settings';

/** To look for something, or to see which shortcuts there are. */
export type Wish = 'search' | 'shortcuts';

/** A short word on what was done, with a way back where there is one. */
export interface Note {
  text: string;
  undo?: () => void;
}

export class Program {
  /** Where the person is. */
  place = $state<Place>('chat');
  /** The conversation that is open; `null` is one that has not begun. */
  conversation = $state<number | null>(null);
  /** The message of it that was looked for, until it is shown. */
  hit = $state<number | null>(null);
  /** The assistant chosen for a conversation that has not begun. */
  assistant = $state<string | null>(null);
  /** The folder that is looked at, and in which a conversation begins. */
  folder = $state<number | null>(null);
  /** What a shortcut asks of whoever can do it; they set it back. */
  wish = $state<Wish | null>(null);
  settings = $state.raw<SettingsCard>()!;
  model = $state.raw<ModelCard>()!;
  phase = $state.raw<ModelPhase>({ kind: 'resting' });
  downloads = $state.raw<DownloadCard[]>([]);
  /** Absent until they are asked for. */
  models = $state.raw<ModelRow[] | null>(null);
  assistants = $state.raw<Assistant[]>([]);
  note = $state.raw<Note | null>(null);
  /** What went wrong outside of a conversation, until it is put away. */
  problem = $state.raw<Problem | null>(null);
  readonly tasks = new ModelTasks(this);
  /** What happened to the conversations on the disk, until it is read. */
  restored = $state.raw<Restored | null>(null);
  readonly list = new Conversations(this);
  readonly opened: OpenConversations;

  #listeners = new Set<(event: ProgramEvent) => void>();
  #turns = 0;
  #fading: ReturnType<typeof setTimeout> | undefined;

  constructor(
    readonly host: Host,
    readonly welcome: Welcome,
  ) {
    this.settings = welcome.settings;
    this.model = welcome.model;
    this.conversation = welcome.open;
    this.problem = welcome.problem;
    this.restored = welcome.restored;
    this.opened = new OpenConversations(this);
    void this.host.call('events', null, (event) => this.tell(event)).catch(() => {});
    void this.host.call('assistants', null).then((found) => (this.assistants = found), () => {});
    void this.host.call('downloads', null).then((found) => (this.downloads = found), () => {});
  }

  /** The language that is spoken; without a choice, the system's. */
  get language(): Language {
    if (this.settings.language) return this.settings.language;
    if (this.welcome.settings.language === null) return this.welcome.language;
    return navigator.language.startsWith('fr') ? 'fr' : 'en';
  }

  /** A number by which a turn or a task can be stopped. */
  turn(): number {
    return ++this.#turns;
  }

  /** Hears what happens in the program; returns how to hear no more. */
  heed(listener: (event: ProgramEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Something has happened, there or here. */
  tell(event: ProgramEvent): void {
    if (event.kind === 'downloads') this.downloads = event.downloads;
    if (event.kind === 'model') [this.model, this.phase] = [event.model, event.phase];
    if (event.kind === 'models' && this.models !== null) void this.readModels();
    if (event.kind === 'open') this.open(event.conversation);
    for (const listener of this.#listeners) listener(event);
  }

  /** Opens a conversation, or an empty page. */
  open(conversation: number | null): void {
    this.conversation = conversation;
    this.place = 'chat';
  }

  async readModels(): Promise<void> {
    await this.attempt(async () => (this.models = await this.host.call('models', null)));
  }

  async change(change: SettingChange): Promise<void> {
    await this.attempt(async () => {
      this.settings = await this.host.call('change_setting', change);
      // These come with their words.
      if (change.kind !== 'language') return;
      this.assistants = await this.host.call('assistants', null);
      if (this.models !== null) await this.readModels();
    });
  }

  /** Does something that may be refused; then the problem is shown. Says whether it was done. */
  async attempt(work: () => Promise<unknown>): Promise<boolean> {
    try {
      await work();
      return true;
    } catch (error) {
      this.problem = problemOf(error);
      return false;
    }
  }

  /** Says for a few seconds what was done. */
  say(text: string, undo?: () => void): void {
    clearTimeout(this.#fading);
    this.note = undo ? { text, undo } : { text };
    // Long enough to read it and to go back.
    this.#fading = setTimeout(() => (this.note = null), 8000);
  }
}

/** The program, given once by `App.svelte`. */
export const [useProgram, provideProgram] = createContext<Program>();
