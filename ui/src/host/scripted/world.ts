/** What a scripted program remembers: conversations, models and settings, all of them in this page's memory. */

import type {
  Assistant,
  ConversationRow,
  DownloadCard,
  FolderRow,
  Language,
  MessageCard,
  ModelCard,
  ModelRow,
  ProgramEvent,
  SettingsCard,
  Thread,
  Visit,
} from '../../bindings/commands';

/** A message with its place in the tree. */
export interface Kept {
  card: MessageCard;
  conversation: number;
  parent: number | null;
}

export class World {
  language: Language;
  settings: SettingsCard;
  model: ModelCard = { name: 'starter', starter: true };
  models: ModelRow[] = [];
  downloads: DownloadCard[] = [];
  visits: Visit[] = [];
  assistants: Assistant[] = [];
  folders: FolderRow[] = [];
  rows = new Map<number, ConversationRow>();
  deleted = new Set<number>();
  messages = new Map<number, Kept>();
  /** The last message of the branch that each conversation shows. */
  leaves = new Map<number, number>();
  drafts = new Map<number | null, string>();
  /** Turns and tasks that are to end. */
  stopped = new Set<number>();

  #listeners: ((event: ProgramEvent) => void)[] = [];
  #last = 0;

  constructor(language: Language) {
    this.language = language;
    this.settings = {
      language: null,
      theme: 'system',
      text_size: 100,
      enter_sends: true,
      idle_seconds: 900,
      moves_on: true,
      download_limit: null,
      download_hours: null,
      metered: false,
      offline: false,
      hub: null,
      proxy: { kind: 'system' },
      has_key: false,
      models_folder: language === 'fr' ? 'C:\\Utilisateurs\\Zoé\\Domicile\\models' : 'C:\\Users\\Zoe\\Domicile\\models',
      data_folder: language === 'fr' ? 'C:\\Utilisateurs\\Zoé\\Domicile' : 'C:\\Users\\Zoe\\Domicile',
    };
  }

  listen(listener: (event: ProgramEvent) => void): void {
    this.#listeners.push(listener);
  }

  tell(event: ProgramEvent): void {
    for (const listener of this.#listeners) listener(structuredClone(event));
  }

  /** A number that nothing else has. */
  id(): number {
    return ++this.#last;
  }

  begin(title: string, changes: Partial<ConversationRow> = {}): ConversationRow {
    const now = Date.now();
    const row: ConversationRow = {
      id: this.id(),
      title,
      created: now,
      updated: now,
      pinned: false,
      folder: null,
      assistant: null,
      effort: null,
      ...changes,
    };
    this.rows.set(row.id, row);
    return row;
  }

  say(conversation: number, parent: number | null, role: MessageCard['role'], text: string, changes: Partial<MessageCard> = {}): Kept {
    const card: MessageCard = {
      id: this.id(),
      role,
      text,
      reasoning: '',
      attachments: [],
      created: this.rows.get(conversation)?.updated ?? Date.now(),
      model: role === 'model' ? this.model.name : null,
      state: 'complete',
      timing: null,
      problem: null,
      branches: [],
      reads_from: false,
      summary: null,
      ...changes,
    };
    const kept = { card, conversation, parent };
    this.messages.set(card.id, kept);
    this.leaves.set(conversation, card.id);
    return kept;
  }

  /** The messages beside one, itself among them. */
  beside({ conversation, parent }: Kept): Kept[] {
    return [...this.messages.values()].filter((other) => other.conversation === conversation && other.parent === parent);
  }

  /** From the first message down to this one. */
  path(id: number | null): Kept[] {
    const path: Kept[] = [];
    for (let at = id; at !== null; ) {
      const kept = this.messages.get(at);
      if (!kept) break;
      kept.card.branches = this.beside(kept).map(({ card }) => card.id);
      path.unshift(kept);
      at = kept.parent;
    }
    return path;
  }

  /** Shows the branch through this message, down to the newest that follows. */
  show(id: number): number {
    const kept = this.messages.get(id);
    if (!kept) throw this.gone();
    let leaf = id;
    for (;;) {
      const next = [...this.messages.values()].filter(({ parent }) => parent === leaf).at(-1);
      if (!next) break;
      leaf = next.card.id;
    }
    this.leaves.set(kept.conversation, leaf);
    return kept.conversation;
  }

  thread(conversation: number): Thread {
    const row = this.rows.get(conversation);
    if (!row || this.deleted.has(conversation)) throw this.gone();
    const messages = this.path(this.leaves.get(conversation) ?? null).map(({ card }) => card);
    return structuredClone({ row, messages, draft: this.drafts.get(conversation) ?? '' });
  }

  /** As the program refuses: a problem. */
  gone() {
    return { code: 'conversation_not_found' as const, facts: {}, detail: 'scripted: there is none' };
  }
}
