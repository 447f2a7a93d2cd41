import { flushSync } from 'svelte';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { script, scripted, World } from '../host/scripted';
import { Conversations } from './conversations.svelte';
import { Program } from './program.svelte';
import { Search } from './search.svelte';

const DAY = 86_400_000;
/** A Wednesday. */
const NOW = new Date(2026, 6, 15, 12).getTime();

async function begun(fill: (world: World) => void) {
  const world = new World('en');
  fill(world);
  const host = scripted(script('en'), world);
  const call = vi.spyOn(host, 'call');
  const program = new Program(host, await host.call('welcome', null));
  const conversations = new Conversations(program);
  program.heed((event) => event.kind === 'conversation' && conversations.hear(event.row));
  await conversations.begin();
  await conversations.readFolders();
  return { world, call, program, conversations };
}

const titles = (conversations: Conversations) => conversations.others.map(({ title }) => title);

afterEach(() => vi.useRealTimers());

describe('the list', () => {
  it('stands under today, yesterday, days of the week and months', async () => {
    vi.useFakeTimers({ now: NOW, toFake: ['Date'] });
    const { conversations } = await begun((world) => {
      for (const days of [0, 0.1, 1, 3, 6, 7, 60, 300]) world.begin(`${days}`, { updated: NOW - days * DAY });
      world.begin('kept', { updated: NOW - 500 * DAY, pinned: true });
    });
    const lines = conversations
      .entries('Pinned', 'en')
      .map((entry) => (entry.kind === 'heading' ? `# ${entry.name}` : entry.row.title));
    expect(lines).toEqual([
      ...['# Pinned', 'kept', '# Today', '0', '0.1', '# Yesterday', '1', '# Sunday', '3', '# Thursday', '6'],
      ...['# July', '7', '# May', '60', '# September 2025', '300'],
    ]);
    expect(conversations.entries('Épinglées', 'fr').flatMap((entry) => (entry.kind === 'heading' ? [entry.name] : []))).toEqual(
      ['Épinglées', 'Aujourd’hui', 'Hier', 'Dimanche', 'Jeudi', 'Juillet', 'Mai', 'Septembre 2025'],
    );
  });

  it('has yesterday become of today when midnight passes', async () => {
    vi.useFakeTimers({ now: new Date(2026, 6, 15, 23, 59), toFake: ['Date', 'setTimeout', 'clearTimeout'] });
    const { conversations } = await begun((world) => world.begin('late'));
    const stop = conversations.follow();
    const heading = () => conversations.entries('', 'en')[0];
    expect(heading()).toEqual({ kind: 'heading', name: 'Today' });
    vi.advanceTimersByTime(120_000);
    expect(heading()).toEqual({ kind: 'heading', name: 'Yesterday' });
    stop();
  });

  it('is fetched page by page, each of them once', async () => {
    const { conversations, call } = await begun((world) => {
      for (let nth = 0; nth < 250; nth += 1) world.begin(`${nth}`, { updated: NOW - Math.floor(nth / 2) * 1000 });
    });
    expect(conversations.others).toHaveLength(100);
    // Two that ask at once get one page.
    await Promise.all([conversations.more(), conversations.more()]);
    expect(conversations.others).toHaveLength(200);
    await conversations.more();
    await conversations.more();
    expect(new Set(titles(conversations)).size).toBe(250);
    expect(call.mock.calls.filter(([name]) => name === 'conversations')).toHaveLength(1 + 3);
  });

  it('shows what is new and what has moved, without being asked', async () => {
    const { conversations, world } = await begun((world) => {
      world.begin('older', { updated: NOW - 2 });
      world.begin('newer', { updated: NOW - 1 });
    });
    expect(titles(conversations)).toEqual(['newer', 'older']);
    const older = [...world.rows.values()][0]!;
    world.tell({ kind: 'conversation', row: { ...older, updated: NOW } });
    expect(titles(conversations)).toEqual(['older', 'newer']);
    world.tell({ kind: 'conversation', row: world.begin('newest', { updated: NOW + 1 }) });
    expect(titles(conversations)).toEqual(['newest', 'older', 'newer']);
  });

  it('leaves to its page what is older than all that are here', async () => {
    const { conversations, world } = await begun((world) => {
      for (let nth = 0; nth < 150; nth += 1) world.begin(`${nth}`, { updated: NOW - nth });
    });
    const last = [...world.rows.values()].at(-1)!;
    await conversations.change([last.id], { kind: 'rename', title: 'renamed' });
    expect(conversations.others).toHaveLength(100);
    await conversations.more();
    expect(titles(conversations).at(-1)).toBe('renamed');
    expect(conversations.others).toHaveLength(150);
  });

  it('deletes, keeps what was deleted away, and brings it back with what was open', async () => {
    const { conversations, program, world } = await begun((world) => {
      for (const title of ['a', 'b', 'c']) world.begin(title, { updated: NOW - world.rows.size });
    });
    const [a, b] = [...world.rows.values()];
    program.open(a!.id);
    const back = (await conversations.delete([a!.id, b!.id]))!;
    expect([titles(conversations), program.conversation]).toEqual([['c'], null]);
    // An answer in it ends meanwhile.
    world.tell({ kind: 'conversation', row: { ...a!, updated: NOW + 5 } });
    expect(titles(conversations)).toEqual(['c']);
    await back();
    expect([titles(conversations), program.conversation]).toEqual([['a', 'b', 'c'], a!.id]);
    expect(world.deleted.size).toBe(0);
  });

  it('says what was refused, and then nothing has changed', async () => {
    const { conversations, program, call, world } = await begun((world) => world.begin('a'));
    call.mockRejectedValueOnce({ code: 'disk_full', facts: {}, detail: '' });
    expect(await conversations.delete([...world.rows.keys()])).toBeNull();
    expect([program.problem?.code, titles(conversations)]).toEqual(['disk_full', ['a']]);
  });
});

describe('folders', () => {
  it('hold what is moved into them, and let it go when they are removed', async () => {
    const { conversations, program } = await begun((world) => {
      for (const title of ['a', 'b', 'c']) world.begin(title, { updated: NOW - world.rows.size });
    });
    await conversations.changeFolders({ kind: 'add', name: 'Home' });
    const { id } = conversations.folders[0]!;
    const moved = conversations.others.slice(0, 2).map((row) => row.id);
    await conversations.change(moved, { kind: 'file', folder: id });
    await vi.waitFor(() => expect(conversations.folders[0]!.conversations).toBe(2));

    program.folder = id;
    await conversations.begin();
    expect(titles(conversations)).toEqual(['a', 'b']);
    // What leaves the folder that is looked at leaves the list.
    await conversations.change([moved[0]!], { kind: 'file', folder: null });
    expect(titles(conversations)).toEqual(['b']);

    await conversations.changeFolders({ kind: 'remove', id });
    expect([program.folder, titles(conversations)]).toEqual([null, ['a', 'b', 'c']]);
  });

  it('show the one that was looked at last, whichever answers first', async () => {
    const { conversations, program, call, world } = await begun((world) => world.begin('everywhere', { updated: NOW }));
    const folder = { id: world.id(), name: 'Home', conversations: 0 };
    world.folders.push(folder);
    world.begin('at home', { folder: folder.id });
    let late: (rows: never[]) => void = () => {};
    call.mockImplementationOnce(() => new Promise((resolve) => (late = resolve as never)));
    const first = conversations.begin();
    program.folder = folder.id;
    await conversations.begin();
    late([]);
    await first;
    expect(titles(conversations)).toEqual(['at home']);
  });
});

describe('the search', () => {
  async function searching() {
    const it = await begun((world) => {
      const row = world.begin('Électricité', { updated: NOW });
      const question = world.say(row.id, null, 'person', 'Que veut dire électricité ?');
      world.say(row.id, question.card.id, 'model', 'Beaucoup de choses électriques.');
      world.say(world.begin('Autre chose', { updated: NOW - 1 }).id, null, 'person', 'Un vélo électrique.');
    });
    const search = new Search(it.program);
    const look = async (words: string) => {
      search.type(words);
      await vi.waitFor(() => expect(search.answered).toBe(words));
      flushSync();
    };
    return { ...it, search, look };
  }

  it('finds by conversation, and leads to the message', async () => {
    const { search, look, program } = await searching();
    await look('elec');
    expect(search.found!.map(({ title, places }) => [title, places.length])).toEqual([
      ['Électricité', 2],
      ['Autre chose', 1],
    ]);
    expect(search.found![0]!.pieces).toEqual([['Électricité', true]]);
    expect(search.goals).toHaveLength(3);
    search.move(-1);
    expect(search.at).toBe(2);
    search.move(1);
    search.move(1);
    const goal = search.goals[search.at]!;
    search.go(goal);
    expect([program.conversation, program.hit]).toEqual([goal.conversation, goal.message]);
    expect(goal.message).not.toBeNull();
  });

  it('asks once for what is typed fast, and forgets what it was asked before', async () => {
    const { search, look, call } = await searching();
    for (const words of ['v', 've', 'vel']) search.type(words);
    await look('velo');
    expect(call.mock.calls.filter(([name]) => name === 'search')).toHaveLength(1);
    expect(search.found).toHaveLength(1);
    let late: (hits: never[]) => void = () => {};
    call.mockImplementationOnce(() => new Promise((resolve) => (late = resolve as never)));
    search.type('slow');
    await vi.waitFor(() => expect(call).toHaveBeenLastCalledWith('search', 'slow'));
    await look('elec');
    late([]);
    await Promise.resolve();
    expect(search.found).toHaveLength(2);
    search.leave();
    expect([search.words, search.found, search.active]).toEqual(['', null, false]);
  });
});
