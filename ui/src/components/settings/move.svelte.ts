/** The move of the models to another folder. It goes on while the person is elsewhere in the window. */

import type { TaskProgress } from '../../bindings/commands';
import type { Program } from '../../state/program.svelte';
import { problemOf } from '../../state/problems';

export type MoveOutcome = 'moved' | 'stopped' | 'nothing' | 'failed';

export class Move {
  /** How far it is; absent while nothing moves. */
  progress = $state.raw<TaskProgress | null>(null);

  #program: Program;
  #turn = 0;

  constructor(program: Program) {
    this.#program = program;
  }

  /** Asks where to, and moves. */
  async begin(): Promise<MoveOutcome> {
    const program = this.#program;
    this.#turn = program.turn();
    try {
      const task = { turn: this.#turn, work: { kind: 'move' } } as const;
      const outcome = await program.host.call('model_task', task, (progress) => (this.progress = progress));
      if (outcome.kind !== 'done') return 'nothing';
      if (outcome.folder !== null) program.settings = { ...program.settings, models_folder: outcome.folder };
      return 'moved';
    } catch (error) {
      const problem = problemOf(error);
      if (problem.code === 'stopped') return 'stopped';
      program.problem = problem;
      return 'failed';
    } finally {
      this.progress = null;
    }
  }

  async stop(): Promise<void> {
    await this.#program.attempt(() => this.#program.host.call('stop', { turn: this.#turn }));
  }
}

const moves = new WeakMap<Program, Move>();

/** The one of this program. */
export function moveOf(program: Program): Move {
  const move = moves.get(program) ?? new Move(program);
  moves.set(program, move);
  return move;
}
