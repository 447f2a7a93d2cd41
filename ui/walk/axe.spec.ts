/** Every screen, in both languages and both themes, has nothing that axe objects to. */

import { AxeBuilder } from '@axe-core/playwright';
import { expect, test } from '@playwright/test';
import { LANGUAGES, SCREENS, show, THEMES } from './screens';

for (const screen of SCREENS) {
  for (const language of LANGUAGES) {
    test(`${screen.name}, ${language}`, async ({ page }) => {
      // What is on its way in has the colours of neither.
      await page.emulateMedia({ reducedMotion: 'reduce' });
      await show(page, screen, language);
      const said: string[] = [];
      for (const theme of THEMES) {
        await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' });
        const { violations } = await new AxeBuilder({ page }).analyze();
        for (const { id, help, nodes } of violations) {
          for (const { html } of nodes) said.push(`${theme}: ${id}: ${help}: ${html.slice(0, 200)}`);
        }
      }
      expect(said).toEqual([]);
    });
  }
}
