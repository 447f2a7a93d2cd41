/** Models and downloads of a scripted program. */

import type { Answers } from './answers';
import type { World } from './world';

export function models(
  world: World,
): Answers<'recommendation' | 'models' | 'use_model' | 'model_task' | 'downloads' | 'change_downloads'> {
  return {
    recommendation: () => null,
    models: () => world.models,
    use_model: (id) => {
      world.model = id === null ? { name: 'starter', starter: true } : { name: id, starter: false };
      world.tell({ kind: 'model', model: world.model, phase: { kind: 'ready' } });
      return world.model;
    },
    model_task: () => ({ kind: 'nothing' }),
    downloads: () => world.downloads,
    change_downloads: () => world.downloads,
  };
}
