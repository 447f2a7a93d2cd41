/** Downloads of a scripted program: they take their time, wait and fail as they are told to. */

import type { DownloadCard, DownloadRequest, DownloadState, ModelRow } from '../../bindings/commands';
import type { Script } from './script';
import type { World } from './world';

/** Bytes per second that this line pretends to have. */
const LINE = 18_000_000;
/** Steps from the first byte to the last. */
const STEPS = 60;

export class ScriptedDownloads {
  #world: World;
  #script: Script;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(world: World, script: Script) {
    this.#world = world;
    this.#script = script;
  }

  change({ name, change }: DownloadRequest): DownloadCard[] {
    const world = this.#world;
    // The name of a repository is in its address.
    const plain = name.replace(/^https?:\/\/[^/]+\//, '');
    if (change === 'start' && plain.includes('missing')) {
      throw { code: 'repository_not_found', facts: { model: plain }, detail: 'scripted: there is none' };
    }
    const model = plain.split(':')[0]!.split('/').at(-1)!.toLowerCase();
    const known = world.downloads.find((download) => download.model === model);
    if (change === 'start') {
      if (known) known.state = { kind: 'waiting' };
      else world.downloads.push({ name, model, state: { kind: 'waiting' } });
    } else if (known && change === 'pause') {
      known.state = { kind: 'paused' };
    } else if (known && change === 'first') {
      const others = world.downloads.filter((download) => download !== known);
      for (const other of others) if (other.state.kind === 'running') other.state = { kind: 'waiting' };
      world.downloads = [known, ...others];
    } else if (change === 'give_up') {
      world.downloads = world.downloads.filter((download) => download !== known);
      this.#become(model, { state: 'available', total: null });
    }
    this.#told();
    return world.downloads;
  }

  #told(): void {
    this.#world.tell({ kind: 'downloads', downloads: this.#world.downloads });
    this.#world.tell({ kind: 'models' });
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#step(), this.#script.pace * 4);
  }

  #row(model: string): ModelRow | undefined {
    return this.#world.models.find(({ id }) => id === model);
  }

  #become(model: string, changes: Partial<ModelRow>): void {
    const row = this.#row(model);
    if (!row) return;
    const whole = row.total ?? row.bytes;
    Object.assign(row, { bytes: whole }, changes);
  }

  /** One step of the first that can go on. */
  #step(): void {
    const world = this.#world;
    const download = world.downloads.find(({ state }) => ['waiting', 'beginning', 'running'].includes(state.kind));
    if (!download) return;
    const before = download.state.kind;
    download.state = this.#next(download);
    const { state } = download;
    if (state.kind === 'running' && state.stage === 'ready') {
      world.downloads = world.downloads.filter((other) => other !== download);
      this.#become(download.model, { state: 'ready', total: null });
    }
    world.tell({ kind: 'downloads', downloads: world.downloads });
    if (state.kind !== before || (state.kind === 'running' && state.stage === 'ready')) world.tell({ kind: 'models' });
    this.#timer = setTimeout(() => this.#step(), this.#script.pace);
  }

  #next({ model, state }: DownloadCard): DownloadState {
    const row = this.#row(model);
    const total = row?.total ?? row?.bytes ?? 3_000_000_000;
    const come = row?.state === 'partial' ? (row.bytes ?? 0) : 0;
    if (state.kind === 'waiting') return { kind: 'beginning' };
    const running = { kind: 'running', received: come, total, speed: null, seconds_left: null, waiting: null } as const;
    if (state.kind !== 'running') return { ...running, stage: 'listing' };
    if (state.stage === 'checking') return { ...running, received: total, stage: 'ready' };

    const { offline, download_limit } = this.#world.settings;
    if (offline) return { ...running, stage: 'fetching', received: state.received, waiting: 'switched_off' };
    const { download, wait } = this.#script;
    const { metered } = this.#world.settings;
    if (state.received > total / 3) {
      if (wait) return { ...running, stage: 'fetching', received: state.received, waiting: wait };
      if (download === 'outside_hours') return { kind: download };
      if (download === 'metered') {
        if (!metered) return { kind: download };
      } else if (download) {
        const facts = { model, needed: total - state.received, available: 1_200_000_000, host: 'huggingface.co' };
        return { kind: 'failed', problem: { code: download, facts, detail: `scripted: ${download}` } };
      }
    }
    const speed = Math.min(LINE, download_limit ?? LINE);
    const received = Math.min(total, state.received + (total / STEPS) * (speed / LINE));
    if (row) Object.assign(row, { state: 'partial', bytes: received, total });
    if (received === total) return { ...running, stage: 'checking', received };
    return { ...running, stage: 'fetching', received, speed, seconds_left: (total - received) / speed };
  }
}
