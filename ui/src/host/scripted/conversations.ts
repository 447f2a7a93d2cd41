/** Conversations, folders and assistants of a scripted program. */

import type { Assistant, ExportFormat, FolderChange, FolderRow } from '../../bindings/commands';
import type { Answers } from './answers';
import { builtIn } from './assistants';
import { search } from './search';
import { tellStory } from './seed';
import { stories as english } from './stories.en';
import { stories as french } from './stories.fr';
import type { World } from './world';

const ENDINGS: Record<ExportFormat, string> = { markdown: 'md', json: 'json', page: 'html' };

export function conversations(world: World): Answers<
  | 'conversations'
  | 'conversation'
  | 'show_branch'
  | 'change_conversation'
  | 'delete_conversations'
  | 'undelete_conversations'
  | 'keep_draft'
  | 'search'
  | 'folders'
  | 'change_folders'
  | 'export_conversations'
  | 'import_conversations'
  | 'assistants'
  | 'keep_assistant'
  | 'remove_assistant'
> {
  const here = () => [...world.rows.values()].filter(({ id }) => !world.deleted.has(id));

  const folders = (): FolderRow[] =>
    world.folders.map(({ id, name }) => ({ id, name, conversations: here().filter(({ folder }) => folder === id).length }));

  function changeFolders(change: FolderChange): FolderRow[] {
    if (change.kind === 'add' && !world.folders.some(({ name }) => name === change.name))
      world.folders.push({ id: world.id(), name: change.name, conversations: 0 });
    if (change.kind === 'rename') world.folders.find(({ id }) => id === change.id)!.name = change.name;
    if (change.kind === 'remove') {
      world.folders = world.folders.filter(({ id }) => id !== change.id);
      for (const row of world.rows.values()) if (row.folder === change.id) row.folder = null;
    }
    return folders();
  }

  function bringIn(): { conversations: number; messages: number; known: number; unreadable: number } {
    const before = world.messages.size;
    const told = (world.language === 'fr' ? french : english).slice(-3);
    for (const story of told) tellStory(world, { ...story, days: story.days + 60 });
    return { conversations: told.length, messages: world.messages.size - before, known: 2, unreadable: 1 };
  }

  /** Those of the program come in the language of the window. */
  const assistants = (): Assistant[] => [...world.assistants, ...builtIn(world.settings.language ?? world.language)];

  function keep(assistant: Assistant): Assistant[] {
    const kept = { ...assistant, id: assistant.id || `own-${world.id()}`, built_in: false };
    const place = world.assistants.findIndex(({ id }) => id === kept.id);
    if (place < 0) world.assistants.push(kept);
    else world.assistants[place] = kept;
    return assistants();
  }

  return {
    conversations: ({ folder, pinned, after, count }) =>
      here()
        .filter((row) => row.pinned === pinned && (folder === null || row.folder === folder))
        .sort((a, b) => b.updated - a.updated || b.id - a.id)
        .filter((row) => after === null || row.updated < after[0] || (row.updated === after[0] && row.id < after[1]))
        .slice(0, count),
    conversation: (id) => world.thread(id),
    show_branch: (message) => world.thread(world.show(message)),
    change_conversation: ({ id, change }) => {
      const row = world.rows.get(id);
      if (!row) throw world.gone();
      if (change.kind === 'rename') row.title = change.title;
      if (change.kind === 'pin') row.pinned = change.pinned;
      if (change.kind === 'file') row.folder = change.folder;
      if (change.kind === 'assistant') row.assistant = change.id;
      if (change.kind === 'effort') row.effort = change.effort;
      world.tell({ kind: 'conversation', row });
      return { ...row };
    },
    delete_conversations: (ids) => (ids.forEach((id) => world.deleted.add(id)), null),
    undelete_conversations: (ids) => (ids.forEach((id) => world.deleted.delete(id)), null),
    keep_draft: ({ conversation, text }) => (world.drafts.set(conversation, text), null),
    search: (words) => search(world, words),
    folders,
    change_folders: changeFolders,
    export_conversations: ({ ids, format }) => ({
      file: `Documents\\Domicile.${ENDINGS[format]}`,
      conversations: ids?.length ?? here().length,
    }),
    import_conversations: bringIn,
    assistants,
    keep_assistant: keep,
    remove_assistant: (id) => {
      world.assistants = world.assistants.filter((assistant) => assistant.id !== id);
      return assistants();
    },
  };
}
