// Measures the time from a correction in a result until the new results of the trained workflow are painted, for 1,000 labelled
// pictures whose vectors are kept. Prints one JSON line for each measurement, with the load of the machine.
//   npm run build && node test/bench/correct.mjs [chromium]
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { launch, openHome, openWorkflow, round, say, script, spread, startServer } from './editor/kit.mjs';
import { scratch } from './measure.mjs';

const CATEGORIES = ['amber', 'blue', 'green', 'pink', 'violet'];
const EACH = 200;
const CHANGES = 12;
const MODEL = process.env.PATCHBAY_BENCH_MODEL ?? 'emoji-clip';

/** Small pictures in a folder for each category: a colour of their own, with shapes that overlap between categories. */
async function draw(folder) {
  let state = 1;
  const random = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
  for (const [at, name] of CATEGORIES.entries()) {
    mkdirSync(join(folder, name));
    for (let n = 0; n < EACH; n += 1) {
      const hue = (at * 72 + (random() - 0.5) * 90 + 360) % 360;
      const [x, y, r] = [8 + random() * 48, 8 + random() * 48, 6 + random() * 20];
      const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="64" height="64"><rect width="64" height="64" fill="hsl(${hue},60%,${30 + random() * 50}%)"/><circle cx="${x}" cy="${y}" r="${r}" fill="hsl(${random() * 360},70%,50%)"/></svg>`;
      await sharp(Buffer.from(svg))
        .png()
        .toFile(join(folder, name, `${n}.png`));
    }
  }
}

const node = (id, type, x, y, params = {}, size = undefined) => ({
  id,
  type,
  position: { x, y },
  params,
  ...(size && { size }),
});
const wire = (from, port, to, input) => ({ from: { node: from, port }, to: { node: to, port: input } });
const workflow = (folder) => ({
  format: 'patchbay',
  version: 1,
  name: 'Correct',
  nodes: [
    node('load', 'image/load-folder', 0, 0, { path: folder }),
    node('set', 'label/label-set', 320, 0, { set: 'Bench' }),
    node('encoder', 'encode/load-encoder', 0, 500, { model: MODEL }),
    node('encode', 'encode/image', 640, 0),
    node('learn', 'train/linear-probe', 960, 500),
    node('classify', 'compare/classify', 960, 0),
    node('gallery', 'view/gallery', 1280, 0, {}, { width: 440, height: 400 }),
    node('matrix', 'view/confusion-matrix', 1280, 460, {}, { width: 440, height: 400 }),
    node('table', 'view/table', 1760, 0, {}, { width: 440, height: 400 }),
  ],
  edges: [
    wire('load', 'images', 'set', 'images'),
    wire('set', 'images', 'encode', 'images'),
    wire('encoder', 'encoder', 'encode', 'encoder'),
    wire('encode', 'embeddings', 'learn', 'embeddings'),
    wire('encode', 'embeddings', 'classify', 'embeddings'),
    wire('learn', 'classifier', 'classify', 'classifier'),
    wire('classify', 'labels', 'gallery', 'images'),
    wire('classify', 'labels', 'matrix', 'predictions'),
    wire('classify', 'table', 'table', 'rows'),
  ],
});

/** Gives a picture the category of a key. @returns the milliseconds from the key until the changed matrix and gallery are painted */
const correct = (page, at, key) =>
  page.evaluate(
    async ([place, digit]) => {
      const tile = document.querySelectorAll('[data-id="gallery"] [data-stop]')[place];
      const cells = () =>
        [...document.querySelectorAll('[data-id="matrix"] [style*="--share"]')]
          .map(({ style, textContent }) => `${style.left} ${style.top} ${textContent}`)
          .join();
      tile.focus();
      tile.click();
      const before = cells();
      const start = performance.now();
      tile.dispatchEvent(new KeyboardEvent('keydown', { key: digit, code: `Digit${digit}`, bubbles: true }));
      return new Promise((done, fail) => {
        const end = setTimeout(() => fail(new Error('The results did not change.')), 60_000);
        const watch = new MutationObserver(() => {
          if (cells() === before) return;
          watch.disconnect();
          clearTimeout(end);
          // The frame with the new results is on the screen after the next one begins.
          requestAnimationFrame(() => setTimeout(() => done(performance.now() - start)));
        });
        watch.observe(document.querySelector('[data-id="matrix"]'), {
          subtree: true,
          childList: true,
          characterData: true,
        });
      });
    },
    [at, key],
  );

/** The processor time of a process and its children so far, in milliseconds. It hardly depends on what else the machine does. */
function processorTime(pid) {
  const stats = readdirSync('/proc').flatMap((name) => {
    try {
      const fields = readFileSync(`/proc/${Number(name)}/stat`, 'utf8')
        .replace(/^.*\) /, '')
        .split(' ');
      return [
        { pid: Number(name), parent: Number(fields[1]), ms: 10 * (Number(fields[11]) + Number(fields[12])) },
      ];
    } catch {
      return [];
    }
  });
  const own = (at) =>
    stats.filter(({ parent }) => parent === at).reduce((sum, one) => sum + own(one.pid), 0) +
    (stats.find((one) => one.pid === at)?.ms ?? 0);
  return own(pid);
}

const folder = scratch('correct');
await draw(folder);
const browser = await launch(process.argv[2] ?? '/usr/bin/chromium');
const server = await startServer();
const call = async (path, body) => {
  const response = await fetch(`${server.url}api/${path}`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(await response.text());
  return response.json();
};
try {
  await call('label-sets', { name: 'Bench' });
  const { labelled } = await call('label-sets/Bench/import', { from: 'subfolders', path: folder });
  const id = await server.save(workflow(folder));
  const { page, client } = await openHome(browser, server.url);
  page.setDefaultTimeout(120_000);
  await openWorkflow(page, id, 3);
  await page.keyboard.press('Control+Enter');
  await page.locator('[data-id="matrix"] [style*="--share"]').first().waitFor();
  await page.getByText('Done', { exact: true }).first().waitFor();
  // Loads the list of sets, as the menu does.
  await page.locator('[data-id="gallery"] [data-stop]').first().click({ button: 'right' });
  await page.getByRole('menuitem', { name: 'Move to category' }).waitFor();
  await page.keyboard.press('Escape');
  await correctOnce(page);
  const [times, served, drawn] = [[], [], []];
  for (let n = 0; n < CHANGES; n += 1) {
    const before = processorTime(server.pid);
    const { task } = await script(client, async () => {
      times.push(await correct(page, 1 + n, String(2 + (n % 4))));
    });
    drawn.push(task);
    served.push(processorTime(server.pid) - before);
    await page.evaluate(() => new Promise((done) => requestIdleCallback(done)));
    await new Promise((done) => setTimeout(done, 500));
  }
  if (process.env.PATCHBAY_BENCH_DETAIL) {
    const { items } = await (await fetch(`${server.url}api/runs?limit=1`)).json();
    const run = await (await fetch(`${server.url}api/runs/${items[0].id}`)).json();
    const parts = Object.entries(run.nodes).map(
      ([name, { status, durationMs, ms }]) => `${name} ${status} ${durationMs ?? ms}`,
    );
    console.log(parts.join(', '), run.startedAt, run.endedAt ?? run.finishedAt);
    console.log(times.map(round).join(' '));
  }
  say('correction to new results', {
    ...spread(times),
    'processor time of the server': spread(served),
    'of the page': spread(drawn),
    labelled,
    changes: CHANGES,
    model: MODEL,
  });
} finally {
  await server.close();
  await browser.close();
}

/** Corrects without the switch, by the button, and then switches it on. */
async function correctOnce(page) {
  const first = correct(page, 0, '2');
  await page.getByRole('button', { name: 'Train again with 1 correction' }).click();
  say('correction to new results, by the button', { ms: round(await first) });
  await page.getByRole('switch', { name: 'Train again by itself' }).check({ force: true });
}
