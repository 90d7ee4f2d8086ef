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
    // What was found is selected by a button; Escape clears the selection, or the words, and the window stays.
    await dialog.getByRole('button', { name: 'Select these', exact: true }).click();
    await dialog.getByText(/^\d selected$/).waitFor();
    await search.focus();
    await page.keyboard.press('Escape');
    await expect.poll(() => search.inputValue()).toBe('');
    await dialog.getByText(/^\d selected$/).waitFor();
    await page.keyboard.press('Escape');
    await dialog.getByText(/^\d selected$/).waitFor({ state: 'detached' });

    // What was found and is out of sight is counted, and a button brings it into view.
    await plane.focus();
    for (let at = 0; at < 4; at++) await page.keyboard.press('+');
    for (let at = 0; at < 30; at++) await page.keyboard.press('Shift+ArrowLeft');
    await expect.poll(() => inSight.textContent()).toBe(`In sight: 0 of ${all}`);
    await search.fill('banana');
    await dialog
      .getByRole('status')
      .getByText(/^(\d) found, \1 out of sight$/)
      .waitFor();
    await dialog.getByRole('button', { name: 'Bring them into view', exact: true }).click();
    await dialog
      .getByRole('status')
      .getByText(/^\d found$/)
      .waitFor();
    await search.fill('');
    await plane.focus();
    await page.keyboard.press('0');

    // The plus key brings some pictures out of sight, zero shows all again.
    await plane.focus();
    for (let at = 0; at < 4; at++) await page.keyboard.press('+');
    await expect.poll(() => inSight.textContent()).toMatch(/^In sight: \d+ of \d+$/);
    await page.keyboard.press('0');
    await expect.poll(() => inSight.textContent()).toBe(`In sight: ${all}`);

    const box = (await plane.boundingBox())!;
    const to = (x: number, y: number) =>
      page.mouse.move(box.x + box.width * x, box.y + box.height * y, { steps: 6 });
    const startAround = async () => {
      await page.keyboard.down('Shift');
      await to(0.02, 0.02);
      await page.mouse.down();
      for (const [x, y] of [
        [0.98, 0.02],
        [0.98, 0.98],
        [0.02, 0.98],
      ] as const)
        await to(x, y);
    };
    const endAround = async () => {
      await page.mouse.up();
      await page.keyboard.up('Shift');
    };
    const selected = dialog.getByText(/^\d+ selected$/);
    await startAround();
    await page.keyboard.press('Escape');
    await endAround();
    await plane.waitFor();
    expect(await selected.count()).toBe(0);

    // While something is looked for, a lasso around everything selects only what was found.
    await search.fill('banana');
    await expect.poll(() => inSight.textContent()).toMatch(/^In sight: \d of \d+$/);
    await startAround();
    await endAround();
    expect(Number.parseInt((await selected.textContent()) ?? '', 10)).toBeLessThan(10);
    await search.fill('');

    await startAround();
    await endAround();
    await dialog.getByText(`${all} selected`).waitFor();
    // The next one replaces it, and with Ctrl it adds.
    await search.fill('banana');
    await expect.poll(() => inSight.textContent()).toMatch(/^In sight: \d of \d+$/);
    await startAround();
    await endAround();
    await dialog.getByText(/^\d selected$/).waitFor();
    await search.fill('');
    await startAround();
    await endAround();
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
    // What it gives on, and how the map looks, are there after a reload; the cross takes it back.
    await nodeAt(page, 'map').getByRole('button', { name: 'Enlarge', exact: true }).click();
    await dialog.getByRole('combobox', { name: 'Colour' }).selectOption('One colour');
    await page.reload();
    const chip = nodeAt(page, 'map').getByRole('button', { name: `${all} given on · Select` });
    await chip.waitFor(PATIENT);
    await nodeAt(page, 'map').getByRole('button', { name: 'Enlarge', exact: true }).click();
    expect(await dialog.getByRole('combobox', { name: 'Colour' }).inputValue()).toBe('');
    await dialog.getByRole('button', { name: `${all} given on · Select` }).click();
    await dialog.getByText(`${all} selected`).waitFor();
    await dialog.getByRole('button', { name: 'Clear', exact: true }).click();
    await dialog.getByRole('button', { name: 'Give on nothing' }).click();
    await chip.waitFor({ state: 'detached' });
  });

  it('lights up the picture of a row of a table, and a table gives on what is selected', async () => {
    const { page, server } = await openStudio();
    const workflow = sketch(
      'Rows',
      {
        folder: { type: 'image/load-folder', params: { path: 'sample:pictures', labels: true } },
        table: 'view/table',
        gallery: 'view/gallery',
        chosen: 'view/gallery',
      },
      ['folder.images > table.rows', 'folder.images > gallery.images', 'table.selection > chosen.images'],
    );
    const id = await openSketch(page, server, workflow);
    await page.getByRole('button', { name: 'Run', exact: true }).click();
    const rows = nodeAt(page, 'table').getByRole('row');
    const second = rows.nth(2).getByRole('button');
    await second.waitFor(PATIENT);
    const name = (await second.getAttribute('aria-label')) ?? '';
    expect(await rows.nth(2).getByRole('cell').nth(1).textContent()).toBe(name);
    await second.click();
    const twin = nodeAt(page, 'gallery').getByRole('button', { name: new RegExp(`^${name}`) });
    await expect.poll(() => twin.getAttribute('aria-pressed')).toBe('true');
    // The large view of the other node counts it from the start.
    await nodeAt(page, 'gallery').getByRole('button', { name: 'Enlarge', exact: true }).click();
    await page.getByRole('dialog').getByText('1 selected').waitFor();
    await page.getByRole('dialog').getByRole('button', { name: 'Close', exact: true }).first().click();
    // A text of a cell can be selected; no picture is by that.
    const cell = (await rows.nth(3).getByRole('cell').nth(1).boundingBox())!;
    await page.mouse.move(cell.x + 10, cell.y + cell.height / 2);
    await page.mouse.down();
    await page.mouse.move(cell.x + 60, cell.y + cell.height / 2, { steps: 4 });
    await page.mouse.up();
    expect(await page.evaluate(() => getSelection()?.toString().trim().length)).toBeGreaterThan(0);
    expect(await rows.nth(3).getByRole('button').getAttribute('aria-pressed')).toBe('false');

    if ((await second.getAttribute('aria-pressed')) === 'false') await second.click();
    await page.getByRole('button', { name: 'Give on as selection (1 picture)' }).click();
    await nodeAt(page, 'chosen').getByText('1 picture', { exact: true }).waitFor(PATIENT);
    await expect
      .poll(async () => {
        const saved = (await server.call('GET', `/api/workflows/${id}`)).json.workflow;
        return saved.nodes.find((node: { id: string }) => node.id === 'table').params?.selected?.[0];
      }, PATIENT)
      .toMatch(new RegExp(`^[0-9a-f]{64}:${name}$`));
  });

  it('opens the menu of a picture by a long press', async () => {
    const { page, server } = await openStudio({ phone: true });
    const workflow = sketch(
      'Map',
      {
        folder: { type: 'image/load-folder', params: { path: 'sample:pictures' } },
        encoder: { type: 'encode/load-encoder', params: { model: 'builtin/color-layout' } },
        encode: 'encode/image',
        map: 'view/map',
      },
      ['folder.images > encode.images', 'encoder.encoder > encode.encoder', 'encode.embeddings > map.points'],
    );
    await openSketch(page, server, workflow, 1);
    await page.getByRole('banner').getByRole('button', { name: 'Run', exact: true }).tap();
    const node = nodeAt(page, 'map');
    await node.getByRole('application').waitFor(PATIENT);
    await node.getByRole('button', { name: 'Enlarge', exact: true }).tap();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('searchbox').fill('banana');
    const plane = dialog.getByRole('application');
    const box = (await plane.boundingBox())!;
    // A point of some picture: the canvas has a colour other than its background there.
    const spot = await plane.evaluate(async (element) => {
      await new Promise((resolve) => setTimeout(resolve, 1000));
      const canvas = element.querySelector('canvas')!;
      const { data, width } = canvas
        .getContext('2d')!
        .getImageData(0, 0, canvas.width, Math.floor(canvas.height * 0.8));
      const own = new Uint32Array(data.buffer);
      const at = own.findIndex((colour) => colour !== own[0]);
      const scale = canvas.clientWidth / width;
      return { x: (at % width) * scale, y: Math.floor(at / width) * scale };
    });
    const cdp = await page.context().newCDPSession(page);
    const touchPoints = [{ x: box.x + spot.x, y: box.y + spot.y + 2, id: 0 }];
    await cdp.send('Input.dispatchTouchEvent', { type: 'touchStart', touchPoints });
    await page.locator('[data-picture-menu]').waitFor();
    await cdp.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] });
    await page.locator('[data-picture-menu]').waitFor();
  });
});
