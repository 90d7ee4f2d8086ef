import type { Locator, Page } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { startServer, type TestServer } from '../server/server.ts';
import { emptyPlace, nodeAt, openNew, openSketch, places, seeNodes, seeWires, sketch } from './canvas-kit.ts';
import { noBrowser, openStudio, useBrowser } from './studio.ts';

let server: TestServer;
useBrowser();
beforeAll(async () => {
  if (!noBrowser) server = await startServer({ keep: true });
});

const CHAIN = { load: 'image/load-folder', encode: 'encode/image', cosine: 'compare/cosine' };
const WIRE = 'load.images > encode.images';
const open = async (
  name: string,
  nodes: Parameters<typeof sketch>[1] = CHAIN,
  wires: readonly string[] = [WIRE],
) => {
  const studio = await openStudio({ server, inspector: true });
  const id = await openSketch(studio.page, server, sketch(name, nodes, wires));
  return { ...studio, id };
};

const menu = (page: Page) => page.getByRole('menu');
const choose = (page: Page, name: string | RegExp) => menu(page).getByRole('menuitem', { name }).click();
const openMenu = async (page: Page, at: Locator | { x: number; y: number }) => {
  if ('x' in at) await page.mouse.click(at.x, at.y, { button: 'right' });
  else await at.click({ button: 'right' });
  await menu(page).waitFor();
};
const title = (page: Page, id: string) => nodeAt(page, id).locator('.pb-title');
const undo = async (page: Page) => {
  await page.locator('.pb-canvas').focus();
  await page.keyboard.press('Control+z');
};
const selectAll = async (page: Page) => {
  await page.locator('.pb-canvas').focus();
  await page.keyboard.press('Control+a');
};
const left = async (page: Page, id: string) => Math.round((await nodeAt(page, id).boundingBox())!.x);
const command = async (page: Page, name: string) => {
  await page.keyboard.press('Control+k');
  await page.getByRole('combobox', { name: 'Search commands and nodes' }).fill(name);
  await page.getByRole('option', { name }).first().waitFor();
  await page.keyboard.press('Enter');
  await page.getByRole('combobox', { name: 'Search commands and nodes' }).waitFor({ state: 'detached' });
};

describe.skipIf(noBrowser)('a context menu', () => {
  it('of the canvas adds a node where it was opened', async () => {
    const { page } = await open('Canvas menu');
    await openMenu(page, await emptyPlace(page));
    await choose(page, /^Add node/);
    await page.locator('.pb-search input').fill('top k');
    await page.keyboard.press('Enter');
    await seeNodes(page, 4);
  });

  it('is gone after Escape, and the canvas has the keyboard', async () => {
    const { page } = await open('Escaped menu');
    await openMenu(page, title(page, 'encode'));
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Escape');
    await menu(page).waitFor({ state: 'detached' });
    await page.waitForFunction(() => document.activeElement?.classList.contains('pb-canvas'));
  });

  it('of a node is about that node, which it selects', async () => {
    const { page } = await open('Node menu');
    await openMenu(page, title(page, 'cosine'));
    await choose(page, /^Bypass/);
    await expect
      .poll(() => nodeAt(page, 'cosine').locator('.pb-node').getAttribute('class'))
      .toContain('pb-mode-bypass');
    expect(await nodeAt(page, 'encode').locator('.pb-node').getAttribute('class')).not.toContain('bypass');
  });

  it('of a node takes all its wires off, as one step', async () => {
    const { page } = await open('Unwired');
    await openMenu(page, title(page, 'encode'));
    await choose(page, 'Remove all wires');
    await seeWires(page, []);
    await undo(page);
    await seeWires(page, ['load.images-encode.images']);
  });

  it('of a wire puts a reroute into it', async () => {
    const { page } = await open('Wire menu');
    const box = (await page.locator('.react-flow__edge-path').first().boundingBox())!;
    await openMenu(page, { x: box.x + box.width / 2, y: box.y + box.height / 2 });
    await choose(page, 'Add reroute');
    await seeNodes(page, 4);
    await seeWires(page, ['load.images-reroute.value', 'reroute.value-encode.images']);
    await undo(page);
    await seeWires(page, ['load.images-encode.images']);
  });

  it('of several nodes lines them up, as one step', async () => {
    const { page } = await open('Selection menu');
    const before = await places(page);
    await selectAll(page);
    await openMenu(page, title(page, 'encode'));
    await choose(page, 'Align left');
    await expect
      .poll(async () => new Set(await Promise.all(Object.keys(CHAIN).map((id) => left(page, id)))).size)
      .toBe(1);
    await undo(page);
    await expect.poll(() => places(page)).toEqual(before);
  });

  it('of a group changes its colour, which is saved with it', async () => {
    const { page, id } = await open('Colours');
    await title(page, 'load').click();
    await page.keyboard.press('Control+g');
    await page.keyboard.press('Enter');
    const group = page.locator('.pb-group');
    const before = await group.getAttribute('style');
    await openMenu(page, page.locator('.pb-group-title'));
    expect(await menu(page).getByRole('menuitem', { name: /^Mute/ }).count()).toBe(0);
    await choose(page, 'Colour: violet');
    await expect.poll(() => group.getAttribute('style')).not.toBe(before);
    await expect
      .poll(async () => (await server.call('GET', `/api/workflows/${id}`)).json.workflow.groups?.[0]?.color)
      .toBe('violet');
  });
});

describe.skipIf(noBrowser)('the command palette', () => {
  it('finds a command by its words and does it', async () => {
    const { page } = await open('Palette');
    await selectAll(page);
    await command(page, 'Align top');
    const tops = async () =>
      new Set(
        await Promise.all(
          Object.keys(CHAIN).map(async (id) => Math.round((await nodeAt(page, id).boundingBox())!.y)),
        ),
      );
    await expect.poll(async () => (await tops()).size).toBe(1);
  });

  it('adds nodes by name too', async () => {
    const { page } = await open('Palette node');
    await page.locator('.pb-canvas').focus();
    await command(page, 'Top k');
    await seeNodes(page, 4);
  });

  it('runs everything anew where kept results are not wanted', async () => {
    const { page } = await open(
      'Fresh',
      { load: { type: 'image/load-folder', params: { path: 'sample:queries' } }, show: 'view/gallery' },
      ['load.images > show.images'],
    );
    const done = () => page.getByRole('status').getByText('Done', { exact: true }).waitFor();
    await page.locator('.pb-canvas').focus();
    await page.keyboard.press('Control+Enter');
    await done();
    await command(page, 'Run without cached results');
    await title(page, 'show').click();
    await page.getByText('This run computes everything again.').waitFor();
  });
});

describe.skipIf(noBrowser)('arranging', () => {
  it('along the wires puts what comes first to the left, and is one step', async () => {
    const { page } = await open(
      'Auto',
      {
        cosine: { type: 'compare/cosine', position: { x: 0, y: 0 } },
        encode: { type: 'encode/image', position: { x: 20, y: 40 } },
        load: { type: 'image/load-folder', position: { x: 40, y: 80 } },
      },
      [WIRE, 'encode.embeddings > cosine.queries'],
    );
    const before = await places(page);
    await page.locator('.pb-canvas').focus();
    await page.keyboard.press('Alt+l');
    await expect
      .poll(
        async () =>
          (await left(page, 'load')) < (await left(page, 'encode')) &&
          (await left(page, 'encode')) < (await left(page, 'cosine')),
      )
      .toBe(true);
    await undo(page);
    await expect.poll(() => places(page)).toEqual(before);
  });
});

describe.skipIf(noBrowser)('notes, groups and copies', () => {
  it('a note keeps what is written, and its words are one step', async () => {
    const { page, id } = await open('Notes');
    await openMenu(page, await emptyPlace(page));
    await choose(page, 'Add note');
    await page.getByRole('textbox', { name: 'Note' }).fill('Look here first');
    await expect
      .poll(async () => (await server.call('GET', `/api/workflows/${id}`)).json.workflow.notes?.[0]?.text)
      .toBe('Look here first');
  });

  it('a copied group brings its nodes and their wires into another workflow', async () => {
    const { page, context } = await open('From group');
    await context.grantPermissions(['clipboard-read', 'clipboard-write']);
    await selectAll(page);
    await page.keyboard.press('Control+g');
    await page.keyboard.press('Enter');
    await page.locator('.pb-group-title').click();
    await page.keyboard.press('Control+c');
    await openNew(page);
    await seeNodes(page, 0);
    await page.locator('.pb-canvas').focus();
    await page.keyboard.press('Control+v');
    // Nodes outside the window are not drawn.
    await page.keyboard.press('.');
    await seeNodes(page, 4);
    await seeWires(page, ['load.images-encode.images']);
    await undo(page);
    await seeNodes(page, 0);
  });
});

describe.skipIf(noBrowser)('the view', () => {
  it('is where it was left after a reload', async () => {
    const { page } = await open('Left here');
    const view = () =>
      page.locator('.react-flow__viewport').evaluate((one) => (one as HTMLElement).style.transform);
    const whole = await view();
    const at = await emptyPlace(page);
    await page.mouse.move(at.x, at.y);
    await page.mouse.down();
    await page.mouse.move(at.x + 120, at.y - 60, { steps: 5 });
    await page.mouse.up();
    await expect.poll(view).not.toBe(whole);
    await page.waitForFunction(() => localStorage.getItem('patchbay-places') !== null);
    const moved = await view();
    await page.reload();
    await seeNodes(page, 3);
    expect(await view()).toBe(moved);
  });
});
