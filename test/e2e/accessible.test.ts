import type { Locator, Page } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { startServer, type TestServer } from '../server/server.ts';
import { violations } from './axe.ts';
import { emptyPlace, openSketch, sketch } from './canvas-kit.ts';
import { noBrowser, openStudio, useBrowser } from './studio.ts';

let server: TestServer;
useBrowser();
beforeAll(async () => {
  server = await startServer({ keep: true });
});

/** An empty place on the canvas. */
async function free(page: Page): Promise<[number, number]> {
  const { x, y } = await emptyPlace(page);
  return [x, y];
}

/** Opens the menu of the first wire. */
async function wireMenu(page: Page): Promise<void> {
  const box = (await page.locator('.react-flow__edge-path').first().boundingBox())!;
  await page.mouse.click(box.x + box.width / 2, box.y + box.height / 2, { button: 'right' });
}

describe.skipIf(noBrowser)('in light and dark', () => {
  const open = async () => {
    const studio = await openStudio({ server, inspector: true });
    // The inspector and the results are in sight together.
    await studio.page.setViewportSize({ width: 1700, height: 900 });
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
    await page.getByRole('button', { name: 'Show run details' }).click();
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

  it('what opens above the canvas has none: search, menus, wires, palette, keys, settings', async () => {
    const page = await open();
    await page.getByRole('button', { name: 'Open Find look-alikes', exact: true }).click();
    const title = page.locator('[data-node-id="top"] .pb-title');
    await title.click();
    const canvas = page.locator('.pb-canvas');
    const opened: readonly (readonly [string, () => Promise<void>, Locator])[] = [
      ['node search', () => page.keyboard.press('Space'), page.locator('.pb-search input')],
      ['wire picker', () => page.keyboard.press('w'), page.locator('.pb-search input')],
      ['node menu', () => title.click({ button: 'right' }), page.getByRole('menu')],
      ['wire menu', () => wireMenu(page), page.getByRole('menu')],
      [
        'canvas menu',
        async () => page.mouse.click(...(await free(page)), { button: 'right' }),
        page.getByRole('menu'),
      ],
      ['palette', () => page.keyboard.press('Control+k'), page.getByRole('dialog')],
      ['shortcuts', () => page.keyboard.press('?'), page.getByRole('dialog')],
      [
        'settings',
        () => page.getByRole('button', { name: 'Settings' }).click(),
        page.getByText('Language', { exact: true }),
      ],
      [
        'run menu',
        () => page.getByRole('button', { name: 'More ways to run' }).click(),
        page.getByRole('menuitem').first(),
      ],
    ];
    for (const [name, act, seen] of opened) {
      await canvas.focus();
      if (name === 'wire picker') await title.click();
      await act();
      await seen.waitFor();
      expect(await violations(page), name).toEqual([]);
      await page.keyboard.press('Escape');
      await seen.waitFor({ state: 'detached' });
    }
  });

  it('lists of models and of files have none', async () => {
    const page = await open();
    await page.getByRole('button', { name: 'Open Find look-alikes', exact: true }).click();
    await page
      .locator('[data-node-id="encoder"]')
      .getByRole('button', { name: /^Model: / })
      .click();
    await page.getByRole('option', { name: /Perceptual hash/ }).waitFor();
    expect(await violations(page), 'models').toEqual([]);
    await page.keyboard.press('Escape');
    await page
      .locator('[data-node-id="pictures"]')
      .getByRole('button', { name: /^Browse/ })
      .click();
    await page.getByRole('dialog').waitFor();
    expect(await violations(page), 'files').toEqual([]);
  });

  it('the history of runs, and a failed run, have none', async () => {
    const page = await open();
    await openSketch(
      page,
      server,
      sketch(
        'Fails',
        { load: { type: 'image/load-folder', params: { path: '/nowhere/at/all' } }, show: 'view/gallery' },
        ['load.images > show.images'],
      ),
    );
    await page.keyboard.press('Control+Enter');
    await page.getByRole('status').getByText('Failed', { exact: true }).waitFor();
    await page.getByRole('button', { name: 'Show run details' }).click();
    await page.getByRole('button', { name: 'Runs', exact: true }).first().click();
    await page.getByRole('button', { name: 'Fails', exact: true }).nth(1).waitFor();
    expect(await violations(page)).toEqual([]);
  });
});
