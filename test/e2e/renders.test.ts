import { describe, expect, test } from 'vitest';
import { useBench } from './bench.ts';
import { noBrowser } from './studio.ts';

const bench = useBench();

/** One node that takes a while, and many that are not asked to run. */
const crowd = (count: number) => ({
  name: 'Crowd',
  nodes: Array.from({ length: count }, (_, index) => ({
    id: index === 0 ? 'steps' : `n${index}`,
    type: index === 0 ? 'test/steps' : 'compare/top-k',
    ...(index === 0 && { params: { steps: 200 } }),
    position: { x: (index % 40) * 320, y: Math.floor(index / 40) * 320 },
  })),
  edges: [],
});

describe.skipIf(noBrowser)('among a thousand nodes', () => {
  test('an event of progress renders the progress of its node and nothing else', async () => {
    await bench.open(crowd(1000));
    const { page } = bench;
    const node = page.locator('.react-flow__node[data-id="steps"]');
    await node.click();
    await page.keyboard.press('Alt+.');
    await node.locator('.pb-title').waitFor();
    await page.getByRole('button', { name: 'More ways to run' }).click();
    await page.getByRole('menuitem', { name: 'Run to selection' }).click();
    await node.getByRole('progressbar').waitFor();
    const { rendered, events } = await page.evaluate(async () => {
      const bar = document.querySelector('[data-id="steps"] [role="progressbar"]')!;
      const settled = () => new Promise((next) => requestAnimationFrame(() => requestAnimationFrame(next)));
      await settled();
      const counts = new Map<string, number>();
      Object.assign(globalThis, { patchbayRenders: counts });
      let seen = 0;
      await new Promise<void>((resolve) => {
        const watch = new MutationObserver(() => {
          seen += 1;
          if (seen < 10) return;
          watch.disconnect();
          resolve();
        });
        watch.observe(bar, { attributes: true, attributeFilter: ['aria-valuenow'] });
      });
      return { rendered: [...counts], events: seen };
    });
    expect(rendered.map(([part]) => part)).toEqual(['steps progress']);
    expect(rendered[0]![1]).toBeLessThanOrEqual(events + 1);
  });
});
