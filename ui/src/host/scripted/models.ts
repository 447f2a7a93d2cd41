/** Models and downloads of a scripted program. */

import type { ModelRow, ModelTask, TaskOutcome, TaskProgress } from '../../bindings/commands';
import type { Answers } from './answers';
import { catalog, COMPUTERS } from './catalog';
import { ScriptedDownloads } from './downloads';
import type { Script } from './script';
import type { World } from './world';

export function models(
  world: World,
  script: Script,
): Answers<'recommendation' | 'models' | 'use_model' | 'model_task' | 'downloads' | 'change_downloads'> {
  const computer = COMPUTERS[script.computer ?? 'laptop'];
  const downloads = new ScriptedDownloads(world, script);
  const wait = (steps: number) => new Promise((resolve) => setTimeout(resolve, script.pace * steps));

  if (world.models.length === 0) world.models = catalog(world.language, computer);
  const row = (id: string) => world.models.find((model) => model.id === id);
  const present = script.model === undefined ? undefined : row(script.model);
  if (present) present.state = 'ready';

  /** As the list shows it now: in the language of now. */
  function listed(): ModelRow[] {
    const said = new Map(catalog(world.language, computer).map(({ id, summary }) => [id, summary]));
    return world.models.map((model) => ({
      ...model,
      summary: said.get(model.id) ?? null,
      current: !world.model.starter && world.model.name === model.id,
    }));
  }

  async function load(): Promise<void> {
    const model = world.model;
    if (!model.starter) {
      for (let step = 0; step < 20 && world.model === model; step += 1) {
        world.tell({ kind: 'model', model, phase: { kind: 'loading', share: step / 20 } });
        await wait(2);
      }
    }
    if (world.model === model) world.tell({ kind: 'model', model, phase: { kind: 'ready', partly_on_processor: false } });
  }

  /** A model that comes from elsewhere than the hub. */
  function bring(id: string): string {
    const known = row(id);
    if (known) known.state = 'ready';
    else {
      world.models.push({
        id,
        title: id,
        summary: null,
        maker: null,
        licence: null,
        good_at: [],
        languages: [],
        state: 'unknown',
        current: false,
        recommended: false,
        bytes: 4_100_000_000,
        total: null,
        runnable: true,
        gated: false,
        prospect: null,
        variants: [],
      });
    }
    return id;
  }

  function finish({ work }: ModelTask): TaskOutcome {
    const done = { kind: 'done', id: null, freed: null, folder: null } as const;
    const stick = world.language === 'fr' ? 'E:\\Modèles' : 'E:\\Models';
    switch (work.kind) {
      case 'verify':
        return script.damaged ? { kind: 'damaged', files: 2 } : { ...done, id: work.id };
      case 'repair':
        script.damaged = false;
        return { ...done, id: work.id };
      case 'export':
        return { ...done, id: work.id, folder: stick };
      case 'import_folder':
        return { ...done, id: bring('phi-4-mini') };
      case 'import_file':
        return { ...done, id: bring('tiny-aya-water-q4_k_m') };
      case 'import_dropped':
        return { ...done, id: bring('qwen3-4b') };
      case 'move':
        world.settings = { ...world.settings, models_folder: stick };
        return { ...done, folder: stick };
      case 'remove': {
        const model = row(work.id);
        const freed = model?.bytes ?? 0;
        if (model) Object.assign(model, { state: 'available', bytes: model.total ?? model.bytes, total: null });
        if (world.model.name === work.id) {
          world.model = { name: 'starter', starter: true };
          void load();
        }
        return { ...done, freed };
      }
    }
  }

  async function perform(task: ModelTask, report: (progress: TaskProgress) => void): Promise<TaskOutcome> {
    const total = ('id' in task.work ? row(task.work.id)?.bytes : null) ?? 4_000_000_000;
    // Nothing is read to remove something.
    for (let step = 0; step < 40 && task.work.kind !== 'remove'; step += 1) {
      report({ done: (total * step) / 40, total });
      await wait(2);
      if (world.stopped.has(task.turn)) throw { code: 'stopped', facts: {}, detail: 'scripted: stopped' };
    }
    const outcome = finish(task);
    world.tell({ kind: 'models' });
    return outcome;
  }

  return {
    recommendation: async () => {
      await wait(40);
      const model = listed().find(({ id }) => id === 'gpt-oss-20b');
      if (!model?.prospect) return null;
      const { processor, memory, cards, disk_free } = computer;
      const { title, bytes, prospect } = model;
      return { prospect, title, bytes, seconds: null, computer: { processor, memory, cards, disk_free } };
    },
    models: () => listed(),
    use_model: (id) => {
      if (id !== null && !row(id)) throw { code: 'model_not_found', facts: { model: id }, detail: 'scripted: there is none' };
      world.model = id === null ? { name: 'starter', starter: true } : { name: id, starter: false };
      void load();
      return world.model;
    },
    model_task: perform,
    downloads: () => world.downloads,
    change_downloads: (request) => downloads.change(request),
  };
}
