import { render, screen, waitFor, within } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { describe, expect, it, vi } from 'vitest';
import { script, scripted, World } from '../../host/scripted';
import App from '../shell/App.svelte';

async function open({ language = 'fr', conversations }: { language?: 'fr' | 'en'; conversations?: number } = { conversations: 14 }) {
  const world = new World(language);
  const host = scripted(script(language, { pace: 1, ...(conversations && { conversations }) }), world);
  const call = vi.spyOn(host, 'call');
  render(App, { host, welcome: await host.call('welcome', null) });
  if (conversations) await screen.findAllByTestId('conversation');
  return { user: userEvent.setup(), world, call };
}

const rows = () => screen.getAllByTestId('conversation');
const titles = () => rows().map((row) => row.querySelector('.title')?.textContent);
const row = (title: RegExp) => rows().find((each) => title.test(each.textContent))!;
const note = () => screen.getByTestId('note-line').textContent.trim();

async function choose(user: ReturnType<typeof userEvent.setup>, button: HTMLElement, name: string | RegExp) {
  await user.click(button);
  await user.click(await screen.findByRole('menuitem', { name }));
}

const ofRow = (title: RegExp) => within(row(title)).getByTestId('conversation-menu');

describe('the list of conversations', () => {
  it('says kindly that there is none, and shows the first one when it begins', async () => {
    const { user, world } = await open({ language: 'fr' });
    expect((await screen.findByTestId('no-conversations')).textContent).toMatch(/restent sur cet ordinateur/);
    expect(screen.queryByTestId('folders')).toBeNull();
    world.tell({ kind: 'conversation', row: world.begin('Bonjour') });
    await waitFor(() => expect(titles()).toEqual(['Bonjour']));
    await user.click(row(/Bonjour/).querySelector('button')!);
    expect(row(/Bonjour/).querySelector('[aria-current="page"]')).toBeTruthy();
  });

  it('stops the Tab key once, and goes on with the arrows', async () => {
    const { user } = await open();
    expect(rows().filter((each) => each.querySelector('.open[tabindex="0"]'))).toHaveLength(1);
    rows()[0]!.querySelector<HTMLElement>('.open')!.focus();
    await user.keyboard('{ArrowDown}{ArrowDown}');
    await waitFor(() => expect(rows()[2]!.contains(document.activeElement)).toBe(true));
    await user.keyboard('{Home}');
    await waitFor(() => expect(rows()[0]!.contains(document.activeElement)).toBe(true));
  });

  it('renames in place, unless Escape thinks better of it', async () => {
    const { user, call } = await open();
    await choose(user, ofRow(/mirabelles/), 'Renommer');
    await user.keyboard('Tarte{Escape}');
    expect(titles()).toContain('Recette de la tarte aux mirabelles');
    await choose(user, ofRow(/mirabelles/), 'Renommer');
    await user.keyboard('Tarte{Enter}');
    await waitFor(() => expect(titles()).toContain('Tarte'));
    expect(call.mock.calls.filter(([name]) => name === 'change_conversation')).toHaveLength(1);
    await waitFor(() => expect(row(/Tarte/).contains(document.activeElement)).toBe(true));
  });

  it('keeps at the top what is pinned', async () => {
    const { user } = await open();
    await choose(user, ofRow(/mirabelles/), 'Épingler en haut');
    await waitFor(() => expect(titles()[0]).toMatch(/mirabelles/));
    await choose(user, ofRow(/mirabelles/), 'Ne plus épingler');
    await waitFor(() => expect(titles()[0]).not.toMatch(/mirabelles/));
  });

  it('deletes, and undoes it', async () => {
    const { user, world } = await open();
    await choose(user, ofRow(/mirabelles/), 'Supprimer');
    await waitFor(() => expect(rows()).toHaveLength(13));
    expect(world.deleted.size).toBe(1);
    expect(note()).toMatch(/^Conversation supprimée/);
    await user.click(screen.getByRole('button', { name: 'Annuler' }));
    await waitFor(() => expect(rows()).toHaveLength(14));
    expect(world.deleted.size).toBe(0);
  });

  it('moves into a new folder, looks at it, and removes it', async () => {
    const { user, world } = await open();
    await choose(user, ofRow(/chat gris/), 'Ranger dans un dossier');
    await user.click(screen.getByTestId('move-fresh'));
    await user.type(screen.getByTestId('folder-name'), 'Bêtes{Enter}');
    const folder = await screen.findByRole('button', { name: 'Bêtes 1' });
    await user.click(folder);
    await waitFor(() => expect(titles()).toEqual(['Nom pour un chat gris']));
    await choose(user, screen.getByTestId('conversations-menu'), /Retirer le dossier/);
    await waitFor(() => expect(rows()).toHaveLength(14));
    expect(world.folders.map(({ name }) => name)).not.toContain('Bêtes');
    expect(note()).toMatch(/toujours là/);
  });

  it('does not give two folders the same name', async () => {
    const { user } = await open();
    await choose(user, screen.getByTestId('conversations-menu'), 'Nouveau dossier');
    await user.type(screen.getByTestId('folder-name'), 'Maison');
    expect(screen.getByText('Un dossier porte déjà ce nom.')).toBeTruthy();
    expect(screen.getByRole<HTMLButtonElement>('button', { name: 'Ajouter' }).disabled).toBe(true);
  });

  it('saves several to a file, in the form that was chosen', async () => {
    const { user, call, world } = await open({ language: 'en', conversations: 14 });
    await choose(user, screen.getByTestId('conversations-menu'), 'Choose several');
    expect(within(screen.getByTestId('several')).getByText('Delete')).toHaveProperty('disabled', true);
    const boxes = screen.getAllByRole('checkbox', { hidden: true });
    await user.click(boxes[0]!);
    await user.click(boxes[2]!);
    await user.click(within(screen.getByTestId('several')).getByText('Save'));
    await user.click(screen.getByRole('radio', { name: /Page/ }));
    await user.click(screen.getByTestId('export-save'));
    await waitFor(() => expect(note()).toBe('2\u00a0conversations are in Documents\\Domicile.html'));
    const [, request] = call.mock.calls.find(([name]) => name === 'export_conversations')!;
    expect(request).toMatchObject({ format: 'page' });
    expect((request as { ids: number[] }).ids.every((id) => world.rows.has(id))).toBe(true);
    expect(screen.queryByTestId('several')).toBeNull();
  });

  it('brings conversations in, and says what came', async () => {
    const { user } = await open();
    await choose(user, screen.getByTestId('conversations-menu'), 'Importer des conversations');
    expect(screen.getByRole('dialog').textContent).toMatch(/ChatGPT/);
    await user.click(screen.getByTestId('import-choose'));
    await waitFor(() => expect(rows()).toHaveLength(17));
    expect(note()).toMatch(/^3\u00a0conversations importées.*2\u00a0étaient déjà là\. 1\u00a0conversation illisible\.$/);
  });
});

describe('the search', () => {
  it('is reached by Ctrl+K, and leads to the message', async () => {
    const { user, world } = await open();
    await user.keyboard('{Control>}k{/Control}');
    const field = screen.getByTestId<HTMLInputElement>('search');
    await waitFor(() => expect(document.activeElement).toBe(field));
    await user.type(field, 'semou');
    const [hit] = await screen.findAllByTestId('hit');
    expect(hit!.querySelector('mark')!.textContent).toBe('semoule');
    expect(field.getAttribute('aria-activedescendant')).toBe(hit!.id);
    await user.keyboard('{Enter}');
    await waitFor(() => expect(row(/mirabelles/).querySelector('[aria-current]')).toBeTruthy());
    expect(field.value).toBe('');
    const found = [...world.messages.values()].find(({ card }) => card.text.includes('semoule'))!;
    expect(world.rows.get(found.conversation)!.title).toMatch(/mirabelles/);
  });

  it('has a kind word for nothing, and Escape leaves it', async () => {
    const { user } = await open();
    await user.type(screen.getByTestId('search'), 'hippocampe');
    expect((await screen.findByTestId('no-hits')).textContent).toContain('«\u00a0hippocampe\u00a0»');
    await user.keyboard('{Escape}');
    expect(screen.queryByTestId('no-hits')).toBeNull();
    expect(rows()).toHaveLength(14);
  });
});
