// Measures opening, panning, dragging and zooming out on canvases with one and two thousand large nodes.
import { openHome, openWorkflow, quantile, rich, round, say, script } from './kit.mjs';

const STEPS = 60;

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
const ofFrames = (times) => ({
  'frame p50': round(quantile(times, 0.5)),
  'frame p95': round(quantile(times, 0.95)),
});

/** Moves the mouse, one step for each frame. @returns a function that releases the button */
async function drag(page, from, by) {
  await page.mouse.move(from.x, from.y);
  await page.mouse.down();
  await page.mouse.move(from.x + 4, from.y + 4);
  for (let step = 1; step <= STEPS; step++) {
    await page.mouse.move(from.x + (by.x * step) / STEPS, from.y + (by.y * step) / STEPS);
    await page.evaluate(() => new Promise((done) => requestAnimationFrame(done)));
  }
  return () => page.mouse.up();
}

const emptyPoint = (page) =>
  page.evaluate(() => {
    for (let y = 100; y < innerHeight - 100; y += 14)
      for (let x = 500; x < innerWidth - 420; x += 14)
        if (document.elementFromPoint(x, y)?.classList.contains('react-flow__pane')) return { x, y };
    throw new Error('no empty point');
  });

async function actualSize(page) {
  await page.locator('.pb-canvas').focus();
  await page.keyboard.press('Control+0');
  await page.waitForFunction(() => {
    const { a } = new DOMMatrix(getComputedStyle(document.querySelector('.react-flow__viewport')).transform);
    return Math.abs(a - 1) < 0.01;
  });
}

const elements = (page) => page.evaluate(() => document.querySelectorAll('*').length);

/** Pans with the mouse. Returns the script time of each step, and the frames. */
async function pan(page, client, by) {
  const at = await emptyPoint(page);
  await frames.begin(page);
  const cost = await script(client, async () => (await drag(page, at, by))());
  return { 'script ms/step': round(cost.script / STEPS), ...ofFrames(await frames.end(page)) };
}

async function measureDrag(page, client) {
  // A title that nothing covers, with room for the drag.
  const { id, x, y } = await page.evaluate(() => {
    for (const title of document.querySelectorAll('.pb-title')) {
      const box = title.getBoundingClientRect();
      const at = { x: box.x + Math.min(60, box.width / 2), y: box.y + 10 };
      if (at.x > innerWidth - 240 || at.y > innerHeight - 240) continue;
      const node = document.elementFromPoint(at.x, at.y)?.closest('.react-flow__node');
      if (node && node === title.closest('.react-flow__node')) return { id: node.dataset.id, ...at };
    }
    throw new Error('no title in sight');
  });
  const place = () =>
    page.locator(`.react-flow__node[data-id="${id}"]`).evaluate((node) => node.style.transform);
  const before = await place();
  await page.evaluate(() => {
    globalThis.patchbayRenders = new Map();
  });
  const cost = await script(client, async () => (await drag(page, { x, y }, { x: 120, y: 60 }))());
  if ((await place()) === before) throw new Error('the node was not dragged');
  const renders = await page.evaluate(() => [...globalThis.patchbayRenders]);
  // Parts of a node are counted under the id of the node and the name of the part.
  const others = new Set(renders.map(([name]) => name.split(' ')[0]).filter((node) => node !== id));
  say('drag one of 1000', { 'script ms/step': round(cost.script / STEPS), 'others rendered': others.size });
}

/** Measures canvases with many nodes. */
export async function measureCanvas(browser, server) {
  const thousand = await server.save(rich(1000));
  const twoThousand = await server.save(rich(2000));
  for (let turn = 0; turn < 3; turn++) {
    const { page, close } = await openHome(browser, server.url);
    say('open 2000', { ms: round(await openWorkflow(page, twoThousand, 2000)), dom: await elements(page) });
    await close();
  }
  const { page, client, close } = await openHome(browser, server.url);
  say('open 1000', { ms: round(await openWorkflow(page, thousand, 1000)), dom: await elements(page) });
  await actualSize(page);
  for (let turn = 0; turn < 3; turn++)
    say('pan at 1', await pan(page, client, { x: turn % 2 ? 400 : -400, y: 80 }));
  await measureDrag(page, client);
  for (let turn = 0; turn < 2; turn++) {
    await page.keyboard.press('Escape');
    await page.locator('.pb-canvas').focus();
    await frames.begin(page);
    await page.keyboard.press('.');
    await page.waitForFunction(() => document.querySelectorAll('.react-flow__node').length >= 990);
    await page.evaluate(
      () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))),
    );
    say('fit all 1000', ofFrames(await frames.end(page)));
    say('pan with all 1000 in sight', {
      ...(await pan(page, client, { x: 60, y: 30 })),
      wires: await page.evaluate(
        () =>
          [...document.querySelectorAll('.pb-low-wires path')]
            .map((path) => path.getAttribute('d'))
            .join('')
            .split('M').length - 1,
      ),
    });
    await actualSize(page);
  }
  await close();
}
