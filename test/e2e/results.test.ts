import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { workflowIn } from '../../client/results/png-text.ts';
import { type Drawn, seriousProblems, useBench } from './bench.ts';
import { noBrowser } from './studio.ts';

const bench = useBench();
const every = (choice: string): Drawn => ({
  nodes: [{ id: 'w', type: 'test/every-view', position: { x: 0, y: 0 }, params: { choice } }],
  edges: [],
});
/** Twelve pictures compared with each other, without a model file. */
const similar: Drawn = {
  name: 'Similar fruit',
  nodes: [
    {
      id: 'f',
      type: 'image/load-folder',
      position: { x: 0, y: 0 },
      params: { path: 'sample:pictures/fruit' },
    },
    {
      id: 'm',
      type: 'encode/load-encoder',
      position: { x: 0, y: 300 },
      params: { model: 'builtin/color-layout' },
    },
    { id: 'e', type: 'encode/image', position: { x: 280, y: 0 } },
    { id: 's', type: 'compare/similarity-matrix', position: { x: 560, y: 0 }, params: { shown: 12 } },
    { id: 'k', type: 'compare/top-k', position: { x: 560, y: 560 }, params: { k: 4, excludeSelf: true } },
    { id: 'v', type: 'view/matches', position: { x: 840, y: 300 }, size: { width: 400, height: 400 } },
  ],
  edges: [
    { from: { node: 'f', port: 'images' }, to: { node: 'e', port: 'images' } },
    { from: { node: 'm', port: 'encoder' }, to: { node: 'e', port: 'encoder' } },
    { from: { node: 'e', port: 'embeddings' }, to: { node: 's', port: 'embeddings' } },
    { from: { node: 's', port: 'similarity' }, to: { node: 'k', port: 'similarity' } },
    { from: { node: 'k', port: 'matches' }, to: { node: 'v', port: 'matches' } },
  ],
};
const nodeOf = (id: string) => bench.page.locator(`.react-flow__node[data-id="${id}"]`);

describe.skipIf(noBrowser !== undefined)('results', () => {
  test('a match shows its pair when pointed at and opens; keys leaf and zoom, and Escape closes one dialog at a time', async () => {
    await bench.open(similar);
    await bench.run();
    await nodeOf('v').getByRole('button', { name: 'Enlarge' }).click();
    const large = bench.page.getByRole('dialog');
    const match = large.getByRole('button', { name: /^Match 1: .*score \d\.\d\d$/ }).first();
    await match.hover();
    await bench.page.getByText(/^Score \d\.\d\d$/).waitFor();
    expect(await seriousProblems(bench.page, large)).toEqual([]);
    await match.dblclick();
    // The arrow keys go on from the last match of a query to the first of the next.
    await bench.page.getByText('1 of 96').waitFor();
    for (let at = 2; at <= 5; at++) await bench.page.keyboard.press('ArrowRight');
    await bench.page.getByText('5 of 96').waitFor();
    await bench.page.keyboard.press('End');
    await bench.page.getByText('96 of 96').waitFor();
    const picture = bench.page.locator('figure img').first();
    const before = (await picture.boundingBox())?.width ?? 0;
    await bench.page.keyboard.press('+');
    await expect.poll(async () => (await picture.boundingBox())?.width ?? 0).toBeGreaterThan(before * 1.4);
    expect(await seriousProblems(bench.page, bench.page.getByRole('dialog').last())).toEqual([]);
    await bench.page.keyboard.press('Escape');
    await bench.page.getByText('96 of 96').waitFor({ state: 'detached' });
    expect(await large.count()).toBe(1);
    // The first Escape clears the selection.
    await large.getByText('1 selected').waitFor();
    await bench.page.keyboard.press('Escape');
    await large.getByText('1 selected').waitFor({ state: 'detached' });
    await bench.page.keyboard.press('Escape');
    await large.waitFor({ state: 'detached' });
  });

  test('a curve names the values that are pointed at, by keys too, and turns into a table', async () => {
    await bench.open(every('curve'));
    await bench.run();
    await nodeOf('w').getByRole('button', { name: 'Enlarge' }).click();
    const large = bench.page.getByRole('dialog');
    const chart = large.getByRole('application', { name: /^Loss over Step: Training, Held out/ });
    await chart.hover();
    await large.getByText(/^Step: (29|3\d)$/).waitFor();
    await chart.press('Home');
    await large.getByText('Step: 1, Training: 1.450', { exact: true }).waitFor({ state: 'attached' });
    await chart.press('Shift+ArrowRight');
    await chart.press('ArrowLeft');
    await large
      .getByText('Step: 10, Training: 0.8183, Held out: 1.400', { exact: true })
      .waitFor({ state: 'attached' });
    expect(await seriousProblems(bench.page, large)).toEqual([]);
    await large.getByRole('button', { name: 'Show as table' }).click();
    await large.getByRole('columnheader', { name: 'Held out' }).waitFor();
    expect(await seriousProblems(bench.page, large)).toEqual([]);
    await large.getByRole('button', { name: 'Show as curve' }).click();
    await chart.waitFor();
  });

  test('a curve grows while its node works, in the same place: what is focused stays', async () => {
    await bench.open({
      nodes: [{ id: 'w', type: 'test/growing', position: { x: 0, y: 0 }, size: { width: 400, height: 400 } }],
      edges: [],
    });
    await bench.page.keyboard.press('Control+Enter');
    const chart = nodeOf('w').getByRole('application', { name: /^Loss over Step: Training/ });
    await chart.waitFor();
    const first = await chart.elementHandle();
    await chart.focus();
    await chart.press('Home');
    const line = chart.locator('path');
    const before = (await line.getAttribute('d'))?.length ?? 0;
    await nodeOf('w').getByText('12 points', { exact: true }).waitFor();
    await bench.page.getByText('Done', { exact: true }).first().waitFor();
    expect((await line.getAttribute('d'))?.length).toBeGreaterThan(before);
    expect(
      await first?.evaluate((element) => element.isConnected && element === document.activeElement),
    ).toBe(true);
    await chart.getByText('Step: 0, Training: 1', { exact: true }).waitFor({ state: 'attached' });
  });

  test('thumbnails have their size before they come: nothing moves', async () => {
    await bench.open(similar);
    await bench.run();
    const sizes = await nodeOf('v')
      .locator('img')
      .evaluateAll((images) =>
        images.map((image) => [image.style.width, image.style.height, image.getAttribute('loading')]),
      );
    expect(sizes.length).toBeGreaterThan(20);
    for (const size of sizes) expect(size).toEqual(['56px', '56px', 'lazy']);
  });

  test('a result of two thousand pictures shows them like a small one', async () => {
    const large = { f: { path: 'sample:pictures' }, k: { k: 10 }, v: { queries: 200, perQuery: 10 } };
    await bench.open({
      ...similar,
      nodes: similar.nodes.map((node) => ({ ...node, params: { ...node.params, ...large[node.id as 'f'] } })),
    });
    await bench.run();
    await expect
      .poll(() =>
        nodeOf('v')
          .locator('img')
          .evaluateAll(
            (images) => images.filter((image) => (image as HTMLImageElement).naturalWidth > 0).length,
          ),
      )
      .toBeGreaterThan(10);
    expect(await nodeOf('v').getByRole('img', { name: 'This picture no longer exists.' }).count()).toBe(0);
  });

  test('a ranking of thirty shows and exports thirty', async () => {
    const wide = { f: { path: 'sample:pictures' }, k: { k: 30, excludeSelf: true } };
    await bench.open({
      ...similar,
      nodes: similar.nodes.map((node) => ({ ...node, params: { ...node.params, ...wide[node.id as 'f'] } })),
    });
    await bench.run();
    const ranking = nodeOf('v').getByRole('list').first().getByRole('list').first();
    await ranking.getByRole('button', { name: 'Show 10 more' }).click();
    await expect.poll(() => ranking.getByRole('button').count()).toBe(30);
    await nodeOf('v').getByRole('button', { name: 'Export' }).click();
    const [download] = await Promise.all([
      bench.page.waitForEvent('download'),
      bench.page.getByRole('menuitem', { name: 'Table (CSV)' }).click(),
    ]);
    const lines = readFileSync(await download.path(), 'utf8')
      .trimEnd()
      .split('\r\n');
    expect(download.suggestedFilename()).toBe('similar-fruit-matches.csv');
    const [count] = (
      await nodeOf('v')
        .getByText(/^[\d,]+ matches$/)
        .innerText()
    ).split(' ');
    expect(lines.length - 1).toBe(Number(count!.replaceAll(',', '')));
    expect((lines.length - 1) % 30).toBe(0);
  });

  test('where a limit cuts a result short, the result says of how many and lifts the limit', async () => {
    await bench.open({
      nodes: [
        {
          id: 'f',
          type: 'image/load-folder',
          position: { x: 0, y: 0 },
          params: { path: 'sample:pictures/fruit' },
        },
        { id: 'g', type: 'view/gallery', position: { x: 300, y: 0 }, params: { limit: 5 } },
      ],
      edges: [{ from: { node: 'f', port: 'images' }, to: { node: 'g', port: 'images' } }],
    });
    await bench.run();
    await nodeOf('g').getByText('5 of 24 pictures').waitFor();
    await nodeOf('g').getByRole('button', { name: 'Show all 24' }).click();
    await nodeOf('g').getByText('24 pictures', { exact: true }).waitFor();
    expect(
      await nodeOf('g')
        .getByRole('button', { name: /Show all/ })
        .count(),
    ).toBe(0);
  });

  test('a map names the pair that the arrow keys lead to, with its score', async () => {
    await bench.open(similar);
    await bench.run();
    const map = nodeOf('s').getByRole('application');
    await map.focus();
    await bench.page.keyboard.press('Home');
    await nodeOf('s')
      .getByText(/banana-fluent.* and .*banana-fluent.*: 1\.00/)
      .waitFor({ state: 'attached' });
    await bench.page.keyboard.press('ArrowRight');
    await nodeOf('s')
      .getByText(/banana-fluent.* and .*banana-noto.*: -?\d\.\d\d/)
      .waitFor({ state: 'attached' });
    await bench.page.keyboard.press('Enter');
    await expect.poll(() => bench.page.locator('figure img').count()).toBe(2);
  });

  test('a table of thousands sorts by its titles and draws the rows that are seen', async () => {
    await bench.open(every('table'));
    await bench.run();
    const table = nodeOf('w').getByRole('table');
    const first = () => table.locator('tbody tr:not([aria-hidden]) td').first().innerText();
    expect(await first()).toBe('row 0');
    await table.getByRole('button', { name: 'Hash' }).click();
    expect(await table.getByRole('columnheader', { name: 'Hash' }).getAttribute('aria-sort')).toBe(
      'descending',
    );
    const largest = Math.max(...Array.from({ length: 2000 }, (_, at) => (at * 7919) % 2003));
    expect(await table.locator('tbody tr:not([aria-hidden]) td').nth(1).innerText()).toBe(String(largest));
    expect(await table.locator('tbody tr').count()).toBeLessThan(60);
    await table.getByRole('button', { name: 'Hash' }).click();
    await table.getByRole('button', { name: 'Hash' }).click();
    expect(await first()).toBe('row 0');
    expect(await seriousProblems(bench.page, nodeOf('w'))).toEqual([]);
  });

  test('an empty result says why, and what was skipped is listed with its reason', async () => {
    await bench.open(every('skipped'));
    await bench.run();
    await nodeOf('w').getByText('None of the 2 pictures could be read.').waitFor();
    await nodeOf('w').getByRole('button', { name: '2 could not be read' }).click();
    await bench.page.getByText('a/broken.png It is cut short.').waitFor();
    const list = bench.page.getByRole('dialog', { name: '2 could not be read' });
    expect(await seriousProblems(bench.page, list)).toEqual([]);
    expect(await seriousProblems(bench.page, nodeOf('w'))).toEqual([]);
  });

  test('a query without matches says so, and scores have two decimals', async () => {
    await bench.open(every('matches'));
    await bench.run();
    await nodeOf('w').getByText('No matches. Lower the threshold').waitFor();
    await nodeOf('w').getByText('0.88', { exact: true }).waitFor();
  });

  test('an exported picture carries its workflow, and dropped on the canvas it opens again', async () => {
    await bench.open(similar);
    await bench.run();
    await nodeOf('v').getByRole('button', { name: 'Export' }).click();
    const coming = bench.page.waitForEvent('download');
    await bench.page.getByRole('menuitem', { name: /PNG/ }).click();
    const file = readFileSync(await (await coming).path());
    const carried = JSON.parse(workflowIn(new Uint8Array(file)) ?? 'null');
    expect(carried).toMatchObject({ format: 'patchbay', name: similar.name });
    expect(carried.nodes.map(({ id }: { id: string }) => id)).toEqual(similar.nodes.map(({ id }) => id));
    const transfer = await bench.page.evaluateHandle((base64) => {
      const bytes = Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));
      const data = new DataTransfer();
      data.items.add(new File([bytes], 'matches.png', { type: 'image/png' }));
      return data;
    }, file.toString('base64'));
    await bench.page
      .locator('.react-flow__pane')
      .dispatchEvent('drop', { dataTransfer: transfer, clientX: 300, clientY: 300 });
    await expect.poll(() => bench.page.locator('.pb-tab-name', { hasText: similar.name }).count()).toBe(2);
  });

  test('what is exported as CSV has a row a match', async () => {
    await bench.open(similar);
    await bench.run();
    await nodeOf('v').getByRole('button', { name: 'Export' }).click();
    const coming = bench.page.waitForEvent('download');
    await bench.page.getByRole('menuitem', { name: /CSV/ }).click();
    const lines = readFileSync(await (await coming).path(), 'utf8')
      .trimEnd()
      .split('\r\n');
    expect(lines[0]).toBe('\ufeffquery,rank,match,category,score');
    expect(lines.length).toBeGreaterThan(40);
  });
});
