import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Label, LabelSet } from '../../server/contract/labels.ts';
import type { Workflow } from '../../workflows/workflow.ts';
import { startServer, type TestServer } from '../server/server.ts';
import { seriousProblems } from './bench.ts';
import { noBrowser, openStudio, useBrowser } from './studio.ts';

useBrowser();
let server: TestServer;
beforeAll(async () => {
  if (!noBrowser) server = await startServer({ keep: true });
});

/** Sample pictures that are taught from a category set: what they are sorted into, and how they are confused. */
const taught = (set: string | null): Workflow => ({
  format: 'patchbay',
  version: 1,
  name: `Taught by ${set ?? 'nobody'}`,
  nodes: [
    { id: 'load', type: 'image/load-folder', position: { x: 0, y: 0 }, params: { path: 'sample:pictures' } },
    ...(set === null
      ? []
      : [{ id: 'set', type: 'label/label-set', position: { x: 300, y: 0 }, params: { set } }]),
    {
      id: 'model',
      type: 'encode/load-encoder',
      position: { x: 0, y: 500 },
      params: { model: 'builtin/color-layout' },
    },
    { id: 'encode', type: 'encode/image', position: { x: 300, y: 500 } },
    { id: 'learn', type: 'train/prototypes', position: { x: 600, y: 500 } },
    { id: 'classify', type: 'compare/classify', position: { x: 600, y: 0 } },
    { id: 'show', type: 'view/gallery', position: { x: 900, y: 0 }, size: { width: 440, height: 360 } },
    {
      id: 'matrix',
      type: 'view/confusion-matrix',
      position: { x: 900, y: 400 },
      size: { width: 440, height: 420 },
    },
  ],
  edges: [
    ...(set === null
      ? [{ from: { node: 'load', port: 'images' }, to: { node: 'encode', port: 'images' } }]
      : [
          { from: { node: 'load', port: 'images' }, to: { node: 'set', port: 'images' } },
          { from: { node: 'set', port: 'images' }, to: { node: 'encode', port: 'images' } },
        ]),
    { from: { node: 'model', port: 'encoder' }, to: { node: 'encode', port: 'encoder' } },
    { from: { node: 'encode', port: 'embeddings' }, to: { node: 'learn', port: 'embeddings' } },
    { from: { node: 'encode', port: 'embeddings' }, to: { node: 'classify', port: 'embeddings' } },
    { from: { node: 'learn', port: 'classifier' }, to: { node: 'classify', port: 'classifier' } },
    { from: { node: 'classify', port: 'labels' }, to: { node: 'show', port: 'images' } },
    { from: { node: 'classify', port: 'labels' }, to: { node: 'matrix', port: 'predictions' } },
  ],
});

let sets = 0;
/** A name that no other attempt of a test has used. */
const fresh = (name: string): string => `${name}${++sets}`;

/** Makes a set of the sample pictures by their folders, opens a workflow that is taught by it, and runs it. */
async function open(set: string | null, options: { readonly phone?: boolean } = {}): Promise<Page> {
  if (set !== null) {
    await server.call('POST', '/api/label-sets', { name: set });
    const path = 'sample:pictures';
    const { status } = await server.call('POST', `/api/label-sets/${set}/import`, {
      from: 'subfolders',
      path,
    });
    expect(status).toBe(200);
  }
  const { json } = await server.call('POST', '/api/workflows', { workflow: taught(set) });
  const { page } = await openStudio({ server, ...options });
  await page.goto(`${server.url}#workflow=${json.id}`);
  await page.locator('.react-flow__node').first().waitFor();
  await page.keyboard.press('Control+Enter');
  await tiles(page).first().waitFor({ timeout: 60_000 });
  await idle(page);
  return page;
}

const tiles = (page: Page) => page.locator('[data-id="show"] [data-stop]');
const bar = (page: Page) => page.getByRole('region', { name: 'Corrections' });
const idle = (page: Page) => page.getByText('Done', { exact: true }).first().waitFor();
/** Counts the runs that a page asks for from now on. */
function counted(page: Page): () => number {
  let count = 0;
  page.on('request', (request) => {
    if (request.method() === 'POST' && request.url().endsWith('/api/runs')) count++;
  });
  return () => count;
}

/** What a set says about the picture whose path ends like this. */
async function said(set: string, path: string) {
  const { categories } = (await server.call('GET', `/api/label-sets/${set}`)).json as LabelSet;
  const { json } = await server.call('GET', `/api/label-sets/${set}/labels`);
  const label = (json.items as readonly Label[]).find((one) => one.path?.endsWith(path));
  const nameOf = (id: string) => categories.find((one) => one.id === id)?.name ?? id;
  return label && { category: label.category && nameOf(label.category), not: label.not.map(nameOf) };
}

/** The path of a picture as the set writes it. */
const pathOf = async (page: Page, at: number) => (await tiles(page).nth(at).getAttribute('title')) ?? '';

describe.skipIf(noBrowser)('a correction in a result', () => {
  test('moves a picture by its menu, is undone, and trains again when asked', async () => {
    const set = fresh('Moved');
    const page = await open(set);
    const path = await pathOf(page, 0);
    const before = await said(set, path);
    const goal = before?.category === 'vehicles' ? 'fruit' : 'vehicles';
    await tiles(page).nth(0).click({ button: 'right' });
    await page.getByRole('menuitem', { name: 'Move to category' }).hover();
    await page.getByRole('menuitem', { name: goal, exact: true }).click();
    await expect.poll(() => said(set, path)).toEqual({ category: goal, not: [] });
    await bar(page).getByText(`${path}: ${goal}`).waitFor();
    expect(await seriousProblems(page, bar(page))).toEqual([]);
    await bar(page).getByRole('button', { name: 'Undo' }).click();
    await expect.poll(() => said(set, path)).toEqual(before);
    // What was undone is nothing to train with.
    await expect
      .poll(() =>
        bar(page)
          .getByRole('button', { name: /Train again/ })
          .count(),
      )
      .toBe(0);

    // M asks only for the category, and the keys beside the categories answer.
    await tiles(page).nth(0).click();
    await page.keyboard.press('m');
    const asked = page.getByRole('menu', { name: 'Move to category' });
    await asked.waitFor();
    expect(await asked.getByRole('menuitem', { name: 'Open', exact: true }).count()).toBe(0);
    await page.keyboard.press('1');
    await expect.poll(() => asked.count()).toBe(0);
    await bar(page).getByText(`${path}: `).waitFor();
    await bar(page).getByRole('button', { name: 'Undo' }).click();
    await expect.poll(() => said(set, path)).toEqual(before);

    // Keys of the categories, as in the label room.
    const runs = counted(page);
    await tiles(page).nth(0).click();
    for (const key of ['1', '2', '3']) await page.keyboard.press(key);
    await bar(page)
      .getByRole('button', { name: /^Train again with 1 correction/ })
      .waitFor();
    expect(runs()).toBe(0);
    await bar(page)
      .getByRole('button', { name: /^Train again/ })
      .click();
    await expect.poll(runs).toBe(1);
    await idle(page);
    await expect
      .poll(() =>
        bar(page)
          .getByRole('button', { name: /Train again/ })
          .count(),
      )
      .toBe(0);
  });

  test('waits while the server is away, can be undone meanwhile, and is sent when it is back', async () => {
    const set = fresh('Away');
    const page = await open(set);
    const [first, second] = [await pathOf(page, 0), await pathOf(page, 1)];
    const before = await said(set, second);
    await page.context().setOffline(true);
    await tiles(page).nth(0).click();
    await page.keyboard.press('2');
    await bar(page)
      .getByText(/The server does not answer/)
      .waitFor();
    await tiles(page).nth(1).click();
    await page.keyboard.press('3');
    await bar(page)
      .getByText(new RegExp(`^${second}: .*does not answer`))
      .waitFor();
    await bar(page).getByRole('button', { name: 'Undo' }).click();
    await bar(page)
      .getByText(/^Undone/)
      .waitFor();
    await page.context().setOffline(false);
    await expect.poll(async () => (await said(set, first))?.category).toBe('buildings');
    expect(await said(set, second)).toEqual(before);
    // What was sent can be undone as every other correction.
    await bar(page).getByRole('button', { name: 'Undo' }).click();
    await expect.poll(async () => (await said(set, first))?.category).toBe('animals');
  });

  test('rules a category out, and the workflow learns by itself once for several corrections', async () => {
    const set = fresh('Ruled');
    const page = await open(set);
    const runs = counted(page);
    await tiles(page).nth(0).click();
    await page.keyboard.press('x');
    await bar(page)
      .getByText(/: not /)
      .waitFor();
    const path = await pathOf(page, 0);
    const shown = (await tiles(page).nth(0).getAttribute('aria-label')) ?? '';
    const [, category = ''] = /not ([^,]+)$/.exec(shown) ?? [];
    await expect.poll(async () => (await said(set, path))?.not).toEqual([category]);
    await bar(page).getByRole('switch', { name: 'Train again by itself' }).check({ force: true });
    await expect.poll(runs).toBe(1);
    await idle(page);
    // It is remembered, and corrections in quick succession are one run.
    await page.reload();
    await tiles(page).nth(7).waitFor({ timeout: 60_000 });
    // The result knows what was ruled out, also in a new window.
    expect(await tiles(page).nth(0).getAttribute('aria-label')).toContain(path);
    const again = runs();
    const later = await pathOf(page, 5);
    await tiles(page).nth(5).click();
    for (const key of ['1', '2', '3', '4', '5']) await page.keyboard.press(key);
    await expect.poll(async () => (await said(set, later))?.category).toBe('faces');
    await expect.poll(runs).toBeGreaterThan(again);
    await idle(page);
    await page.waitForTimeout(1000);
    // One for those before the pause, and at most one more for those during it.
    expect(runs() - again).toBeLessThanOrEqual(2);
    expect(
      await bar(page)
        .getByRole('button', { name: /^Train again/ })
        .count(),
    ).toBe(0);
  });

  test('drops selected pictures of a cell of the confusion matrix onto a category', async () => {
    const set = fresh('Dropped');
    const page = await open(set);
    const matrix = page.locator('[data-id="matrix"]');
    await matrix.getByRole('button', { name: 'Enlarge' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('application').focus();
    await page.keyboard.press('ArrowRight');
    for (const key of ['ArrowLeft', 'Enter']) await page.keyboard.press(key);
    const inCell = dialog.getByRole('region').locator('[data-stop]');
    await dialog.getByRole('button', { name: 'Select these' }).click();
    await dialog.getByText(`${await inCell.count()} selected`).waitFor();
    // The bar stays in sight, although the cell is below the matrix, and nothing lies over it.
    const giveOn = dialog.getByRole('button', { name: /^Give on as selection/ });
    await expect
      .poll(() =>
        giveOn.evaluate((button) => {
          const { left, top, width, height } = button.getBoundingClientRect();
          return button.contains(document.elementFromPoint(left + width / 2, top + height / 2));
        }),
      )
      .toBe(true);
    await inCell.first().click();
    const path = (await inCell.first().getAttribute('title')) ?? '';
    const from = (await inCell.first().boundingBox())!;
    await page.mouse.move(from.x + 20, from.y + 20);
    await page.mouse.down();
    await page.mouse.move(from.x + 60, from.y + 60, { steps: 4 });
    const goal = page.locator('[data-category]', { hasText: 'vehicles' });
    const to = (await goal.boundingBox())!;
    await page.mouse.move(to.x + 10, to.y + 10, { steps: 4 });
    await page.mouse.up();
    await expect.poll(() => said(set, path)).toEqual({ category: 'vehicles', not: [] });
    // The lightbox corrects too.
    await inCell.first().dblclick();
    const box = page.locator('[data-lightbox]');
    await box.getByRole('button', { name: /^Not / }).click();
    await expect.poll(async () => (await said(set, path))?.not.length).toBe(1);
    await page.keyboard.press('Control+z');
    await expect.poll(() => said(set, path)).toEqual({ category: 'vehicles', not: [] });
  });

  test('lets the user choose or create a set if the workflow has none', async () => {
    const page = await open(null);
    // Folders gave the categories, but the classifier disagrees somewhere.
    const wrong = page.locator('[data-id="show"] [data-stop]');
    const names = await wrong.evaluateAll((all) => all.map((one) => one.getAttribute('aria-label') ?? ''));
    const at = names.findIndex((name) => {
      const [path = '', category = ''] = name.split(', ');
      return !path.startsWith(`${category}/`);
    });
    expect(at).toBeGreaterThanOrEqual(0);
    await wrong.nth(at).click();
    await page.keyboard.press('x');
    const room = page.getByRole('dialog', { name: 'Sort pictures into categories' });
    await room.getByRole('textbox', { name: 'New category set' }).fill('Chosen');
    await room.getByRole('button', { name: 'Create category set' }).click();
    const [path = '', category = ''] = (names[at] ?? '').split(', ');
    await expect.poll(() => said('Chosen', path)).toEqual({ category: null, not: [category] });
    await bar(page).getByText(`${path}: not ${category}`).waitFor();
    // The set has only the category that is wrong. A new one is typed in place.
    await wrong.nth(at).click();
    await page.keyboard.press('m');
    await page.getByRole('menuitem', { name: 'New category…' }).click();
    const asked = page.getByRole('dialog', { name: 'New category' });
    await asked.getByRole('textbox', { name: 'Name' }).fill('odd ones');
    await page.keyboard.press('Enter');
    await expect.poll(() => said('Chosen', path)).toEqual({ category: 'odd ones', not: [category] });
  });

  test('has its choices on a phone in place of the menu', async () => {
    const page = await open(fresh('Phone'), { phone: true });
    await page.locator('[data-stop]').first().click({ button: 'right' });
    await page.getByRole('menuitem', { name: 'Move to category' }).tap();
    const menu = page.getByRole('menu', { name: 'Move to category' });
    await menu.getByRole('menuitem', { name: 'vehicles', exact: true }).tap();
    await bar(page)
      .getByText(/: vehicles/)
      .waitFor();
    expect(await menu.count()).toBe(0);
  });
});
