import { describe, expect, it } from 'vitest';
import page from '../../index.html?raw';
import shell from '../../../src-tauri/src/window.rs?raw';
import css from './tokens.css?raw';

/** The colours of a theme, by name. */
function colours(theme: 'light' | 'dark'): Record<string, string> {
  const pairs = [...css.matchAll(/--([a-z-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\);/g)];
  return Object.fromEntries(pairs.map(([, name, light, dark]) => [name!, theme === 'light' ? light! : dark!]));
}

const themes = { light: colours('light'), dark: colours('dark') };

function luminance(colour: string): number {
  const [r, g, b] = [1, 3, 5].map((at) => {
    const channel = parseInt(colour.slice(at, at + 2), 16) / 255;
    return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(one: string, other: string): number {
  const [darker, lighter] = [luminance(one), luminance(other)].sort((a, b) => a - b) as [number, number];
  return (lighter + 0.05) / (darker + 0.05);
}

describe.each(Object.entries(themes))('%s', (_, theme) => {
  it.each([
    ['ink', 'ground', 4.5],
    ['ink', 'surface', 4.5],
    ['ink', 'tint', 4.5],
    ['quiet', 'ground', 4.5],
    ['quiet', 'surface', 4.5],
    ['quiet', 'tint', 4.5],
    ['accent', 'ground', 4.5],
    ['accent', 'surface', 4.5],
    ['on-accent', 'accent', 4.5],
    ['on-accent', 'accent-strong', 4.5],
    ['code-green', 'surface', 4.5],
    ['code-rose', 'surface', 4.5],
    ['code-blue', 'surface', 4.5],
    // The edge of a field and the ring of the focus are not text.
    ['edge', 'ground', 3],
    ['accent', 'tint', 3],
  ])('%s is legible on %s', (front, back, least) => {
    expect(contrast(theme[front]!, theme[back]!)).toBeGreaterThanOrEqual(least);
  });

  it('begins with the same ground in the page and in the window', () => {
    const ground = theme['ground']!;
    expect(page).toContain(`html { background: ${ground}`);
    const parts = [1, 3, 5].map((at) => `0x${ground.slice(at, at + 2)}`).join(', ');
    expect(shell).toContain(`Color(${parts}, 0xff)`);
  });
});
