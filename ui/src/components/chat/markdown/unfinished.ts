/** The end of a text that is being written, with what was begun in it brought to an end, so that nothing flickers. */

/** A link or a picture of which only the beginning is here. */
const HALF_LINK = /(?<!\\)!?\[([^\][\n]*)(?:\]\([^)\s]*)?$/;
const FENCE = /^ {0,3}(`{3,}|~{3,})/;

export function finished(tail: string): string {
  const lines = tail.split('\n');
  // Inside of code everything is meant as it stands.
  if (insideFence(lines)) return tail;
  const last = lines.at(-1)!;
  const above = lines.at(-2) ?? '';

  // A table is one from its first line on, and not only once the line under its head is here.
  const begins = (line: string) => line.trimStart().startsWith('|');
  const head = (lines.at(-3) ?? '').trim() === '';
  if (begins(last) && !begins(above)) return `${tail}${last.trimEnd().endsWith('|') ? '' : ' |'}\n${rule(last)}`;
  if (begins(above) && head && /^[\s|:-]*$/.test(last)) return [...lines.slice(0, -1), rule(above)].join('\n');

  // The three signs of a fence, or of a line, as they come.
  if (/^ {0,3}(?:`{1,2}|~{1,2}|[-*_=]{1,2}|#{1,6}|\d{1,3}[.)]?)$/.test(last)) return lines.slice(0, -1).join('\n');
  return lines.slice(0, -1).concat(closed(last.replace(HALF_LINK, '$1'))).join('\n');
}

function insideFence(lines: string[]): boolean {
  let open: string | null = null;
  for (const line of lines) {
    const fence = FENCE.exec(line)?.[1];
    if (fence === undefined) continue;
    if (open === null) open = fence;
    else if (fence[0] === open[0] && fence.length >= open.length && line.trim() === fence) open = null;
  }
  return open !== null;
}

/** The line under the head of a table with as many columns. */
function rule(head: string): string {
  const columns = head.trim().replace(/^\||\|$/g, '').split(/(?<!\\)\|/).length;
  return `|${' --- |'.repeat(columns)}`;
}

/** A line with its emphasis and its code closed. */
function closed(line: string): string {
  const ticks = line.split('`').length - 1;
  if (ticks % 2 === 1) return line.endsWith('`') ? line.slice(0, -1) : `${line}\``;
  // What stands in code is no sign.
  const prose = line.replace(/`[^`]*`/g, '').replace(/\\./g, '').replace(/^\s*[*+-]\s/, '');
  let end = '';
  const strong = prose.split('**').length - 1;
  const single = prose.replace(/\*\*/g, '').split('*').length - 1;
  if (single % 2 === 1) end += '*';
  if (strong % 2 === 1) end += '**';
  if (end === '') return line;
  // Signs after which there is nothing yet are not shown at all.
  const bare = line.replace(/\*+$/, '');
  if (bare !== line) return bare === line.slice(0, -1) && strong % 2 === 1 ? `${bare}**` : closed(bare);
  return line.trimEnd() + end;
}
