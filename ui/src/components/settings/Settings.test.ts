import { render, screen, waitFor, within } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { describe, expect, it, vi } from 'vitest';
import type { Commands, SettingsCard } from '../../bindings/commands';
import type { Host } from '../../host';
import { script, scripted, World } from '../../host/scripted';
import App from '../shell/App.svelte';

type Instead = { [K in keyof Commands]?: (request: Commands[K]['request'], report: (event: Commands[K]['event']) => void) => Promise<Commands[K]['response']> };

/** The settings of a window; some commands may be answered in another way. */
async function open({ instead = {}, settings = {} }: { instead?: Instead; settings?: Partial<SettingsCard> } = {}) {
  const world = new World('fr');
  Object.assign(world.settings, settings);
  const usual = scripted(script('fr', { pace: 1 }), world);
  const host: Host = {
    call: (name, request, onEvent) => {
      const other = instead[name] as ((request: unknown, report: unknown) => Promise<never>) | undefined;
      return other ? other(request, onEvent) : usual.call(name, request, onEvent);
    },
  };
  const call = vi.spyOn(host, 'call');
  render(App, { host, welcome: await host.call('welcome', null) });
  const user = userEvent.setup();
  await user.click(screen.getByTestId('go-settings'));
  await screen.findByRole('heading', { level: 1, name: 'Réglages' });
  return { user, call, world };
}

const among = (testid: string) => within(screen.getByTestId(testid));

describe('the settings', () => {
  it('speak another language at once, and lose nothing of what is being typed', async () => {
    const { user, call } = await open();
    await user.click(screen.getByTestId('advanced'));
    await user.type(screen.getByTestId('key'), 'hf_half');
    await user.click(among('language').getByRole('radio', { name: 'English' }));
    expect(call).toHaveBeenCalledWith('change_setting', { kind: 'language', value: 'en' });
    await screen.findByRole('heading', { level: 1, name: 'Settings' });
    expect(screen.getByTestId('go-privacy').textContent).toContain('Privacy');
    expect(document.documentElement.lang).toBe('en');
    expect(screen.getByTestId<HTMLInputElement>('key').value).toBe('hf_half');
    await user.click(among('language').getByRole('radio', { name: 'System' }));
    await screen.findByRole('heading', { level: 1, name: 'Réglages' });
  });

  it('change the light, the size of the text and the Enter key', async () => {
    const { user } = await open();
    await user.click(among('theme').getByRole('radio', { name: 'Lampe' }));
    await waitFor(() => expect(document.documentElement.dataset['theme']).toBe('dark'));
    const slider = screen.getByTestId<HTMLInputElement>('text-size');
    slider.value = '150';
    slider.dispatchEvent(new Event('input', { bubbles: true }));
    // The window keeps still under the hand.
    await screen.findByText(/^150\s%$/);
    expect(document.documentElement.style.fontSize).toBe('100%');
    slider.dispatchEvent(new Event('change', { bubbles: true }));
    await waitFor(() => expect(document.documentElement.style.fontSize).toBe('150%'));
    await user.click(among('enter').getByRole('radio', { name: 'Va à la ligne' }));
    await screen.findByText('Ctrl et Entrée envoient.');
  });

  it('say what holds, also after a refusal', async () => {
    const refusal = { code: 'file_unwritable', facts: {}, detail: 'test' };
    const { user } = await open({ instead: { change_setting: () => Promise.reject(refusal) } });
    await user.click(among('theme').getByRole('radio', { name: 'Papier' }));
    await screen.findByTestId('problem');
    expect(among('theme').getByRole<HTMLInputElement>('radio', { name: 'Système' }).checked).toBe(true);
    const box = screen.getByTestId<HTMLInputElement>('metered');
    box.click();
    await waitFor(() => expect(box.checked).toBe(false));
  });

  it('let downloads wait for the night', async () => {
    const { user, world } = await open();
    await user.click(screen.getByTestId('hours'));
    await waitFor(() => expect(world.settings.download_hours).toEqual([22, 7]));
    await screen.findByText('le lendemain');
    await user.selectOptions(screen.getByTestId('hours-from'), '1');
    await waitFor(() => expect(world.settings.download_hours).toEqual([1, 7]));
    expect(screen.queryByText('le lendemain')).toBeNull();
    await user.selectOptions(screen.getByTestId('limit'), '2000000');
    await waitFor(() => expect(world.settings.download_limit).toBe(2e6));
  });

  it('take an address only when it is one', async () => {
    const { user, world } = await open();
    await user.click(screen.getByTestId('advanced'));
    await user.type(screen.getByTestId('hub'), 'dépôt{Enter}');
    await user.tab();
    expect(screen.getByTestId('hub').getAttribute('aria-invalid')).toBe('true');
    expect(world.settings.hub).toBeNull();
    await user.clear(screen.getByTestId('hub'));
    await user.type(screen.getByTestId('hub'), 'https://depot.exemple.fr');
    await user.tab();
    await waitFor(() => expect(world.settings.hub).toBe('https://depot.exemple.fr'));

    await user.click(among('proxy').getByRole('radio', { name: 'Celui-ci' }));
    expect(world.settings.proxy).toEqual({ kind: 'system' });
    await user.type(await screen.findByTestId('proxy-address'), 'http://proxy:3128');
    await user.tab();
    await waitFor(() => expect(world.settings.proxy).toEqual({ kind: 'address', address: 'http://proxy:3128' }));
  });

  it('keep a key, and never show it', async () => {
    const { user, call } = await open();
    await user.click(screen.getByTestId('advanced'));
    await user.type(screen.getByTestId('key'), 'hf_secret{Enter}');
    expect(call).toHaveBeenCalledWith('change_setting', { kind: 'key', value: 'hf_secret' });
    await user.click(await screen.findByTestId('forget-key'));
    expect(call).toHaveBeenCalledWith('change_setting', { kind: 'key', value: null });
    expect((await screen.findByTestId<HTMLInputElement>('key')).value).toBe('');
  });

  it('move the models, also while the person is elsewhere', async () => {
    let finish = () => {};
    const { user } = await open({
      instead: {
        model_task: (_, report) => {
          report({ done: 3e9, total: 14e9 });
          return new Promise((resolve) => {
            finish = () => resolve({ kind: 'done', id: null, freed: null, folder: 'D:\\Modèles' });
          });
        },
      },
    });
    await user.click(screen.getByTestId('move'));
    await screen.findByText(/3 Go sur 14 Go/);
    await user.click(screen.getByTestId('go-privacy'));
    await user.click(screen.getByTestId('go-settings'));
    await screen.findByText(/3 Go sur 14 Go/);
    finish();
    await screen.findByText('D:\\Modèles');
    await screen.findByText('Les modèles ont déménagé.');
  });
});
