import { render, screen, waitFor, within } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { describe, expect, it, vi } from 'vitest';
import { script, scripted, type Script } from '../host/scripted';
import App from './App.svelte';

async function open(changes: Partial<Script> = {}, language: 'fr' | 'en' = 'fr') {
  const host = scripted(script(language, { pace: 2, reasoning: 'Je pense donc.', answer: 'Le guide, <b>voilà</b>.', ...changes }));
  const call = vi.spyOn(host, 'call');
  render(App, { host, welcome: await host.call('welcome', null) });
  return { user: userEvent.setup(), call };
}

const composer = () => screen.getByTestId<HTMLTextAreaElement>('composer');
const state = async (is: string) => waitFor(() => expect(screen.getAllByTestId('turn').at(-1)?.dataset['state']).toBe(is));

describe('the window', () => {
  it('welcomes, and asks an example as it is written', async () => {
    const { user, call } = await open();
    expect(screen.getByTestId('model-name').textContent).toBe('le guide');
    expect(document.activeElement).toBe(composer());
    await user.click(screen.getByRole('button', { name: 'Qui es-tu\u202f?' }));
    expect(call).toHaveBeenCalledWith('ask', { turn: 1, text: 'Qui es-tu ?', effort: 'medium', route: 'usual' }, expect.anything());
    await state('done');
    expect(document.activeElement).toBe(composer());
  });

  it('says how the recommended model would run', async () => {
    await open({ prospect: { model: 'gpt-oss-20b', memory: 16 * 2 ** 30, room: 'after_closing', to_free: 5.2 * 2 ** 30, words: [0.8, 3.6] } });
    await waitFor(() =>
      expect(screen.getByTestId('prospect').textContent).toBe(
        'Cet ordinateur a 16\u00a0Go de mémoire. gpt-oss-20b y tiendra une fois d’autres programmes fermés (5,2\u00a0Go à libérer), à environ 0,8 à 4 mots par seconde.',
      ),
    );
  });

  it('speaks English and names another model', async () => {
    await open({ model: 'gpt-oss-20b' }, 'en');
    expect(screen.getByTestId('model-name').textContent).toBe('gpt-oss-20b');
    expect(screen.getByTestId('send').textContent).toBe('Send');
  });

  it('shows the reasoning while it happens and folds it for the answer', async () => {
    const { user } = await open({ pace: 30 });
    await user.type(composer(), 'Qui es-tu ?{Enter}');
    expect(composer().value).toBe('');
    await state('reasoning');
    const toggle = screen.getByTestId('reasoning-toggle');
    expect(toggle.getAttribute('aria-expanded')).toBe('true');
    expect(toggle.textContent).toContain('Le guide réfléchit…');
    await state('done');
    expect(toggle.getAttribute('aria-expanded')).toBe('false');
    expect(toggle.textContent).toContain('A réfléchi');
    await user.click(toggle);
    expect(toggle.getAttribute('aria-expanded')).toBe('true');
    const thoughts = document.getElementById(toggle.getAttribute('aria-controls')!)!;
    expect(thoughts.hidden).toBe(false);
    expect(thoughts.textContent).toContain('Je pense donc.');
  });

  it('shows what the model writes as text, never as a page', async () => {
    const { user } = await open();
    await user.type(composer(), '<i>moi</i>{Enter}');
    await state('done');
    expect(screen.getByTestId('answer').textContent).toBe('Le guide, <b>voilà</b>.');
    expect(screen.getByTestId('question').textContent).toBe('<i>moi</i>');
    expect(document.querySelector('b, i')).toBeNull();
  });

  it('breaks the line with Shift and Enter', async () => {
    const { user, call } = await open();
    await user.type(composer(), 'un{Shift>}{Enter}{/Shift}deux');
    expect(composer().value).toBe('un\ndeux');
    expect(call.mock.calls.filter(([name]) => name === 'ask')).toHaveLength(0);
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
    expect(screen.getByTestId('send')).toBeTruthy();
    expect(document.activeElement).toBe(composer());
  });

  it('keeps the next question while it answers', async () => {
    const { user } = await open({ pace: 20 });
    await user.type(composer(), 'Qui es-tu ?{Enter}');
    await user.type(composer(), 'Et toi ?{Enter}');
    expect(composer().value).toBe('Et toi ?');
    expect(screen.getAllByTestId('question')).toHaveLength(1);
    await state('done');
  });

  it('explains a problem, gives the question back and copies the details', async () => {
    const { user } = await open({ problem: 'out_of_memory' });
    await user.type(composer(), 'Qui es-tu ?{Enter}');
    await state('failed');
    const card = within(screen.getByTestId('problem'));
    expect(card.getByRole('heading').textContent).toBe('La mémoire n’a pas suffi');
    expect(composer().value).toBe('Qui es-tu ?');
    await user.click(card.getByRole('button'));
    await card.findByText('Copié');
    expect(await navigator.clipboard.readText()).toContain('scripted: out_of_memory');
  });

  it.each([
    ['length', /longueur maximale/],
    ['context_full', /trop longue/],
  ] as const)('says why an answer ends by %s', async (ending, note) => {
    const { user } = await open({ ending });
    await user.type(composer(), 'Qui es-tu ?{Enter}');
    await state('done');
    expect(screen.getByTestId('note').textContent).toMatch(note);
  });

  it('starts anew', async () => {
    const { user, call } = await open();
    const anew = screen.getByTestId<HTMLButtonElement>('new-conversation');
    expect(anew.disabled).toBe(true);
    await user.type(composer(), 'Qui es-tu ?{Enter}');
    await state('done');
    await user.click(anew);
    await screen.findByText('Vous êtes ici chez vous.');
    expect(screen.queryByTestId('turn')).toBeNull();
    expect(call).toHaveBeenLastCalledWith('new_conversation', null);
  });

  it('can be used by somebody who does not see it', async () => {
    const { user } = await open();
    for (const landmark of ['banner', 'main', 'contentinfo', 'form']) screen.getByRole(landmark);
    await user.type(composer(), 'Qui es-tu ?{Enter}');
    await state('done');
    expect(screen.getByTestId('answer').getAttribute('aria-live')).toBe('polite');
    expect(screen.getByTestId('answer').getAttribute('aria-busy')).toBe('false');
    expect(screen.getByRole('status').textContent).toBe('Réponse terminée');
  });
});
