import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { fault, sharedServer, type TestServer } from '../server/server.ts';
import { violations } from './axe.ts';
import { noBrowser, openStudio, useBrowser } from './studio.ts';

useBrowser();

/** Runs a workflow and adds files as nodes write them. @returns the folder of the files */
async function runWithFiles(server: TestServer, count: number): Promise<string> {
  const { id } = await server.ended((await server.submit(fault('nothing'))).id);
  const folder = join(server.data, 'outputs', id);
  mkdirSync(folder, { recursive: true });
  for (let i = 0; i < count; i++) writeFileSync(join(folder, `${i}.txt`), 'picture');
  return folder;
}

describe.skipIf(noBrowser)('a run with files', () => {
  it('is deleted after a question that counts them, and Undo brings it back by keyboard', async () => {
    const server = await sharedServer();
    const folder = await runWithFiles(server, 132);
    const { page, errors } = await openStudio({ server });
    const panel = page.getByRole('complementary', { name: 'Runs' });
    await page.getByRole('button', { name: 'Runs', exact: true }).click();
    const run = panel.getByRole('button', { name: 'nothing', exact: true });
    const remove = async () => {
      await panel.getByRole('button', { name: 'Delete this run and its results' }).click();
      await page.getByText('with its results and the 132 files (924 B) that it wrote?').waitFor();
      expect(existsSync(folder)).toBe(true);
      await page.getByRole('button', { name: 'Delete run and its 132 files' }).click();
      await page.getByRole('alert').getByText('Deleted "nothing" and its 132 files.').waitFor();
      await run.waitFor({ state: 'detached' });
      expect(existsSync(folder)).toBe(false);
    };
    await panel.getByRole('button', { name: 'Delete this run and its results' }).click();
    await page.getByRole('button', { name: 'Cancel', exact: true }).click();
    await run.waitFor();

    await remove();
    const undo = page.getByRole('alert').getByRole('button', { name: 'Undo' });
    await expect.poll(() => undo.evaluate((button) => button === document.activeElement)).toBe(true);
    await page.keyboard.press('Enter');
    await run.waitFor();
    expect(readdirSync(folder)).toHaveLength(132);

    await remove();
    await panel.getByRole('button', { name: 'Recently deleted' }).click();
    const list = page.getByRole('dialog', { name: 'Recently deleted' });
    await list.getByText('Run · 132 files (924 B)').waitFor();
    expect(await violations(page), 'the list').toEqual([]);
    await list.getByRole('button', { name: 'Restore nothing' }).click();
    await list.getByText(/The trash is empty/).waitFor();
    expect(readdirSync(folder)).toHaveLength(132);
    await list.getByRole('button', { name: 'Close' }).click();

    await run.waitFor();
    await remove();
    await panel.getByRole('button', { name: 'Recently deleted' }).click();
    await list.getByRole('button', { name: 'Delete nothing for good' }).click();
    await page.getByText('You cannot undo this').waitFor();
    await page.getByRole('button', { name: 'Delete for good', exact: true }).click();
    await list.getByText(/The trash is empty/).waitFor();
    expect(readdirSync(join(server.data, 'trash'))).toEqual([]);
    expect(existsSync(folder)).toBe(false);
    expect(errors).toEqual([]);
  });
});

describe.skipIf(noBrowser)('a saved workflow', () => {
  it('comes back from Home with Undo', async () => {
    const server = await sharedServer();
    await server.call('POST', '/api/workflows', { workflow: fault('nothing') });
    const { page, errors } = await openStudio({ server });
    await page.getByRole('button', { name: 'Delete nothing' }).click();
    await page.getByText('and its 1 saved version?').waitFor();
    await page.getByRole('button', { name: 'Delete workflow', exact: true }).click();
    await page.getByText('Deleted "nothing".', { exact: true }).waitFor();
    const own = page.getByRole('button', { name: /^nothing/ });
    await own.waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Undo' }).click();
    await own.waitFor();
    expect(errors).toEqual([]);
  });
});
