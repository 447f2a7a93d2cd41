/** Serves the built window under the content security policy of the product. */

import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { defineConfig } from 'vite';

const ui = resolve(import.meta.dirname, '..');

function policy(): string {
  const product = JSON.parse(readFileSync(resolve(ui, '../src-tauri/tauri.conf.json'), 'utf8'));
  // To the program; here it is inside the page.
  const rules = (product.app.security.csp as string).split('; ').filter((rule) => !rule.startsWith('connect-src'));
  // As Tauri does: what stands in the page itself is allowed by what it is.
  const page = readFileSync(resolve(ui, 'dist/index.html'), 'utf8');
  const styles = [...page.matchAll(/<style>(.*?)<\/style>/gs)].map(([, style]) => createHash('sha256').update(style!).digest('base64'));
  return [...rules, `style-src 'self' ${styles.map((hash) => `'sha256-${hash}'`).join(' ')}`].join('; ');
}

export default defineConfig({
  root: ui,
  preview: { host: '127.0.0.1', port: 4190, strictPort: true, headers: { 'Content-Security-Policy': policy() } },
});
