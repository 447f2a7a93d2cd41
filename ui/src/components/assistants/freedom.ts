import type { Freedom } from '../../text/en/assistants';

export const FREEDOMS: Freedom[] = ['faithful', 'balanced', 'inventive'];

/** What each of them is for a model; balanced is as its maker recommends. */
const TEMPERATURES: Record<Freedom, number | null> = { faithful: 0.2, balanced: null, inventive: 1.2 };

export const temperatureOf = (freedom: Freedom): number | null => TEMPERATURES[freedom];

/** The one that a temperature is; `null` for one that somebody has chosen by the number. */
export function freedomOf(temperature: number | null): Freedom | null {
  // The program keeps it less precisely than this page does.
  const near = (other: number | null) =>
    other === temperature || (other !== null && temperature !== null && Math.abs(other - temperature) < 0.001);
  return FREEDOMS.find((freedom) => near(TEMPERATURES[freedom])) ?? null;
}
