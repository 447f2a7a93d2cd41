import type { Problem } from '../bindings/commands';

/** What a command refused with; or, where the program itself has a fault, that. */
export function problemOf(error: unknown): Problem {
  if (error !== null && typeof error === 'object' && 'code' in error && 'facts' in error) return error as Problem;
  const detail = error instanceof Error ? error.message : String(error);
  return { code: 'engine_failed', facts: {}, detail };
}
