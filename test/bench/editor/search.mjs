// Measures a key press in the search for nodes, with 500 node types.
import { openHome, openWorkflow, rich, say, spread } from './kit.mjs';

const TYPES = 500;

/** Copies the server's node types under other names until there are 500. */
async function crowded(route) {
  const response = await route.fetch();
  const json = await response.json();
  const list = Array.isArray(json) ? json : json.items;
  for (let n = 0; list.length < TYPES; n++) {
    const { type, title, ...rest } = list[n];
    const copy = Math.floor(list.length / 10);
    list.push({ ...rest, type: `${type}-${copy}-${n}`, title: `${title} ${copy}` });
  }
  await route.fulfill({ response, json });
}

/** Types into the search. Returns the milliseconds from each input event until the list is painted. */
export async function measureSearch(browser, server) {
  const id = await server.save(rich(12));
  const { page, close } = await openHome(browser, server.url, (one) => one.route('**/api/nodes', crowded));
  await openWorkflow(page, id, 12);
  await page.locator('.pb-canvas').focus();
  await page.keyboard.press('Space');
  await page.waitForSelector('.pb-search li');
  const times = [];
  for (const text of [
    's',
    'si',
    'sim',
    'simi',
    'similarity',
    'e',
    'en',
    'enc',
    'image',
    'i',
    '',
    'top k',
    'lora',
    'x',
    'a',
  ])
    times.push(
      await page.evaluate(async (value) => {
        const field = document.querySelector('.pb-search input');
        const set = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value').set;
        const start = performance.now();
        set.call(field, value);
        field.dispatchEvent(new Event('input', { bubbles: true }));
        await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
        return performance.now() - start;
      }, text),
    );
  say('search among 500 types, a key', {
    ...spread(times),
    rows: await page.locator('.pb-search li').count(),
  });
  await close();
}
