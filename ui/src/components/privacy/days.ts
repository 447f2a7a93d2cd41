import type { Visit } from '../../bindings/commands';

/** Visits by the day on which they began, here: its first moment and its visits, the newest first. */
export function byDay(visits: Visit[]): [day: number, visits: Visit[]][] {
  const days = new Map<number, Visit[]>();
  for (const visit of [...visits].sort((a, b) => b.to - a.to)) {
    const day = new Date(visit.from).setHours(0, 0, 0, 0);
    days.set(day, [...(days.get(day) ?? []), visit]);
  }
  return [...days].sort(([a], [b]) => b - a);
}
