/**
 * What a model writes, as a tree of blocks. Only the end of a text that grows is read anew: what stands before its last
 * block cannot change any more, and stays the very same object, so that it is not drawn again either.
 */

import { Marked, type Token, type Tokens } from 'marked';
import { maths } from './maths';
import { finished } from './unfinished';

export interface Block {
  token: Token;
  /** Of a heading: from 2 downwards, each at most one below the one before. */
  level: number;
  /** Whether something may still be written in it. */
  open: boolean;
}

const marked = new Marked({ gfm: true, extensions: [...maths] });

/** Between two of these, a reader of Markdown looks for pairs of signs; with too many of them it looks for very long. */
const PIECES = /\n\s*\n|\n(?=\s*(?:[-*+]|#{1,6}|\d+[.)])\s)/;
const SIGNS = /[*_[\]<$~`!\\]/g;
const MOST_SIGNS = 1500;
/** Levels of quotes and lists at the beginning of one line, or before it. */
const DEEP = /^[ \t]*(?:(?:>|[-*+][ \t]|\d{1,9}[.)][ \t])[ \t]*){24}|^[ \t]{100,}(?:[-*+]|\d{1,9}[.)])[ \t]/m;

function endless(source: string): boolean {
  if (DEEP.test(source)) return true;
  if (source.length < MOST_SIGNS) return false;
  return source.split(PIECES).some((piece) => (piece.match(SIGNS)?.length ?? 0) > MOST_SIGNS);
}

/** A text that is shown as it is. */
function plain(source: string): Token {
  const text: Tokens.Text = { type: 'text', raw: source, text: source, escaped: true };
  return { type: 'paragraph', raw: source, text: source, tokens: [text] };
}

/** All of a text in pieces, those that are not shown too. */
function parse(source: string): Token[] {
  if (endless(source)) return [plain(source)];
  try {
    return marked.lexer(source);
  } catch {
    // Nested deeper than anybody means it.
    return [plain(source)];
  }
}

export class Blocks {
  /** Those that cannot change any more, and where they end. */
  #settled: Block[] = [];
  #end = 0;
  #source = '';
  #depths: number[] = [];

  /** The blocks of a text, which may be longer than the last time; `open` while it is being written. */
  read(written: string, open: boolean): Block[] {
    // As the reader of Markdown does it, so that lengths agree.
    const source = written.replace(/\r\n|\r/g, '\n');
    // References that come after their use are only known at the end, so then all of it is read once.
    if (!open || !source.startsWith(this.#source)) this.#forget();
    if (!open) return this.#blocks(parse(source), this.#depths);
    this.#source = source;

    const rest = source.slice(this.#end);
    const tokens = parse(rest);
    // The last one goes on, and the one before may turn out to be a part of it.
    const shown = tokens.filter(isShown);
    const settling = shown.length > 2 ? tokens.slice(0, tokens.indexOf(shown.at(-2)!)) : [];
    if (settling.length > 0) {
      this.#settled = [...this.#settled, ...this.#blocks(settling, this.#depths)];
      this.#end += settling.reduce((length, { raw }) => length + raw.length, 0);
    }
    const tail = source.slice(this.#end);
    const last = this.#blocks(parse(finished(tail)), [...this.#depths]);
    const end = last.at(-1);
    if (end) end.open = true;
    return [...this.#settled, ...last];
  }

  #blocks(tokens: Token[], depths: number[]): Block[] {
    return tokens.filter(isShown).map((token) => ({ token, level: token.type === 'heading' ? levelOf(token.depth, depths) : 0, open: false }));
  }

  #forget(): void {
    this.#settled = [];
    this.#end = 0;
    this.#source = '';
    this.#depths = [];
  }
}

/** Models begin with any depth and leave some out; those who listen to the page must not have to look for what is missing. */
function levelOf(depth: number, depths: number[]): number {
  while (depths.length > 0 && depths.at(-1)! >= depth) depths.pop();
  depths.push(depth);
  return Math.min(depths.length + 1, 6);
}

function isShown({ type }: Token): boolean {
  return type !== 'space' && type !== 'def';
}
