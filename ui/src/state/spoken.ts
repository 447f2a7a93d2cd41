/** What a model writes, as it is said aloud. */

/** Code is not read out: its place is named. */
export function spoken(markdown: string, code: string): string {
  return markdown
    .replace(/^ {0,3}(`{3,}|~{3,})[^\n]*\n[\s\S]*?(?:^ {0,3}\1[^\n]*$|$(?![\s\S]))/gm, `${code}.`)
    .replace(/^\s*\|?[\s:|-]*\|[\s:|-]*$/gm, '')
    .replace(/!?\[([^\]\n]*)\]\([^)\n]*\)/g, '$1')
    .replace(/https?:\/\/([^\s/)]+)\S*/g, '$1')
    .replace(/^\s{0,3}(?:#{1,6}|>+|[-*+](?= )|[-*_]{3,}\s*$)\s*/gm, '')
    .replace(/\*\*|__|~~|`|(?<!\w)[*_](?=\S)|(?<=\S)[*_](?!\w)/g, '')
    .replace(/\s*\|\s*/g, ', ')
    .replace(/<\/?[a-z][^>\n]*>/gi, ' ')
    .replace(/[ \t]+/g, ' ')
    .replace(/\s*\n\s*/g, '\n')
    .trim();
}

/** Where the last sentence ends that is whole, in a text that is being written. Code counts as one, when it is. */
export function wholeUntil(text: string): number {
  const fences = [...text.matchAll(/^ {0,3}(?:`{3,}|~{3,})/gm)];
  const limit = fences.length % 2 === 1 ? fences.at(-1)!.index : text.length;
  const ends = [...text.slice(0, limit).matchAll(/[.!?…](?=["»”’)\]*_]*\s)["»”’)\]*_]*|\n\n|:\n/g)];
  const last = ends.at(-1);
  return last ? last.index + last[0].length : 0;
}

/** Pieces that a voice says in one breath: some of them fall silent in the middle of longer ones. */
export function breaths(text: string): string[] {
  const pieces: string[] = [];
  for (const sentence of text.match(/[^.!?…\n]+[.!?…]*["»”’)]*|\n+/g) ?? []) {
    const said = sentence.trim();
    if (said === '') continue;
    const last = pieces.at(-1);
    if (last !== undefined && last.length + said.length < 160) pieces[pieces.length - 1] = `${last} ${said}`;
    else pieces.push(said);
  }
  return pieces;
}

const SMALL_WORDS = {
  fr: /\b(?:le|la|les|des|une?|est|et|que|qui|dans|pour|vous|nous|avec|sur|pas|sont|cette|ce|il|elle|au|du)\b/gi,
  en: /\b(?:the|and|of|is|are|to|that|you|for|with|it|this|not|in|on|be|or|as|have|can)\b/gi,
  de: /\b(?:der|die|das|und|ist|nicht|ein|eine|zu|mit|den|von|sie|es|auf|für|wie|auch|im|dem)\b/gi,
  es: /\b(?:el|los|las|una?|es|y|que|de|para|con|por|no|del|se|su|como|más|al|lo|está)\b/gi,
  it: /\b(?:il|gli|una?|è|e|che|di|per|con|non|del|della|si|sono|come|più|al|lo|nel|anche)\b/gi,
};

/** The language of a text, by its small words; `otherwise` where they do not say. */
export function languageOf(text: string, otherwise: string): string {
  const start = text.slice(0, 2000);
  const counted = Object.entries(SMALL_WORDS).map(([language, words]) => [language, start.match(words)?.length ?? 0] as const);
  const [first, second] = counted.sort((a, b) => b[1] - a[1]);
  return first && first[1] > 2 && first[1] > (second?.[1] ?? 0) * 1.3 ? first[0] : otherwise;
}
