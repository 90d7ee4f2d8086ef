// Measures the time from a change of k until the new ranking is visible. Everything else is cached.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { openHome, openWorkflow, round, say, spread } from './kit.mjs';

/** Each value is measured twice: first without, then with a cached ranking. */
const VALUES = [3, 11, 7, 15, 5, 18, 9, 13, 20, 4, 12, 8, 16, 6, 19, 10, 14, 17];
const starter = join(import.meta.dirname, '../../../workflows/find-similar-images.json');

/** Changes k in its field. Returns the milliseconds from the input event until the ranking is painted. */
export async function measureAutoRun(browser, server) {
  const workflow = JSON.parse(readFileSync(starter, 'utf8'));
  const id = await server.save({ ...workflow, name: 'k' });
  const { page, close } = await openHome(browser, server.url);
  await openWorkflow(page, id, workflow.nodes.length);
  const rank = workflow.nodes.find(({ type }) => type === 'compare/top-k').id;
  const shown = workflow.nodes.find(({ type }) => type === 'view/matches').id;
  await page.keyboard.press('Control+Enter');
  await page.getByText('Done', { exact: true }).first().waitFor({ timeout: 120_000 });
  await page.getByRole('button', { name: 'More ways to run' }).click();
  await page.getByRole('menuitem', { name: 'Run on every change' }).click();
  await page.getByText('Done', { exact: true }).first().waitFor();
  const change = (k) =>
    page.evaluate(
      async ([from, to, value]) => {
        const field = document.querySelector(`[data-id="${from}"] [data-param="k"] input`);
        const tiles = () => document.querySelectorAll(`[data-id="${to}"] ol > li`);
        const set = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value').set;
        field.focus();
        const before = performance.now();
        const marks = {};
        set.call(field, String(value));
        field.dispatchEvent(new Event('input', { bubbles: true }));
        const seen = await new Promise((done, fail) => {
          const end = setTimeout(() => fail(new Error(`${tiles().length} instead of ${value}`)), 10_000);
          const watch = new MutationObserver(() => {
            if (tiles().length !== value) return;
            watch.disconnect();
            clearTimeout(end);
            marks.dom = performance.now() - before;
            requestAnimationFrame(() => setTimeout(() => done(performance.now())));
          });
          watch.observe(document.querySelector('.react-flow'), { subtree: true, childList: true });
        });
        const requests = performance
          .getEntriesByType('resource')
          .filter((entry) => entry.startTime >= before && entry.name.includes('/api/runs'))
          .map((entry) => [
            entry.name.replace(/.*\/api/, '').slice(0, 12),
            entry.startTime - before,
            entry.duration,
          ]);
        return { ms: seen - before, dom: marks.dom, requests };
      },
      [rank, shown, k],
    );
  const measure = async (name) => {
    const times = [];
    const doms = [];
    for (const k of VALUES) {
      const { ms, dom, requests } = await change(k);
      times.push(ms);
      doms.push(dom);
      tell(ms, dom, requests);
      await page.evaluate(() => new Promise((done) => requestIdleCallback(done)));
    }
    say(name, { ...spread(times), 'in the page': spread(doms), changes: VALUES.length });
  };
  const tell = (ms, dom, requests) => {
    if (process.env.PATCHBAY_BENCH_DETAIL)
      console.log(
        round(ms),
        round(dom),
        JSON.stringify(requests.map((r) => r.map((v) => (typeof v === 'number' ? round(v) : v)))),
      );
  };
  for (const k of [1, 2]) await change(k);
  await measure('k to new ranking');
  await measure('k to kept ranking');
  await close();
}
