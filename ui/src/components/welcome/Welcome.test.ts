import { configure, render, screen, waitFor, within } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { describe, expect, it, vi } from 'vitest';
import { script, scripted, World, type Script } from '../../host/scripted';
import App from '../shell/App.svelte';

// A download takes its time, and so does a machine on which much else is built.
configure({ asyncUtilTimeout: 8000 });
vi.setConfig({ testTimeout: 30_000 });

async function open(changes: Partial<Script> = {}, language: 'fr' | 'en' = 'fr') {
  const world = new World(language);
  const host = scripted(script(language, { pace: 1, first: true, ...changes }), world);
  const call = vi.spyOn(host, 'call');
  render(App, { host, welcome: await host.call('welcome', null) });
  await screen.findByTestId('welcome');
  return { user: userEvent.setup(), call, world };
}

const inside = () => waitFor(() => expect(screen.getByTestId('go-models')).toBeTruthy());

describe('the front door', () => {
  it('is open at once: the guide can be talked to before anything is known', async () => {
    const { user } = await open({ pace: 1000 });
    expect(screen.getByTestId('offer').getAttribute('aria-busy')).toBe('true');
    await user.click(screen.getByTestId('welcome-guide'));
    await inside();
    expect(screen.queryByTestId('welcome')).toBeNull();
  });

  it('says what this computer is, how the model would answer, how long it takes and whether it has room', async () => {
    await open({ computer: 'card' }, 'en');
    await screen.findByText(/This computer has 32\sGB of memory and a NVIDIA GeForce RTX 4080 graphics card/);
    screen.getByRole('heading', { level: 2, name: /gpt-oss 20b/ });
    expect(screen.getByTestId('suits').textContent).toContain('Answers much faster than one reads');
    expect(screen.getByTestId('takes').textContent).toMatch(/13\.8\sGB to download, about 6\sminutes over fibre, 3\shours/);
    expect(screen.getByTestId('disk').textContent).toMatch(/412\sGB are free/);
    expect((screen.getByTestId('numbers') as HTMLDetailsElement).open).toBe(false);
  });

  it('downloads, and lets the person in to the guide meanwhile', async () => {
    const { user, call } = await open({ pace: 5 });
    await user.click(await screen.findByTestId('welcome-download'));
    expect(call).toHaveBeenCalledWith('change_downloads', { name: 'gpt-oss-20b', change: 'start' });
    await inside();
    await waitFor(() => expect(screen.getByTestId('download-line').textContent).toMatch(/gpt-oss 20b · \d+\s%/));
    screen.getByText('Le téléchargement a commencé. Le guide répond en attendant.');
  });

  it('stays where a download is refused, and says why', async () => {
    const { user, call } = await open();
    await screen.findByTestId('welcome-download');
    call.mockImplementationOnce(() => Promise.reject({ code: 'network_settings', facts: {}, detail: 'scripted' }));
    await user.click(screen.getByTestId('welcome-download'));
    within(await screen.findByRole('dialog')).getByText('Un réglage du réseau ne convient pas');
    expect(screen.getByTestId('welcome')).toBeTruthy();
  });

  it('recommends nothing to a computer that is too small for it', async () => {
    const { user } = await open({ computer: 'small' });
    await screen.findByText(/trop peu de mémoire pour gpt-oss 20b/);
    expect(screen.queryByTestId('welcome-download')).toBeNull();
    await user.click(screen.getByTestId('welcome-models'));
    await screen.findByTestId('model-guide');
    expect(screen.queryByTestId('group-recommended')).toBeNull();
  });
});
