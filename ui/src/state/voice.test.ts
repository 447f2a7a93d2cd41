import { beforeEach, describe, expect, it, vi } from 'vitest';

const voice = (lang: string, localService = true) => ({ lang, localService, name: lang }) as SpeechSynthesisVoice;

/** A system that speaks, as far as one can tell. */
function system(voices: SpeechSynthesisVoice[]) {
  const said: SpeechSynthesisUtterance[] = [];
  const cancel = vi.fn();
  vi.stubGlobal('speechSynthesis', { getVoices: () => voices, speak: (one: SpeechSynthesisUtterance) => said.push(one), cancel, addEventListener() {} });
  vi.stubGlobal('SpeechSynthesisUtterance', class { constructor(readonly text: string) {} });
  return { said, cancel };
}

const load = async () => (await import('./voice.svelte')).voice;

describe('the voice', () => {
  beforeEach(() => {
    vi.resetModules();
    vi.unstubAllGlobals();
  });

  it('is none where the text would have to leave the computer for it', async () => {
    system([voice('fr-FR', false)]);
    expect((await load()).available).toBe(false);
  });

  it('reads in the language of the answer, and is silent when it is asked to be', async () => {
    const { said, cancel } = system([voice('fr-FR'), voice('en-GB')]);
    const it = await load();
    it.read(1, 'The answer is in the book that you have.', 'fr');
    expect([said[0]!.lang, it.reading]).toEqual(['en-GB', 1]);
    it.stop();
    expect([it.reading, cancel.mock.calls.length > 0]).toEqual([null, true]);
  });

  it('is done when the last word is said', async () => {
    const { said } = system([voice('fr-FR')]);
    const it = await load();
    it.read(1, 'Une phrase assez longue. '.repeat(20), 'fr');
    said[0]!.onend!({} as SpeechSynthesisEvent);
    expect([it.reading, said.length > 1]).toEqual([1, true]);
    said.at(-1)!.onend!({} as SpeechSynthesisEvent);
    expect(it.reading).toBeNull();
  });
});
