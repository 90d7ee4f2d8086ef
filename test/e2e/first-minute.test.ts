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

/** Counts clicks as a user makes them. */
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
    await page.getByText('3 pictures of your own').waitFor();
    await page.getByRole('button', { name: 'Open Find look-alikes', exact: true }).click();
    await page.getByRole('button', { name: 'Run', exact: true }).click();
    await page
      .getByRole('button', { name: /^Match 1: .*banana.*1\.00/ })
      .first()
      .waitFor();
    expect(await page.getByRole('button', { name: /^Match \d+: / }).count()).toBe(3);
  });

  it('adds own pictures with progress, and stops when told to: nothing has changed', async () => {
    const { page } = await openStudio({ server });
    const held: Route[] = [];
    // A network that takes its time: each picture waits for this test.
    await page.route('**/api/files?path=*', (route) =>
      route.request().method() === 'GET' ? route.continue() : void held.push(route),
    );
    const asked = page.waitForEvent('filechooser');
    await page.getByRole('button', { name: 'choose pictures' }).click();
    const own = ['banana', 'shark', 'guitar'].map((name) => join(samples, 'queries', `${name}.png`));
    await (await asked).setFiles(own);
    await expect.poll(() => held.length).toBe(3);
    await held[0]!.continue();
    await page.getByText('Adding 1 of 3 pictures').waitFor();
    await page.getByRole('button', { name: 'Cancel', exact: true }).click();
    await page.getByText('Adding was cancelled; nothing has changed.').waitFor();
    await page.getByRole('button', { name: 'choose pictures' }).waitFor();
    await page.unroute('**/api/files?path=*');
    await page.getByRole('button', { name: 'Open Find look-alikes', exact: true }).click();
    await page.getByRole('button', { name: 'Run', exact: true }).click();
    await page
      .getByRole('button', { name: /^Match 1: .*cat/ })
      .first()
      .waitFor();
  });

  it('keeps what was opened and changed among the own workflows', async () => {
    const { page } = await openStudio({ server });
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
