// Speed of the editor in headless Chromium against the built app and a real server:
//   npm run build && node test/bench/editor.mjs [chromium]
// Prints one JSON line a measurement. Numbers are of this machine: compare them only with others of it.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';

const root = join(import.meta.dirname, '../..');
const [executablePath = '/usr/bin/chromium'] = process.argv.slice(2);
const data = mkdtempSync(join(tmpdir(), 'patchbay-bench-'));
const server = spawn(
  process.execPath,
  [join(root, 'dist/server/cli.js'), 'serve', '--port', '0', '--data', data],
  { stdio: ['ignore', 'pipe', 'pipe'] },
);
const url = await new Promise((resolve, reject) => {
  let text = '';
  const read = (chunk) => {
    text += chunk;
    const found = /http:\/\/[\w.:[\]]+\//.exec(text);
    if (found) resolve(found[0]);
  };
  server.stdout.on('data', read);
  server.stderr.on('data', read);
  server.on('exit', () => reject(new Error(text)));
});

/** `count` nodes in a grid: a picture, an encoder with two inputs and a ranking with four controls in turn, all wired. */
function rich(count) {
  const kinds = ['image/load-image', 'encode/image', 'compare/top-k', 'compare/cosine'];
  const columns = Math.ceil(Math.sqrt(count * 1.6));
  const nodes = Array.from({ length: count }, (_, n) => ({
    id: `n${n}`,
    type: kinds[n % 4],
    position: { x: (n % columns) * 320, y: Math.floor(n / columns) * 320 },
    ...(n % 4 === 0 && { params: { path: 'sample:queries/cat-face.png' } }),
  }));
  const edges = [];
  for (let n = 0; n + 4 < count; n += 4) {
    edges.push({ from: { node: `n${n}`, port: 'images' }, to: { node: `n${n + 1}`, port: 'images' } });
    edges.push({
      from: { node: `n${n + 1}`, port: 'embeddings' },
      to: { node: `n${n + 3}`, port: 'queries' },
    });
    edges.push({
      from: { node: `n${n + 1}`, port: 'embeddings' },
      to: { node: `n${n + 3}`, port: 'gallery' },
    });
    edges.push({
      from: { node: `n${n + 3}`, port: 'similarity' },
      to: { node: `n${n + 2}`, port: 'similarity' },
    });
  }
  return { format: 'patchbay', version: 1, name: `${count} nodes`, nodes, edges };
}

async function save(workflow) {
  const response = await fetch(`${url}api/workflows`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ workflow }),
  });
  if (!response.ok) throw new Error(await response.text());
  return (await response.json()).id;
}

const say = (name, values) => console.log(JSON.stringify({ name, ...values }));
const round = (value) => Math.round(value * 100) / 100;
const quantile = (values, q) => [...values].sort((a, b) => a - b)[Math.floor((values.length - 1) * q)] ?? 0;

const browser = await chromium.launch({
  executablePath,
  args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--no-first-run'],
});

async function open(id, count) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  const page = await context.newPage();
  const client = await context.newCDPSession(page);
  await client.send('Performance.enable');
  // The application is loaded first: what is measured is the opening of a workflow.
  await page.goto(url);
  await page.waitForSelector('header');
  await page.waitForFunction(() =>
    performance.getEntriesByType('resource').some(({ name }) => name.endsWith('/api/nodes')),
  );
  const ms = await page.evaluate(
    async ([workflowId, nodes]) => {
      const start = performance.now();
      location.hash = `workflow=${workflowId}`;
      await new Promise((done) => {
        const look = () =>
          document.querySelectorAll('.react-flow__node').length >= Math.min(nodes, 10) &&
          document.querySelector('.react-flow__edge, .pb-low-wires path') !== null
            ? requestAnimationFrame(() => requestAnimationFrame(done))
            : requestAnimationFrame(look);
        look();
      });
      return performance.now() - start;
    },
    [id, count],
  );
  return { page, client, ms, close: () => context.close() };
}

async function script(client, work) {
  const read = async () => {
    const { metrics } = await client.send('Performance.getMetrics');
    return Object.fromEntries(metrics.map(({ name, value }) => [name, value * 1000]));
  };
  const before = await read();
  await work();
  const after = await read();
  return {
    script: after.ScriptDuration - before.ScriptDuration,
    task: after.TaskDuration - before.TaskDuration,
  };
}

const frames = {
  begin: (page) =>
    page.evaluate(() => {
      globalThis.frames_ = [];
      let last = performance.now();
      globalThis.watching = true;
      const next = (now) => {
        globalThis.frames_.push(now - last);
        last = now;
        if (globalThis.watching) requestAnimationFrame(next);
      };
      requestAnimationFrame(next);
    }),
  end: (page) =>
    page.evaluate(() => {
      globalThis.watching = false;
      return globalThis.frames_.slice(1);
    }),
};

/** Moves the mouse in steps, one a frame. */
async function drag(page, from, by, steps) {
  await page.mouse.move(from.x, from.y);
  await page.mouse.down();
  await page.mouse.move(from.x + 4, from.y + 4);
  for (let step = 1; step <= steps; step++) {
    await page.mouse.move(from.x + (by.x * step) / steps, from.y + (by.y * step) / steps);
    await page.evaluate(() => new Promise((done) => requestAnimationFrame(done)));
  }
  return () => page.mouse.up();
}

async function emptyPoint(page) {
  return page.evaluate(() => {
    for (let y = 100; y < innerHeight - 100; y += 14)
      for (let x = 500; x < innerWidth - 420; x += 14)
        if (document.elementFromPoint(x, y)?.classList.contains('react-flow__pane')) return { x, y };
    throw new Error('no empty point');
  });
}

async function actualSize(page) {
  await page.locator('.pb-canvas').focus();
  await page.keyboard.press('Control+0');
  await page.waitForFunction(() => {
    const { a } = new DOMMatrix(getComputedStyle(document.querySelector('.react-flow__viewport')).transform);
    return Math.abs(a - 1) < 0.01;
  });
}

try {
  const thousand = await save(rich(1000));
  const twoThousand = await save(rich(2000));
  const STEPS = 60;

  for (let round_ = 0; round_ < 3; round_++) {
    const { page, client, ms, close } = await open(twoThousand, 2000);
    say('open 2000', {
      ms: round(ms),
      dom: await page.evaluate(() => document.querySelectorAll('*').length),
    });
    await close();
    void client;
  }

  const { page, client, ms } = await open(thousand, 1000);
  say('open 1000', { ms: round(ms), dom: await page.evaluate(() => document.querySelectorAll('*').length) });

  await actualSize(page);
  for (let turn = 0; turn < 3; turn++) {
    const at = await emptyPoint(page);
    await frames.begin(page);
    const cost = await script(client, async () =>
      (await drag(page, at, { x: turn % 2 ? 400 : -400, y: 80 }, STEPS))(),
    );
    const times = await frames.end(page);
    say('pan at 1', {
      'script ms/step': round(cost.script / STEPS),
      'frame p50': round(quantile(times, 0.5)),
      'frame p95': round(quantile(times, 0.95)),
    });
  }

  const title = page.locator('.pb-title').nth(4);
  const box = await title.boundingBox();
  const id = await title.evaluate((element) => element.closest('.react-flow__node').dataset.id);
  await page.evaluate(() => {
    globalThis.patchbayRenders = new Map();
  });
  const cost = await script(client, async () =>
    (await drag(page, { x: box.x + 60, y: box.y + 10 }, { x: 120, y: 60 }, STEPS))(),
  );
  const renders = await page.evaluate(() => [...globalThis.patchbayRenders]);
  say('drag one of 1000', {
    'script ms/step': round(cost.script / STEPS),
    dragged: renders.find(([node]) => node === id)?.[1] ?? 0,
    'others rendered': renders.filter(([node]) => node !== id).length,
  });

  for (let turn = 0; turn < 2; turn++) {
    await page.keyboard.press('Escape');
    await page.locator('.pb-canvas').focus();
    await page.keyboard.press('.');
    await page.waitForFunction(() => document.querySelectorAll('.react-flow__node').length >= 990);
    const at = await emptyPoint(page);
    await frames.begin(page);
    const fit = await script(client, async () => (await drag(page, at, { x: 60, y: 30 }, STEPS))());
    const times = await frames.end(page);
    say('pan with all 1000 in sight', {
      'script ms/step': round(fit.script / STEPS),
      'frame p50': round(quantile(times, 0.5)),
      'frame p95': round(quantile(times, 0.95)),
      wires: await page.evaluate(
        () =>
          [...document.querySelectorAll('.pb-low-wires path')]
            .map((path) => path.getAttribute('d'))
            .join('')
            .split('M').length - 1,
      ),
    });
  }

  await actualSize(page);
  await page.locator('.pb-canvas').focus();
  await page.keyboard.press('Space');
  await page.waitForSelector('.pb-search');
  const typing = [];
  for (const letter of 'similarity') {
    typing.push(
      await page.evaluate(async (next) => {
        const field = document.querySelector('.pb-search input');
        const set = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value').set;
        const start = performance.now();
        set.call(field, field.value + next);
        field.dispatchEvent(new Event('input', { bubbles: true }));
        await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
        return performance.now() - start;
      }, letter),
    );
  }
  say('search, a key', { 'p50 ms': round(quantile(typing, 0.5)), 'max ms': round(Math.max(...typing)) });
} finally {
  await browser.close();
  server.kill('SIGTERM');
  await new Promise((done) => server.once('exit', done));
  rmSync(data, { recursive: true, force: true });
}
