import { expect, it } from 'vitest';
import { Follow } from './scroll';

/** A window of 100 on a text, scrolled as a browser would. */
function page(height: number) {
  const element = { scrollTop: 0, scrollHeight: height, clientHeight: 100 };
  let away = false;
  const follow = new Follow(element as HTMLElement, (is) => (away = is));
  const scroll = (top: number) => {
    element.scrollTop = Math.min(Math.max(top, 0), element.scrollHeight - element.clientHeight);
    follow.scrolled();
  };
  const grow = (to: number) => {
    element.scrollHeight = to;
    follow.grown();
    scroll(element.scrollTop);
  };
  return { element, follow, scroll, grow, away: () => away };
}

it('follows the text while the person is at its end', () => {
  const { element, grow } = page(100);
  grow(300);
  expect(element.scrollTop).toBe(200);
});

it('leaves the person in peace who scrolled up', () => {
  const { element, scroll, grow, away } = page(100);
  grow(300);
  scroll(50);
  grow(400);
  expect([element.scrollTop, away()]).toEqual([50, true]);
});

it('follows again from the end', () => {
  const { element, scroll, grow, follow, away } = page(100);
  grow(300);
  scroll(50);
  scroll(190);
  grow(400);
  expect([element.scrollTop, away()]).toEqual([300, false]);
  scroll(0);
  follow.toEnd();
  expect(away()).toBe(false);
});

it('does not take growing text for a person who scrolls', () => {
  const { element, follow, grow, away } = page(100);
  grow(300);
  // The text grows between the scrolling and the news of it.
  element.scrollHeight = 500;
  follow.scrolled();
  follow.grown();
  expect([element.scrollTop >= 400, away()]).toEqual([true, false]);
});
