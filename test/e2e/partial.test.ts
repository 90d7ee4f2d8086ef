import { beforeAll, expect, it } from 'vitest';
import { startServer, type TestServer } from '../server/server.ts';
import { nodeAt, openSketch, sketch } from './canvas-kit.ts';
import { noBrowser, openStudio, useBrowser } from './studio.ts';

let server: TestServer;
useBrowser();
beforeAll(async () => {
  server = await startServer({ keep: true });
});

it.skipIf(noBrowser)('what can run runs, and each other node says calmly what it lacks', async () => {
  const { page, errors } = await openStudio({ server });
  await openSketch(
    page,
    server,
    sketch(
      'Partly',
      {
        pictures: { type: 'image/load-folder', params: { path: 'sample:queries' } },
        wall: 'view/gallery',
        vectors: { type: 'encode/image', title: 'Vectors' },
        ranking: 'compare/top-k',
        same: 'compare/cosine',
      },
      [
        'pictures.images > wall.images',
        'pictures.images > vectors.images',
        'vectors.embeddings > same.queries',
        'vectors.embeddings > same.gallery',
        'same.similarity > ranking.similarity',
      ],
    ),
  );
  const bar = page.getByRole('contentinfo');
  await bar.getByText('1 node to finish').waitFor();
  await page.getByRole('button', { name: 'Run', exact: true }).click();
  await bar.getByText('Partly done').waitFor();
  await nodeAt(page, 'wall').getByText('12 pictures').waitFor();
  await nodeAt(page, 'vectors').getByText('Not run: connect Encoder first.').waitFor();
  for (const id of ['same', 'ranking']) await nodeAt(page, id).getByText('Waits for Vectors.').waitFor();
  // Nothing is red, and no node has an alarm.
  expect(await page.locator('.pb-error, .pb-is-failed, .pb-invalid, .pb-alert').count()).toBe(0);
  expect(await bar.getByText('problem').count()).toBe(0);

  // An added node says nothing until it is asked to run.
  await page.locator('.react-flow__pane').dblclick({ position: { x: 12, y: 12 } });
  await page.keyboard.type('Matches');
  await page.getByRole('option').first().waitFor();
  await page.keyboard.press('Enter');
  await page.locator('.react-flow__node').nth(5).waitFor();
  await page.waitForTimeout(1000);
  await bar.getByText('1 node to finish').waitFor();
  expect(await page.locator('.pb-alert').count()).toBe(0);
  await page.keyboard.press('Control+Enter');
  await bar.getByText('2 nodes to finish').waitFor();
  await page.getByText('Not run: connect Matches first.').waitFor();
  expect(errors).toEqual([]);
});

it.skipIf(noBrowser)('if nothing can run, the bar says what to do first', async () => {
  const { page } = await openStudio({ server });
  await openSketch(page, server, sketch('Nothing', { wall: 'view/gallery', vectors: 'encode/image' }));
  await page.getByRole('button', { name: 'Run', exact: true }).click();
  const bar = page.getByRole('contentinfo');
  await bar.getByText('Nothing can run yet').waitFor();
  await bar.getByText('Images of Gallery is not connected.').waitFor();
  await nodeAt(page, 'wall').getByText('Not run: connect Images first.').waitFor();
  expect(await nodeAt(page, 'wall').locator('.pb-time').count()).toBe(0);
});
