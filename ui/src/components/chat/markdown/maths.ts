/** Formulas in a text, and how they are drawn. */

import DOMPurify from 'dompurify';
import type { TokenizerAndRendererExtension, Tokens } from 'marked';

/** A formula: on a line of its own, or in a sentence. */
export interface Formula extends Tokens.Generic {
  type: 'formula' | 'formulaInline';
  /** In the notation of TeX. */
  text: string;
  /** Whether all of it is here. */
  whole: boolean;
}

const formula: TokenizerAndRendererExtension = {
  name: 'formula',
  level: 'block',
  start: (source) => source.match(/^[ \t]*(?:\$\$|\\\[)/m)?.index,
  tokenizer(source) {
    const begin = /^ {0,3}(\$\$|\\\[)/.exec(source);
    if (!begin) return undefined;
    const close = begin[1] === '$$' ? '$$' : '\\]';
    const end = source.indexOf(close, begin[0].length);
    // Only the end of the line may follow: otherwise it is a part of a sentence.
    const after = end < 0 ? null : /^[ \t]*[.,;]?[ \t]*(?:\n|$)/.exec(source.slice(end + close.length));
    if (end >= 0 && !after) return undefined;
    // One that is never closed does not swallow what comes after an empty line.
    const stop = end >= 0 ? end : emptyLine(source);
    const raw = source.slice(0, end >= 0 ? end + close.length + after![0].length : stop);
    return { type: 'formula', raw, text: source.slice(begin[0].length, stop).trim(), whole: end >= 0 };
  },
};

const IN_A_SENTENCE = [
  /^\\\(([^\n]+?)\\\)/,
  /^\$\$([^$\n]+?)\$\$/,
  // Not between two prices: a formula touches its signs, and no digit follows.
  /^\$(?![\s\d]+\s)([^\s$](?:[^$\n]*?[^\s$\\])?)\$(?!\d)/,
  /^\\\[([^\n]+?)\\\]/,
];

const formulaInline: TokenizerAndRendererExtension = {
  name: 'formulaInline',
  level: 'inline',
  start: (source) => source.match(/\$|\\[([]/)?.index,
  tokenizer(source) {
    for (const sign of IN_A_SENTENCE) {
      const found = sign.exec(source);
      if (found) return { type: 'formulaInline', raw: found[0], text: found[1]!.trim(), whole: true };
    }
    return undefined;
  },
};

export const maths = [formula, formulaInline];

function emptyLine(source: string): number {
  const at = source.search(/\n[ \t]*\n/);
  return at < 0 ? source.length : at;
}

/** A formula as the browser draws it, `null` where it is none that can be read. Its notation is kept for nobody to see. */
export async function draw(text: string, alone: boolean): Promise<string | null> {
  const { default: katex } = await import('katex');
  try {
    const drawn = katex.renderToString(text, {
      displayMode: alone,
      output: 'mathml',
      throwOnError: true,
      strict: 'ignore',
      trust: false,
      maxExpand: 200,
      maxSize: 20,
    });
    return DOMPurify.sanitize(drawn, {
      USE_PROFILES: { mathMl: true },
      ADD_TAGS: ['semantics'],
      FORBID_CONTENTS: ['annotation', 'annotation-xml', 'script', 'style'],
      FORBID_ATTR: ['style', 'href', 'id', 'name', 'class'],
    });
  } catch {
    return null;
  }
}
