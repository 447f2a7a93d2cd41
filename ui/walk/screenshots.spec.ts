/** Pictures of every screen, where `cargo xtask screenshots` asks for them. */

import { test } from '@playwright/test';
import { LANGUAGES, SCREENS, show, THEMES } from './screens';

const SIZES = [
  { width: 1180, height: 780 },
  { width: 420, height: 760 },
];
const folder = process.env['DOMICILE_SCREENSHOTS'];

for (const screen of folder ? SCREENS : []) {
  for (const language of LANGUAGES) {
    for (const theme of THEMES) {
      for (const size of SIZES) {
        test(`${screen.name}-${language}-${theme}-${size.width}`, async ({ page }) => {
          await page.setViewportSize(size);
          // Without motion, nothing is caught half-way.
          await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' });
          await show(page, screen, language);
          await page.screenshot({ path: `${folder}/${screen.name}-${language}-${theme}-${size.width}.png` });
        });
      }
    }
  }
}
