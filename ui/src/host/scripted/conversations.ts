/** Conversations, folders and assistants of a scripted program. */

import type { Answers } from './answers';
import type { World } from './world';

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
  return {
    conversations: ({ folder, pinned, after, count }) =>
      [...world.rows.values()]
        .filter((row) => !world.deleted.has(row.id) && row.pinned === pinned && (folder === null || row.folder === folder))
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
    search: () => [],
    folders: () => world.folders,
    change_folders: () => world.folders,
    export_conversations: () => null,
    import_conversations: () => null,
    assistants: () => world.assistants,
    keep_assistant: () => world.assistants,
    remove_assistant: () => world.assistants,
  };
}
