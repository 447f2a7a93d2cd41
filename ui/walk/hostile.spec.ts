/** An answer that wants to do harm: nothing of it runs, nothing is fetched, nothing opens. */

import { expect, test } from '@playwright/test';
import { ask, lastTurn, open } from './screens';

const HOSTILE = [
  '# <script>window.harmed = 1</script> Hello',
  '<img src="https://evil.example/pixel.png" onerror="window.harmed = 2">',
  '![pixel](https://evil.example/pixel.png "x") ![data](data:image/svg+xml;base64,PHN2ZyBvbmxvYWQ9ImFsZXJ0KDEpIi8+)',
  '<svg onload="window.harmed = 3"><script>window.harmed = 4</script></svg>',
  '<iframe src="https://evil.example/"></iframe><object data="https://evil.example/"></object><embed src="https://evil.example/">',
  '<form action="https://evil.example/"><input name="a" autofocus onfocus="window.harmed = 5"><button>Send</button></form>',
  '<style>@import url("https://evil.example/a.css"); body { display: none }</style>',
  '<link rel="stylesheet" href="https://evil.example/b.css"><base href="https://evil.example/"><meta http-equiv="refresh" content="0;url=https://evil.example/">',
  '<p style="background: url(https://evil.example/c.png); position: fixed; inset: 0">over everything</p>',
  '<a href="javascript:window.harmed = 6">one</a> [two](javascript:window.harmed=7) [three](data:text/html,<script>parent.harmed=8</script>) [four](vbscript:x) [five](file:///etc/passwd)',
  '<details open ontoggle="window.harmed = 9"><summary>x</summary></details><video autoplay src="https://evil.example/v.mp4" onerror="window.harmed = 10"></video>',
  '$$\\href{javascript:window.harmed=11}{x} \\includegraphics{https://evil.example/d.png} \\htmlStyle{background: url(https://evil.example/e.png)}{y}$$',
  '```html\n<script>window.harmed = 12</script>\n```',
  '<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=window.harmed=13&gt;">',
  '<noscript><p title="</noscript><img src=x onerror=window.harmed=14>">',
  'The end.',
].join('\n\n');

test('a hostile answer is only a text', async ({ page, baseURL }) => {
  const elsewhere: string[] = [];
  const complaints: string[] = [];
  page.on('request', (request) => {
    if (!request.url().startsWith(`${baseURL}/`)) elsewhere.push(request.url());
  });
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('dialog', (dialog) => {
    complaints.push(`a dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on('popup', () => complaints.push('another window'));
  await page.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI, sample }) =>
      console.error(`policy: ${violatedDirective} ${blockedURI} ${sample}`),
    );
  });

  await open(page, 'en', `say=${encodeURIComponent(HOSTILE)}`);
  await ask(page, 'Go on');
  await expect(lastTurn(page)).toContainText('The end.');
  const links = lastTurn(page).getByRole('link');
  for (const link of await links.all()) expect(await link.getAttribute('href')).toMatch(/^https?:/);
  // Whatever might wait a little.
  await page.waitForTimeout(1500);

  expect(await page.evaluate(() => (window as { harmed?: number }).harmed)).toBeUndefined();
  expect(elsewhere).toEqual([]);
  expect(complaints).toEqual([]);
  expect(page.url()).toContain('127.0.0.1');
  const answer = lastTurn(page).getByTestId('answer');
  expect(await answer.locator('script, iframe, object, embed, form, style, link, base, meta, img, video, [onerror], [onload]').count()).toBe(0);
});

test('the policy is the one of the product, and the whole journey keeps to it', async ({ page }) => {
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  const response = await page.goto('/?language=fr&pace=1&showcase&visits');
  expect(response!.headers()['content-security-policy']).toContain("default-src 'self'");
  // A policy that forbids nothing would complain of nothing.
  const ran = await page.evaluate(() => {
    const script = document.createElement('script');
    script.textContent = 'window.harmed = true';
    document.head.append(script);
    return (window as { harmed?: boolean }).harmed ?? false;
  });
  expect(ran).toBe(false);
  expect(complaints.splice(0)).toHaveLength(1);

  await ask(page, 'Intérêts composés ?');
  await expect(page.locator('math, .katex').first()).toBeAttached();
  await page.getByTestId('model-menu').click();
  await page.keyboard.press('Escape');
  for (const place of ['models', 'assistants', 'privacy', 'settings']) await page.getByTestId(`go-${place}`).click();
  await expect(page.getByTestId('theme')).toBeVisible();
  expect(complaints).toEqual([]);
});
