import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { startServer, type TestServer } from '../server/server.ts';
import { emptyPlace, nodeAt, openNew, openSketch, seeNodes, seeWires, sketch } from './canvas-kit.ts';
import { noBrowser, openStudio, useBrowser } from './studio.ts';

const samples = join(import.meta.dirname, '../../workflows/samples');
const folder = mkdtempSync(join(tmpdir(), 'patchbay-drop-'));
let server: TestServer;
useBrowser();
beforeAll(async () => {
  if (!noBrowser) server = await startServer({ keep: true });
});

/** Drops files from the desktop, or text from another window, on a place of the page, with the browser's own events. */
async function drop(
  page: Page,
  { x, y }: { x: number; y: number },
  what: { readonly files?: readonly string[]; readonly text?: string },
): Promise<void> {
  const cdp = await page.context().newCDPSession(page);
  const data = {
    items: what.text === undefined ? [] : [{ mimeType: 'text/plain', data: what.text }],
    files: [...(what.files ?? [])],
    dragOperationsMask: 1,
  };
  for (const type of ['dragEnter', 'dragOver', 'drop'] as const)
    await cdp.send('Input.dispatchDragEvent', { type, x, y, data });
  await cdp.detach();
}

const openCanvas = async () => {
  const studio = await openStudio({ server });
  await openNew(studio.page);
  return { ...studio, at: { x: 500, y: 300 } };
};

const saved = (name: string, text: string) => {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
};

const WORKFLOW = sketch('Dropped', { load: 'image/load-folder', encode: 'encode/image' }, [
  'load.images > encode.images',
]);

describe.skipIf(noBrowser)('dropped on the canvas', () => {
  it('a picture becomes a node that loads it, where it was dropped', async () => {
    const { page, at, errors } = await openCanvas();
    await drop(page, at, { files: [join(samples, 'queries/banana.png')] });
    await seeNodes(page, 1);
    const node = nodeAt(page, 'load-image');
    const box = (await node.boundingBox())!;
    expect(at.x).toBeGreaterThan(box.x);
    expect(at.x).toBeLessThan(box.x + box.width);
    await node.locator('img').first().waitFor();
    expect(errors).toEqual([]);
  });

  it('several pictures become one folder, which can be undone', async () => {
    const { page, at } = await openCanvas();
    await drop(page, at, {
      files: ['banana', 'shark'].map((name) => join(samples, 'queries', `${name}.png`)),
    });
    await nodeAt(page, 'load-folder').waitFor();
    await page.locator('.pb-canvas').focus();
    await page.keyboard.press('Control+z');
    await seeNodes(page, 0);
  });

  it('a picture takes the place of the one in the load node that is chosen, and the wires stay', async () => {
    const { page } = await openStudio({ server });
    await openSketch(
      page,
      server,
      sketch('Taken', { load: 'image/load-image', encode: 'encode/image' }, ['load.images > encode.images']),
    );
    await nodeAt(page, 'load').locator('.pb-title').click();
    await drop(page, await emptyPlace(page), { files: [join(samples, 'queries/banana.png')] });
    await nodeAt(page, 'load').locator('img').first().waitFor();
    await seeNodes(page, 2);
    await seeWires(page, ['load.images-encode.images']);
  });

  it('a sentence becomes a prompt', async () => {
    const { page, at } = await openCanvas();
    await drop(page, at, { text: 'a red apple on a table' });
    await seeNodes(page, 1);
    expect(await nodeAt(page, 'prompts').locator('textarea').first().inputValue()).toBe(
      'a red apple on a table',
    );
  });

  it('a workflow file opens in a tab of its own, with its wires', async () => {
    const { page, at } = await openCanvas();
    await drop(page, at, { files: [saved('mine.json', JSON.stringify(WORKFLOW))] });
    await page.getByRole('button', { name: 'Dropped', exact: true }).waitFor();
    await seeNodes(page, 2);
    await seeWires(page, ['load.images-encode.images']);
  });

  it('a picture that was exported from a gallery opens the workflow it carries', async () => {
    const { page } = await openStudio({ server });
    await openSketch(
      page,
      server,
      sketch(
        'Carried',
        {
          load: { type: 'image/load-folder', params: { path: 'sample:queries' } },
          show: 'view/gallery',
        },
        ['load.images > show.images'],
      ),
    );
    await page.keyboard.press('Control+Enter');
    await page.getByRole('status').getByText('Done', { exact: true }).waitFor();
    await nodeAt(page, 'show').getByRole('button', { name: 'Export' }).click();
    const downloading = page.waitForEvent('download');
    await page.getByRole('menuitem', { name: /PNG/ }).click();
    const path = join(folder, 'carried.png');
    await (await downloading).saveAs(path);
    await openNew(page);
    await seeNodes(page, 0);
    await drop(page, { x: 500, y: 300 }, { files: [path] });
    await seeNodes(page, 2);
    await seeWires(page, ['load.images-show.images']);
    expect(await page.getByRole('button', { name: 'Carried', exact: true }).count()).toBe(2);
  });

  it('a file that is no workflow says so in a sentence and changes nothing', async () => {
    const { page, at } = await openCanvas();
    await drop(page, at, { files: [saved('shopping.json', '{"milk": 2}')] });
    await page.getByText(/Could not open shopping\.json\./).waitFor();
    await seeNodes(page, 0);
  });

  it('a file that nothing here reads says what can be dropped', async () => {
    const { page, at } = await openCanvas();
    await drop(page, at, { files: [saved('letter.txt', 'Dear all')] });
    await page
      .getByText(/Drop pictures, a folder of pictures, or a workflow file/)
      .first()
      .waitFor();
    await seeNodes(page, 0);
  });
});
