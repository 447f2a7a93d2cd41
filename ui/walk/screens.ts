/** Every screen of the window, and how to get there. */

import { expect, type Locator, type Page } from '@playwright/test';
import { texts, type Texts } from '../src/text';

export type Language = 'fr' | 'en';
export type Theme = 'light' | 'dark';
export type Place = 'models' | 'assistants' | 'privacy' | 'settings';

export const LANGUAGES: Language[] = ['fr', 'en'];
export const THEMES: Theme[] = ['light', 'dark'];

export interface Screen {
  name: string;
  /** What the scripted program is told. */
  script?: string;
  go: (page: Page, text: Texts) => Promise<unknown>;
}

export const composer = (page: Page): Locator => page.getByTestId('composer');
export const lastTurn = (page: Page): Locator => page.getByTestId('turn').last();

/** Opens the window, as the scripted program is told. */
export async function open(page: Page, language: Language, script = ''): Promise<void> {
  await page.goto(`/?language=${language}&${script}&pace=1`);
  await expect(page.locator('#waiting')).toHaveCount(0);
}

/** Sees to it that the places are to be seen: in a narrow window they are in a drawer. */
async function drawer(page: Page): Promise<void> {
  if (await page.getByTestId('new-conversation').isVisible()) return;
  const openers = Object.values(texts).map((text) => page.getByRole('button', { name: text.shell.openMenu, exact: true }));
  await openers[0]!.or(openers[1]!).click();
  await expect(page.getByTestId('new-conversation')).toBeInViewport();
}

export async function goTo(page: Page, place: Place): Promise<void> {
  await drawer(page);
  await page.getByTestId(`go-${place}`).click();
  await expect(page.locator('main h1, header h1').first()).toBeVisible();
}

/** Asks, and waits until the answer is there. */
export async function ask(page: Page, question: string, state = 'complete'): Promise<void> {
  await composer(page).fill(question);
  await composer(page).press('Enter');
  await expect(lastTurn(page)).toHaveAttribute('data-state', state);
}

/** Opens the window on this screen. */
export async function show(page: Page, { script = '', go }: Screen, language: Language, more = ''): Promise<void> {
  await open(page, language, `${script}&${more}`);
  await go(page, texts[language]);
}

export const SCREENS: Screen[] = [
  { name: 'welcome', script: 'first', go: (page) => expect(page.getByTestId('welcome-guide')).toBeVisible() },
  { name: 'empty', go: (page) => expect(composer(page)).toBeVisible() },
  {
    name: 'answer',
    script: 'showcase&model=gpt-oss-20b',
    go: async (page) => {
      await ask(page, 'Intérêts composés ?');
      await page.getByTestId('reasoning-toggle').press('Enter');
      // The formulas are fetched when there are some.
      await expect(page.locator('math, .katex').first()).toBeAttached();
    },
  },
  {
    name: 'writing',
    script: 'pace=150',
    go: async (page) => {
      await composer(page).fill('Bonjour !');
      await composer(page).press('Enter');
      await expect(page.getByTestId('stop')).toBeVisible();
      await expect(lastTurn(page)).toHaveAttribute('data-state', 'reasoning');
    },
  },
  { name: 'problem', script: 'problem=out_of_memory&next=processor', go: (page) => ask(page, 'Bonjour !', 'failed') },
  { name: 'brought-back', script: 'restored', go: (page) => expect(page.getByTestId('restored')).toBeVisible() },
  {
    name: 'search',
    go: async (page) => {
      await drawer(page);
      await page.getByTestId('search').fill('le');
      await expect(page.getByTestId('hit').first()).toBeVisible();
    },
  },
  {
    name: 'export',
    go: async (page, text) => {
      await drawer(page);
      await page.getByTestId('conversations-menu').click();
      await page.getByRole('menuitem', { name: text.conversations.all.export }).click();
      await expect(page.getByTestId('export')).toBeVisible();
    },
  },
  { name: 'models', go: (page) => goTo(page, 'models').then(() => expect(page.getByTestId('model-guide')).toBeVisible()) },
  {
    name: 'downloading',
    script: 'pace=200',
    go: async (page) => {
      await goTo(page, 'models');
      await page.getByTestId('start').first().click();
      await expect(page.getByTestId('download').first()).toBeVisible();
      await expect(page.getByTestId('percent').first()).toBeVisible();
    },
  },
  { name: 'assistants', go: (page) => goTo(page, 'assistants').then(() => expect(page.getByTestId('assistant').first()).toBeVisible()) },
  {
    name: 'assistant',
    go: async (page) => {
      await goTo(page, 'assistants');
      await page.getByTestId('new-assistant').click();
      await expect(page.getByTestId('assistant-form')).toBeVisible();
    },
  },
  { name: 'settings', go: (page) => goTo(page, 'settings').then(() => expect(page.getByTestId('theme')).toBeVisible()) },
  {
    name: 'settings-advanced',
    go: async (page, text) => {
      await goTo(page, 'settings');
      await page.getByTestId('hours').click();
      await page.getByTestId('advanced').click();
      await page.getByTestId('proxy').getByRole('radio', { name: text.settings.advanced.proxies.address }).check();
      await page.getByTestId('proxy-address').fill('proxy');
      await page.getByTestId('proxy-address').press('Tab');
      await expect(page.getByRole('alert').filter({ hasText: /./ })).toBeVisible();
    },
  },
  { name: 'privacy', script: 'visits', go: (page) => goTo(page, 'privacy').then(() => expect(page.getByTestId('day').first()).toBeVisible()) },
  { name: 'privacy-first', script: 'empty', go: (page) => goTo(page, 'privacy').then(() => expect(page.getByTestId('no-visits')).toBeVisible()) },
  {
    name: 'erase',
    go: async (page) => {
      await goTo(page, 'privacy');
      await page.getByTestId('erase').click();
      await expect(page.getByRole('dialog')).toBeVisible();
    },
  },
  {
    name: 'shortcuts',
    go: async (page) => {
      await goTo(page, 'settings');
      await page.getByTestId('show-shortcuts').click();
      await expect(page.getByTestId('shortcuts')).toBeVisible();
    },
  },
];
