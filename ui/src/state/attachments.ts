/** Files that go with a question: texts and code, of a size that a model can read. */

import type { AttachedText } from '../bindings/commands';

export const MOST_FILES = 10;
export const MOST_BYTES = 1_000_000;
/** A text that is pasted and is longer than this might better be a file. */
export const LONG_PASTE = 4000;

export type Refusal = 'not_text' | 'too_large' | 'too_many';

export interface Read {
  texts: AttachedText[];
  refused: [name: string, why: Refusal][];
}

/** Reads files, of which `there` are attached already. */
export async function readFiles(files: Iterable<File>, there: number): Promise<Read> {
  const read: Read = { texts: [], refused: [] };
  for (const file of files) {
    const found = there + read.texts.length >= MOST_FILES ? 'too_many' : await readText(file);
    if (typeof found === 'string') read.refused.push([file.name, found]);
    else read.texts.push(found);
  }
  return read;
}

async function readText(file: File): Promise<AttachedText | Refusal> {
  if (file.size > MOST_BYTES) return 'too_large';
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(await file.arrayBuffer());
    return text.includes('\0') ? 'not_text' : { name: file.name, text };
  } catch {
    return 'not_text';
  }
}

/** Those of some texts for which there is room. */
export function fitting(texts: AttachedText[], there: number): Read {
  const refused: Read['refused'] = [];
  const taken: AttachedText[] = [];
  for (const text of texts) {
    if (there + taken.length >= MOST_FILES) refused.push([text.name, 'too_many']);
    else if (bytesOf(text.text) > MOST_BYTES) refused.push([text.name, 'too_large']);
    else taken.push(text);
  }
  return { texts: taken, refused };
}

export function bytesOf(text: string): number {
  return new TextEncoder().encode(text).length;
}
