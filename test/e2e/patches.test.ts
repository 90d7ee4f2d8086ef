import { readFileSync } from 'node:fs';
import type { Locator } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import type { WorkflowNode } from '../../workflows/workflow.ts';
import { type Drawn, seriousProblems, useBench } from './bench.ts';
import { noBrowser } from './studio.ts';

const bench = useBench();
const end = (of: string) => {
  const [node = '', port = ''] = of.split('.');
  return { node, port };
};
/** Three scenes of 6 x 6 patches, with the shipped model. */
const scenes = (params: WorkflowNode['params'] = {}): Drawn => ({
  name: 'Scenes',
  nodes: [
    {
      id: 'f',
      type: 'image/load-folder',
      position: { x: 0, y: 0 },
      params: { path: 'sample:scenes', ...params },
    },
    { id: 'm', type: 'encode/load-encoder', position: { x: 0, y: 300 }, params: { model: 'emoji-clip' } },
    { id: 'p', type: 'preprocess/from-model', position: { x: 280, y: 0 }, params: { side: 192 } },
    { id: 't', type: 'encode/tokens', position: { x: 280, y: 300 } },
    { id: 'h', type: 'view/patch-heatmap', position: { x: 560, y: 0 }, size: { width: 560, height: 440 } },
    { id: 'c', type: 'view/patch-colors', position: { x: 560, y: 480 }, size: { width: 560, height: 300 } },
  ],
  edges: [
    ['f.images', 'p.images'],
    ['m.encoder', 'p.encoder'],
    ['p.pixels', 't.images'],
    ['m.encoder', 't.encoder'],
    ['t.tokens', 'h.tokens'],
    ['t.tokens', 'c.tokens'],
  ].map(([from = '', to = '']) => ({ from: end(from), to: end(to) })),
});
const nodeOf = (id: string) => bench.page.locator(`.react-flow__node[data-id="${id}"]`);
const field = (name: string) => nodeOf('h').locator(`[data-param="${name}"] input`);
const mapOf = (within: Locator, picture: string) =>
  within.getByRole('application', { name: new RegExp(`^${picture}: 6 by 6 patches`) });

/** Clicks the middle of a patch. Rows and columns count from 1. */
async function clickPatch(map: Locator, row: number, column: number): Promise<void> {
  const box = (await map.boundingBox())!;
  await map.click({
    position: { x: ((column - 0.5) * box.width) / 6, y: ((row - 0.5) * box.height) / 6 },
  });
}

/** The brightest patch of a map, counted from 1. In viridis, larger numbers are always lighter. */
const brightest = (map: Locator) =>
  map.locator('canvas').evaluate((canvas: HTMLCanvasElement) => {
    const { data } = canvas.getContext('2d')!.getImageData(0, 0, canvas.width, canvas.height);
    const light = Array.from({ length: data.length / 4 }, (_, at) => data[at * 4]! + 2 * data[at * 4 + 1]!);
    const at = light.indexOf(Math.max(...light));
    return [Math.floor(at / canvas.width) + 1, (at % canvas.width) + 1];
  });

describe.skipIf(noBrowser !== undefined)('patches', () => {
  test('a click on a patch compares all patches with it, as one step that can be undone', async () => {
    const id = await bench.open(scenes());
    await bench.run();
    await nodeOf('h').getByText('Similarity to row 4, column 4 of garden.png').waitFor();
    expect(await brightest(mapOf(nodeOf('h'), 'garden.png'))).toEqual([4, 4]);
    await clickPatch(mapOf(nodeOf('h'), 'town.png'), 6, 2);
    await nodeOf('h').getByText('Similarity to row 6, column 2 of town.png').waitFor();
    await expect.poll(() => brightest(mapOf(nodeOf('h'), 'town.png'))).toEqual([6, 2]);
    expect(await field('picture').inputValue()).toBe('2');
    await expect.poll(() => bench.saved(id, 'h')).toEqual({ picture: 2, row: 6, column: 2 });
    await bench.page.keyboard.press('Control+z');
    await expect.poll(() => field('row').inputValue()).toBe('0');
    expect(await field('picture').inputValue()).toBe('1');
    await expect.poll(() => bench.saved(id, 'h')).toEqual({});
  });

  test('arrow keys move the picked patch, keep the focus and are one step together', async () => {
    await bench.open(scenes());
    await bench.run();
    const map = mapOf(nodeOf('h'), 'zoo.png');
    await map.focus();
    for (const key of ['Home', 'ArrowUp', 'ArrowRight']) await bench.page.keyboard.press(key);
    await nodeOf('h').getByText('Similarity to row 3, column 2 of zoo.png').waitFor();
    await expect.poll(() => brightest(map)).toEqual([3, 2]);
    expect(await map.evaluate((element) => element === document.activeElement)).toBe(true);
    await nodeOf('h').getByText('Row 3, column 2: 1.00').first().waitFor();
    await bench.page.keyboard.press('Control+z');
    await expect.poll(() => field('column').inputValue()).toBe('0');
  });

  test('pointing tells a patch, large too, and what shows through is chosen; nothing serious by axe', async () => {
    await bench.open(scenes());
    await bench.run();
    await mapOf(nodeOf('c'), 'garden.png').hover({ position: { x: 4, y: 4 } });
    await nodeOf('c')
      .getByText(/^Row 1, column 1: #[0-9a-f]{6}$/)
      .first()
      .waitFor();
    for (const id of ['h', 'c']) expect(await seriousProblems(bench.page, nodeOf(id))).toEqual([]);
    await nodeOf('h').getByRole('button', { name: 'Enlarge' }).click();
    const large = bench.page.getByRole('dialog');
    await mapOf(large, 'garden.png').hover({ position: { x: 4, y: 4 } });
    await large
      .getByText(/^Row 1, column 1: -?\d\.\d\d$/)
      .first()
      .waitFor();
    await large.getByLabel('Opacity').fill('0.2');
    expect(await mapOf(large, 'garden.png').locator('canvas').getAttribute('style')).toContain(
      'opacity: 0.2',
    );
    await clickPatch(mapOf(large, 'zoo.png'), 1, 6);
    await large.getByText('Similarity to row 1, column 6 of zoo.png').waitFor();
    expect(await seriousProblems(bench.page, large)).toEqual([]);
  });

  test('exports have a row a patch and a picture that carries its workflow', async () => {
    await bench.open(scenes());
    await bench.run();
    const exported = async (name: RegExp) => {
      await nodeOf('c').getByRole('button', { name: 'Export' }).click();
      const coming = bench.page.waitForEvent('download');
      await bench.page.getByRole('menuitem', { name }).click();
      return readFileSync(await (await coming).path());
    };
    const lines = (await exported(/CSV/)).toString('utf8').trimEnd().split('\r\n');
    expect(lines[0]).toBe('\ufeffpicture,row,column,red,green,blue');
    expect(lines).toHaveLength(1 + 3 * 36);
    const json = JSON.parse((await exported(/JSON/)).toString('utf8'));
    expect(json).toMatchObject({ view: 'patches', shows: 'colors', rows: 6, columns: 6, dims: [3, 108] });
    expect(lines[1]).toBe(`garden.png,1,1,${json.values[0].slice(0, 3).join(',')}`);
    expect((await exported(/PNG/)).subarray(1, 4).toString()).toBe('PNG');
  });

  test('without pictures it says why there is nothing', async () => {
    await bench.open(scenes({ glob: 'none/**' }));
    await bench.run();
    await nodeOf('h').getByText('There are no patches to show').waitFor();
    await nodeOf('c').getByText('There are no patches to show').waitFor();
  });
});
