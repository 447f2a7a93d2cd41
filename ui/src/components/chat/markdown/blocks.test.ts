import { describe, expect, it } from 'vitest';
import { Blocks } from './blocks';

const ALL = `# Title

A *word*, a \`code\` and **more**
on two lines.

### Deep
- one
- two

  still two
  - inner

\`\`\`python
def f():

    return 1
\`\`\`

| a | b |
|---|:-:|
| 1 | 2 |

> said
> twice

$$
x^2
$$

1. first

2. second

The end.
The end.

The end.
`;
const shape = (source: string, open: boolean, reader = new Blocks()) => reader.read(source, open).map(({ token }) => token.raw.trim());

describe('blocks', () => {
  it('come out the same however the text arrives', () => {
    const reader = new Blocks();
    for (let end = 1; end <= ALL.length; end += 1) reader.read(ALL.slice(0, end), true);
    expect(shape(ALL, true, reader)).toEqual(shape(ALL, false));
  });

  it('stay the same objects once they are settled', () => {
    const reader = new Blocks();
    const before = reader.read(ALL, true);
    const after = reader.read(`${ALL}\nMore`, true);
    const same = before.filter((block, place) => block === after[place]).length;
    expect(same).toBe(before.length - 2);
  });

  it('give headings without a gap between their levels', () => {
    const levels = new Blocks().read('### a\n\n# b\n\n#### c\n\n## d', false).map(({ level }) => level);
    expect(levels).toEqual([2, 2, 3, 3]);
  });

  it('begin anew when the text is another one', () => {
    const reader = new Blocks();
    reader.read('one\n\ntwo\n\nthree\n\nfour', true);
    expect(shape('a\n\nb\n\nc', true, reader)).toEqual(['a', 'b', 'c']);
  });

  it.each([
    ['quotes', '>'.repeat(3000)],
    ['lists', '- '.repeat(3000)],
    ['lists, each in the one before', Array.from({ length: 400 }, (_, depth) => `${'  '.repeat(depth)}- a`).join('\n')],
    ['brackets', '['.repeat(20_000)],
    ['emphasis', '**a_'.repeat(5000)],
    ['emphasis on many lines', '**a_\n'.repeat(5000)],
    ['emphasis on many quoted lines', '> **a_\n'.repeat(5000)],
    ['emphasis on many lines that are no table', '|**a_\n'.repeat(5000)],
    ['angles', '<a '.repeat(10_000)],
    ['ticks', '`'.repeat(5000)],
    ['dollars', '$a '.repeat(5000)],
    ['openings of formulas', '\\[\n'.repeat(5000)],
    ['tables', '|a'.repeat(5000)],
    ['a list that was nearly too deep', `${'- '.repeat(23)}${' '.repeat(2000)}x`],
  ])('are not held up by endless %s', (_, source) => {
    const began = performance.now();
    const blocks = new Blocks().read(source, true);
    new Blocks().read(source, false);
    expect(performance.now() - began).toBeLessThan(1500);
    expect(blocks.length).toBeGreaterThan(0);
  });
});

describe('what is not finished', () => {
  const last = (source: string) => new Blocks().read(source, true).at(-1)!;

  it.each([
    ['| Name | Age', 'table'],
    ['| Name | Age |\n|-', 'table'],
    ['```js\nlet a', 'code'],
    ['$$\nx^', 'formula'],
    ['\\[ x^', 'formula'],
  ])('is shown calmly: %j', (source, type) => {
    expect(last(source).token.type).toBe(type);
    expect(last(source).open).toBe(true);
  });

  it.each([
    ['so **very', 'strong'],
    ['so *very', 'em'],
    ['so `very', 'codespan'],
    ['so ***', 'text'],
    ['so **', 'text'],
    ['so *', 'text'],
    ['see [the site](https://a.b', 'text'],
  ])('is closed in a sentence: %j', (source, type) => {
    const { token } = last(source);
    const inner = 'tokens' in token ? token.tokens! : [];
    expect(inner.at(-1)!.type).toBe(type);
    expect(inner.map((inner) => ('text' in inner ? inner.text : '')).join('')).not.toMatch(/[*`[]/);
  });
});
