/** Large text in a narrow window, and no motion for those who want none. */

import { expect, test, type Page } from '@playwright/test';
import { SCREENS, show } from './screens';

/** What reaches out of the window sideways, or is cut in a box that cannot be scrolled. */
function outside(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const width = document.documentElement.clientWidth;
    const found: string[] = [];
    if (document.documentElement.scrollWidth > width) found.push('the page scrolls sideways');
    for (const element of document.querySelectorAll<HTMLElement>('main, header, dialog[open], nav, form')) {
      const { overflowX } = getComputedStyle(element);
      if (overflowX !== 'visible' && element.scrollWidth > element.clientWidth + 1) found.push(`${element.tagName} scrolls sideways`);
    }
    for (const element of document.querySelectorAll<HTMLElement>('button, h1, h2, h3, p, label, input, select, textarea, a')) {
      const box = element.getBoundingClientRect();
      if (box.width === 0 || !element.checkVisibility({ visibilityProperty: true }) || element.closest('.skip, .visually-hidden')) continue;
      // What is wide by nature, a table or code, scrolls in a box of its own.
      let at: HTMLElement | null = element;
      let scrolls = false;
      while ((at = at.parentElement)) {
        const inMain = at.matches('main, dialog, nav');
        if (!inMain && /auto|scroll/.test(getComputedStyle(at).overflowX)) scrolls = true;
      }
      if (!scrolls && (box.right > width + 1 || box.left < -1)) found.push(`outside: ${element.outerHTML.slice(0, 160)}`);
      const cut = element.matches('button, h1, h2, h3, p, label') && getComputedStyle(element).textOverflow !== 'ellipsis';
      const { overflowX, overflowY } = getComputedStyle(element);
      if (cut && /hidden|clip/.test(overflowX + overflowY) && (element.scrollWidth > element.clientWidth + 1 || element.scrollHeight > element.clientHeight + 2)) {
        found.push(`cut: ${element.outerHTML.slice(0, 160)}`);
      }
    }
    return found;
  });
}

// In French, which is the longer one.
for (const screen of SCREENS) {
  test(`${screen.name}: twice the text in 360 pixels`, async ({ page }) => {
    await page.setViewportSize({ width: 360, height: 740 });
    await page.emulateMedia({ reducedMotion: 'reduce' });
    await show(page, screen, 'fr', 'size=200');
    expect(await outside(page)).toEqual([]);
  });
}

for (const name of ['writing', 'downloading', 'welcome']) {
  test(`${name}: nothing moves for those who want no motion`, async ({ page }) => {
    const screen = SCREENS.find((screen) => screen.name === name)!;
    await page.emulateMedia({ reducedMotion: 'reduce' });
    await show(page, screen, 'fr');
    expect(await page.evaluate(() => document.getAnimations().map((animation) => String(animation.effect)))).toEqual([]);
  });
}
