import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Page, Route } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { startServer, type TestServer } from '../server/server.ts';
import { noBrowser, openStudio, useBrowser } from './studio.ts';

const samples = join(import.meta.dirname, '../../workflows/samples');
let server: TestServer;
useBrowser();
beforeAll(async () => {
  server = await startServer({ keep: true });
});

/** Counts the clicks of a user. */
function counted(page: Page) {
  let clicks = 0;
  return {
    click: async (name: string | RegExp) => {
      clicks++;
      await page.getByRole('button', { name, exact: true }).click();
    },
    get clicks() {
      return clicks;
    },
  };
}

describe.skipIf(noBrowser)('the first minute', () => {
  it('leads from home to a ranked result on the samples in at most five clicks, offline', async () => {
    const { page, errors } = await openStudio({ server });
    const user = counted(page);
    await user.click('Open Find look-alikes');
    await user.click('Run');
    const best = page.getByRole('button', { name: /^Match 1: .*cat/ }).first();
    await best.waitFor();
    expect(user.clicks).toBeLessThanOrEqual(5);
    expect(await page.getByRole('button', { name: /^Match \d+: / }).count()).toBe(12);
    expect(errors).toEqual([]);
  });

  it('draws every template from its own pictures', async () => {
    const { page } = await openStudio({ server });
    const cards = page.locator('[data-template]');
    await cards.nth(6).waitFor();
    for (const card of await cards.all()) {
      const pictures = card.locator('img');
      await pictures.first().waitFor();
      const broken = await pictures.evaluateAll((all) =>
        Promise.all(
          all.map((one) =>
            (one as HTMLImageElement).decode().then(
              () => '',
              () => (one as HTMLImageElement).src,
            ),
          ),
        ),
      );
      expect(broken.filter((source) => source !== '')).toEqual([]);
    }
  });

  it('takes own pictures in place of the samples', async () => {
    const { page } = await openStudio({ server });
    const asked = page.waitForEvent('filechooser');
    await page.getByRole('button', { name: 'choose pictures' }).click();
    const own = ['banana', 'shark', 'guitar'].map((name) => join(samples, 'queries', `${name}.png`));
    await (await asked).setFiles(own);
    await page.getByText('Templates now use your 3 pictures').waitFor();
    await page.getByRole('button', { name: 'Open Find look-alikes', exact: true }).click();
    await page.getByRole('button', { name: 'Run', exact: true }).click();
    await page
      .getByRole('button', { name: /^Match 1: / })
      .first()
      .waitFor();
    // The query is a stored copy of a picture of the folder, so the folder has two others.
    expect(await page.getByRole('button', { name: /^Match \d+: / }).count()).toBe(2);
    expect(await page.getByRole('button', { name: /^Match \d+: .*banana/ }).count()).toBe(0);
  });

  it('says how many pictures it copied and where, and takes it back', async () => {
    const own = await startServer();
    const { page } = await openStudio({ server: own });
    const asked = page.waitForEvent('filechooser');
    await page.getByRole('button', { name: 'choose pictures' }).click();
    const names = ['banana', 'shark'].map((name) => join(samples, 'queries', `${name}.png`));
    await (await asked).setFiles(names);
    await page.getByText(/^Copied 2 files \([\d.]+ kB\) to uploads:pictures\./).waitFor();
    expect(readdirSync(join(own.data, 'files/pictures')).sort()).toEqual(['banana.png', 'shark.png']);
    await page.getByRole('button', { name: 'Delete the copies' }).click();
    await page.getByText('Use your own pictures').waitFor();
    await expect.poll(() => existsSync(join(own.data, 'files/pictures'))).toBe(false);
  });

  it('remembers own pictures when the page is loaded again, while they exist', async () => {
    const own = await startServer();
    const { page } = await openStudio({ server: own });
    const asked = page.waitForEvent('filechooser');
    await page.getByRole('button', { name: 'choose pictures' }).click();
    const names = ['banana', 'shark'].map((name) => join(samples, 'queries', `${name}.png`));
    await (await asked).setFiles(names);
    await page.getByText('Templates now use your 2 pictures').waitFor();
    await page.reload();
    await page.getByText('Templates now use your 2 pictures').waitFor();
    rmSync(join(own.data, 'files'), { recursive: true });
    await page.reload();
    await page.getByRole('button', { name: 'choose pictures' }).waitFor();
    await expect.poll(() => page.getByText('Templates now use your 2 pictures').count()).toBe(0);
  });

  it('fits on a phone: the tab has its name, and nothing reaches beyond the window', async () => {
    const { page } = await openStudio({ server });
    await page.setViewportSize({ width: 390, height: 844 });
    await page.getByRole('button', { name: 'Open Find look-alikes', exact: true }).click();
    const tab = page.getByRole('navigation').getByRole('button', { name: 'Find look-alikes', exact: true });
    await tab.waitFor();
    const box = (await tab.boundingBox())!;
    expect(box.width).toBeGreaterThan(80);
    expect(box.x + box.width).toBeLessThanOrEqual(390);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(390);
  });

  it('adds own pictures with progress, and stops when told to: nothing has changed', async () => {
    const { page } = await openStudio({ server });
    const held: Route[] = [];
    const before = existsSync(join(server.data, 'files'))
      ? readdirSync(join(server.data, 'files')).sort()
      : [];
    // A slow network: each picture waits until this test lets it load.
    await page.route('**/api/files?path=*', (route) =>
      route.request().method() === 'POST' ? void held.push(route) : route.continue(),
    );
    const asked = page.waitForEvent('filechooser');
    await page.getByRole('button', { name: 'choose pictures' }).click();
    const own = ['banana', 'shark', 'guitar'].map((name) => join(samples, 'queries', `${name}.png`));
    await (await asked).setFiles(own);
    await expect.poll(() => held.length).toBe(3);
    await held[0]!.continue();
    await page.getByText('Adding 1 of 3 pictures').waitFor();
    await page.getByRole('button', { name: 'Cancel adding', exact: true }).click();
    await page.getByText('Adding was cancelled. Nothing has changed.').waitFor();
    await page.getByRole('button', { name: 'choose pictures' }).waitFor();
    await page.unroute('**/api/files?path=*');
    await expect.poll(() => readdirSync(join(server.data, 'files')).sort()).toEqual(before);
    await page.getByRole('button', { name: 'Open Find look-alikes', exact: true }).click();
    await page.getByRole('button', { name: 'Run', exact: true }).click();
    await page
      .getByRole('button', { name: /^Match 1: .*cat/ })
      .first()
      .waitFor();
  });

  it('takes one more picture as what to search with, and keeps the folder that came before', async () => {
    const { page } = await openStudio({ server });
    const choose = async (names: readonly string[]) => {
      const asked = page.waitForEvent('filechooser');
      await page.getByRole('button', { name: 'choose pictures' }).click();
      await (await asked).setFiles(names.map((name) => join(samples, 'queries', name)));
    };
    await choose(['banana.png', 'shark.png']);
    await page.getByText('Templates now use your 2 pictures').waitFor();
    const transfer = await page.evaluateHandle(() => {
      const data = new DataTransfer();
      data.items.add(new File(['x'], 'wish.png', { type: 'image/png' }));
      data.items.add(new File(['x'], 'IMG_1.HEIC', { type: 'image/heic' }));
      return data;
    });
    await page
      .getByRole('region', { name: 'What do you want to know' })
      .dispatchEvent('drop', { dataTransfer: transfer });
    await page.getByText('Templates now use your 2 pictures, and search with another one of yours').waitFor();
    await page.getByText(/IMG_1\.HEIC.*cannot read HEIC pictures from phones/).waitFor();
  });

  it('opens a workflow that is dropped on it, and says of another file why not', async () => {
    const { page } = await openStudio({ server });
    const drop = async (text: string, name: string) => {
      const transfer = await page.evaluateHandle(
        ([content, called]) => {
          const data = new DataTransfer();
          data.items.add(new File([content ?? ''], called ?? ''));
          return data;
        },
        [text, name],
      );
      await page
        .getByRole('region', { name: 'What do you want to know' })
        .dispatchEvent('drop', { dataTransfer: transfer });
    };
    await drop('{"hello": 1', 'rubbish.json');
    await page.getByText(/Could not open rubbish\.json/).waitFor();
    await drop('{"format":"patchbay","version":1,"name":"Brought along","nodes":[],"edges":[]}', 'w.json');
    await page.getByRole('button', { name: 'Brought along', exact: true }).waitFor();
  });

  it('keeps what was opened and changed among the own workflows', async () => {
    const { page } = await openStudio({ server, inspector: true });
    await page.getByRole('button', { name: 'Open Search by words', exact: true }).click();
    const name = page.getByRole('textbox', { name: 'Name', exact: true });
    await name.fill('My search');
    await page.getByRole('button', { name: 'My search', exact: true }).waitFor();
    await expect
      .poll(async () =>
        (await server.call('GET', '/api/workflows')).json.items.map((one: { name: string }) => one.name),
      )
      .toContain('My search');
    await page.getByRole('button', { name: 'Home' }).first().click();
    await page
      .getByRole('button', { name: /^My search/ })
      .last()
      .waitFor();
  });
});
