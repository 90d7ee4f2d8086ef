import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { repoOf, startHub, type Trouble } from '../hub/hub.ts';
import { scratch, startServer } from '../server/server.ts';
import { nodeAt, openSketch, sketch } from './canvas-kit.ts';
import { noBrowser, openStudio, useBrowser } from './studio.ts';

useBrowser();

const REPO = 'someone/tiny-clip';
const hubOf = () =>
  startHub(new Map([[REPO, repoOf(join(import.meta.dirname, '../fixtures/oracles/clip'))]]));
const serveFrom = (url: string) =>
  startServer({ env: { HF_ENDPOINT: url, HF_HOME: scratch(), PATCHBAY_MODELS: '' } });

/** Sends graphs in small parts, so that progress is visible. */
const slowly: Trouble = (request, response, { path, bytes }) => {
  if (!path.endsWith('.onnx')) return false;
  const from = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0);
  response.writeHead(from ? 206 : 200, {
    'content-length': String(bytes.length - from),
    ...(from && { 'content-range': `bytes ${from}-${bytes.length - 1}/${bytes.length}` }),
  });
  void (async () => {
    const step = Math.ceil(bytes.length / 10);
    for (let at = from; at < bytes.length && !response.destroyed; at += step) {
      response.write(bytes.subarray(at, at + step));
      await pause(100);
    }
    response.end();
  })();
  return true;
};

/** Sends half of each graph, and then nothing. */
const halfway: Trouble = (_, response, { path, bytes }) => {
  if (!path.endsWith('.onnx')) return false;
  response.writeHead(200, { 'content-length': String(bytes.length) });
  response.write(bytes.subarray(0, bytes.length / 2));
  return true;
};

const ranking = sketch(
  'Ranked by a fetched model',
  {
    gallery: { type: 'image/load-folder', params: { path: 'sample:pictures/drinks' } },
    encoder: { type: 'encode/load-encoder', params: { model: REPO } },
    vectors: 'encode/image',
  },
  ['gallery.images > vectors.images', 'encoder.encoder > vectors.encoder'],
);

describe.skipIf(noBrowser)('models', () => {
  it('one that a workflow misses is got at its node, and the workflow runs', async () => {
    const hub = await hubOf();
    hub.trouble = slowly;
    const server = await serveFrom(hub.url);
    const { page, errors } = await openStudio({ server });
    await openSketch(page, server, ranking);
    const node = nodeAt(page, 'encoder');
    await node.getByText(/There is no model called someone\/tiny-clip/).waitFor();
    await node
      .getByRole('button', { name: `Download ${REPO}` })
      .first()
      .click();
    await node.getByRole('progressbar').waitFor();
    await node.getByText('tiny-clip', { exact: true }).waitFor();
    await node.getByText(/There is no model called/).waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Run', exact: true }).click();
    await page.getByRole('status').getByText('Done', { exact: true }).waitFor();
    expect(errors).toEqual([]);
  });

  it('are got by their repository in the panel, with progress that survives a reload, and stopped, checked and deleted there', async () => {
    const hub = await hubOf();
    hub.trouble = halfway;
    const server = await serveFrom(hub.url);
    const { page, errors } = await openStudio({ server });
    const panel = page.getByRole('complementary', { name: 'Models' });
    await page.getByRole('button', { name: 'Models', exact: true }).click();
    await panel.getByLabel('Any Hugging Face repository with ONNX files').fill(REPO);
    await panel.getByRole('button', { name: 'Download from the hub' }).click();
    await panel.getByText(/ kB of .* kB/).waitFor();
    await page.reload();
    await panel.getByRole('button', { name: 'Stop download of tiny-clip' }).click();
    await panel.getByText(/Stopped. The downloaded part is kept/).waitFor();
    hub.trouble = undefined;
    await panel.getByRole('button', { name: 'Resume download' }).click();
    await panel.getByRole('button', { name: 'Delete tiny-clip' }).waitFor();
    await panel.getByText('Licence: mit', { exact: true }).waitFor();
    await panel.getByRole('button', { name: 'Verify tiny-clip' }).click();
    await panel.getByText('All files are correct, and the model works.').waitFor();
    await panel.getByRole('button', { name: 'Delete tiny-clip' }).click();
    await page.getByRole('button', { name: /^Delete model \(\d.*B\)$/ }).click();
    await panel.getByText(REPO).waitFor({ state: 'detached' });
    expect(errors).toEqual([]);
  });

  it('what cannot be got says why, and is tried again', async () => {
    const hub = await hubOf();
    const server = await serveFrom(hub.url);
    const { page } = await openStudio({ server });
    const panel = page.getByRole('complementary', { name: 'Models' });
    await page.getByRole('button', { name: 'Models', exact: true }).click();
    await panel.getByLabel('Any Hugging Face repository with ONNX files').fill('someone/later');
    await panel.getByRole('button', { name: 'Download from the hub' }).click();
    const why = panel.getByRole('alert').getByText(/Repository someone\/later was not found at/);
    await why.waitFor();
    // The field is far below the list of downloads.
    expect(
      await why.evaluate((element) => {
        const { top, bottom } = element.getBoundingClientRect();
        return top >= 0 && bottom <= innerHeight;
      }),
    ).toBe(true);
    hub.repos.set('someone/later', hub.repos.get(REPO)!);
    await panel.getByRole('button', { name: 'Try again' }).click();
    await panel.getByRole('button', { name: 'Delete later' }).waitFor();
  });
});
