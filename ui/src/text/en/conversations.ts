import type { Exported, ExportFormat, Imported } from '../../bindings/commands';
import { counted } from '../../format';

const conversationsOf = (count: number) => counted(count, 'en', { one: 'conversation', other: 'conversations' });

export const conversations = {
  title: 'Conversations',
  pinned: 'Pinned',
  empty: 'Your conversations will be found here. They stay on this computer.',
  emptyFolder: 'Nothing in this folder yet. You can move conversations into it.',
  untitled: 'Without a title',
  /** What can be done with all of them. */
  all: {
    menu: 'More about conversations',
    several: 'Choose several',
    newFolder: 'New folder',
    import: 'Bring conversations in',
    export: 'Save all of them to a file',
  },
  /** What can be done with one of them. */
  one: {
    menu: (title: string) => `More about “${title}”`,
    rename: 'Rename',
    newTitle: 'New title',
    pin: 'Keep at the top',
    unpin: 'Keep at the top no longer',
    move: 'Move to a folder',
    export: 'Save to a file',
    link: 'Copy the link to it',
    linked: 'The link is copied. It opens this conversation, on this computer.',
    delete: 'Delete',
  },
  several: {
    chosen: (count: number) => counted(count, 'en', { one: 'chosen', other: 'chosen' }),
    choose: (title: string) => `Choose “${title}”`,
    move: 'Move',
    save: 'Save',
    delete: 'Delete',
    done: 'Done',
  },
  deleted: (count: number) => (count === 1 ? 'Conversation deleted' : `${conversationsOf(count)} deleted`),
  moved: (count: number, folder: string | null) =>
    `${count === 1 ? 'Conversation' : conversationsOf(count)} ${folder === null ? 'taken out of the folder' : `moved to “${folder}”`}`,
  folders: {
    title: 'Folders',
    all: 'All',
    rename: (name: string) => `Rename the folder “${name}”`,
    remove: (name: string) => `Remove the folder “${name}”`,
    stays: 'Its conversations stay',
    removed: (name: string) => `The folder “${name}” is gone; its conversations are still here`,
    newTitle: 'New folder',
    renameTitle: 'Rename the folder',
    name: 'Name of the folder',
    taken: 'There is a folder of this name already.',
    add: 'Add',
    keep: 'Rename',
  },
  move: {
    title: (count: number) => (count === 1 ? 'Where should this conversation go?' : `Where should ${conversationsOf(count)} go?`),
    none: 'In no folder',
    fresh: 'In a new folder',
    move: 'Move',
  },
  search: {
    label: 'Search the conversations',
    placeholder: 'Search',
    leave: 'Leave the search',
    hits: 'What was found',
    looking: 'Looking…',
    found: (count: number) => `Found in ${conversationsOf(count)}`,
    none: (words: string) => `Nothing was found for “${words}”. Another word, or only its beginning, may help.`,
  },
  export: {
    title: (count: number | null) =>
      count === null ? 'Save all conversations' : count === 1 ? 'Save this conversation' : `Save ${conversationsOf(count)}`,
    ask: 'In which form?',
    formats: {
      markdown: { name: 'Text', about: 'To read anywhere, or to go on writing (Markdown).' },
      page: { name: 'Page', about: 'To print or to send: it opens in any browser.' },
      json: { name: 'Domicile’s own file', about: 'With everything in it, to bring it back in here or on another computer.' },
    } satisfies Record<ExportFormat, { name: string; about: string }>,
    save: 'Choose where…',
    done: ({ file, conversations: count }: Exported) =>
      `${count === 1 ? 'The conversation is' : `${conversationsOf(count)} are`} in ${file}`,
  },
  import: {
    title: 'Bring conversations in',
    about:
      'Domicile reads the file that it saves itself, and the archive that ChatGPT sends to those who ask for their data. Nothing that is here is replaced: what comes stands beside it.',
    choose: 'Choose the file…',
    reading: 'Reading the file…',
    done: ({ conversations: count, messages, known, unreadable }: Imported) =>
      [
        count > 0
          ? `${conversationsOf(count)} came, with ${counted(messages, 'en', { one: 'message', other: 'messages' })}.`
          : 'Nothing new came.',
        known > 0 && `${counted(known, 'en', { one: 'was', other: 'were' })} here already.`,
        unreadable > 0 && `${counted(unreadable, 'en', { one: 'conversation', other: 'conversations' })} could not be read.`,
      ]
        .filter(Boolean)
        .join(' '),
  },
};
