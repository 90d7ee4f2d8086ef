import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { seriousProblems, useBench } from './bench.ts';
import { noBrowser } from './studio.ts';

const samples = join(import.meta.dirname, '../../workflows/samples');
const bench = useBench();
const node = (params: Record<string, unknown> = {}) => ({
  nodes: [
    { id: 'w', type: 'test/every-widget', position: { x: 0, y: 0 }, params: params as Record<string, never> },
  ],
  edges: [],
});
const field = (name: string) => bench.page.locator(`.react-flow__node [data-param="${name}"]`);
const saved = (id: string, name: string) =>
  expect.poll(async () => (await bench.saved(id, 'w'))[name], { timeout: 10_000 });

describe.skipIf(noBrowser !== undefined)('widgets', () => {
  test('every widget can be used by those who cannot see or point, and one nobody knows is a field of its type', async () => {
    const id = await bench.open(node({ number: 400, model: 'nope', folder: 'sample:pictures/animals' }));
    await field('folder').getByText('24 pictures').waitFor();
    expect(await seriousProblems(bench.page, bench.page.locator('.react-flow__node'))).toEqual([]);
    const hologram = field('hologram').getByRole('spinbutton');
    expect(await hologram.inputValue()).toBe('7');
    await hologram.focus();
    await bench.page.keyboard.press('ArrowUp');
    await saved(id, 'hologram').toBe(8);
  });

  test('what is no number stays as it was typed, is told in a sentence and outlives a reload', async () => {
    const id = await bench.open(node());
    const number = field('number').getByRole('spinbutton');
    await number.fill('400');
    await field('number').getByText('Number must be at most 100 px, but is 400.').waitFor();
    await saved(id, 'number').toBe(400);
    await number.fill('12a');
    await field('number').getByText('Number must be a whole number, but is "12a".').waitFor();
    expect(await number.getAttribute('aria-invalid')).toBe('true');
    await saved(id, 'number').toBe('12a');
    await bench.page.reload();
    await expect.poll(() => field('number').getByRole('spinbutton').inputValue()).toBe('12a');
  });

  test('a number is dragged, stepped and taken back; one drag is one step of undo', async () => {
    await bench.open(node());
    const number = field('number').getByRole('spinbutton');
    const box = await number.boundingBox();
    if (!box) throw new Error('The field is not on the screen.');
    const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
    await bench.page.mouse.move(x, y);
    await bench.page.mouse.down();
    for (const way of [10, 20, 40]) await bench.page.mouse.move(x + way, y);
    await bench.page.mouse.up();
    const dragged = Number(await number.inputValue());
    expect(dragged).toBeGreaterThan(10);
    await number.focus();
    await bench.page.keyboard.press('Shift+ArrowUp');
    expect(await number.inputValue()).toBe(String(dragged + 10));
    await bench.page.keyboard.press('Escape');
    await expect.poll(() => number.inputValue()).toBe(String(dragged));
    await field('number')
      .getByRole('button', { name: /Reset to the default/ })
      .click();
    await expect.poll(() => number.inputValue()).toBe('5');
    await bench.page.locator('.react-flow__pane').click({ position: { x: 5, y: 5 } });
    await bench.page.keyboard.press('Control+z');
    await expect.poll(() => number.inputValue()).toBe(String(dragged));
  });

  test('a category set is created where it is chosen, and found by its name', async () => {
    const id = await bench.open(node());
    // A repeated test finds the set of the first attempt.
    const name = `Pets ${Date.now()}`;
    const picker = field('labelSet').getByRole('button', { name: /^Category set: (Choose|Pets)/ });
    const search = bench.page.getByPlaceholder('Name of a set').and(bench.page.locator(':visible'));
    await picker.click();
    await search.fill(name);
    await bench.page.getByRole('option', { name: `Create "${name}"` }).click();
    await saved(id, 'labelSet').toBe(name);
    await field('labelSet').getByText('0 categories, 0 pictures').waitFor();
    await picker.click();
    await search.fill(name.slice(2));
    await bench.page.getByRole('option', { name: `${name} 0 categories` }).waitFor();
    await search.fill('sets/other.json');
    await bench.page.getByRole('option', { name: 'Use the file sets/other.json' }).click();
    await saved(id, 'labelSet').toBe('sets/other.json');
  });

  test('a category set that is not there is told once, at its field, and can be created there', async () => {
    const name = `Birds ${Date.now()}`;
    const id = await bench.open(node({ labelSet: name }));
    const box = bench.page.locator('.react-flow__node');
    const told = `There is no category set "${name}".`;
    await field('labelSet').getByText(told).waitFor();
    // The server's check comes a moment later with the same sentence, which then marks the node only.
    await bench.page.locator('.pb-node.pb-invalid').waitFor();
    expect(await box.getByText(told).count()).toBe(1);
    await field('labelSet')
      .getByRole('button', { name: `Create "${name}"` })
      .click();
    await field('labelSet').getByText('0 categories, 0 pictures').waitFor();
    await expect.poll(() => box.getByText(told).count()).toBe(0);
    await saved(id, 'labelSet').toBe(name);
  });

  test('a param that depends on another comes and goes with it', async () => {
    await bench.open(node());
    await field('pattern').waitFor();
    await field('toggle').getByRole('switch').click();
    await field('pattern').waitFor({ state: 'detached' });
  });

  test('a picture that is chosen or dropped is uploaded and seen; another file is refused in a sentence', async () => {
    const id = await bench.open(node());
    await field('picture').locator('input[type=file]').setInputFiles(join(samples, 'queries/banana.png'));
    await field('picture').getByRole('img', { name: 'Picture: banana.png' }).waitFor();
    await saved(id, 'picture').toMatch(/^asset:[0-9a-f]{64}\/banana\.png$/);
    const transfer = await bench.page.evaluateHandle(() => {
      const data = new DataTransfer();
      data.items.add(new File(['hello'], 'notes.txt', { type: 'text/plain' }));
      return data;
    });
    await field('picture')
      .locator('input[type=text]')
      .locator('xpath=../..')
      .locator('> div')
      .dispatchEvent('drop', {
        dataTransfer: transfer,
      });
    await field('picture').getByText('Patchbay cannot read "notes.txt" as a picture.').waitFor();
    expect((await bench.saved(id, 'w')).picture).toMatch(/^asset:/);
  });

  test('several pictures are added, seen and taken away again', async () => {
    const id = await bench.open(node());
    const pictures = ['banana', 'house', 'guitar'].map((name) => join(samples, `queries/${name}.png`));
    await field('pictures').locator('input[type=file]').setInputFiles(pictures);
    await expect.poll(() => field('pictures').getByRole('img').count()).toBe(3);
    await field('pictures')
      .getByRole('button', { name: /Remove/ })
      .first()
      .click();
    await expect.poll(async () => ((await bench.saved(id, 'w')).pictures as string[])?.length).toBe(2);
  });

  test('a folder that is chosen on this computer is uploaded under its name, and its pictures are seen', async () => {
    const id = await bench.open(node());
    await field('folder').locator('input[webkitdirectory]').setInputFiles(join(samples, 'queries'));
    await field('folder').getByText('12 pictures').waitFor();
    await saved(id, 'folder').toBe('uploads:queries');
    await field('folder').locator('input[webkitdirectory]').setInputFiles(join(samples, 'queries'));
    // The same folder again is the same upload.
    await saved(id, 'folder').toBe('uploads:queries');
  });

  test('the folder picker shows the places the server allows, by keyboard too, and nothing else', async () => {
    const id = await bench.open(node({ folder: 'sample:pictures/animals' }));
    await field('folder').getByRole('button', { name: 'Browse' }).click();
    const dialog = bench.page.getByRole('dialog', { name: 'Browse: Folder' });
    await dialog.getByRole('button', { name: 'Use this folder' }).waitFor();
    expect(await seriousProblems(bench.page, dialog)).toEqual([]);
    for (const place of ['sample:pictures', 'sample:', 'Places']) {
      await dialog.getByRole('button', { name: 'Up' }).click();
      await dialog.locator('code').getByText(place, { exact: true }).waitFor();
    }
    expect(await dialog.getByRole('listitem').allInnerTexts()).toEqual([
      'Sample pictures',
      'Uploads',
      'Home folder',
    ]);
    for (const name of ['Sample pictures', 'pictures', 'fruit']) {
      await dialog.getByRole('button', { name, exact: true }).focus();
      await bench.page.keyboard.press('Enter');
    }
    await dialog.locator('code').getByText('sample:pictures/fruit').waitFor();
    await dialog.getByRole('button', { name: 'Use this folder' }).click();
    await saved(id, 'folder').toBe('sample:pictures/fruit');
  });

  test('the model picker lists what there is, finds by name, and says when a model is gone', async () => {
    const id = await bench.open(node({ model: 'nope' }));
    // The node has a field of every kind, and is taller than most windows.
    await bench.page.setViewportSize({ width: 1280, height: 1800 });
    await field('model').getByText('There is no model called nope.').waitFor();
    await field('model').getByRole('button', { name: 'Model: nope' }).click();
    await bench.page.getByPlaceholder('Choose a model').and(bench.page.locator(':visible')).fill('emoji');
    await bench.page.getByRole('option', { name: /Emoji CLIP/ }).waitFor();
    await bench.page.keyboard.press('Enter');
    await saved(id, 'model').toBe('emoji-clip');
  });
});
