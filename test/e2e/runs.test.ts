import type { Page, Request } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Workflow } from '../../workflows/workflow.ts';
import { startServer, type TestServer } from '../server/server.ts';
import { journaled, noBrowser, openStudio, useBrowser, waiting } from './studio.ts';

let server: TestServer;
useBrowser();
beforeAll(async () => {
  server = await startServer({ keep: true });
});

const state = (page: Page, text: string) => page.getByRole('status').getByText(text, { exact: true });
const run = (page: Page) => page.getByRole('button', { name: 'Run', exact: true }).click();

/** Saves a workflow and opens it from home. */
async function openOwn(page: Page, on: TestServer, workflow: Workflow): Promise<void> {
  await on.call('POST', '/api/workflows', { workflow });
  await page.reload();
  await page
    .getByRole('button', { name: new RegExp(`^${workflow.name}`) })
    .first()
    .click();
  await page.locator('[data-node-id]').first().waitFor();
}

async function openLookAlikes(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Open Find look-alikes', exact: true }).click();
  await page.locator('[data-node-id="show"]').waitFor();
}

/**
 * What a change of k costs until its ranking is visible: the requests to the server, and the rendered parts of nodes.
 */
async function countedChange(page: Page, change: () => Promise<void>, count: number) {
  const requests: string[] = [];
  const look = (request: Request) => {
    const { pathname } = new URL(request.url());
    if (pathname.startsWith('/api/runs')) requests.push(`${request.method()} ${pathname}`);
  };
  page.on('request', look);
  await page.evaluate(() => Object.assign(globalThis, { patchbayRenders: new Map() }));
  await change();
  await expect.poll(() => matches(page).count()).toBe(count);
  const rendered = await page.evaluate(() => [
    ...(globalThis as unknown as { patchbayRenders: Map<string, number> }).patchbayRenders.keys(),
  ]);
  page.off('request', look);
  return { requests, rendered };
}

const matches = (page: Page) => page.getByRole('button', { name: /^Match \d+: / });

describe.skipIf(noBrowser)('a run', () => {
  it('shows the same state and results after a reload', async () => {
    const { page } = await openStudio({ server });
    await openLookAlikes(page);
    await run(page);
    await state(page, 'Done').waitFor();
    await matches(page).nth(11).waitFor();
    await journaled(page);
    await page.reload();
    await state(page, 'Done').waitFor();
    await matches(page).nth(11).waitFor();
  });

  it('of some nodes leaves the results of the others, after a reload too', async () => {
    const { page } = await openStudio({ server });
    await openLookAlikes(page);
    await run(page);
    await state(page, 'Done').waitFor();
    await matches(page).nth(11).waitFor();
    const first = (await server.call('GET', '/api/runs?limit=1')).json.items[0].id;
    await page.locator('[data-node-id="pictures"] .pb-title').click();
    await page.getByRole('button', { name: 'More ways to run' }).click();
    await page.getByRole('menuitem', { name: 'Run to selection' }).click();
    await expect
      .poll(async () => {
        const [{ id, status }] = (await server.call('GET', '/api/runs?limit=1')).json.items;
        return id !== first && status;
      })
      .toBe('completed');
    await state(page, 'Done').waitFor();
    await journaled(page);
    await page.reload();
    await state(page, 'Done').waitFor();
    await matches(page).nth(11).waitFor();
    expect(await page.getByText('out of date', { exact: true }).count()).toBe(0);
  });

  it('is marked where its results are of another state of the workflow, until that is back', async () => {
    const { page } = await openStudio({ server });
    await openLookAlikes(page);
    await run(page);
    await state(page, 'Done').waitFor();
    const k = page.locator('[data-node-id="top"] [data-param="k"] input');
    await k.fill('3');
    await k.press('Enter');
    const stale = page.locator('[data-node-id]').filter({ hasText: 'out of date' });
    await expect
      .poll(() => stale.evaluateAll((all) => all.map((one) => one.getAttribute('data-node-id')).sort()))
      .toEqual(['show', 'top']);
    await journaled(page);
    await page.reload();
    await expect.poll(() => stale.count()).toBe(2);
    await run(page);
    await expect.poll(() => matches(page).count()).toBe(3);
    await expect.poll(() => stale.count()).toBe(0);
  });

  it('that is under way is followed on after a reload', async () => {
    const { page } = await openStudio({ server });
    await openOwn(page, server, waiting(600_000, 'Reloaded'));
    await run(page);
    await state(page, 'Running').waitFor();
    await journaled(page);
    await page.reload();
    await state(page, 'Running').waitFor();
    const { json } = await server.call('GET', '/api/runs?status=running');
    await server.call('POST', `/api/runs/${json.items[0].id}/cancel`, {});
    await state(page, 'Cancelled').waitFor();
  });

  it('that lost its server goes on with the next one, and the page shows it', async () => {
    const first = await startServer();
    const { page } = await openStudio({ server: first });
    await openOwn(page, first, waiting(6000, 'Killed'));
    await run(page);
    await state(page, 'Running').waitFor();
    await first.kill('SIGKILL');
    await page.getByText('No connection. Trying again.').waitFor();
    const port = new URL(first.url).port;
    const second = await startServer({ data: first.data, args: ['--port', port] });
    await page.getByText('No connection. Trying again.').waitFor({ state: 'hidden' });
    await state(page, 'Done').waitFor();
    const { json } = await second.call('GET', '/api/runs');
    expect(
      json.items.map(({ status, attempts }: { status: string; attempts: number }) => [status, attempts]),
    ).toEqual([['completed', 2]]);
  });

  it('that ends while the network is away is shown when it is back', async () => {
    const { page, context } = await openStudio({ server });
    await openOwn(page, server, waiting(6000, 'Offline'));
    await run(page);
    await state(page, 'Running').waitFor();
    const { json } = await server.call('GET', '/api/runs?status=running');
    await context.setOffline(true);
    await server.ended(json.items[0].id);
    await context.setOffline(false);
    await state(page, 'Done').waitFor();
    await page.getByText('waited').first().waitFor();
  });

  it('is cancelled by its button and by Ctrl+Alt+Enter', async () => {
    const { page } = await openStudio({ server });
    await openOwn(page, server, waiting(60_000, 'Cancelled run'));
    await run(page);
    await state(page, 'Running').waitFor();
    // Sooner, it would be the second press of a double click on Run.
    await page.waitForTimeout(600);
    await page.getByRole('button', { name: 'Cancel run', exact: true }).click();
    await state(page, 'Cancelled').waitFor();
    await page.keyboard.press('Control+Enter');
    await state(page, 'Running').waitFor();
    await page.keyboard.press('Control+Alt+Enter');
    await state(page, 'Cancelled').waitFor();
  });

  it('of the past opens with its graph and its results', async () => {
    const { page } = await openStudio({ server });
    // With the runs panel open, a smaller window does not reach to the results.
    await page.setViewportSize({ width: 1800, height: 1000 });
    await openLookAlikes(page);
    await run(page);
    await state(page, 'Done').waitFor();
    await page.getByRole('button', { name: 'Runs', exact: true }).click();
    const panel = page.getByRole('complementary', { name: 'Runs' });
    await panel.getByRole('listitem').first().getByRole('button', { name: 'Find look-alikes' }).click();
    await page.locator('.pb-tab-active').getByText('Earlier run').waitFor();
    await page.locator('[data-node-id="show"]').waitFor();
    await matches(page).nth(11).waitFor();
    expect(await page.locator('.pb-tab-name', { hasText: 'Find look-alikes' }).count()).toBe(2);
  });

  it('on every change shows the new ranking', async () => {
    const { page } = await openStudio({ server });
    await openLookAlikes(page);
    await page.getByRole('button', { name: 'More ways to run' }).click();
    await page.getByRole('menuitem', { name: 'Run on every change' }).click();
    await state(page, 'Done').waitFor();
    const k = page.locator('[data-node-id="top"] [data-param="k"] input');
    await k.fill('3');
    await k.press('Enter');
    await matches(page).nth(11).waitFor({ state: 'hidden' });
    await expect.poll(() => matches(page).count()).toBe(3);
    await k.fill('7');
    await k.press('Enter');
    await expect.poll(() => matches(page).count()).toBe(7);
    await state(page, 'Done').waitFor();
    const { requests, rendered } = await countedChange(page, () => k.fill('9'), 9);
    expect(requests).toEqual(['POST /api/runs']);
    // A long run is shown on each node. Parts that a run does not change are not rendered.
    expect(rendered.filter((part) => / (title|field)$/.test(part))).toEqual(['top field']);
    const { json } = await server.call('GET', '/api/runs?limit=100');
    const automatic = json.items.filter(({ series }: { series: string | null }) => series !== null);
    expect(automatic.map(({ status }: { status: string }) => status)).toEqual(['completed']);
    await page.getByRole('button', { name: 'Runs', exact: true }).click();
    await page
      .getByRole('complementary', { name: 'Runs' })
      .getByText(/latest automatic run/)
      .waitFor();
  });

  it('that fails says so in a sentence, on the node and in the list', async () => {
    const { page } = await openStudio({ server });
    const workflow = waiting(0, 'Wrong folder');
    workflow.nodes = [
      {
        id: 'pictures',
        type: 'image/load-folder',
        params: { path: '/nowhere/at-all' },
        position: { x: 0, y: 0 },
      },
      { id: 'show', type: 'view/gallery', position: { x: 320, y: 0 } },
    ] as never;
    workflow.edges = [{ from: { node: 'pictures', port: 'images' }, to: { node: 'show', port: 'images' } }];
    await openOwn(page, server, workflow);
    await run(page);
    await state(page, 'Failed').waitFor();
    const node = page.locator('[data-node-id="pictures"]');
    await node
      .getByText(/nowhere/)
      .last()
      .waitFor();
    await page.getByRole('button', { name: 'Show run details' }).click();
    const sentence = page.getByRole('listitem').filter({ hasText: 'nowhere' });
    await sentence.waitFor();
    expect(await sentence.innerText()).toMatch(/[.!]/);
    expect(await sentence.innerText()).not.toMatch(/ENOENT|at \w+ \(/);
    await sentence.getByRole('button').click();
    await page.getByRole('alert').filter({ hasText: 'nowhere' }).first().waitFor();
  });

  it('that cannot begin says why, at once and without being sent to the queue', async () => {
    const { page } = await openStudio({ server });
    const workflow = waiting(0, 'Unwired');
    workflow.nodes = [{ id: 'top', type: 'compare/top-k', position: { x: 0, y: 0 } }] as never;
    workflow.edges = [];
    await openOwn(page, server, workflow);
    const before = (await server.call('GET', '/api/runs')).json.items.length;
    await run(page);
    await state(page, 'Nothing can run yet').waitFor();
    await page.getByRole('button', { name: /^1 node to finish/ }).waitFor();
    expect((await server.call('GET', '/api/runs')).json.items.length).toBe(before);
  });
});
