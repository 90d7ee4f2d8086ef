import { join } from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { nodeAt, openSketch, sketch } from './canvas-kit.ts';
import { noBrowser, openStudio, useBrowser, waiting } from './studio.ts';

useBrowser();

type Point = readonly [x: number, y: number];

/** Fingers on the glass. */
async function fingersOn(page: Page) {
  const cdp = await page.context().newCDPSession(page);
  const send = (type: 'touchStart' | 'touchMove' | 'touchEnd', points: readonly Point[]) =>
    cdp.send('Input.dispatchTouchEvent', {
      type,
      touchPoints: points.map(([x, y], id) => ({ x, y, id })),
    });
  return {
    /** Moves each finger from its first point to its second one. */
    async move(...ways: readonly (readonly [Point, Point])[]) {
      await send(
        'touchStart',
        ways.map(([from]) => from),
      );
      for (let step = 1; step <= 8; step++)
        await send(
          'touchMove',
          ways.map(
            ([from, to]): Point => [
              from[0] + ((to[0] - from[0]) * step) / 8,
              from[1] + ((to[1] - from[1]) * step) / 8,
            ],
          ),
        );
      await send('touchEnd', []);
    },
    /** Rests on an element until the menu opens, and lifts. */
    async press(target: Locator) {
      await target.scrollIntoViewIfNeeded();
      const { x, y } = await boxOf(target);
      await send('touchStart', [[x + 30, y + 30]]);
      await page.locator('[data-picture-menu]').waitFor();
      await send('touchEnd', []);
    },
  };
}

async function boxOf(target: Locator) {
  const box = await target.boundingBox();
  if (!box) throw new Error('It is not visible.');
  return box;
}

/** Opens a template as a form, which a phone does by itself, and runs it. */
async function runLookAlikes(page: Page) {
  await page.getByRole('button', { name: 'Open Find look-alikes as form' }).tap();
  await page.getByRole('form').waitFor();
  await page.getByRole('banner').getByRole('button', { name: 'Run', exact: true }).tap();
  await matched(page);
}

const match = (page: Page, rank: number) =>
  page.getByRole('button', { name: new RegExp(`^Match ${rank}: `) });
/** Encoding the samples takes long while other work runs. */
const matched = (page: Page) => match(page, 1).waitFor({ timeout: 60_000 });
const lightbox = (page: Page) => page.locator('[data-lightbox]');
const place = (page: Page) => lightbox(page).locator('[aria-live]').first().textContent();
const menu = (page: Page) => page.locator('[data-picture-menu]');

/** Controls outside of nodes that a finger can hardly hit: smaller than 40 pixels, with the area around them. */
const small = (page: Page) =>
  page.evaluate(() => {
    const found: string[] = [];
    for (const control of document.querySelectorAll<HTMLElement>(
      'button, input, select, textarea, [role="tab"], [role="menuitem"]',
    )) {
      const { width, height } = control.getBoundingClientRect();
      const isUnseen = width === 0 || getComputedStyle(control).visibility === 'hidden';
      const text = control.textContent || control.getAttribute('aria-label') || '';
      // A segmented control hides its radio buttons below their labels.
      if (isUnseen || control.closest('.react-flow__nodes') || control.matches('[type="radio"]')) continue;
      const areas = ['::before', '::after'].map((part) => getComputedStyle(control, part));
      const most = (side: 'width' | 'height', own: number) =>
        Math.max(own, ...areas.map((area) => Number.parseFloat(area[side]) || 0));
      if (most('width', width) < 39.5 || most('height', height) < 39.5)
        found.push(`${control.tagName} "${text}" ${width} x ${height}`);
    }
    const over = document.documentElement.scrollWidth - innerWidth;
    if (over > 0) found.push(`The page is ${over} pixels too wide.`);
    return found;
  });

describe.skipIf(noBrowser)('a phone', () => {
  it('leafs, zooms, moves and closes enlarged pictures with fingers', async () => {
    const { page } = await openStudio({ phone: true });
    await runLookAlikes(page);
    const fingers = await fingersOn(page);
    await match(page, 3).tap();
    await lightbox(page).waitFor();
    expect(await place(page)).toBe('3 of 12');
    await fingers.move([
      [300, 400],
      [80, 410],
    ]);
    await expect.poll(() => place(page)).toBe('4 of 12');
    await fingers.move([
      [80, 400],
      [300, 410],
    ]);
    await expect.poll(() => place(page)).toBe('3 of 12');
    // The query is above its match, and both are equally large.
    const [query, found] = [lightbox(page).locator('img').first(), lightbox(page).locator('img').last()];
    const [above, below] = [await boxOf(query), await boxOf(found)];
    expect(above.y + above.height).toBeLessThanOrEqual(below.y);
    expect(Math.abs(above.height - below.height)).toBeLessThan(2);
    const { width } = above;
    await fingers.move(
      [
        [180, 250],
        [120, 250],
      ],
      [
        [220, 250],
        [280, 250],
      ],
    );
    await expect.poll(async () => (await boxOf(query)).width / width).toBeCloseTo(4, 1);
    const before = await boxOf(query);
    await fingers.move([
      [200, 250],
      [150, 210],
    ]);
    await expect.poll(async () => (await boxOf(query)).x - before.x).toBeCloseTo(-50, 0);
    // A zoomed picture moves and does not leaf.
    expect(await place(page)).toBe('3 of 12');
    await page.keyboard.press('ArrowRight');
    await expect.poll(() => place(page)).toBe('4 of 12');
    await fingers.move([
      [200, 250],
      [205, 480],
    ]);
    await expect.poll(() => lightbox(page).count()).toBe(0);
  });

  it('goes back from the topmost thing that is open, and from a workflow to Home', async () => {
    const { page, server } = await openStudio({ phone: true });
    await page.goto(`${new URL(server.url).origin}/#workflow=starter:find-similar-images&view=form`);
    const form = page.getByRole('form');
    await form.waitFor();
    await expect.poll(() => page.url()).not.toContain('workflow');
    await page.getByRole('banner').getByRole('button', { name: 'Run', exact: true }).tap();
    await matched(page);
    await match(page, 2).tap();
    await lightbox(page).waitFor();
    await page.goBack();
    await expect.poll(() => lightbox(page).count()).toBe(0);
    await page.getByRole('button', { name: 'Runs', exact: true }).tap();
    const panel = page.getByRole('complementary', { name: 'Runs' });
    await panel.waitFor();
    await page.goBack();
    await expect.poll(() => panel.count()).toBe(0);
    // A window that was closed by its own button leaves no step behind.
    await match(page, 2).tap();
    await lightbox(page).getByRole('button', { name: 'Close' }).tap();
    await expect.poll(() => lightbox(page).count()).toBe(0);
    await expect.poll(() => page.evaluate(() => history.state?.patchbayDepth)).toBe(1);
    expect(await form.count()).toBe(1);
    await page.goBack();
    await page.getByRole('heading', { name: 'What do you want to know' }).waitFor();
    expect(await form.count()).toBe(0);
  });

  it('moves the canvas from a node, and a node only once it is selected', async () => {
    const { page, server } = await openStudio({ phone: true });
    await openSketch(page, server, sketch('Fingers', { load: 'image/load-folder' }));
    const fingers = await fingersOn(page);
    const node = nodeAt(page, 'load');
    const lies = () => node.evaluate(({ style }) => style.transform);
    const swipe = async (by: Point) => {
      const { x, y } = await boxOf(node);
      await fingers.move([
        [x + 90, y + 14],
        [x + 90 + by[0], y + 14 + by[1]],
      ]);
    };
    const pinch = async () => {
      const { x, y, width } = await boxOf(node);
      const middle = { x: x + width / 2, y: y + 80 };
      await fingers.move(
        [
          [middle.x - 30, middle.y],
          [middle.x - 45, middle.y],
        ],
        [
          [middle.x + 30, middle.y],
          [middle.x + 45, middle.y],
        ],
      );
      return width;
    };
    const [at, before] = [await lies(), await boxOf(node)];
    await swipe([60, 40]);
    await expect.poll(async () => (await boxOf(node)).x - before.x).toBeCloseTo(60, -1);
    expect(await lies()).toBe(at);
    let width = await pinch();
    await expect.poll(async () => (await boxOf(node)).width / width).toBeCloseTo(1.5, 1);
    const { x, y } = await boxOf(node);
    await page.touchscreen.tap(x + 90, y + 14);
    await expect.poll(() => node.getAttribute('class')).toContain('selected');
    width = await pinch();
    await expect.poll(async () => (await boxOf(node)).width / width).toBeCloseTo(1.5, 1);
    expect(await lies()).toBe(at);
    await swipe([60, 40]);
    await expect.poll(lies).not.toBe(at);
  });

  it('selects pictures by a button, and keeps the menu and the selection after a long press', async () => {
    const { page } = await openStudio({ phone: true });
    await runLookAlikes(page);
    const fingers = await fingersOn(page);
    await page.getByRole('button', { name: 'Select', exact: true }).tap();
    for (const rank of [2, 9]) await match(page, rank).tap();
    expect(await lightbox(page).count()).toBe(0);
    const bar = page.getByRole('toolbar', { name: 'Selected pictures' });
    await bar.getByText('2 selected').waitFor();
    // It is above the rail, wherever the form is scrolled to.
    const rail = await boxOf(page.getByRole('navigation', { name: 'Panels' }));
    const { y, height } = await boxOf(bar);
    expect(y).toBeGreaterThan(0);
    expect(y + height).toBeLessThanOrEqual(rail.y + 1);
    await fingers.press(match(page, 9));
    // The click that follows a finger would close it.
    await page.waitForTimeout(300);
    const shown = await boxOf(menu(page));
    expect(shown.y).toBeGreaterThanOrEqual(0);
    expect(shown.y + shown.height).toBeLessThanOrEqual(844);
    expect(await page.locator('[data-picked]').count()).toBe(2);
    await page.goBack();
    await expect.poll(() => menu(page).count()).toBe(0);
    await fingers.press(match(page, 8));
    await bar.getByText('3 selected').waitFor();
  });

  it('has controls that a finger can hit, and a header that stays while a run goes on', async () => {
    const { page, server } = await openStudio({ phone: true });
    await page
      .getByRole('heading', { name: 'Find look-alikes' })
      .or(page.locator('article').first())
      .first()
      .waitFor();
    expect(await small(page)).toEqual([]);
    await openSketch(page, server, waiting(60_000));
    expect(await small(page)).toEqual([]);
    const header = page.getByRole('banner');
    const before = await boxOf(header);
    const run = await boxOf(header.getByRole('button', { name: 'Run', exact: true }));
    await header.getByRole('button', { name: 'Run', exact: true }).tap();
    const cancel = header.getByRole('button', { name: 'Cancel run' });
    await cancel.waitFor();
    expect(await boxOf(header)).toEqual(before);
    expect(await boxOf(cancel)).toEqual(run);
    await cancel.tap();
    await page.getByText('Form', { exact: true }).tap();
    await page.getByRole('form').waitFor();
    expect(await small(page)).toEqual([]);
    await page.getByRole('button', { name: 'Runs', exact: true }).tap();
    await page.getByRole('complementary', { name: 'Runs' }).getByRole('listitem').first().waitFor();
    expect(await small(page)).toEqual([]);
  });

  it('shows an added node instead of the panel that covers it', async () => {
    const { page, server } = await openStudio({ phone: true });
    await openSketch(page, server, sketch('Adding', { load: 'image/load-folder' }));
    await page.getByRole('button', { name: 'Nodes', exact: true }).tap();
    const panel = page.getByRole('complementary', { name: 'Nodes' });
    await panel.getByRole('button', { name: 'Add Prompts' }).tap();
    await expect.poll(() => panel.count()).toBe(0);
    const added = page.locator('.react-flow__node.selected');
    await expect.poll(async () => (await boxOf(added)).x).toBeGreaterThanOrEqual(0);
    const { x, width } = await boxOf(added);
    expect(x + width).toBeLessThanOrEqual(390);
  });

  it('takes loose pictures for a folder, and shows the results when they come', async () => {
    const { page } = await openStudio({ phone: true });
    await page.getByRole('button', { name: 'Open Find look-alikes as form' }).tap();
    const folder = page.locator('[data-input="folder"]');
    const chooser = page.waitForEvent('filechooser');
    await folder.getByRole('button', { name: 'choose pictures' }).tap();
    const samples = join(import.meta.dirname, '../../workflows/samples/pictures/animals');
    await (await chooser).setFiles([join(samples, 'cat-noto.png'), join(samples, 'dog-face-noto.png')]);
    await folder.getByText('2 pictures').waitFor();
    await page.getByRole('banner').getByRole('button', { name: 'Run', exact: true }).tap();
    await matched(page);
    // Without that they lie a screen below.
    const rail = await boxOf(page.getByRole('navigation', { name: 'Panels' }));
    await expect
      .poll(async () => {
        const { y, height } = await boxOf(match(page, 2));
        return y + height;
      })
      .toBeLessThanOrEqual(rail.y);
  });
});
