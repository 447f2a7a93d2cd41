/** The list of conversations: pages of it, kept current, and what can be done with those that are in it. */

import { SvelteSet } from 'svelte/reactivity';
import type { ConversationChange, ConversationRow, FolderChange, FolderRow, Imported, Language } from '../bindings/commands';
import { nights, period } from '../format';
import type { Program } from './program.svelte';

/** A line of the list. */
export type Entry = { kind: 'heading'; name: string } | { kind: 'row'; row: ConversationRow };

const PAGE = 100;

const newestFirst = (a: ConversationRow, b: ConversationRow) => b.updated - a.updated || b.id - a.id;

/** Days of this week apart, and then months: what has the same number stands under the same heading. */
function stretch(at: number, now: number): number {
  const ago = nights(at, now);
  if (ago < 7) return -Math.max(ago, 0);
  const date = new Date(at);
  return date.getFullYear() * 12 + date.getMonth();
}

export class Conversations {
  pinned = $state.raw<ConversationRow[]>([]);
  others = $state.raw<ConversationRow[]>([]);
  folders = $state.raw<FolderRow[]>([]);
  /** Whether anything is known yet. */
  read = $state(false);
  /** Whether several are being chosen, and which. */
  choosing = $state(false);
  chosen = new SvelteSet<number>();
  /** The day it is, by which they are put under headings. */
  now = $state(Date.now());

  #program: Program;
  /** Whether there are no older ones to be fetched. */
  #whole = false;
  /** Deleted here; the program may still tell of one of them in which an answer ends. */
  #gone = new Set<number>();
  /** Counts the readings, so that an answer to an earlier one is left aside. */
  #reading = 0;
  #fetching = false;

  constructor(program: Program) {
    this.#program = program;
  }

  get empty(): boolean {
    return this.read && this.pinned.length === 0 && this.others.length === 0;
  }

  /** The folder that is looked at. */
  get folder(): FolderRow | undefined {
    return this.folders.find(({ id }) => id === this.#program.folder);
  }

  /** The lines of the list. */
  entries(pinnedName: string, language: Language): Entry[] {
    const entries: Entry[] = [];
    if (this.pinned.length > 0) entries.push({ kind: 'heading', name: pinnedName });
    for (const row of this.pinned) entries.push({ kind: 'row', row });
    let last: number | null = null;
    for (const row of this.others) {
      const under = stretch(row.updated, this.now);
      if (under !== last) entries.push({ kind: 'heading', name: period(row.updated, this.now, language) });
      last = under;
      entries.push({ kind: 'row', row });
    }
    return entries;
  }

  /** Reads the list of the folder that is looked at from its beginning. */
  async begin(): Promise<void> {
    const reading = ++this.#reading;
    const folder = this.#program.folder;
    [this.pinned, this.others, this.#whole, this.#fetching] = [[], [], false, false];
    await this.#program.attempt(async () => {
      for (let after: [number, number] | null = null; ; ) {
        const page: ConversationRow[] = await this.#page(folder, true, after);
        if (reading !== this.#reading) return;
        this.pinned = this.#merged(this.pinned, page);
        const last = page.at(-1);
        if (!last || page.length < PAGE) break;
        after = [last.updated, last.id];
      }
      await this.more();
    });
    if (reading === this.#reading) this.read = true;
  }

  /** Fetches older ones. */
  async more(): Promise<void> {
    if (this.#whole || this.#fetching) return;
    this.#fetching = true;
    const reading = this.#reading;
    const last = this.others.at(-1);
    await this.#program.attempt(async () => {
      const page = await this.#page(this.#program.folder, false, last ? [last.updated, last.id] : null);
      if (reading !== this.#reading) return;
      this.others = this.#merged(this.others, page);
      this.#whole = page.length < PAGE;
    });
    if (reading === this.#reading) this.#fetching = false;
  }

  async readFolders(): Promise<void> {
    await this.#program.attempt(async () => this.#takeFolders(await this.#program.host.call('folders', null)));
  }

  /** The program tells of a conversation: it is new, or something about it is. */
  hear(row: ConversationRow): void {
    const before = this.find(row.id);
    this.#put(row);
    if (!before || before.folder !== row.folder) void this.readFolders();
  }

  find(id: number): ConversationRow | undefined {
    return this.pinned.find((row) => row.id === id) ?? this.others.find((row) => row.id === id);
  }

  async change(ids: number[], change: ConversationChange): Promise<boolean> {
    return this.#program.attempt(async () => {
      for (const id of ids) this.hear(await this.#program.host.call('change_conversation', { id, change }));
    });
  }

  /** Deletes conversations. What comes back brings them back. */
  async delete(ids: number[]): Promise<(() => Promise<void>) | null> {
    const rows = ids.map((id) => this.find(id)).filter((row) => row !== undefined);
    const { host } = this.#program;
    if (!(await this.#program.attempt(() => host.call('delete_conversations', ids)))) return null;
    for (const id of ids) this.#gone.add(id);
    this.#drop(ids);
    const open = this.#program.conversation;
    const closed = open !== null && ids.includes(open);
    if (closed) this.#program.conversation = null;
    void this.readFolders();
    return async () => {
      if (!(await this.#program.attempt(() => host.call('undelete_conversations', ids)))) return;
      for (const id of ids) this.#gone.delete(id);
      for (const row of rows) this.#put(row);
      if (closed && this.#program.conversation === null) this.#program.conversation = open;
      void this.readFolders();
    };
  }

  /** Changes the folders. Says whether it was done. */
  async changeFolders(change: FolderChange): Promise<boolean> {
    const done = await this.#program.attempt(async () =>
      this.#takeFolders(await this.#program.host.call('change_folders', change)),
    );
    // What was in a folder that is gone is in none now.
    if (done && change.kind === 'remove') await this.begin();
    return done;
  }

  /** Brings conversations in; `null` if the person has thought better of it, or it was refused. */
  async import(): Promise<Imported | null> {
    let imported: Imported | null = null;
    await this.#program.attempt(async () => (imported = await this.#program.host.call('import_conversations', null)));
    if (imported) await Promise.all([this.begin(), this.readFolders()]);
    return imported;
  }

  /** Chooses one of several, or no longer. */
  toggle(id: number): void {
    if (!this.chosen.delete(id)) this.chosen.add(id);
  }

  /** Begins or ends to choose several. */
  choose(several: boolean): void {
    this.choosing = several;
    this.chosen.clear();
  }

  /** Puts them under the headings of the new day when midnight passes; returns how to stop it. */
  follow(): () => void {
    let waiting: ReturnType<typeof setTimeout>;
    const look = () => {
      if (nights(this.now, Date.now()) !== 0) this.now = Date.now();
      const midnight = new Date().setHours(24, 0, 0, 0);
      clearTimeout(waiting);
      waiting = setTimeout(look, midnight - Date.now() + 500);
    };
    look();
    // A computer that slept over midnight has not counted the hours.
    window.addEventListener('focus', look);
    return () => {
      clearTimeout(waiting);
      window.removeEventListener('focus', look);
    };
  }

  #page(folder: number | null, pinned: boolean, after: [number, number] | null): Promise<ConversationRow[]> {
    return this.#program.host.call('conversations', { folder, pinned, after, count: PAGE });
  }

  #takeFolders(folders: FolderRow[]): void {
    this.folders = folders;
    if (this.#program.folder !== null && !this.folder) this.#program.folder = null;
  }

  /** What is known already was told while the page was on its way, and is newer. */
  #merged(rows: ConversationRow[], page: ConversationRow[]): ConversationRow[] {
    const known = new Set([...this.pinned, ...this.others].map(({ id }) => id));
    const fresh = page.filter(({ id }) => !known.has(id) && !this.#gone.has(id));
    return [...rows, ...fresh].sort(newestFirst);
  }

  #drop(ids: number[]): void {
    const stays = ({ id }: ConversationRow) => !ids.includes(id);
    this.pinned = this.pinned.filter(stays);
    this.others = this.others.filter(stays);
    for (const id of ids) this.chosen.delete(id);
  }

  #put(row: ConversationRow): void {
    if (this.#gone.has(row.id)) return;
    const oldest = this.others.at(-1);
    this.pinned = this.pinned.filter(({ id }) => id !== row.id);
    this.others = this.others.filter(({ id }) => id !== row.id);
    const { folder } = this.#program;
    if (folder !== null && row.folder !== folder) return;
    if (row.pinned) this.pinned = [...this.pinned, row].sort(newestFirst);
    // Older than all that are here, it comes with the page on which it is.
    else if (this.#whole || !oldest || newestFirst(row, oldest) <= 0) this.others = [...this.others, row].sort(newestFirst);
  }
}
