import { render, screen, waitFor } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { describe, expect, it, vi } from 'vitest';
import { script, scripted, World, type Script } from '../../host/scripted';
import App from '../shell/App.svelte';
import { byDay } from './days';

async function open(changes: Partial<Script> = {}) {
  const world = new World('en');
  const row = world.begin('Kept');
  world.say(row.id, null, 'person', 'Hello');
  world.models = [];
  const host = scripted(script('en', changes), world);
  const call = vi.spyOn(host, 'call');
  render(App, { host, welcome: await host.call('welcome', null) });
  const user = userEvent.setup();
  await user.click(screen.getByTestId('go-privacy'));
  await screen.findByTestId('kept');
  return { user, call, world };
}

describe('privacy', () => {
  it('says that nobody was asked for anything', async () => {
    await open();
    expect((await screen.findByTestId('no-visits')).textContent).toContain('Nobody so far');
  });

  it('says who was asked, why, and what was not answered', async () => {
    const { world } = await open({ visits: true });
    const said = (await screen.findAllByTestId('visit')).map((visit) => visit.textContent!.replace(/\s+/g, ' '));
    expect(said).toHaveLength(world.visits.length);
    expect(said.some((visit) => visit.includes('cas-bridge.xethub.hf.co to download gpt-oss-20b') && visit.includes('2 without an answer'))).toBe(true);
    expect(screen.getAllByTestId('day')).toHaveLength(byDay(world.visits).length);
  });

  it('has a switch for no network at all', async () => {
    const { user, world } = await open();
    await user.click(screen.getByRole('switch', { name: 'No network at all' }));
    await waitFor(() => expect(world.settings.offline).toBe(true));
    await screen.findByText(/asks nothing of any other computer/);
  });

  it('takes everything along', async () => {
    const { user, call } = await open();
    await user.click(screen.getByTestId('export-json'));
    expect(call).toHaveBeenCalledWith('export_conversations', { ids: null, format: 'json' });
  });

  it('erases everything only after the word', async () => {
    const { user, call, world } = await open();
    const reload = vi.spyOn(location, 'reload').mockImplementation(() => {});
    await user.click(screen.getByTestId('erase'));
    expect(screen.getByRole('dialog').textContent).toContain('1 conversation with 1 message');
    const now = screen.getByTestId<HTMLButtonElement>('erase-now');
    await user.type(screen.getByTestId('erase-word'), 'eras{Enter}');
    expect(now.disabled).toBe(true);
    expect(call).not.toHaveBeenCalledWith('erase_everything', expect.anything());
    await user.type(screen.getByTestId('erase-word'), 'e');
    await user.click(now);
    expect(call).toHaveBeenCalledWith('erase_everything', { models: false });
    await waitFor(() => expect(reload).toHaveBeenCalled());
    expect(world.rows.size).toBe(0);
  });
});

it('takes the visits of a day together, the newest first', () => {
  const at = (day: number, hour: number) => new Date(2026, 2, day, hour).getTime();
  const visit = (day: number, hour: number) => ({
    host: 'h', purpose: 'model_file', about: 'm', from: at(day, hour), to: at(day, hour), connections: 1, received: 1, unanswered: 0,
  } as const);
  const days = byDay([visit(3, 9), visit(4, 1), visit(3, 23)]);
  expect(days.map(([day, visits]) => [new Date(day).getDate(), visits.map(({ from }) => new Date(from).getHours())])).toEqual([
    [4, [1]],
    [3, [23, 9]],
  ]);
});
