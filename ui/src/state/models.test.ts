import { describe, expect, it } from 'vitest';
import type { DownloadCard, DownloadState, ModelRow } from '../bindings/commands';
import { catalog, COMPUTERS } from '../host/scripted/catalog';
import { texts } from '../text';
import { grouped, matches, received, share, termsPage, type Shown } from './models';

const rows = (changes: Record<string, Partial<ModelRow>> = {}) =>
  catalog('fr', COMPUTERS.laptop).map((row) => ({ ...row, ...changes[row.id] }));
const download = (model: string, state: DownloadState = { kind: 'waiting' }): DownloadCard => ({ name: model, model, state });
const ids = (models: Shown[]) => models.map(({ id }) => id);

describe('the groups', () => {
  it('hold each model once, by where it stands', () => {
    const changes = { 'qwen3-4b': { state: 'ready' }, 'phi-4-mini': { state: 'partial' }, 'smollm2-1.7b': { state: 'damaged' } } as const;
    const groups = grouped(rows(changes), [download('llama-3.1-8b')]);
    expect(ids(groups.here)).toEqual(['qwen3-4b', 'smollm2-1.7b']);
    expect(ids(groups.coming)).toEqual(['llama-3.1-8b', 'phi-4-mini']);
    expect(ids(groups.recommended)).toEqual(['gpt-oss-20b']);
    expect(ids(groups.later)).toEqual(['gemma-3-12b', 'mistral-small-24b']);
    expect(Object.values(groups).flat()).toHaveLength(rows().length);
  });

  it('show a download of which the list does not know yet', () => {
    const [coming] = grouped(rows(), [download('somebody/model')]).coming;
    expect(coming).toMatchObject({ id: 'somebody/model', row: null });
  });

  it('put what is too large last', () => {
    expect(ids(grouped(rows(), []).others).at(-1)).toBe('gpt-oss-120b');
  });
});

describe('a search', () => {
  const found = (words: string) => {
    const shown = rows().map((row) => ({ id: row.id, row, download: null }));
    return ids(shown.filter((model) => matches(model, words, texts.fr.models.strengths)));
  };

  it.each([
    ['MISTRAL', ['ministral-8b', 'mistral-small-24b']],
    ['openai 120', ['gpt-oss-120b']],
    ['resumer meta', ['llama-3.1-8b']],
    ['rien de tel', []],
  ])('for %s', (words, expected) => {
    expect(found(words)).toEqual(expected);
  });
});

describe('how far a download is', () => {
  const row = rows({ 'qwen3-4b': { state: 'partial', bytes: 1e9, total: 4e9 } }).find(({ id }) => id === 'qwen3-4b')!;
  const running = { kind: 'running', received: 3e9, total: 4e9, speed: null, seconds_left: null, waiting: null } as const;

  it('is what it says, or else what is on the disk', () => {
    const shown = (state: DownloadState) => ({ id: row.id, row, download: download(row.id, state) });
    expect(share(shown({ ...running, stage: 'fetching' }))).toBe(0.75);
    expect(share(shown({ ...running, stage: 'listing' }))).toBe(0.25);
    expect(share(shown({ kind: 'paused' }))).toBe(0.25);
    expect(received(shown({ kind: 'paused' }))).toBe(1e9);
    expect(share({ id: 'x', row: null, download: download('x') })).toBeNull();
  });
});

it('terms are looked for at the hub, or its mirror', () => {
  expect(termsPage('Llama 3.1 8B', null)).toBe('https://huggingface.co/models?search=Llama+3.1+8B');
  expect(termsPage('X', 'https://mirror.example')).toBe('https://mirror.example/models?search=X');
});
