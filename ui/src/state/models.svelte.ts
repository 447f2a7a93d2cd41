/** What takes a while with models. It goes on wherever in the window the person is. */

import type { ModelWork, Problem, TaskOutcome, TaskProgress } from '../bindings/commands';
import { problemOf } from './problems';
import type { Program } from './program.svelte';

export interface Task {
  turn: number;
  work: ModelWork;
  /** Absent until something is known. */
  progress: TaskProgress | null;
  stopping: boolean;
}

export class ModelTasks {
  running = $state<Task[]>([]);
  /** Models whose files are not as they came, and how many files. */
  damaged = $state<Record<string, number>>({});

  #program: Program;

  constructor(program: Program) {
    this.#program = program;
  }

  /** What is being done with this model; without an id, with none in particular. */
  of(id?: string): Task | undefined {
    return this.running.find(({ work }) => ('id' in work ? work.id : undefined) === id);
  }

  /** Does it. `null` where it was stopped or refused; a refusal is shown. */
  async run(work: ModelWork): Promise<TaskOutcome | null> {
    const turn = this.#program.turn();
    this.running.push({ turn, work, progress: null, stopping: false });
    try {
      const outcome = await this.#program.host.call('model_task', { turn, work }, (progress) => {
        const task = this.running.find((task) => task.turn === turn);
        if (task) task.progress = progress;
      });
      this.#note(work, outcome);
      return outcome;
    } catch (error) {
      const problem: Problem = problemOf(error);
      if (problem.code !== 'stopped') this.#program.problem = problem;
      return null;
    } finally {
      this.running = this.running.filter((task) => task.turn !== turn);
      await this.#program.readModels();
    }
  }

  stop(task: Task): void {
    task.stopping = true;
    void this.#program.attempt(() => this.#program.host.call('stop', { turn: task.turn }));
  }

  #note(work: ModelWork, outcome: TaskOutcome): void {
    if (!('id' in work)) return;
    if (outcome.kind === 'damaged') this.damaged[work.id] = outcome.files;
    else if (outcome.kind === 'done' && work.kind !== 'export') delete this.damaged[work.id];
  }
}
