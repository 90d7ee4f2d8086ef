import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { startServer, type TestServer } from '../server/server.ts';
import { noBrowser, openStudio, useBrowser } from './studio.ts';

const axe = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
let server: TestServer;
useBrowser();
beforeAll(async () => {
  server = await startServer({ keep: true });
});

/** Serious and critical violations, each with the element it was found at. */
async function violations(page: Page): Promise<string[]> {
  await page.evaluate(await import('node:fs').then(({ readFileSync }) => readFileSync(axe, 'utf8')));
  return page.evaluate(async () => {
    const { axe } = globalThis as unknown as {
      axe: { run(): Promise<{ violations: { id: string; impact: string; nodes: { html: string }[] }[] }> };
    };
    const found = await axe.run();
    return found.violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 200)}`));
  });
}

describe.skipIf(noBrowser).each(['light', 'dark'] as const)('in %s', (colorScheme) => {
  const open = async () => {
    const studio = await openStudio({ server });
    await studio.page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    return studio.page;
  };

  it('home has no serious accessibility violation', async () => {
    const page = await open();
    await page.locator('[data-template]').nth(6).waitFor();
    expect(await violations(page)).toEqual([]);
  });

  it('a finished run on the canvas, with panel, help and details, has none', async () => {
    const page = await open();
    await page.getByRole('button', { name: 'Open Find look-alikes', exact: true }).click();
    await page.getByRole('button', { name: 'Run', exact: true }).click();
    await page.getByRole('button', { name: /^Match 12: / }).waitFor();
    await page.locator('[data-node-id="top"]').click({ position: { x: 40, y: 8 } });
    expect(await violations(page)).toEqual([]);
    await page.getByRole('tab', { name: 'Help' }).click();
    await page.getByRole('button', { name: 'Show details of the run' }).click();
    for (const panel of ['Nodes', 'Templates', 'Models', 'Runs', 'Pictures']) {
      await page.getByRole('button', { name: panel, exact: true }).first().click();
      await page.getByRole('complementary', { name: panel }).waitFor();
      expect(await violations(page), panel).toEqual([]);
    }
  });

  it('the form view has none', async () => {
    const page = await open();
    await page.getByRole('button', { name: 'Open Sort into my categories as form', exact: true }).click();
    await page.getByRole('form').waitFor();
    expect(await violations(page)).toEqual([]);
  });
});
