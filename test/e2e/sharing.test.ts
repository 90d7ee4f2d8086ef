import { execFile } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import type { Workflow } from '../../workflows/workflow.ts';
import { scratch, startServer } from '../server/server.ts';
import { unzipped } from '../server/unzip.ts';
import { nodeAt, openSketch } from './canvas-kit.ts';
import { noBrowser, openStudio, useBrowser } from './studio.ts';

const samples = join(import.meta.dirname, '../../workflows/samples');
useBrowser();

/** A folder of somebody's own pictures, with a subfolder. */
function ownPictures(): string {
  const folder = join(scratch(), 'Trip to 海边');
  mkdirSync(join(folder, 'beach'), { recursive: true });
  for (const name of ['banana', 'shark'])
    copyFileSync(join(samples, `queries/${name}.png`), join(folder, 'beach', `${name}.png`));
  return folder;
}

const showing = (folder: string, picture: string): Workflow => ({
  format: 'patchbay',
  version: 1,
  name: 'Shown pictures',
  nodes: [
    { id: 'folder', type: 'image/load-folder', params: { path: folder }, position: { x: 0, y: 0 } },
    { id: 'show', type: 'view/gallery', position: { x: 360, y: 0 } },
    { id: 'one', type: 'image/load-image', params: { path: picture }, position: { x: 0, y: 400 } },
  ],
  edges: [{ from: { node: 'folder', port: 'images' }, to: { node: 'show', port: 'images' } }],
  inputs: [{ name: 'folder', node: 'folder', param: 'path' }],
  outputs: [{ name: 'pictures', node: 'folder', port: 'images' }],
});

async function downloaded(page: Page, act: () => Promise<unknown>): Promise<{ name: string; path: string }> {
  const [download] = await Promise.all([page.waitForEvent('download'), act()]);
  const path = join(mkdtempSync(join(tmpdir(), 'patchbay-shared-')), download.suggestedFilename());
  await download.saveAs(path);
  return { name: download.suggestedFilename(), path };
}

const share = async (page: Page, item: RegExp) => {
  await page.getByRole('button', { name: 'Share' }).click();
  await page.getByRole('menuitem', { name: item }).click();
};

const openFile = async (page: Page, path: string) => {
  const [chooser] = await Promise.all([page.waitForEvent('filechooser'), page.keyboard.press('Control+o')]);
  await chooser.setFiles(path);
};

describe.skipIf(noBrowser)('a workflow that leaves the studio', () => {
  it('goes to a friend with its pictures, and as a file without them, which asks where they are', async () => {
    const folder = ownPictures();
    const { page, server, errors } = await openStudio();
    await openSketch(page, server, showing(folder, join(folder, 'beach/shark.png')));
    await page.getByRole('button', { name: 'Share' }).click();
    await page.getByText(/^3 files, /).waitFor();
    await page.keyboard.press('Escape');

    const whole = await downloaded(page, () => share(page, /^With its pictures/));
    expect(whole.name).toBe('Shown pictures.patchbay.zip');
    const names = [...(await unzipped(readFileSync(whole.path))).keys()].sort();
    expect(names).toEqual([
      'files/Trip to 海边/beach/banana.png',
      'files/Trip to 海边/beach/shark.png',
      'workflow.json',
    ]);
    const bare = await downloaded(page, () => share(page, /^Without pictures/));
    expect(bare.name).toBe('shown-pictures.json');
    expect(errors).toEqual([]);

    // The friend has another data folder, and the pictures of the maker are gone.
    const elsewhere = join(scratch(), 'Trip to 海边');
    renameSync(folder, elsewhere);
    const friend = await openStudio({ start: {} });
    await friend.page.locator('[data-template]').first().waitFor();
    await openFile(friend.page, whole.path);
    await nodeAt(friend.page, 'one').locator('img').first().waitFor();
    await friend.page.getByRole('button', { name: 'Run', exact: true }).click();
    await expect.poll(() => nodeAt(friend.page, 'show').locator('img').count(), { timeout: 60_000 }).toBe(2);
    expect(await friend.page.getByText('Where are these files?').count()).toBe(0);

    await openFile(friend.page, bare.path);
    const window = friend.page.getByRole('dialog', { name: 'Where are these files?' });
    await window.waitFor();
    expect(await window.locator('code').allTextContents()).toEqual([folder, join(folder, 'beach/shark.png')]);
    await window.getByRole('button', { name: 'Leave as it is' }).click();
    const banner = friend.page.getByRole('status').filter({ hasText: 'not on this computer' });
    await banner.waitFor();
    expect(friend.errors).toEqual([]);
  });

  it('finds the other files of a friend when one folder is chosen, and can be undone', async () => {
    const home = scratch();
    const folder = join(home, 'Pictures', 'trip');
    mkdirSync(folder, { recursive: true });
    copyFileSync(join(samples, 'queries/banana.png'), join(folder, 'banana.png'));
    const server = await startServer({ env: { HOME: home, USERPROFILE: home } });
    const { page } = await openStudio({ server });
    const path = join(scratch(), 'from-ana.json');
    writeFileSync(
      path,
      JSON.stringify(showing('C:\\Users\\Ana\\Pictures\\trip', 'C:\\Users\\Ana\\Pictures\\trip\\banana.png')),
    );
    await openFile(page, path);
    await page.getByRole('button', { name: 'Choose folder' }).click();
    await page.getByRole('button', { name: 'Home folder' }).click();
    const search = page.getByRole('textbox', { name: 'Search in this folder' });
    await search.fill('TRIP');
    await page.getByRole('button', { name: /^trip/ }).waitFor();
    await page.keyboard.press('Enter');
    await page.getByText('~/Pictures/trip').waitFor();
    await page.getByRole('button', { name: 'Use this folder' }).click();
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await nodeAt(page, 'one').locator('img').first().waitFor();
    expect(await nodeAt(page, 'folder').getByRole('textbox').first().inputValue()).toBe('~/Pictures/trip');
    expect(await nodeAt(page, 'one').getByRole('textbox').first().inputValue()).toBe(
      '~/Pictures/trip/banana.png',
    );
    await page.locator('.pb-canvas').focus();
    await page.keyboard.press('Control+z');
    await expect
      .poll(() => nodeAt(page, 'folder').getByRole('textbox').first().inputValue())
      .toBe('C:\\Users\\Ana\\Pictures\\trip');
  });

  it('runs as a copied command with the answer of the studio', async () => {
    const folder = ownPictures();
    const { page, server, context } = await openStudio();
    await context.grantPermissions(['clipboard-read', 'clipboard-write'], {
      origin: new URL(server.url).origin,
    });
    await openSketch(page, server, showing(folder, 'sample:queries/shark.png'));
    await share(page, /^TypeScript/);
    await page.getByText('Copied for TypeScript').waitFor();
    const text = await page.evaluate(() => navigator.clipboard.readText());
    const file = join(scratch(), 'run.mjs');
    writeFileSync(file, text);
    const { stdout } = await promisify(execFile)(process.execPath, [file]);
    expect(JSON.parse(stdout).pictures.items.map(({ path }: { path: string }) => path)).toEqual([
      'beach/banana.png',
      'beach/shark.png',
    ]);
    await share(page, /^curl/);
    await page.getByText('Copied for curl').waitFor();
  });
});
