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
  const host = scripted(script(language, { pace: 1, ...changes }), world);
  const call = vi.spyOn(host, 'call');
  render(App, { host, welcome: await host.call('welcome', null) });
  const user = userEvent.setup();
  await user.click(screen.getByTestId('go-models'));
  await screen.findByTestId('model-guide');
  return { user, call, world };
}

const card = (id: string) => within(screen.getByTestId(`model-${id}`));
const group = (name: string) => within(screen.getByTestId(`group-${name}`));
const asked = (call: { mock: { calls: unknown[][] } }, name: string) =>
  call.mock.calls.filter(([command]) => command === name).map(([, request]) => request);
const state = (id: string, is: string) => waitFor(() => expect(card(id).getByTestId('download').dataset['state']).toBe(is));

/** Chooses something from a menu. */
async function choose(user: ReturnType<typeof userEvent.setup>, menu: HTMLElement, name: RegExp) {
  await user.click(menu);
  await user.click(await screen.findByRole('menuitem', { name }));
}

describe('the list', () => {
  it('says plainly what each model is and how it would run here', async () => {
    await open();
    const here = card('gpt-oss-20b');
    here.getByText('par OpenAI');
    here.getByText('Utilisable librement, au travail aussi');
    expect(here.getByTestId('verdict').textContent).toMatch(/d’autres programmes fermés\s: 2,1\sGo à libérer.*plus vite qu’on ne lit/s);
    expect(here.getByTestId('start').textContent).toMatch(/13,8\sGo/);
    expect(card('gpt-oss-120b').getByTestId('verdict').dataset['room']).toBe('too_little');
    card('ministral-8b').getByText('Pas pour un usage professionnel');
    card('smollm2-1.7b').getByText(/Pas fait pour le français/);
  });

  it('keeps figures and forms for those who open the details', async () => {
    const { user, call } = await open();
    const details = card('qwen3-4b').getByTestId('details') as HTMLDetailsElement;
    expect(details.open).toBe(false);
    await user.click(within(details).getByRole('button', { name: 'Télécharger qwen3-4b:onnx-cpu', hidden: true }));
    expect(asked(call, 'change_downloads')).toEqual([{ name: 'qwen3-4b:onnx-cpu', change: 'start' }]);
  });

  it('is searched by name, maker and talent, and says where nothing is found', async () => {
    const { user } = await open();
    const search = screen.getByTestId('search-models');
    await user.type(search, 'meta');
    expect(screen.getAllByRole('article')).toHaveLength(1);
    await user.type(search, ' zzz');
    await screen.findByText(/Aucun modèle ne correspond/);
    await user.clear(search);
    group('later').getByText('Gemma 3 12B');
  });
});

describe('a download', () => {
  it('comes, says how far it is, and is talked to with one click', async () => {
    const { user, call, world } = await open({ pace: 2 });
    await user.click(card('gpt-oss-20b').getByTestId('start'));
    await state('gpt-oss-20b', 'running');
    await waitFor(() => expect(group('coming').getByTestId('percent').textContent).toMatch(/^[1-9]\d?\s%$/));
    card('gpt-oss-20b').getByText(/^encore \d+\sminutes?$/);
    expect(screen.getByTestId('download-line').textContent).toMatch(/gpt-oss 20b · \d+\s% · \d+\sminutes?/);
    await user.click(within(await screen.findByTestId('arrived', {}, { timeout: 25_000 })).getByRole('button'));
    expect(asked(call, 'use_model')).toEqual(['gpt-oss-20b']);
    await waitFor(() => expect(screen.queryByTestId('arrived')).toBeNull());
    expect(world.model.name).toBe('gpt-oss-20b');
  });

  it('waits when it is told to, goes on, and is given up only after a question that says what is lost', async () => {
    const { user, world } = await open({ pace: 8 });
    await user.click(card('gpt-oss-20b').getByTestId('start'));
    await waitFor(() => expect(card('gpt-oss-20b').getByTestId('percent')).toBeTruthy());
    await user.click(card('gpt-oss-20b').getByTestId('pause'));
    await state('gpt-oss-20b', 'paused');
    card('gpt-oss-20b').getByText('En pause. Ce qui est arrivé est gardé.');
    await user.click(card('gpt-oss-20b').getByTestId('resume'));
    await state('gpt-oss-20b', 'running');
    await user.click(card('gpt-oss-20b').getByTestId('give-up'));
    await screen.findByText(/déjà arrivés seront effacés/);
    await user.click(screen.getByTestId('confirm'));
    await waitFor(() => expect(world.downloads).toEqual([]));
    await waitFor(() => expect(card('gpt-oss-20b').getByTestId('start')).toBeTruthy());
    expect(screen.queryByTestId('download-line')).toBeNull();
  });

  it.each([
    [{ wait: 'no_connection' }, 'no_connection', /Pas de connexion/],
    [{ wait: 'disk_full' }, 'disk_full', /Le disque est plein\. Libérez/],
    [{ download: 'outside_hours' }, 'outside_hours', /Attend les heures/],
    [{ download: 'metered' }, 'metered', /payée à la quantité/],
    [{ download: 'download_wrong' }, 'failed', /Rien de douteux n’a été gardé/],
  ] as const)('says what holds it up: %o', async (changes, is, words) => {
    const { user } = await open(changes);
    await user.click(card('gpt-oss-20b').getByTestId('start'));
    await state('gpt-oss-20b', is);
    card('gpt-oss-20b').getByText(words);
  });

  it('leaves some of the line to the household', async () => {
    const { user, world } = await open({ pace: 8 });
    await user.click(card('gpt-oss-20b').getByTestId('start'));
    await waitFor(() => expect(card('gpt-oss-20b').getByText(/18\sMo\/s/)).toBeTruthy());
    await choose(user, card('gpt-oss-20b').getByTestId('limit'), /Moitié moins vite/);
    await waitFor(() => expect(world.settings.download_limit).toBe(9_000_000));
    await waitFor(() => expect(card('gpt-oss-20b').getByTestId('limit').textContent).toMatch(/Au plus 9\sMo\/s/));
  });

  it('is put before the others', async () => {
    const { user, world } = await open({ pace: 20 });
    await user.click(card('gpt-oss-20b').getByTestId('start'));
    await user.click(card('qwen3-4b').getByTestId('start'));
    await user.click(await card('qwen3-4b').findByRole('button', { name: 'Le télécharger d’abord' }));
    await waitFor(() => expect(world.downloads.map(({ model }) => model)).toEqual(['qwen3-4b', 'gpt-oss-20b']));
    await waitFor(() => expect(group('coming').getAllByRole('heading', { level: 3 })[0]!.textContent).toBe('Qwen3 4B'));
  });

  it('of a model with terms begins with them', async () => {
    const { user, call } = await open();
    await user.click(card('llama-3.1-8b').getByTestId('start'));
    const dialog = within(await screen.findByRole('dialog'));
    dialog.getByText(/Meta le donne à ceux/);
    expect(asked(call, 'open_link')).toEqual([]);
    await user.click(dialog.getByTestId('terms-page'));
    expect(asked(call, 'open_link')).toEqual(['https://huggingface.co/models?search=Llama+3.1+8B']);
    await user.click(dialog.getByTestId('terms-download'));
    expect(asked(call, 'change_downloads')).toEqual([{ name: 'llama-3.1-8b', change: 'start' }]);
  });

  it('waits for a network that is switched off, which is switched on right there', async () => {
    const { user, world } = await open();
    world.settings = { ...world.settings, offline: true };
    await user.click(card('gpt-oss-20b').getByTestId('start'));
    await state('gpt-oss-20b', 'switched_off');
    await user.click(card('gpt-oss-20b').getByRole('button', { name: 'Rétablir le réseau' }));
    await state('gpt-oss-20b', 'running');
    expect(world.settings.offline).toBe(false);
  });
});

describe('a model of any other name', () => {
  it('is added by its address; what is wrong is said where it was written', async () => {
    const { user, world } = await open({ pace: 8 });
    await choose(user, screen.getByTestId('add'), /Par son nom/);
    const name = await screen.findByTestId('add-name');
    await user.type(name, 'somebody/missing');
    await user.click(screen.getByTestId('add-go'));
    const dialog = within(screen.getByRole('dialog'));
    await dialog.findByText('Le dépôt somebody/missing n’existe pas, ou n’est pas public.');
    await user.clear(name);
    await user.type(name, 'https://huggingface.co/ibm/granite{Enter}');
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
    expect(world.downloads[0]).toMatchObject({ model: 'granite' });
    group('coming').getByText('https://huggingface.co/ibm/granite');
  });
});

describe('a model that is here', () => {
  it('answers after one click, and shows how it is loaded', async () => {
    const { user } = await open({ model: 'qwen3-4b', pace: 10 });
    expect(card('qwen3-4b').getByTestId('current')).toBeTruthy();
    await user.click(card('guide').getByTestId('use'));
    await waitFor(() => expect(card('guide').getByTestId('current')).toBeTruthy());
    await user.click(await card('qwen3-4b').findByTestId('use'));
    await waitFor(() => expect(card('qwen3-4b').getByTestId('answering').dataset['phase']).toBe('loading'));
    card('qwen3-4b').getByRole('progressbar', { name: 'Avancement de Qwen3 4B' });
    await waitFor(() => expect(card('qwen3-4b').getByTestId('answering').dataset['phase']).toBe('ready'));
    card('qwen3-4b').getByText('Il est prêt.');
  });

  it('is checked, and repaired where it is damaged', async () => {
    const { user } = await open({ model: 'qwen3-4b', damaged: true });
    await choose(user, card('qwen3-4b').getByTestId('model-menu'), /Vérifier/);
    expect((await card('qwen3-4b').findByTestId('damaged')).textContent).toContain('2 de ses fichiers');
    await user.click(card('qwen3-4b').getByTestId('repair'));
    await screen.findByText('Qwen3 4B est de nouveau intact.');
    expect(card('qwen3-4b').queryByTestId('damaged')).toBeNull();
  });

  it('is copied with progress, which can be stopped', async () => {
    const { user, call } = await open({ model: 'qwen3-4b', pace: 20 });
    await choose(user, card('qwen3-4b').getByTestId('model-menu'), /Copier/);
    await waitFor(() => expect(card('qwen3-4b').getByTestId('task').textContent).toMatch(/sur 2,5\sGo/));
    const [task] = asked(call, 'model_task') as { turn: number }[];
    await user.click(card('qwen3-4b').getByRole('button', { name: 'Arrêter' }));
    expect(asked(call, 'stop')).toEqual([{ turn: task!.turn }]);
    await waitFor(() => expect(card('qwen3-4b').queryByTestId('task')).toBeNull());
    expect(screen.queryByRole('alert')).toBeNull();
  });

  it('is removed after a question that says what becomes free, and the guide answers then', async () => {
    const { user } = await open({ model: 'qwen3-4b' });
    await choose(user, card('qwen3-4b').getByTestId('model-menu'), /Retirer/);
    const dialog = within(await screen.findByRole('dialog'));
    dialog.getByText(/2,5\sGo seront libérés/);
    dialog.getByText(/Le guide répondra à sa place/);
    await user.click(screen.getByTestId('confirm'));
    await screen.findByText(/Qwen3 4B est retiré\s: 2,5\sGo/);
    await waitFor(() => expect(card('guide').getByTestId('current')).toBeTruthy());
    expect(card('qwen3-4b').getByTestId('start')).toBeTruthy();
  });
});

describe('all models', () => {
  it('move to another folder', async () => {
    const { user } = await open();
    await choose(user, screen.getByTestId('add'), /Déplacer tous/);
    await screen.findByText(/maintenant dans E:\\Modèles/);
    screen.getByText('Les modèles sont rangés dans E:\\Modèles');
  });

  it('get one more that is dropped on the window', async () => {
    const { user, call, world } = await open();
    await user.click(screen.getByTestId('go-settings'));
    world.tell({ kind: 'dropped_model', name: 'qwen3-4b' });
    await screen.findByText(/Ajouter le modèle qwen3-4b\s\?/);
    await user.click(screen.getByTestId('confirm'));
    await screen.findByText('Qwen3 4B est maintenant sur cet ordinateur.');
    expect(asked(call, 'model_task')).toMatchObject([{ work: { kind: 'import_dropped' } }]);
  });
});
