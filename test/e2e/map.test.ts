import { describe, expect, it } from 'vitest';
import { nodeAt, openSketch, sketch } from './canvas-kit.ts';
import { noBrowser, openStudio, useBrowser } from './studio.ts';

useBrowser();

/** The first run loads an encoder. */
const PATIENT = { timeout: 60_000 };

describe.skipIf(noBrowser)('a map', () => {
  it('is zoomed, searched and lassoed, and gives on what was selected', async () => {
    const { page, server } = await openStudio();
    const workflow = sketch(
      'Map',
      {
        folder: { type: 'image/load-folder', params: { path: 'sample:pictures', labels: true } },
        encoder: { type: 'encode/load-encoder', params: { model: 'builtin/color-layout' } },
        encode: 'encode/image',
        map: 'view/map',
        chosen: 'view/gallery',
      },
      [
        'folder.images > encode.images',
        'encoder.encoder > encode.encoder',
        'encode.embeddings > map.points',
        'map.selection > chosen.images',
      ],
    );
    const id = await openSketch(page, server, workflow);
    await page.getByRole('button', { name: 'Run', exact: true }).click();
    const small = nodeAt(page, 'map').getByRole('application');
    await small.waitFor(PATIENT);
    await nodeAt(page, 'map').getByRole('button', { name: 'Enlarge', exact: true }).click();
    const dialog = page.getByRole('dialog');
    const plane = dialog.getByRole('application');
    const inSight = dialog.getByRole('region', { name: 'In sight' }).getByRole('paragraph');
    await expect.poll(() => inSight.textContent()).toMatch(/^In sight: \d+$/);
    const all = Number(/\d+/.exec((await inSight.textContent()) ?? '')?.[0]);
    expect(all).toBeGreaterThan(20);

    // The corner of the canvas has the colour of the page, in light and in dark.
    for (const scheme of ['dark', 'light'] as const) {
      await page.emulateMedia({ colorScheme: scheme });
      await expect
        .poll(() =>
          plane.evaluate((element) => {
            const { data } = element.querySelector('canvas')!.getContext('2d')!.getImageData(1, 1, 1, 1);
            const colour = getComputedStyle(element).backgroundColor;
            return `rgb(${data[0]}, ${data[1]}, ${data[2]})` === colour ? 'same' : `${data} ${colour}`;
          }),
        )
        .toBe('same');
    }

    const search = dialog.getByRole('searchbox');
    await search.fill('banana');
    await expect.poll(() => inSight.textContent()).toMatch(/^In sight: \d of \d+$/);
    await search.fill('');

    // The plus key brings some pictures out of sight, zero shows all again.
    await plane.focus();
    for (let at = 0; at < 4; at++) await page.keyboard.press('+');
    await expect.poll(() => inSight.textContent()).toMatch(/^In sight: \d+ of \d+$/);
    await page.keyboard.press('0');
    await expect.poll(() => inSight.textContent()).toBe(`In sight: ${all}`);

    const box = (await plane.boundingBox())!;
    const to = (x: number, y: number) =>
      page.mouse.move(box.x + box.width * x, box.y + box.height * y, { steps: 6 });
    await page.keyboard.down('Shift');
    await to(0.02, 0.02);
    await page.mouse.down();
    for (const [x, y] of [
      [0.98, 0.02],
      [0.98, 0.98],
      [0.02, 0.98],
    ] as const)
      await to(x, y);
    await page.mouse.up();
    await page.keyboard.up('Shift');
    await dialog.getByText(`${all} selected`).waitFor();
    await dialog.getByRole('button', { name: `Give on as selection (${all} pictures)` }).click();
    await expect
      .poll(async () => {
        const saved = (await server.call('GET', `/api/workflows/${id}`)).json.workflow;
        return saved.nodes.find((node: { id: string }) => node.id === 'map').params?.selected?.length;
      }, PATIENT)
      .toBe(all);
    await page.keyboard.press('Escape');
    await page.keyboard.press('Escape');
    await nodeAt(page, 'chosen').getByText(`${all} pictures`).waitFor(PATIENT);
  });
});
