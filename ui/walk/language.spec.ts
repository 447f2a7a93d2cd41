/** Another language, while something is typed and something is written: nothing of it is lost. */

import { expect, test } from '@playwright/test';
import { texts } from '../src/text';
import { composer, goTo, lastTurn, open } from './screens';

test('another language loses nothing', async ({ page }) => {
  await open(page, 'fr', 'pace=60');
  await composer(page).fill('Bonjour');
  await composer(page).press('Enter');
  await expect(lastTurn(page)).toHaveAttribute('data-state', 'reasoning');
  await composer(page).fill('Et encore');

  await goTo(page, 'settings');
  await page.getByTestId('language').getByRole('radio', { name: 'English' }).check();
  await expect(page.locator('html')).toHaveAttribute('lang', 'en');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(texts.en.shell.places.settings);
  await expect(page.getByTestId('new-conversation')).toHaveText(texts.en.shell.newConversation);

  await page.getByTestId('conversation').filter({ hasText: 'Bonjour' }).click();
  await expect(composer(page)).toHaveValue('Et encore');
  await expect(composer(page)).toHaveAttribute('placeholder', texts.en.chat.questionPlaceholder);
  await expect(lastTurn(page)).toHaveAttribute('data-state', 'complete', { timeout: 20_000 });
  await expect(page.getByTestId('answer').last()).toContainText('rien ne sort');
});
