/** The list of models as it is shown: which of them stand together, and which one is looked for. */

import type { DownloadCard, ModelRow, Room, Strength } from '../bindings/commands';

export type Group = 'coming' | 'here' | 'recommended' | 'others' | 'later';

/** A model on its way that the list of models does not know yet has no row. */
export interface Shown {
  id: string;
  row: ModelRow | null;
  download: DownloadCard | null;
}

const ROOMS: Room[] = ['enough', 'after_closing', 'scarce', 'unknown', 'too_little'];

function group(row: ModelRow | null, download: DownloadCard | null): Group {
  if (download || !row || row.state === 'partial') return 'coming';
  if (row.state !== 'available') return 'here';
  if (row.runnable === false) return 'later';
  return row.recommended ? 'recommended' : 'others';
}

/** All of them by group; what this computer runs best comes first among the others. */
export function grouped(rows: ModelRow[], downloads: DownloadCard[]): Record<Group, Shown[]> {
  const groups: Record<Group, Shown[]> = { coming: [], here: [], recommended: [], others: [], later: [] };
  const known = new Map(rows.map((row) => [row.id, row]));
  // In the order in which they are fetched.
  for (const download of downloads) {
    groups.coming.push({ id: download.model, row: known.get(download.model) ?? null, download });
  }
  for (const row of rows) {
    if (downloads.some(({ model }) => model === row.id)) continue;
    groups[group(row, null)].push({ id: row.id, row, download: null });
  }
  const room = ({ row }: Shown) => ROOMS.indexOf(row?.prospect?.room ?? 'unknown');
  groups.others.sort((one, other) => room(one) - room(other));
  return groups;
}

const plain = (text: string) =>
  text
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .toLowerCase();

/** Whether every word that is looked for is in the name of a model, its maker, or what it is good at. */
export function matches({ id, row }: Shown, search: string, strengths: Record<Strength, string>): boolean {
  const said = plain([id, row?.title ?? '', row?.maker ?? '', ...(row?.good_at ?? []).map((it) => strengths[it])].join(' '));
  return plain(search)
    .split(/\s+/)
    .every((word) => said.includes(word));
}

/** How far a download is, 0 to 1; `null` while nobody knows. */
export function share({ row, download }: Shown): number | null {
  const state = download?.state;
  if (state?.kind === 'running' && state.stage !== 'listing' && state.total > 0) return state.received / state.total;
  return row?.state === 'partial' && row.bytes !== null && row.total ? row.bytes / row.total : null;
}

/** Bytes that have come. */
export function received({ row, download }: Shown): number | null {
  const state = download?.state;
  return state?.kind === 'running' ? state.received : row?.state === 'partial' ? row.bytes : null;
}

/** Where terms are accepted. The list does not say which page a model comes from; the hub finds it by its name. */
export function termsPage(title: string, hub: string | null): string {
  const page = new URL('/models', hub ?? 'https://huggingface.co');
  page.searchParams.set('search', title);
  return page.href;
}
