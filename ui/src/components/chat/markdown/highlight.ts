/** Colours for code. The library and each language are fetched when the first code of that kind is shown. */

import DOMPurify from 'dompurify';
import type { HLJSApi, LanguageFn } from 'highlight.js';

type Load = () => Promise<{ default: LanguageFn }>;

const LANGUAGES: Record<string, Load> = {
  bash: () => import('highlight.js/lib/languages/bash'),
  c: () => import('highlight.js/lib/languages/c'),
  cpp: () => import('highlight.js/lib/languages/cpp'),
  csharp: () => import('highlight.js/lib/languages/csharp'),
  css: () => import('highlight.js/lib/languages/css'),
  dart: () => import('highlight.js/lib/languages/dart'),
  diff: () => import('highlight.js/lib/languages/diff'),
  dockerfile: () => import('highlight.js/lib/languages/dockerfile'),
  go: () => import('highlight.js/lib/languages/go'),
  haskell: () => import('highlight.js/lib/languages/haskell'),
  ini: () => import('highlight.js/lib/languages/ini'),
  java: () => import('highlight.js/lib/languages/java'),
  javascript: () => import('highlight.js/lib/languages/javascript'),
  json: () => import('highlight.js/lib/languages/json'),
  kotlin: () => import('highlight.js/lib/languages/kotlin'),
  latex: () => import('highlight.js/lib/languages/latex'),
  lua: () => import('highlight.js/lib/languages/lua'),
  makefile: () => import('highlight.js/lib/languages/makefile'),
  markdown: () => import('highlight.js/lib/languages/markdown'),
  perl: () => import('highlight.js/lib/languages/perl'),
  php: () => import('highlight.js/lib/languages/php'),
  powershell: () => import('highlight.js/lib/languages/powershell'),
  python: () => import('highlight.js/lib/languages/python'),
  r: () => import('highlight.js/lib/languages/r'),
  ruby: () => import('highlight.js/lib/languages/ruby'),
  rust: () => import('highlight.js/lib/languages/rust'),
  sql: () => import('highlight.js/lib/languages/sql'),
  swift: () => import('highlight.js/lib/languages/swift'),
  typescript: () => import('highlight.js/lib/languages/typescript'),
  xml: () => import('highlight.js/lib/languages/xml'),
  yaml: () => import('highlight.js/lib/languages/yaml'),
};

const OTHER_NAMES: Record<string, string> = {
  'c#': 'csharp', 'c++': 'cpp', cs: 'csharp', docker: 'dockerfile', golang: 'go', h: 'c', hpp: 'cpp', hs: 'haskell',
  htm: 'xml', html: 'xml', js: 'javascript', jsx: 'javascript', kt: 'kotlin', make: 'makefile', md: 'markdown',
  mjs: 'javascript', patch: 'diff', pl: 'perl', ps1: 'powershell', py: 'python', rb: 'ruby', rs: 'rust', sh: 'bash',
  shell: 'bash', svelte: 'xml', svg: 'xml', tex: 'latex', toml: 'ini', ts: 'typescript', tsx: 'typescript', vue: 'xml',
  yml: 'yaml', zsh: 'bash',
};

/** What is much longer is no example, and would take a moment at every line. */
const LONGEST = 40_000;

let library: Promise<HLJSApi> | undefined;
const loaded = new Map<string, HLJSApi>();
const loading = new Map<string, Promise<void>>();

function idOf(language: string): string | null {
  const name = language.toLowerCase();
  const id = OTHER_NAMES[name] ?? name;
  return Object.hasOwn(LANGUAGES, id) ? id : null;
}

/** Fetches what a language takes; `false` where it is not known. */
export async function prepare(language: string): Promise<boolean> {
  const id = idOf(language);
  if (id === null) return false;
  library ??= import('highlight.js/lib/core').then((core) => core.default);
  if (!loading.has(id)) {
    const fetched = Promise.all([library, LANGUAGES[id]!()]);
    loading.set(
      id,
      fetched.then(([hljs, { default: grammar }]) => {
        hljs.registerLanguage(id, grammar);
        loaded.set(id, hljs);
      }),
    );
  }
  await loading.get(id);
  return true;
}

/** Code with its colours, of a language that is prepared; `null` otherwise. */
export function highlight(code: string, language: string): string | null {
  const id = idOf(language);
  const hljs = id === null ? undefined : loaded.get(id);
  if (!hljs || code.length > LONGEST) return null;
  const { value } = hljs.highlight(code, { language: id!, ignoreIllegals: true });
  return DOMPurify.sanitize(value, { ALLOWED_TAGS: ['span'], ALLOWED_ATTR: ['class'], ALLOW_DATA_ATTR: false });
}
