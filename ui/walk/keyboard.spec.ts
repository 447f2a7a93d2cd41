/** The whole journey by keyboard: the mouse is never touched, and it is always to be seen where one is. */

import { expect, test, type Locator, type Page } from '@playwright/test';
import { composer, lastTurn, open } from './screens';

/** Where the keyboard is, and whether that can be seen. */
async function seen(page: Page): Promise<void> {
  const where = await page.evaluate(() => {
    const active = document.activeElement as HTMLElement | null;
    if (!active || active === document.body) return 'nowhere';
    const box = active.getBoundingClientRect();
    // Around it, or around what holds it: a field of several parts, a radio button under its name.
    let at: HTMLElement | null = active;
    for (let up = 0; at && up < 4; up += 1, at = at.parentElement) {
      const { outlineStyle, outlineWidth, boxShadow, opacity } = getComputedStyle(at);
      const marked = (outlineStyle !== 'none' && outlineWidth !== '0px') || (up > 0 && at.matches(':focus-within') && boxShadow !== 'none' && at.matches('form, .field'));
      if (marked && opacity !== '0') return box.bottom < 0 || box.top > innerHeight ? `out of sight: ${active.outerHTML.slice(0, 120)}` : 'seen';
    }
    return `not marked: ${active.outerHTML.slice(0, 160)}`;
  });
  expect(where).toBe('seen');
}

/** Goes there with the tab key. */
async function tabTo(page: Page, target: Locator, key = 'Tab'): Promise<void> {
  for (let steps = 0; steps < 120; steps += 1) {
    if (await target.evaluateAll((found) => found.some((element) => element === document.activeElement))) return;
    await page.keyboard.press(key);
    // Past the last one, the browser's own buttons come, which are not there in the window.
    if (await page.evaluate(() => document.activeElement !== document.body)) await seen(page);
  }
  throw new Error(`the tab key does not lead to ${target}`);
}

/** The keyboard is somewhere in the page. */
const kept = (page: Page) => expect.poll(() => page.evaluate(() => document.activeElement !== document.body)).toBe(true);

test('the journey by keyboard alone', async ({ page }) => {
  test.setTimeout(90_000);
  await open(page, 'en', 'first&pace=40&model=gpt-oss-20b');

  // Through the front door.
  await tabTo(page, page.getByTestId('welcome-guide'));
  await page.keyboard.press('Enter');
  await expect(composer(page)).toBeFocused();

  // A question, stopped.
  await page.keyboard.type('Does anything leave my computer?');
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('stop')).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(lastTurn(page)).toHaveAttribute('data-state', 'stopped');
  await kept(page);

  // A new conversation, with an answer.
  await tabTo(page, page.getByTestId('new-conversation'), 'Shift+Tab');
  await page.keyboard.press('Enter');
  await expect(composer(page)).toBeFocused();
  await page.keyboard.type('Zebras, please');
  await page.keyboard.press('Enter');
  await expect(lastTurn(page)).toHaveAttribute('data-state', 'complete', { timeout: 20_000 });
  await kept(page);

  // The question is changed: another branch, and back.
  await tabTo(page, composer(page));
  await page.keyboard.press('ArrowUp');
  await expect(page.getByTestId('edit-question')).toBeFocused();
  await page.keyboard.press('ControlOrMeta+a');
  await page.keyboard.type('Giraffes, please');
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('branch').first()).toHaveText(/2.*2/);
  await expect(lastTurn(page)).toHaveAttribute('data-state', 'complete', { timeout: 20_000 });
  await kept(page);
  await tabTo(page, page.getByTestId('previous-branch').first(), 'Shift+Tab');
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('question').last()).toContainText('Zebras');
  await kept(page);

  // A search, and what was found.
  await page.keyboard.press('ControlOrMeta+k');
  await expect(page.getByTestId('search')).toBeFocused();
  await page.keyboard.type('zebra');
  await expect(page.getByTestId('hit').first()).toBeVisible();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('question').last()).toContainText('Zebras');
  await kept(page);

  // Another model.
  await tabTo(page, page.getByTestId('go-models'));
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('model-guide')).toBeVisible();
  await kept(page);
  await tabTo(page, page.getByTestId('use'));
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('current')).toBeVisible();
  await kept(page);

  // The light is changed.
  await tabTo(page, page.getByTestId('go-settings'), 'Shift+Tab');
  await page.keyboard.press('Enter');
  await tabTo(page, page.getByTestId('theme').getByRole('radio'));
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('ArrowRight');
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
  await seen(page);
});

test('dialogs and menus give the keyboard back', async ({ page }) => {
  await open(page, 'fr');
  await page.keyboard.press('ControlOrMeta+,');
  await expect(page.getByTestId('theme')).toBeVisible();
  await tabTo(page, page.getByTestId('show-shortcuts'));
  await page.keyboard.press('Enter');
  await expect(page.getByRole('dialog')).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toHaveCount(0);
  await expect(page.getByTestId('show-shortcuts')).toBeFocused();

  await tabTo(page, page.getByTestId('conversations-menu'), 'Shift+Tab');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('menu')).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.getByTestId('conversations-menu')).toBeFocused();
});
