import { describe, expect, it } from 'vitest';
import { openSketch, sketch } from './canvas-kit.ts';
import { noBrowser, openStudio, useBrowser } from './studio.ts';

useBrowser();

describe.skipIf(noBrowser)('the form view', () => {
  it('asks for the named inputs, runs, and shows the results without a canvas', async () => {
    const { page } = await openStudio();
    await page.getByRole('button', { name: 'Open Search by words as form', exact: true }).click();
    const form = page.getByRole('form', { name: 'Inputs' });
    await form.locator('[data-input="text"] textarea').fill('shark');
    await form.locator('[data-input="k"] input').fill('4');
    await form.getByRole('button', { name: 'Run', exact: true }).click();
    const matches = page.getByRole('button', { name: /^Match \d+: / });
    await matches.first().waitFor();
    await expect.poll(() => matches.count()).toBe(4);
    expect(await page.getByRole('button', { name: /^Match 1: .*shark/ }).count()).toBe(1);
    expect(await page.locator('.react-flow').count()).toBe(0);
  });

  it('scrolls in itself only, so that the window has no second scroll bar', async () => {
    const { page } = await openStudio();
    await page.getByRole('button', { name: 'Open See the groups as form', exact: true }).click();
    await page.getByRole('form').getByRole('button', { name: 'Run', exact: true }).click();
    await page.locator('canvas').first().waitFor();
    const heights = await page.evaluate(() => [document.documentElement.scrollHeight, innerHeight]);
    expect(heights[0]).toBe(heights[1]);
  });

  it('runs with Run and Ctrl+Enter only: Enter in a field sets its value', async () => {
    const { page } = await openStudio();
    let runs = 0;
    page.on('request', (one) => {
      if (one.method() === 'POST' && new URL(one.url()).pathname === '/api/runs') runs++;
    });
    await page.getByRole('button', { name: 'Open Find look-alikes as form', exact: true }).click();
    const folder = page.locator('[data-input="folder"] input').first();
    await folder.fill('sample:pictures/fruit');
    await folder.press('Enter');
    await page.waitForTimeout(500);
    expect(runs).toBe(0);
    await folder.press('Control+Enter');
    await page.getByRole('button', { name: /^Match 1: / }).waitFor();
    expect(runs).toBe(1);
    expect(await folder.inputValue()).toBe('sample:pictures/fruit');
  });

  it('says what is wrong in a sentence, beside the field', async () => {
    const { page } = await openStudio();
    await page.getByRole('button', { name: 'Open Find look-alikes as form', exact: true }).click();
    const folder = page.locator('[data-input="folder"] input').first();
    await folder.fill('/nowhere/at-all');
    await folder.press('Enter');
    await page.getByRole('form').getByRole('button', { name: 'Run', exact: true }).click();
    await page.getByRole('alert').filter({ hasText: 'nowhere' }).first().waitFor();
  });

  it('teaches how to fill it where nothing is named yet', async () => {
    const { page } = await openStudio();
    await page.getByRole('button', { name: /^Empty canvas/ }).click();
    await page.getByText('Form', { exact: true }).click();
    await page.getByText('This form has no inputs yet.').waitFor();
  });

  it('tells what is wrong with its own workflow, and nothing of another', async () => {
    const { page, server } = await openStudio();
    const said = page.getByRole('contentinfo').getByText(/Queries of Cosine is not connected/);
    await openSketch(page, server, sketch('Unwired', { cosine: 'compare/cosine' }));
    await said.waitFor();
    await page.getByText('Form', { exact: true }).click();
    await said.waitFor();
    await page.getByRole('button', { name: 'Home', exact: true }).click();
    await page.getByRole('button', { name: 'Open Search by words as form', exact: true }).click();
    await page.getByRole('form').waitFor();
    await said.waitFor({ state: 'detached' });
  });
});
