import { render, screen, waitFor, within } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { describe, expect, it, vi } from 'vitest';
import type { Assistant } from '../../bindings/commands';
import { script, scripted, World, type Script } from '../../host/scripted';
import App from '../shell/App.svelte';
// Fetched by the window when it is gone to; here it is there beforehand, so that nothing waits for it.
import './Assistants.svelte';
import { freedomOf, temperatureOf } from './freedom';

async function open(changes: Partial<Script> = {}) {
  const world = new World('fr');
  const host = scripted(script('fr', { pace: 1, ...changes }), world);
  const call = vi.spyOn(host, 'call');
  render(App, { host, welcome: await host.call('welcome', null) });
  const user = userEvent.setup();
  await user.click(screen.getByTestId('go-assistants'));
  await waitFor(() => expect(screen.getAllByTestId('assistant')).toHaveLength(5), { timeout: 4000 });
  return { user, world, call };
}

const card = (name: string) => screen.getByRole('heading', { name }).closest('article')!;

async function choose(user: ReturnType<typeof userEvent.setup>, of: string, name: string) {
  await user.click(within(card(of)).getByTestId('assistant-menu'));
  await user.click(await screen.findByRole('menuitem', { name }));
}

describe('assistants', () => {
  it('are written, with a name at least', async () => {
    const { user, world } = await open();
    await user.click(screen.getByTestId('new-assistant'));
    await user.click(screen.getByTestId('keep-assistant'));
    expect(screen.getByText('Il lui faut un nom.')).toBeTruthy();
    expect(document.activeElement).toBe(screen.getByTestId('assistant-name'));
    await user.keyboard(' Secrétaire ');
    await user.type(screen.getByTestId('assistant-instructions'), 'Soyez bref.');
    await user.click(screen.getByRole('radio', { name: /Approfondi/ }));
    await user.click(screen.getByRole('radio', { name: /Inventif/ }));
    await user.click(screen.getByTestId('keep-assistant'));
    await screen.findByRole('heading', { name: 'Secrétaire' });
    expect(world.assistants).toMatchObject([
      { name: 'Secrétaire', instructions: 'Soyez bref.', effort: 'high', temperature: 1.2, top_p: null, model: null },
    ]);
    expect(screen.queryByTestId('assistant-form')).toBeNull();
  });

  it('that come with Domicile are copied to be changed', async () => {
    const { user, world } = await open();
    await choose(user, 'Traducteur', 'En faire une copie à modifier');
    expect(screen.getByTestId<HTMLInputElement>('assistant-name').value).toBe('Traducteur, à ma façon');
    expect(screen.getByRole<HTMLInputElement>('radio', { name: /Fidèle/ }).checked).toBe(true);
    await user.click(screen.getByTestId('keep-assistant'));
    await screen.findByRole('heading', { name: 'Traducteur, à ma façon' });
    expect(screen.getAllByTestId('assistant')).toHaveLength(6);
    expect(world.assistants[0]).toMatchObject({ effort: 'low', built_in: false });
  });

  it('are removed, and come back as they were', async () => {
    const { user, world } = await open();
    await choose(user, 'Plume', 'En faire une copie à modifier');
    await user.click(screen.getByTestId('keep-assistant'));
    await screen.findByRole('heading', { name: 'Plume, à ma façon' });
    const before = structuredClone(world.assistants);
    await choose(user, 'Plume, à ma façon', 'Supprimer');
    await waitFor(() => expect(world.assistants).toEqual([]));
    await user.click(screen.getByRole('button', { name: 'Annuler' }));
    await waitFor(() => expect(world.assistants).toEqual(before));
  });

  it('keep a form open that was refused', async () => {
    const { user, call } = await open();
    await user.click(screen.getByTestId('new-assistant'));
    await user.type(screen.getByTestId('assistant-name'), 'Secrétaire');
    call.mockRejectedValueOnce({ code: 'disk_full', facts: {}, detail: '' });
    await user.click(screen.getByTestId('keep-assistant'));
    await screen.findByTestId('problem');
    expect(screen.getByTestId<HTMLInputElement>('assistant-name').value).toBe('Secrétaire');
  });

  it('begin a conversation', async () => {
    const { user, call } = await open({ model: 'gpt-oss-20b' });
    expect(screen.queryByTestId('needs-larger')).toBeNull();
    await user.click(within(card('Correcteur')).getByTestId('talk'));
    await user.type(await screen.findByTestId('composer'), 'Bonjour{Enter}');
    await waitFor(() =>
      expect(call).toHaveBeenCalledWith('ask', expect.objectContaining({ assistant: 'proofreader' }), expect.anything()),
    );
  });

  it('say that the guide is too small for them', async () => {
    const { user } = await open();
    await user.click(within(screen.getByTestId('needs-larger')).getByRole('button'));
    expect(screen.getByTestId('go-models').getAttribute('aria-current')).toBe('page');
  });
});

describe('the freedom with words', () => {
  it('is one of three, or a number of one’s own', () => {
    for (const freedom of ['faithful', 'balanced', 'inventive'] as const) expect(freedomOf(temperatureOf(freedom))).toBe(freedom);
    // As a number of 32 bits comes back.
    expect(freedomOf(Math.fround(0.2))).toBe('faithful');
    expect(freedomOf(0.7 satisfies Assistant['temperature'])).toBeNull();
  });
});
