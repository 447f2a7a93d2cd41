import { fireEvent, render, screen, waitFor, within } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { AskRequest, Assistant } from '../../bindings/commands';
import { script, scripted, World, type Script } from '../../host/scripted';
import { builtIn } from '../../host/scripted/assistants';
import App from '../shell/App.svelte';

async function open(changes: Partial<Script> = {}, language: 'fr' | 'en' = 'fr', world = new World(language)) {
  const lines = { pace: 2, reasoning: 'Je pense donc.', answer: 'Le **guide**, voilà.' };
  const host = scripted(script(language, { ...lines, ...changes }), world);
  const call = vi.spyOn(host, 'call');
  render(App, { host, welcome: await host.call('welcome', null) });
  await screen.findByTestId('composer');
  const asked = () => call.mock.calls.filter(([name]) => name === 'ask').map(([, request]) => request as AskRequest);
  return { user: userEvent.setup(), call, asked, world };
}

const composer = () => screen.getByTestId<HTMLTextAreaElement>('composer');
const state = async (is: string) => waitFor(() => expect(screen.getAllByTestId('turn').at(-1)?.dataset['state']).toBe(is));
const questions = () => screen.getAllByTestId('question').map(({ textContent }) => textContent);
const answers = () => screen.getAllByTestId('answer').map(({ textContent }) => textContent?.trim());

beforeEach(() => {
  document.body.replaceChildren();
});

describe('the conversation', () => {
  it('welcomes, and asks an example as it is written', async () => {
    const { user, asked } = await open();
    expect(screen.getByTestId('model-name').textContent).toBe('le guide');
    expect(document.activeElement).toBe(composer());
    await user.click(screen.getByRole('button', { name: 'Qui es-tu\u202f?' }));
    expect(asked()[0]).toMatchObject({ conversation: null, what: { kind: 'question', after: null, text: 'Qui es-tu ?' } });
    await state('complete');
    expect(document.activeElement).toBe(composer());
    expect(screen.getByTestId('title').textContent).toBe('Qui es-tu ?');
  });

  it('has other examples for another model', async () => {
    await open({ model: 'gpt-oss-20b' }, 'en');
    expect(screen.getByTestId('model-name').textContent).toMatch(/gpt-oss.20b/);
    expect(screen.getByRole('button', { name: /landlord/ })).toBeTruthy();
  });

  it('shows the reasoning while it happens and folds it for the answer', async () => {
    const { user } = await open({ pace: 30 });
    await user.type(composer(), 'Qui es-tu ?{Enter}');
    expect(composer().value).toBe('');
    await state('reasoning');
    const toggle = screen.getByTestId('reasoning-toggle');
    expect(toggle.getAttribute('aria-expanded')).toBe('true');
    expect(toggle.textContent).toContain('Le guide réfléchit…');
    await state('complete');
    expect(toggle.getAttribute('aria-expanded')).toBe('false');
    expect(toggle.textContent).toContain('A réfléchi');
    await user.click(toggle);
    expect(document.getElementById(toggle.getAttribute('aria-controls')!)!.hidden).toBe(false);
  });

  it('goes on in the background, and is seen when one comes back', async () => {
    const { user } = await open({ pace: 30, answer: 'Un deux trois quatre cinq six sept huit neuf dix.' });
    await user.type(composer(), 'Compte{Enter}');
    await state('answering');
    await user.click(screen.getByTestId('new-conversation'));
    await screen.findByText('Vous êtes ici chez vous.');
    expect(screen.queryByTestId('stop')).toBeNull();
    await user.click(within(screen.getByTestId('conversation')).getByText('Compte'));
    expect(['answering', 'complete']).toContain(screen.getByTestId('turn').dataset['state']);
    await state('complete');
    expect(answers()).toEqual(['Un deux trois quatre cinq six sept huit neuf dix.']);
  });

  it('breaks the line with Shift and Enter, or with Enter where that is set', async () => {
    const world = new World('fr');
    const { user, asked } = await open({}, 'fr', world);
    await user.type(composer(), 'un{Shift>}{Enter}{/Shift}deux');
    expect(composer().value).toBe('un\ndeux');
    expect(asked()).toHaveLength(0);
  });

  it('sends with Control and Enter where Enter begins a line', async () => {
    const world = new World('fr');
    world.settings.enter_sends = false;
    const { user, asked } = await open({}, 'fr', world);
    await user.type(composer(), 'un{Enter}deux');
    expect(asked()).toHaveLength(0);
    await user.keyboard('{Control>}{Enter}{/Control}');
    expect(asked()[0]!.what).toMatchObject({ text: 'un\ndeux' });
  });

  it.each([
    ['the button', (user: ReturnType<typeof userEvent.setup>) => user.click(screen.getByTestId('stop'))],
    ['Escape', (user: ReturnType<typeof userEvent.setup>) => user.keyboard('{Escape}')],
  ])('stops with %s', async (_, stop) => {
    const { user } = await open({ pace: 30 });
    await user.type(composer(), 'Qui es-tu ?{Enter}');
    await state('reasoning');
    await stop(user);
    await state('stopped');
    expect(screen.getByTestId('note').textContent).toBe('Arrêté');
    expect(document.activeElement).toBe(composer());
  });

  it('keeps the next question while it answers, and on the disk', async () => {
    const { user, world } = await open({ pace: 20 });
    await user.type(composer(), 'Qui es-tu ?{Enter}');
    await user.type(composer(), 'Et toi ?{Enter}');
    expect(composer().value).toBe('Et toi ?');
    expect(questions()).toHaveLength(1);
    await waitFor(() => expect([...world.drafts.values()]).toContain('Et toi ?'));
    await state('complete');
  });

  it('begins with what was being typed the last time', async () => {
    const world = new World('fr');
    world.drafts.set(null, 'Je voulais');
    await open({}, 'fr', world);
    expect(composer().value).toBe('Je voulais');
  });

  it('explains a problem, copies the details and asks again', async () => {
    const { user, asked } = await open({ problem: 'out_of_memory', next: { processor: true } });
    await user.type(composer(), 'Qui es-tu ?{Enter}');
    await state('failed');
    const card = within(screen.getByTestId('problem'));
    expect(card.getByText('La mémoire n’a pas suffi').tagName).toBe('H2');
    await user.click(card.getByText('Copier les détails'));
    expect(await navigator.clipboard.readText()).toContain('scripted: out_of_memory');
    await user.click(screen.getByTestId('go-on'));
    expect(asked()[1]).toMatchObject({ what: { kind: 'again' }, route: 'next' });
    expect(questions()).toHaveLength(1);
  });

  it('says who writes where it is not who wrote before', async () => {
    const { user, world } = await open();
    await user.type(composer(), 'Un{Enter}');
    await state('complete');
    world.model = { name: 'gpt-oss-20b', starter: false };
    world.tell({ kind: 'model', model: world.model, phase: { kind: 'ready', partly_on_processor: false } });
    await user.type(composer(), 'Deux{Enter}');
    await waitFor(() => expect(answers()).toHaveLength(2));
    expect(screen.getAllByTestId('writer').map(({ textContent }) => textContent)).toEqual(['Réponse du guide', expect.stringMatching(/^Réponse de gpt-oss.20b$/)]);
  });
});

describe('branches', () => {
  it('keep the answer before another one, and go back to it', async () => {
    const { user } = await open();
    await user.type(composer(), 'Qui es-tu ?{Enter}');
    await state('complete');
    const first = screen.getByTestId('turn').textContent;
    await user.click(screen.getByTestId('another'));
    await waitFor(() => expect(screen.getByTestId('branch').textContent).toBe('2 / 2'));
    await state('complete');
    expect(screen.getByTestId<HTMLButtonElement>('next-branch').disabled).toBe(true);
    await user.click(screen.getByTestId('previous-branch'));
    await waitFor(() => expect(screen.getByTestId('branch').textContent).toBe('1 / 2'));
    expect(first).toContain('guide');
  });

  it('keep the question before it was changed, with what followed', async () => {
    const { user, asked } = await open();
    await user.type(composer(), 'Un{Enter}');
    await state('complete');
    await user.type(composer(), 'Deux{Enter}');
    await waitFor(() => expect(answers()).toHaveLength(2));
    await state('complete');
    await user.click(screen.getAllByTestId('edit')[0]!);
    const field = screen.getByTestId<HTMLTextAreaElement>('edit-question');
    expect([field.value, document.activeElement]).toEqual(['Un', field]);
    await user.clear(field);
    await user.type(field, 'Trois{Enter}');
    expect(asked().at(-1)!.what).toMatchObject({ kind: 'question', after: null, text: 'Trois' });
    await waitFor(() => expect(questions()).toEqual(['Trois']));
    await state('complete');
    await user.click(screen.getByTestId('previous-branch'));
    await waitFor(() => expect(questions()).toEqual(['Un', 'Deux']));
  });

  it('begin from the keyboard: up in an empty field changes the last question, Escape leaves it', async () => {
    const { user } = await open();
    await user.type(composer(), 'Un{Enter}');
    await state('complete');
    await user.keyboard('{ArrowUp}');
    expect(screen.getByTestId<HTMLTextAreaElement>('edit-question').value).toBe('Un');
    await user.keyboard('{Escape}');
    expect(screen.queryByTestId('edit-question')).toBeNull();
    expect(document.activeElement).toBe(screen.getByTestId('edit'));
  });
});

describe('a conversation that is too long', () => {
  it('asks what should become of its beginning, sums it up, asks again, and can go back', async () => {
    const { user, call } = await open({ context: 60, answer: 'mot '.repeat(30) });
    await user.type(composer(), 'Un{Enter}');
    await state('complete');
    expect(screen.getByTestId('room').textContent).toContain('plus de place');
    await user.type(composer(), 'Deux{Enter}');
    await state('failed');
    expect(screen.queryByTestId('problem')).toBeNull();
    await user.click(screen.getByTestId('sum-up'));
    expect(call).toHaveBeenCalledWith('shorten', expect.objectContaining({ how: 'sum_up' }), expect.anything());
    await waitFor(() => expect(screen.getByTestId('reads-from').textContent).toContain('Le modèle lit à partir d’ici'));
    await waitFor(() => expect(answers()).toHaveLength(2));
    await state('complete');
    expect(questions()).toEqual(['Un', 'Deux']);
    await user.click(screen.getByTestId('read-all'));
    await waitFor(() => expect(screen.queryByTestId('reads-from')).toBeNull());
  });
});

describe('files', () => {
  const file = (name: string, content: BlobPart) => new File([content], name);

  it('go along with the question, except for those that are no texts', async () => {
    const { user, asked } = await open();
    await user.upload(screen.getByTestId('files'), [
      file('notes.md', '# Notes'),
      file('image.png', new Uint8Array([0x89, 0x50, 0, 0xff])),
      file('grand.txt', 'x'.repeat(1_000_001)),
    ]);
    await screen.findByTestId('attachments');
    expect(screen.getByTestId('attachments').textContent).toContain('notes.md');
    expect(screen.getByTestId('refused').textContent).toMatch(/image\.png n’est pas un texte.*grand\.txt est trop long/);
    await user.type(composer(), 'Résume{Enter}');
    expect(asked()[0]!.what).toMatchObject({ attachments: [{ name: 'notes.md', text: '# Notes' }] });
    await state('complete');
    expect(screen.queryByTestId('attachments')).toBeNull();
    expect(screen.getByLabelText('Fichiers joints').textContent).toContain('notes.md');
  });

  it('are taken when they are dropped on the window, and can be left out again', async () => {
    const { user, world } = await open();
    world.tell({ kind: 'dragging', over: true });
    await screen.findByTestId('drop');
    world.tell({ kind: 'dropped', texts: [{ name: 'a.py', text: 'pass' }], refused: ['b.zip'] });
    await screen.findByTestId('attachments');
    expect(screen.queryByTestId('drop')).toBeNull();
    expect(screen.getByTestId('refused').textContent).toContain('b.zip');
    await user.click(screen.getByRole('button', { name: 'Retirer a.py' }));
    expect(screen.queryByTestId('attachments')).toBeNull();
  });

  it('are offered for a very long text that is pasted', async () => {
    const { user } = await open();
    await user.click(composer());
    await user.paste('long '.repeat(1000));
    await user.click(within(screen.getByTestId('long-paste')).getByRole('button', { name: 'Le joindre comme fichier' }));
    expect(composer().value).toBe('');
    expect(screen.getByTestId('attachments').textContent).toContain('Texte collé.txt');
  });
});

describe('the rest of the window', () => {
  it('chooses a model, an effort and an assistant', async () => {
    const world = new World('fr');
    const { user, call, asked } = await open({ pace: 5 }, 'fr', world);
    await user.click(screen.getByTestId('effort'));
    await user.click(await screen.findByText('Approfondi'));
    await user.type(composer(), 'Un{Enter}');
    expect(asked()[0]!.effort).toBe('high');
    await state('complete');
    await user.click(screen.getByTestId('model-menu'));
    await user.click(await screen.findByText('D’autres modèles…'));
    await waitFor(() => expect(screen.queryByTestId('composer')).toBeNull());
    expect(call).toHaveBeenCalledWith('models', null);
  });

  it('shows that a model is being loaded', async () => {
    const { world } = await open();
    world.tell({ kind: 'model', model: { name: 'gpt-oss-20b', starter: false }, phase: { kind: 'loading', share: 0.42 } });
    expect((await screen.findByTestId('model-loading')).textContent).toBe('se charge, 42\u00a0%');
  });

  it('begins a conversation with an assistant, and the next one with nobody', async () => {
    const { user, asked } = await open();
    const [{ id, name }] = builtIn('fr') as [Assistant];
    await user.click(await screen.findByTestId('assistant-menu'));
    await user.click((await screen.findAllByText(name)).at(-1)!);
    await user.type(composer(), 'Un{Enter}');
    expect(asked()[0]!.assistant).toBe(id);
    await state('complete');
    expect(screen.getByTestId('assistant').textContent).toBe(name);
    await user.click(screen.getByTestId('new-conversation'));
    expect((await screen.findByTestId('assistant-menu')).textContent).toContain('Personne en particulier');
  });

  it('asks before an address is opened', async () => {
    const { user, call } = await open({ answer: 'Voir [ici](https://example.org/a?b=c).' });
    await user.type(composer(), 'Où ?{Enter}');
    await state('complete');
    await user.click(await screen.findByTestId('link'));
    expect(screen.getByTestId('address').textContent).toBe('https://example.org/a?b=c');
    expect(call.mock.calls.some(([name]) => name === 'open_link')).toBe(false);
    await user.click(screen.getByTestId('open-link'));
    expect(call).toHaveBeenCalledWith('open_link', 'https://example.org/a?b=c');
  });

  it('deletes a conversation, and brings it back', async () => {
    const { user } = await open();
    await user.type(composer(), 'Un{Enter}');
    await state('complete');
    await user.click(screen.getByTestId('conversation-more'));
    await user.click(await screen.findByText('Supprimer'));
    await screen.findByText('Vous êtes ici chez vous.');
    expect(screen.queryByTestId('conversation')).toBeNull();
    await user.click(within(screen.getByTestId('note-line')).getByRole('button'));
    await waitFor(() => expect(questions()).toEqual(['Un']));
  });

  it('heeds its shortcuts', async () => {
    const { user } = await open();
    await user.type(composer(), 'Un{Enter}');
    await state('complete');
    await user.keyboard('{Control>}{Shift>}C{/Shift}{/Control}');
    expect(await navigator.clipboard.readText()).toBe('Le **guide**, voilà.');
    await user.keyboard('{Control>}/{/Control}');
    expect((await screen.findByTestId('shortcuts')).textContent).toContain('Chercher dans les conversations');
    await fireEvent.click(screen.getAllByRole('button', { name: 'Fermer' }).at(-1)!);
    await user.keyboard('{Control>}n{/Control}');
    await screen.findByText('Vous êtes ici chez vous.');
  });

  it('says once that conversations had to be brought back', async () => {
    const { user } = await open({ restored: true });
    expect(screen.getByTestId('restored').textContent).toContain('reprises de la copie du');
    await user.click(screen.getByRole('button', { name: 'Compris' }));
    expect(screen.queryByTestId('restored')).toBeNull();
  });

  it('can be used by somebody who does not see it', async () => {
    const { user } = await open({ answer: 'Une première phrase. Une deuxième `phrase` ! Et la fin' });
    for (const landmark of ['banner', 'main', 'contentinfo', 'form']) screen.getByRole(landmark);
    await user.type(composer(), 'Qui es-tu ?{Enter}');
    await state('complete');
    await waitFor(() => expect(screen.getByTestId('state').textContent).toBe('Réponse terminée'));
    const said = screen.getByTestId('spoken').textContent!.replace(/\s+/g, ' ');
    expect(said).toContain('Une première phrase.');
    expect(said).toContain('Une deuxième phrase !');
    expect(said).toContain('Et la fin');
  });
});
