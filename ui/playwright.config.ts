import { defineConfig } from '@playwright/test';

/** The walk through the built window, in the Chromium of the system. */
export default defineConfig({
  testDir: 'walk',
  outputDir: 'node_modules/.walk',
  workers: 2,
  fullyParallel: true,
  timeout: 30_000,
  expect: { timeout: 5_000 },
  reporter: 'list',
  use: {
    baseURL: 'http://127.0.0.1:4190',
    viewport: { width: 1180, height: 780 },
    launchOptions: {
      executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
      // Where everything runs as root, Chromium has no sandbox of its own.
      args: ['--no-sandbox'],
    },
  },
  webServer: {
    command: 'npx vite preview --config walk/vite.config.ts',
    url: 'http://127.0.0.1:4190',
    reuseExistingServer: false,
  },
});
