import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import type { TestServer } from '../server/server.ts';
import { journaled, noBrowser, openStudio, useBrowser } from './studio.ts';

useBrowser();

/** The first run loads an encoder. */
const PATIENT = { timeout: 60_000 };

const state = (page: Page, text: string) => page.getByRole('status').getByText(text, { exact: true });
const panelOf = (page: Page) => page.getByRole('complementary', { name: 'Runs' });
const matches = (page: Page) => page.getByRole('button', { name: /^Match \d+: / });
const tabs = (page: Page) => page.locator('.pb-tab-name');
/** A picture of a place, if somebody wants to look: PATCHBAY_SHOTS names the folder. */
const shot = async (page: Page, name: string) => {
  if (process.env.PATCHBAY_SHOTS)
    await page.screenshot({ path: `${process.env.PATCHBAY_SHOTS}/${name}.png` });
};

async function runOnce(server: TestServer, page: Page, count: number): Promise<void> {
  await page.getByRole('button', { name: 'Run', exact: true }).click();
  await expect
    .poll(async () => {
      const { items } = (await server.call('GET', '/api/runs?status=completed')).json;
      return items.length;
    }, PATIENT)
    .toBe(count);
  await state(page, 'Done').waitFor();
}

describe.skipIf(noBrowser)('the history', () => {
  it('finds, pins, names, reopens and compares runs, and a reopened workflow shows its last results', async () => {
    const { page, context, server } = await openStudio();
    // With the runs panel open, a smaller window does not reach to the results.
    await page.setViewportSize({ width: 1800, height: 1000 });
    await page.getByRole('button', { name: 'Open Search by words', exact: true }).click();
    await page.locator('[data-node-id="show"]').waitFor();
    await runOnce(server, page, 1);
    await matches(page).first().waitFor();
    const words = page.locator('[data-node-id="text"] textarea');
    await words.fill('guitar\nred apple');
    await words.blur();
    await runOnce(server, page, 2);

    await page.getByRole('button', { name: 'Runs', exact: true }).click();
    const panel = panelOf(page);
    const rows = panel.getByRole('listitem');
    await expect.poll(() => rows.count()).toBe(2);
    expect(await rows.locator('img').count()).toBe(2);
    await rows.first().getByText('guitar, red apple').first().waitFor();
    await rows
      .first()
      .getByText(/pictures · 16 pictures/)
      .waitFor();
    await shot(page, 'rows');

    const search = panel.getByRole('searchbox');
    await search.fill('snow');
    await expect.poll(() => rows.count()).toBe(1);
    await search.fill('done');
    await expect.poll(() => rows.count()).toBe(2);
    await search.fill('nothing like it');
    await panel.getByText('No run matches.').waitFor();
    await search.fill('');
    await expect.poll(() => rows.count()).toBe(2);

    await rows
      .last()
      .getByRole('button', { name: /^Pin: / })
      .click();
    await panel.getByText('Pinned', { exact: true }).waitFor();
    await rows.first().getByRole('button', { name: 'Unpin this run' }).waitFor();
    await rows.first().getByRole('button', { name: 'More for this run' }).click();
    await page.getByRole('menuitem', { name: 'Rename' }).click();
    await panel.getByRole('textbox', { name: 'Name of this run' }).fill('The first try');
    await page.keyboard.press('Enter');
    const named = rows.first().getByText('The first try', { exact: true });
    await named.waitFor();

    expect(await tabs(page).count()).toBe(1);
    await named.click();
    await expect.poll(() => tabs(page).count()).toBe(2);
    await page.locator('.pb-tab-active').getByText('Earlier run').waitFor();
    await expect.poll(() => page.locator('[data-node-id="text"] textarea').inputValue()).toContain('snow');
    await matches(page).first().waitFor();
    await shot(page, 'earlier-run');
    await tabs(page).first().click();
    await rows.first().getByRole('button', { name: 'The first try' }).click();
    await page.locator('.pb-tab-active').getByText('Earlier run').waitFor();
    expect(await tabs(page).count()).toBe(2);

    await rows.first().getByRole('button', { name: 'More for this run' }).click();
    await page.getByRole('menuitem', { name: 'Compare with another run' }).click();
    await panel.getByRole('button', { name: 'Compare with this' }).click();
    const window = page.getByRole('dialog', { name: 'Compare two runs' });
    await window
      .getByText(/→ guitar, red apple/)
      .first()
      .waitFor();
    await window.getByText('8 unchanged').first().waitFor();
    await window.getByText('8 gone').waitFor();
    expect(await window.locator('tbody img').count()).toBeGreaterThan(20);
    const download = page.waitForEvent('download');
    await window.getByRole('button', { name: /CSV/ }).click();
    expect((await download).suggestedFilename()).toBe('comparison.csv');
    await shot(page, 'compare');
    await window.getByRole('button', { name: 'Close' }).click();

    await journaled(page);
    await page.reload();
    await matches(page).first().waitFor();
    await page.locator('.pb-tab-active').getByText('Earlier run').waitFor();

    // Another browser has no memory of its own, and the home page knows the workflow by its picture.
    const other = await openStudio({ server });
    await other.page.setViewportSize({ width: 1800, height: 1000 });
    const card = other.page.getByRole('button', { name: /^Search by words/ }).first();
    await card.locator('img').waitFor();
    await shot(other.page, 'home');
    await card.click();
    await state(other.page, 'Done').waitFor();
    await expect.poll(() => matches(other.page).count()).toBe(16);
    expect(await other.page.getByText('Not run yet', { exact: true }).count()).toBe(0);
    await context.close();
  });

  it('keeps the results of an earlier run, marked, when a later one fails', async () => {
    const { page } = await openStudio();
    await page.getByRole('button', { name: 'Open Find look-alikes', exact: true }).click();
    await page.locator('[data-node-id="show"]').waitFor();
    await page.getByRole('button', { name: 'Run', exact: true }).click();
    await state(page, 'Done').waitFor();
    await matches(page).nth(11).waitFor();
    await page.route('**/api/runs', (route) => route.abort());
    await page.getByRole('button', { name: 'Run', exact: true }).click();
    await page
      .getByText(/does not (answer|respond)/)
      .first()
      .waitFor();
    expect(await matches(page).count()).toBe(12);
  });
});
