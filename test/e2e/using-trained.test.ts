import { beforeAll, describe, expect, test } from 'vitest';
import { startServer, type TestServer } from '../server/server.ts';
import { seriousProblems } from './bench.ts';
import { noBrowser, openStudio, useBrowser } from './studio.ts';

useBrowser();
let server: TestServer;
beforeAll(async () => {
  if (!noBrowser) server = await startServer({ keep: true });
});

describe.skipIf(noBrowser)('what was learned', () => {
  // It encodes all sample pictures.
  test('is saved under a name and sorts other pictures in the workflow that opens', {
    timeout: 240_000,
  }, async () => {
    const { page } = await openStudio({ server });
    await page.goto(`${server.url}/#workflow=starter:teach-categories`);
    await page.reload();
    await page.locator('.react-flow__node').first().waitFor();
    const use = page.getByRole('button', { name: 'Use it: sort other pictures' });
    expect(await use.count()).toBe(0);
    await page.keyboard.press('Control+Enter');
    await use.waitFor({ timeout: 120_000 });
    await use.click();
    const dialog = page.getByRole('dialog', { name: 'Use it: sort other pictures' });
    expect(await seriousProblems(page, dialog)).toEqual([]);
    await dialog.getByRole('textbox', { name: 'Name' }).fill('My animals');
    await dialog.getByRole('button', { name: 'Save and open' }).click();
    await page.getByText('Sort into My animals', { exact: true }).first().waitFor();
    await page.getByText('Load classifier', { exact: true }).first().waitFor();
    await page.keyboard.press('Control+Enter');
    await page.getByText('12 pictures', { exact: true }).last().waitFor({ timeout: 60_000 });
    // The file stays when runs go, and can be found by its name.
    const { json } = await server.call('GET', '/api/files');
    const uploads = json.folders.find(({ place }: { place?: string }) => place === 'uploads');
    const { json: kept } = await server.call(
      'GET',
      `/api/files?path=${encodeURIComponent(`${uploads.path}My animals`)}`,
    );
    expect(kept.files.map(({ name }: { name: string }) => name)).toEqual(['My animals.safetensors']);
  });
});
