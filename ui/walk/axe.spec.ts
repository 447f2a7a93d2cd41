/** Every screen, in both themes and both languages, has nothing that axe objects to. */

import { AxeBuilder } from '@axe-core/playwright';
import { expect, test } from '@playwright/test';
import { LANGUAGES, open, SCREENS, THEMES } from './screens';

for (const { name, script, go } of SCREENS) {
  for (const language of LANGUAGES) {
    for (const theme of THEMES) {
      test(`${name}, ${language}, ${theme}`, async ({ page }) => {
        // What is on its way in has the colours of neither.
        await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' });
        await open(page, language, script);
        await go(page);
        const { violations } = await new AxeBuilder({ page }).analyze();
        const said = violations.flatMap(({ id, help, nodes }) => nodes.map(({ html }) => `${id}: ${help}\n    ${html.slice(0, 200)}`));
        expect(said.join('\n')).toBe('');
      });
    }
  }
}
