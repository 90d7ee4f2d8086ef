import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { startServer, type TestServer } from '../server/server.ts';
import { unzipped } from '../server/unzip.ts';
import { seriousProblems } from './bench.ts';
import { journaled, noBrowser, openStudio, useBrowser } from './studio.ts';

useBrowser();
const samples = join(import.meta.dirname, '../../workflows/samples');
let server: TestServer;
beforeAll(async () => {
  if (!noBrowser) server = await startServer({ keep: true });
});

const matchesOf = (page: Page) => page.getByRole('button', { name: /^Match \d+: / });
const selected = (page: Page) => page.locator('[aria-pressed="true"][data-stop]');
const menuOf = (page: Page) => page.getByRole('menu').first();

async function lookAlikes(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Open Find look-alikes as form', exact: true }).click();
  await page.getByRole('form').getByRole('button', { name: 'Run', exact: true }).click();
  await expect.poll(() => matchesOf(page).count(), { timeout: 60_000 }).toBe(12);
}

/** The path in the name of a match. */
async function pathOf(page: Page, at: number): Promise<string> {
  const name = await matchesOf(page).nth(at).innerText();
  return /^Match \d+: (.*), score/.exec(name)?.[1] ?? '';
}

describe.skipIf(noBrowser)('a picture in a result', () => {
  test('is selected by click, Ctrl, Shift, Space and rubber band; nothing moves, and Escape clears', async () => {
    const { page, errors } = await openStudio({ server });
    await lookAlikes(page);
    const matches = matchesOf(page);
    const place = await matches.nth(11).boundingBox();
    await matches.nth(1).click();
    await page.getByRole('toolbar').getByText('1 selected').waitFor();
    expect(await matches.nth(11).boundingBox()).toEqual(place);
    await matches.nth(4).click({ modifiers: ['Shift'] });
    await page.getByText('4 selected').waitFor();
    await matches.nth(2).click({ modifiers: ['ControlOrMeta'] });
    await page.getByText('3 selected').waitFor();
    expect(await seriousProblems(page, page.locator('section[data-node]').first())).toEqual([]);
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('Space');
    await page.getByText('2 selected').waitFor();
    await page.keyboard.press('ControlOrMeta+a');
    await page.getByText('12 selected').waitFor();
    await page.keyboard.press('Escape');
    await expect.poll(() => selected(page).count()).toBe(0);
    const [from, to] = [await matches.nth(0).boundingBox(), await matches.nth(2).boundingBox()];
    await page.mouse.move(from!.x + 20, from!.y + 20);
    await page.mouse.down();
    await page.mouse.move(to!.x + 20, to!.y + 40, { steps: 5 });
    await page.mouse.up();
    await page.getByText('3 selected').waitFor();
    expect(errors).toEqual([]);
  });

  test('has a menu, by pointer and by key; it copies paths, hides, and brings back', async () => {
    const { page, context } = await openStudio({ server });
    await context.grantPermissions(['clipboard-read', 'clipboard-write']);
    await lookAlikes(page);
    const first = await pathOf(page, 0);
    await matchesOf(page).first().click({ button: 'right' });
    await menuOf(page).waitFor();
    expect(await seriousProblems(page, menuOf(page))).toEqual([]);
    // This server has no desktop, and the menu says so.
    await page.getByRole('menuitem', { name: /Show in folder.*without a desktop/ }).waitFor();
    await page.getByRole('menuitem', { name: /^Copy path/ }).click();
    await page.getByText('Copied').waitFor();
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(join(samples, 'pictures', first));
    await page.keyboard.press('Shift+F10');
    await page.getByRole('menuitem', { name: /^Hide/ }).click();
    await expect.poll(() => matchesOf(page).count()).toBe(11);
    expect(await pathOf(page, 0)).not.toBe(first);
    // It stays so when the page is loaded again.
    await journaled(page);
    await page.reload();
    await expect.poll(() => matchesOf(page).count()).toBe(11);
    await page.getByRole('button', { name: '1 hidden · Show' }).click();
    await expect.poll(() => pathOf(page, 0)).toBe(first);
    // The same menu, where a picture is chosen.
    await page
      .getByRole('form')
      .getByRole('button', { name: 'Picture: sample:queries/cat-face.png' })
      .click({ button: 'right' });
    await page.getByRole('menuitem', { name: /^Copy path/ }).waitFor();
    expect(await page.getByRole('menuitem', { name: /^Hide/ }).count()).toBe(0);
  });

  test('is exported with the others that are selected: their files, unchanged', async () => {
    const { page } = await openStudio({ server });
    await lookAlikes(page);
    await matchesOf(page).nth(0).click();
    await matchesOf(page)
      .nth(2)
      .click({ modifiers: ['Shift'] });
    const paths = await Promise.all([0, 1, 2].map((at) => pathOf(page, at)));
    const exported = async (item: RegExp) => {
      await page.getByRole('toolbar').getByRole('button', { name: 'Export' }).click();
      const coming = page.waitForEvent('download');
      await page.getByRole('menuitem', { name: item }).click();
      const download = await coming;
      return { name: download.suggestedFilename(), bytes: readFileSync(await download.path()) };
    };
    const zip = await exported(/^Pictures \(ZIP\)/);
    expect(zip.name).toBe('find-look-alikes-matches.zip');
    const files = await unzipped(zip.bytes);
    expect([...files.keys()]).toEqual(paths);
    for (const path of paths)
      expect(files.get(path)?.equals(readFileSync(join(samples, 'pictures', path))), path).toBe(true);
    const sorted = await unzipped((await exported(/^One folder per category/)).bytes);
    expect([...sorted.keys()]).toEqual(paths.map((path) => `animals/${path.split('/').at(-1)}`));
    const csv = (await exported(/CSV/)).bytes.toString('utf8').trimEnd().split('\r\n');
    expect(csv[0]).toBe('\ufeffpath,category,score');
    expect(csv[1]).toMatch(new RegExp(`${paths[0]},animals,0\\.\\d+$`));
    expect(csv).toHaveLength(4);
  });

  test('becomes the query in one step of undo; a workflow without queries opens the look-alikes', async () => {
    const { page } = await openStudio({ server });
    await lookAlikes(page);
    const path = await pathOf(page, 0);
    await matchesOf(page).first().click();
    await page.getByRole('toolbar').getByRole('button', { name: 'Use as query' }).click();
    await page.getByRole('button', { name: `Query: ${path.split('/').at(-1)}` }).waitFor();
    const field = page
      .locator('[data-input="query"] input[type="text"], [data-input="query"] input:not([type])')
      .first();
    expect(await field.inputValue()).toBe(`sample:pictures/${path}`);
    // The picture itself is not one of its look-alikes.
    await expect.poll(() => pathOf(page, 0)).not.toBe(path);
    await page.getByRole('heading', { level: 1 }).click();
    await page.keyboard.press('ControlOrMeta+z');
    await expect.poll(() => field.inputValue()).toBe('sample:queries/cat-face.png');
  });

  test('opens by double click, and the lightbox has its menu and its keys', async () => {
    const { page } = await openStudio({ server });
    await lookAlikes(page);
    await matchesOf(page).nth(3).dblclick();
    const lightbox = page.getByRole('dialog', { name: 'Enlarged picture' });
    await lightbox.getByText('4 of 12').waitFor();
    await lightbox.getByText('1 selected').waitFor();
    await page.keyboard.press('Space');
    await lightbox.getByText('1 selected').waitFor({ state: 'detached' });
    await lightbox.getByRole('button', { name: 'What to do with pictures' }).click();
    await page.getByRole('menuitem', { name: /^Hide/ }).click();
    await lightbox.getByText('4 of 11').waitFor();
    await page.keyboard.press('Escape');
    await lightbox.waitFor({ state: 'detached' });
  });
});

describe.skipIf(noBrowser)('results of three encoders', () => {
  test('stand side by side in the form, and at least three pictures stand in a row on a phone', async () => {
    const { page } = await openStudio({ server });
    await page.setViewportSize({ width: 1280, height: 720 });
    await page.getByRole('button', { name: 'Open Compare encoders as form', exact: true }).click();
    await page.getByRole('form').getByRole('button', { name: 'Run', exact: true }).click();
    const results = page.locator('section[data-node]');
    await expect.poll(() => results.count(), { timeout: 60_000 }).toBe(3);
    const tops = await results.evaluateAll((all) => all.map((one) => one.getBoundingClientRect().top));
    expect(new Set(tops).size).toBe(1);
    await page.setViewportSize({ width: 390, height: 844 });
    const row = await matchesOf(page).evaluateAll((all) => {
      const top = all[0]?.getBoundingClientRect().top;
      return all.filter((one) => one.getBoundingClientRect().top === top).length;
    });
    expect(row).toBeGreaterThanOrEqual(3);
  });
});
