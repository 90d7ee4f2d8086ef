import { cpSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Label, LabelSet } from '../../server/contract/labels.ts';
import type { Workflow } from '../../workflows/workflow.ts';
import { scratch, startServer, type TestServer } from '../server/server.ts';
import { seriousProblems } from './bench.ts';
import { noBrowser, openStudio, useBrowser } from './studio.ts';

const SAMPLES = join(import.meta.dirname, '../../workflows/samples/pictures');

useBrowser();
let server: TestServer;
beforeAll(async () => {
  if (!noBrowser) server = await startServer({ keep: true });
});

/** 48 sample pictures in a gallery. */
const PICTURES: Workflow = {
  format: 'patchbay',
  version: 1,
  name: 'My trip',
  nodes: [
    {
      id: 'load',
      type: 'image/load-folder',
      position: { x: 0, y: 0 },
      params: { path: 'sample:pictures', recursive: true },
    },
    {
      id: 'show',
      type: 'view/gallery',
      position: { x: 320, y: 0 },
      size: { width: 440, height: 400 },
    },
  ],
  edges: [{ from: { node: 'load', port: 'images' }, to: { node: 'show', port: 'images' } }],
};

const room = (page: Page) => page.getByRole('dialog', { name: 'Sort pictures into categories' });
const tiles = (page: Page) => room(page).locator('[data-stop]');
const chip = (page: Page, name: string) => room(page).locator('[data-category]', { hasText: name });
const saved = (page: Page) => room(page).getByText('Saved', { exact: true }).waitFor();
/** The words of a tile for screen readers: its picture, its category. */
const wordsOf = async (tile: Locator) => (await tile.getAttribute('aria-label')) ?? '';

/** Opens the workflow, runs it, and opens the room with its pictures and a set. */
async function sortPictures(page: Page, set: string): Promise<void> {
  if (!(await page.getByRole('button', { name: 'Sort into categories…' }).first().isVisible())) {
    if (!(await page.locator('.react-flow__node').first().isVisible()))
      await page.getByText('My trip', { exact: true }).first().click();
    await page.locator('.react-flow__node').first().waitFor();
    await page.keyboard.press('Control+Enter');
  }
  await page.getByRole('button', { name: 'Sort into categories…' }).first().click();
  const field = room(page).getByRole('textbox', { name: 'New category set' });
  expect(await field.inputValue()).toBe('My trip');
  expect(await seriousProblems(page, room(page))).toEqual([]);
  await field.fill(set);
  await room(page)
    .getByRole('button', { name: /^(Create category set|Continue with this set)$/ })
    .click();
  await saved(page);
}

async function categories(page: Page, ...names: string[]): Promise<void> {
  for (const name of names) {
    await room(page).getByRole('textbox', { name: 'New category', exact: true }).fill(name);
    await page.keyboard.press('Enter');
    await chip(page, name).waitFor();
  }
  // Out of the field.
  await page.keyboard.press('Escape');
}

async function labelsOf(of: TestServer, set: string): Promise<readonly string[]> {
  const name = encodeURIComponent(set);
  const { json: found } = await of.call('GET', `/api/label-sets/${name}`);
  const { json } = await of.call('GET', `/api/label-sets/${name}/labels`);
  const names = new Map((found as LabelSet).categories.map(({ id, name: own }) => [id, own]));
  return (json.items as readonly Label[])
    .map(({ category }) => (category === null ? '' : (names.get(category) ?? category)))
    .filter((own) => own !== '')
    .sort();
}

async function studioWithPictures(of: TestServer, width = 1280): Promise<Page> {
  await of.call('POST', '/api/workflows', { workflow: PICTURES });
  const { page } = await openStudio({ server: of });
  await page.setViewportSize({ width, height: 800 });
  return page;
}

describe.skipIf(noBrowser)('the label room', () => {
  test('gives categories by key, goes on by itself, and keeps them through a reload and a dead server', async () => {
    const own = await startServer();
    const page = await studioWithPictures(own);
    await sortPictures(page, 'Keys');
    await categories(page, 'fruit', 'other');
    expect(await seriousProblems(page, room(page))).toEqual([]);
    for (const key of ['1', '2', '1']) await page.keyboard.press(key);
    expect(await wordsOf(tiles(page).nth(0))).toMatch(/, fruit$/);
    expect(await wordsOf(tiles(page).nth(1))).toMatch(/, other$/);
    expect(await tiles(page).nth(3).getAttribute('aria-pressed')).toBe('true');
    await saved(page);
    expect(await labelsOf(own, 'Keys')).toEqual(['fruit', 'fruit', 'other']);

    await own.kill('SIGKILL');
    await page.keyboard.press('2');
    await room(page).getByText('1 change is kept here').waitFor();
    const again = await startServer({ data: own.data, args: ['--port', new URL(own.url).port] });
    await saved(page);
    expect(await labelsOf(again, 'Keys')).toEqual(['fruit', 'fruit', 'other', 'other']);

    await page.reload();
    await sortPictures(page, 'Keys');
    await room(page).getByText('4 of', { exact: false }).waitFor();
    expect(await wordsOf(tiles(page).nth(3))).toMatch(/, other$/);
    // The first picture without a category is selected.
    await expect.poll(() => tiles(page).nth(4).getAttribute('aria-pressed')).toBe('true');
  });

  test('keeps what it could not send through a reload', async () => {
    const own = await startServer();
    const page = await studioWithPictures(own);
    await sortPictures(page, 'Unsent');
    await categories(page, 'keep');
    await saved(page);
    // The server gets nothing, but the page can be loaded again.
    await page.route('**/api/label-sets/*/changes', (route) => route.abort());
    await page.keyboard.press('1');
    await room(page).getByText('1 change is kept here').waitFor();
    expect(await labelsOf(own, 'Unsent')).toEqual([]);
    await page.unroute('**/api/label-sets/*/changes');
    page.on('dialog', (dialog) => void dialog.accept());
    await page.reload();
    await expect.poll(() => labelsOf(own, 'Unsent')).toEqual(['keep']);
  });

  test('sorts by rubber band and by drag onto a category; undo and redo take it back and forth', async () => {
    const page = await studioWithPictures(server);
    await sortPictures(page, 'Drag');
    await categories(page, 'left', 'right');
    const [from, to] = [await tiles(page).nth(0).boundingBox(), await tiles(page).nth(2).boundingBox()];
    await page.keyboard.press('Escape');
    await page.mouse.move(from!.x + 20, from!.y + 20);
    await page.mouse.down();
    await page.mouse.move(to!.x + 20, to!.y + 40, { steps: 6 });
    await page.mouse.up();
    await room(page).getByText('3 selected').waitFor();
    const goal = await chip(page, 'right').boundingBox();
    await page.mouse.move(from!.x + 30, from!.y + 30);
    await page.mouse.down();
    await page.mouse.move(goal!.x + 40, goal!.y + 10, { steps: 6 });
    await page.mouse.up();
    await room(page)
      .getByText(/^3 of \d+ sorted$/)
      .waitFor();
    await saved(page);
    expect(await labelsOf(server, 'Drag')).toEqual(['right', 'right', 'right']);
    await page.keyboard.press('Control+z');
    await room(page)
      .getByText(/^0 of \d+ sorted$/)
      .waitFor();
    await saved(page);
    expect(await labelsOf(server, 'Drag')).toEqual([]);
    await page.keyboard.press('Control+y');
    await room(page)
      .getByText(/^3 of \d+ sorted$/)
      .waitFor();
    // A deleted category comes back with its pictures.
    await room(page).getByRole('button', { name: 'Edit category right' }).click();
    await page.getByRole('button', { name: 'Delete category' }).click();
    await room(page)
      .getByText(/^0 of \d+ sorted$/)
      .waitFor();
    await chip(page, 'right').waitFor({ state: 'detached' });
    await room(page).getByRole('button', { name: 'Undo', exact: true }).click();
    await room(page)
      .getByText(/^3 of \d+ sorted$/)
      .waitFor();
    expect(await labelsOf(server, 'Drag')).toEqual(['right', 'right', 'right']);
  });

  test('in two windows shows the same', async () => {
    await server.call('POST', '/api/workflows', { workflow: PICTURES });
    const { page, window } = await openStudio({ server });
    await sortPictures(page, 'Both');
    await categories(page, 'a', 'b');
    await page.keyboard.press('1');
    await saved(page);
    const other = await window();
    await sortPictures(other, 'Both');
    expect(await wordsOf(tiles(other).nth(0))).toMatch(/, a$/);
    // The second window goes on where the first one stands.
    await other.keyboard.press('2');
    await expect.poll(() => wordsOf(tiles(page).nth(1))).toMatch(/, b$/);
    await categories(page, 'c');
    await chip(other, 'c').waitFor();
    await page.keyboard.press('Shift+Digit1');
    await expect.poll(() => room(other).locator('[aria-label*="not a"]').count()).toBe(1);
  });

  test('has a list of its sets, which renames, deletes and restores', async () => {
    await server.call('POST', '/api/label-sets', { name: 'First try', categories: [{ name: 'a' }] });
    const { page } = await openStudio({ server });
    await page.getByRole('button', { name: 'Category sets' }).click();
    const list = page.getByRole('dialog', { name: 'Category sets' });
    await list.getByText('1 category, 0 pictures').first().waitFor();
    expect(await seriousProblems(page, list)).toEqual([]);
    await list.getByRole('button', { name: 'Rename First try' }).click();
    await list.getByRole('textbox', { name: 'New name' }).fill('Second try');
    await list.getByRole('button', { name: 'Rename', exact: true }).click();
    await list.getByRole('button', { name: 'Delete Second try' }).click();
    await page.getByText('Delete the category set "Second try"').waitFor();
    await page.getByRole('button', { name: 'Delete category set' }).click();
    await list.getByText('Second try', { exact: true }).waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Undo', exact: true }).click();
    await list.getByText('Second try', { exact: true }).waitFor();
  });

  test('opens a set without a result, takes a folder, and shows which pictures are gone', async () => {
    const folder = scratch();
    for (const name of ['a', 'b', 'c'])
      cpSync(
        join(SAMPLES, `fruit/${{ a: 'lemon', b: 'mango', c: 'peach' }[name]}-noto.png`),
        join(folder, `${name}.png`),
      );
    await server.call('POST', '/api/label-sets', {
      name: 'Own',
      categories: [{ name: 'yes' }, { name: 'no' }],
    });
    const { page, errors } = await openStudio({ server });
    const openOwn = async () => {
      await page.getByRole('button', { name: 'Category sets' }).click();
      await page.getByRole('button', { name: 'Open category set Own' }).click();
      await room(page).getByText('Saved', { exact: true }).waitFor();
    };
    await openOwn();
    await room(page).getByText('This category set has no pictures yet.').waitFor();
    expect(await seriousProblems(page, room(page))).toEqual([]);
    await room(page).getByRole('button', { name: 'Add pictures from a folder' }).click();
    const files = page.getByRole('dialog', { name: 'Folder' });
    await files.getByRole('textbox').waitFor();
    // The keys of the room rest while another window is in front of it.
    await page.keyboard.press('Escape');
    await files.waitFor({ state: 'detached' });
    await room(page).waitFor();
    await server.call('POST', '/api/label-sets/Own/import', { from: 'folder', path: folder });
    await page.reload();
    await openOwn();
    await room(page).getByText('0 of 3 sorted').waitFor();
    await page.keyboard.press('1');
    await saved(page);
    expect(await labelsOf(server, 'Own')).toEqual(['yes']);
    rmSync(join(folder, 'a.png'));
    await page.reload();
    await openOwn();
    await room(page).getByText('1 of 3 sorted').waitFor();
    await room(page).getByText('1 picture is not where it was.').waitFor();
    const gone = room(page).locator('[data-stop][aria-label*="a.png"]');
    expect(await wordsOf(gone)).toMatch(/, yes$/);
    // A picture that is gone can still be corrected.
    await gone.click();
    await page.keyboard.press('2');
    await saved(page);
    expect(await labelsOf(server, 'Own')).toEqual(['no']);
    expect(errors).toEqual([]);
  });

  test('shows one picture at a time on a phone, with large buttons and no sideways scrolling', async () => {
    const page = await studioWithPictures(server);
    await sortPictures(page, 'Phone');
    await categories(page, 'yes', 'no');
    await page.setViewportSize({ width: 390, height: 844 });
    await page.keyboard.press('Enter');
    const one = room(page).getByRole('region', { name: 'One picture at a time' });
    await one.getByText(/^1 of \d+$/).waitFor();
    expect(await seriousProblems(page, room(page))).toEqual([]);
    const button = one.locator('[data-category]').first();
    expect((await button.boundingBox())!.height).toBeGreaterThanOrEqual(44);
    await button.click();
    await one.getByText(/^2 of \d+$/).waitFor();
    await one.getByRole('button', { name: 'Previous' }).click();
    expect(await button.getAttribute('aria-pressed')).toBe('true');
    const wide = await room(page).evaluate((element) => element.scrollWidth - element.clientWidth);
    expect(wide).toBe(0);
  });
});
