import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { startServer, type TestServer } from '../server/server.ts';
import {
  emptyPlace,
  nodeAt,
  openNew,
  openSketch,
  places,
  portAt,
  pull,
  seeNodes,
  seeWires,
  sketch,
} from './canvas-kit.ts';
import { noBrowser, openStudio, useBrowser } from './studio.ts';

let server: TestServer;
useBrowser();
beforeAll(async () => {
  if (!noBrowser) server = await startServer({ keep: true });
});

const search = (page: Page) => page.locator('.pb-search input');
const PAIR = { load: 'image/load-folder', encode: 'encode/image', cosine: 'compare/cosine' };
const open = async (
  name: string,
  nodes: Parameters<typeof sketch>[1] = PAIR,
  wires: readonly string[] = [],
  visible?: number,
) => {
  const studio = await openStudio({ server, inspector: true });
  const id = await openSketch(studio.page, server, sketch(name, nodes, wires), visible);
  return { ...studio, id };
};

describe.skipIf(noBrowser)('search', () => {
  it('opens where the canvas is double-clicked, adds what is chosen there, and gives the keyboard back', async () => {
    const { page, errors } = await open('Search');
    const at = await emptyPlace(page);
    await page.mouse.dblclick(at.x, at.y);
    await search(page).fill('knn');
    await page.locator('.pb-search li').first().getByText('Top k').waitFor();
    await page.keyboard.press('Enter');
    await seeNodes(page, 4);
    const box = (await nodeAt(page, 'top-k').boundingBox())!;
    expect(at.x).toBeGreaterThan(box.x);
    expect(at.x).toBeLessThan(box.x + box.width);
    await page.waitForFunction(() => document.activeElement?.classList.contains('pb-canvas'));
    await page.keyboard.press('Control+z');
    await seeNodes(page, 3);
    expect(errors).toEqual([]);
  });

  it('of a dropped wire lists only what fits, and joins it', async () => {
    const { page } = await open('Drop');
    await pull(page, portAt(page, 'encode', 'embeddings', 'source'), await emptyPlace(page));
    await search(page).waitFor();
    const types = await page
      .locator('.pb-search li')
      .evaluateAll((all) => all.map((one) => one.getAttribute('data-type')));
    expect(types).toContain('compare/cosine');
    expect(types).not.toContain('image/load-folder');
    expect(types).not.toContain('compare/top-k');
    await page.keyboard.type('normalize');
    await page.keyboard.press('Enter');
    await seeNodes(page, 4);
    await page.locator('.react-flow__edge').waitFor();
  });

  it('is left by Escape, and nothing was added', async () => {
    const { page } = await open('Escape');
    await page.locator('.pb-canvas').focus();
    await page.keyboard.press('Space');
    await search(page).fill('folder');
    await page.keyboard.press('Escape');
    await search(page).waitFor({ state: 'detached' });
    await seeNodes(page, 3);
  });
});

describe.skipIf(noBrowser)('connecting', () => {
  it('two ports that fit makes a wire, which can be undone', async () => {
    const { page } = await open('Fit');
    await pull(page, portAt(page, 'load', 'images', 'source'), portAt(page, 'encode', 'images', 'target'));
    await seeWires(page, ['load.images-encode.images']);
    await page.locator('.pb-canvas').focus();
    await page.keyboard.press('Control+z');
    await seeWires(page, []);
  });

  it('what does not fit says why in a sentence, and offers what would stand between', async () => {
    const { page } = await open('Mismatch');
    await pull(page, portAt(page, 'load', 'images', 'source'), portAt(page, 'cosine', 'queries', 'target'));
    const notice = page.getByRole('alert');
    await notice
      .getByText('Cosine takes embeddings at Queries, and Load folder gives pictures.', { exact: true })
      .waitFor();
    await notice.getByRole('button', { name: 'Insert Encode pictures', exact: true }).click();
    await seeNodes(page, 4);
    await page.waitForFunction(() => document.querySelectorAll('.react-flow__edge').length === 2);
  });

  it('an input that is taken gives its wire up for the new one, as one step', async () => {
    const { page } = await open(
      'Occupied',
      { a: 'image/load-folder', b: 'image/load-image', encode: 'encode/image' },
      ['a.images > encode.images'],
    );
    await pull(page, portAt(page, 'b', 'images', 'source'), portAt(page, 'encode', 'images', 'target'));
    await seeWires(page, ['b.images-encode.images']);
    await page.locator('.pb-canvas').focus();
    await page.keyboard.press('Control+z');
    await seeWires(page, ['a.images-encode.images']);
  });

  it('back into what it came from is refused: it would be a cycle', async () => {
    const { page } = await open(
      'Cycle',
      { one: 'flow/reroute', two: 'flow/reroute', three: 'image/load-folder' },
      ['one.value > two.value'],
    );
    await pull(page, portAt(page, 'two', 'value', 'source'), portAt(page, 'one', 'value', 'target'));
    await page
      .getByRole('alert')
      .getByText(/would close a cycle/)
      .waitFor();
    await seeWires(page, ['one.value-two.value']);
  });

  it('vectors of two spaces is refused, naming both', async () => {
    const nodes = {
      a: { type: 'encode/load-encoder', params: { model: 'emoji-clip' } },
      b: { type: 'encode/load-encoder', params: { model: 'builtin/perceptual-hash' } },
      pictures: { type: 'image/load-folder', params: { path: 'sample:pictures' } },
      left: 'encode/image',
      right: 'encode/image',
      cosine: 'compare/cosine',
    };
    const { page } = await open('Spaces', nodes, [
      'a.encoder > left.encoder',
      'b.encoder > right.encoder',
      'pictures.images > left.images',
      'pictures.images > right.images',
      'left.embeddings > cosine.queries',
    ]);
    await pull(
      page,
      portAt(page, 'right', 'embeddings', 'source'),
      portAt(page, 'cosine', 'gallery', 'target'),
    );
    await page
      .getByRole('alert')
      .getByText(/cannot compare its inputs/)
      .waitFor();
    expect(await page.locator('.react-flow__edge').count()).toBe(5);
  });

  it('a wire says its shape and space before any run', async () => {
    const { page } = await open(
      'Shape',
      {
        encoder: { type: 'encode/load-encoder', params: { model: 'emoji-clip' } },
        query: { type: 'image/load-image', params: { path: 'sample:queries/cat-face.png' } },
        encode: 'encode/image',
        cosine: 'compare/cosine',
      },
      [
        'encoder.encoder > encode.encoder',
        'query.images > encode.images',
        'encode.embeddings > cosine.queries',
      ],
    );
    await page.locator('[data-id="encode.embeddings-cosine.queries"]').focus();
    await page.keyboard.press('Enter');
    await page.getByText('1 × 256, Emoji CLIP', { exact: true }).waitFor();
  });

  it('deleting a node within a chain joins its neighbours', async () => {
    const { page } = await open(
      'Splice',
      { load: 'image/load-folder', dot: 'flow/reroute', encode: 'encode/image' },
      ['load.images > dot.value', 'dot.value > encode.images'],
    );
    await nodeAt(page, 'dot').click();
    await page.keyboard.press('Delete');
    await seeWires(page, ['load.images-encode.images']);
  });
});

describe.skipIf(noBrowser)('undo', () => {
  it('takes back a drag as one step, however many moves it had', async () => {
    const { page } = await open('Drag');
    const before = await places(page);
    const title = nodeAt(page, 'encode').locator('.pb-title');
    const box = (await title.boundingBox())!;
    await page.mouse.move(box.x + 60, box.y + 10);
    await page.mouse.down();
    await page.mouse.move(box.x + 160, box.y + 90, { steps: 12 });
    await page.mouse.up();
    const after = await places(page);
    expect(after.filter((place, index) => place !== before[index])).toHaveLength(1);
    await page.locator('.pb-canvas').focus();
    await page.keyboard.press('Control+z');
    await expect.poll(() => places(page)).toEqual(before);
    await page.keyboard.press('Control+Shift+z');
    await expect.poll(() => places(page)).toEqual(after);
  });

  it('has no step for looking around', async () => {
    const { page } = await open('Pan', PAIR, ['load.images > encode.images']);
    await nodeAt(page, 'cosine').locator('.pb-title').click();
    await page.keyboard.press('Delete');
    await seeNodes(page, 2);
    const at = await emptyPlace(page);
    await page.mouse.move(at.x, at.y);
    await page.mouse.down();
    await page.mouse.move(at.x + 80, at.y - 40, { steps: 5 });
    await page.mouse.up();
    await page.mouse.wheel(0, 200);
    await page.keyboard.press('Control+z');
    await seeNodes(page, 3);
  });

  it('takes back a paste of several nodes at once', async () => {
    const { page } = await open('Paste', PAIR, ['load.images > encode.images']);
    await page.locator('.pb-canvas').focus();
    await page.keyboard.press('Control+a');
    await page.keyboard.press('Control+d');
    await seeNodes(page, 6);
    await seeWires(page, ['load.images-encode.images', 'load-2.images-encode-2.images']);
    await page.keyboard.press('Control+z');
    await seeNodes(page, 3);
  });
});

describe.skipIf(noBrowser)('nodes', () => {
  it('can be bypassed, muted, collapsed and renamed by key', async () => {
    const { page } = await open('Modes');
    const node = nodeAt(page, 'encode').locator('.pb-node');
    await node.locator('.pb-title').click();
    await page.keyboard.press('Control+b');
    await expect.poll(() => node.getAttribute('class')).toContain('pb-mode-bypass');
    await page.keyboard.press('Control+m');
    await expect.poll(() => node.getAttribute('class')).toContain('pb-mode-mute');
    await page.keyboard.press('Alt+c');
    await expect.poll(() => node.getAttribute('class')).toContain('pb-collapsed');
    await page.keyboard.press('F2');
    await page.keyboard.type('Mine');
    await page.keyboard.press('Enter');
    await node.getByText('Mine', { exact: true }).waitFor();
  });

  it('of a type that is not there keep their wires, and say so', async () => {
    const { page } = await open(
      'Missing',
      { load: 'image/load-folder', odd: 'somebody/else', encode: 'encode/image' },
      ['load.images > odd.pictures', 'odd.better > encode.images'],
    );
    await page.getByText(/The node type somebody\/else is not installed/).waitFor();
    await seeWires(page, ['load.images-odd.pictures', 'odd.better-encode.images']);
  });

  it('that stand on a group move with it', async () => {
    const { page } = await open('Group');
    await nodeAt(page, 'load').locator('.pb-title').click();
    await page.keyboard.press('Control+g');
    await page.keyboard.press('Enter');
    const title = page.locator('.pb-group-title');
    const box = (await title.boundingBox())!;
    const before = (await nodeAt(page, 'load').boundingBox())!;
    await page.mouse.move(box.x + 40, box.y + 10);
    await page.mouse.down();
    await page.mouse.move(box.x + 40, box.y + 90, { steps: 6 });
    await page.mouse.up();
    const after = (await nodeAt(page, 'load').boundingBox())!;
    expect(after.y).toBeGreaterThan(before.y + 40);
    await page.locator('.pb-canvas').focus();
    await page.keyboard.press('Control+z');
    await expect
      .poll(async () => Math.round((await nodeAt(page, 'load').boundingBox())!.y))
      .toBe(Math.round(before.y));
  });
});

describe.skipIf(noBrowser)('the clipboard', () => {
  it('carries nodes with their wires into another workflow', async () => {
    const { page, context } = await open('From', PAIR, ['load.images > encode.images']);
    await context.grantPermissions(['clipboard-read', 'clipboard-write']);
    await page.locator('.pb-canvas').focus();
    await page.keyboard.press('Control+a');
    await page.keyboard.press('Control+c');
    await page.getByRole('button', { name: 'New workflow', exact: true }).click();
    await seeNodes(page, 0);
    await page.locator('.pb-canvas').focus();
    await page.keyboard.press('Control+v');
    await seeNodes(page, 3);
    await seeWires(page, ['load.images-encode.images']);
  });

  it('pastes no nodes while a text is being written', async () => {
    const { page, context } = await open('Text', { prompts: 'text/prompts', load: 'image/load-folder' });
    await context.grantPermissions(['clipboard-read', 'clipboard-write']);
    await nodeAt(page, 'load').locator('.pb-title').click();
    await page.keyboard.press('Control+c');
    await nodeAt(page, 'prompts').locator('textarea').first().click();
    await page.keyboard.press('Control+v');
    await page.waitForFunction(() =>
      [...document.querySelectorAll('textarea')].some(({ value }) => value.includes('patchbay-clip')),
    );
    await seeNodes(page, 2);
  });
});

describe.skipIf(noBrowser)('by keyboard alone', () => {
  it('a search is built from an empty canvas, wired and run', async () => {
    const { page, errors } = await openStudio({ server, inspector: true });
    const add = async (words: string, title: string) => {
      await page.keyboard.press('Space');
      await search(page).waitFor();
      await page.keyboard.type(words);
      await page.keyboard.press('Enter');
      await page.locator('.react-flow__node.selected').filter({ hasText: title }).waitFor();
    };
    const wire = async (words: string) => {
      const before = await page.locator('.react-flow__edge').count();
      await page.keyboard.press('w');
      await search(page).waitFor();
      await page.keyboard.type(words);
      await page.keyboard.press('Enter');
      await page.waitForFunction(
        (n) => document.querySelectorAll('.react-flow__edge').length === n,
        before + 1,
      );
    };
    await openNew(page);
    await add('load folder', 'Load folder');
    await page.keyboard.press('Enter');
    await page.waitForFunction(() => document.activeElement instanceof HTMLInputElement);
    await page.keyboard.type('sample:pictures');
    await page.keyboard.press('Escape');
    await add('load encoder', 'Load encoder');
    await add('encode pictures', 'Encode pictures');
    await wire('load folder');
    await wire('load encoder');
    await add('similarity matrix', 'Similarity matrix');
    await wire('encode pictures similarity matrix');
    await add('top k', 'Top k');
    await wire('similarity matrix top');
    await page.keyboard.press('Alt+l');
    await page.keyboard.press('Control+Enter');
    await page.getByRole('status').getByText('Done', { exact: true }).waitFor();
    expect(errors).toEqual([]);
  });
});

/** Pastes on the page, as the browser does after Ctrl+V: text, or a picture as a program copies it. */
const pasteIn = (page: Page, what: { readonly text?: string; readonly picture?: boolean }) =>
  page.evaluate(async ({ text, picture }) => {
    const clipboardData = new DataTransfer();
    if (text !== undefined) clipboardData.setData('text/plain', text);
    if (picture) {
      const canvas = Object.assign(document.createElement('canvas'), { width: 8, height: 8 });
      canvas.getContext('2d')!.fillRect(0, 0, 8, 8);
      const blob = await new Promise<Blob | null>((done) => canvas.toBlob(done, 'image/png'));
      clipboardData.items.add(new File([blob!], 'image.png', { type: 'image/png' }));
    }
    document.activeElement!.dispatchEvent(
      new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }),
    );
  }, what);

const zoomOf = (page: Page) =>
  page.evaluate(
    () => new DOMMatrix(getComputedStyle(document.querySelector('.react-flow__viewport')!).transform).a,
  );

describe.skipIf(noBrowser)('the clipboard', () => {
  it('copies the node that was clicked last, whatever text was marked before', async () => {
    const { page } = await open('Marked text');
    await nodeAt(page, 'cosine').locator('.pb-title').click();
    await page.getByRole('tab', { name: 'Help' }).click();
    await page.evaluate(() => {
      const help = document.querySelector('aside [role="tabpanel"]')!;
      getSelection()!.selectAllChildren(help);
    });
    await nodeAt(page, 'load').locator('.pb-title').click();
    await page.keyboard.press('Control+c');
    await page.keyboard.press('Control+v');
    await nodeAt(page, 'load-2').waitFor();
    // Shift and a drag select nodes, not the text of the page.
    await page.locator('.pb-canvas').focus();
    const at = await emptyPlace(page);
    await page.keyboard.down('Shift');
    await page.mouse.move(at.x, at.y);
    await page.mouse.down();
    await page.mouse.move(at.x + 60, 60, { steps: 4 });
    await page.mouse.up();
    await page.keyboard.up('Shift');
    expect(await page.evaluate(() => getSelection()!.toString())).toBe('');
  });

  it('pastes a picture as a node that loads it or into the selected one, and paths and lines as nodes', async () => {
    const { page, errors } = await openStudio({ server, inspector: true });
    await openNew(page);
    await page.locator('.pb-canvas').focus();
    await pasteIn(page, { picture: true });
    const node = nodeAt(page, 'load-image');
    await node.locator('img').first().waitFor();
    const first = await node.locator('img').first().getAttribute('src');
    await node.locator('.pb-title').click();
    await pasteIn(page, { text: '"/pictures/one.png"' });
    await page.waitForFunction(
      (src) => document.querySelector('.pb-params img')?.getAttribute('src') !== src,
      first,
    );
    await seeNodes(page, 1);
    await page.keyboard.press('Escape');
    await pasteIn(page, { text: '/pictures/2026 summer' });
    await seeNodes(page, 2);
    expect(await nodeAt(page, 'load-folder').locator('input[type="text"]').first().inputValue()).toBe(
      '/pictures/2026 summer',
    );
    await pasteIn(page, { text: 'a red apple\na blue car' });
    await seeNodes(page, 3);
    expect(await nodeAt(page, 'prompts').locator('textarea').first().inputValue()).toBe(
      'a red apple\na blue car',
    );
    expect(errors).toEqual([]);
  });
});

describe.skipIf(noBrowser)('popovers', () => {
  it('close on Escape, on a press on the canvas, on a zoom and with their workflow', async () => {
    const { page } = await open('Popovers', {
      load: 'image/load-folder',
      cosine: 'compare/cosine',
      encoder: 'encode/load-encoder',
    });
    const list = page.getByRole('listbox', { name: 'Models' });
    const model = nodeAt(page, 'encoder').locator('.pb-params button').first();
    for (const close of [
      () => page.keyboard.press('Escape'),
      async () => {
        const at = await emptyPlace(page);
        await page.mouse.click(at.x, at.y);
      },
      async () => {
        const at = await emptyPlace(page);
        await page.mouse.move(at.x, at.y);
        await page.mouse.wheel(0, 10);
      },
    ]) {
      await model.click();
      await list.waitFor();
      await close();
      await list.waitFor({ state: 'detached' });
    }
    const refuse = async () => {
      await pull(page, portAt(page, 'load', 'images', 'source'), portAt(page, 'cosine', 'queries', 'target'));
      await page.locator('.pb-refused').waitFor();
    };
    const gone = () => page.locator('.pb-refused').waitFor({ state: 'detached' });
    await nodeAt(page, 'cosine').locator('.pb-title').click();
    await refuse();
    await page.getByRole('tab', { name: 'Help' }).click();
    await gone();
    await refuse();
    await page.locator('.pb-canvas').focus();
    await page.keyboard.press('Control+=');
    await gone();
    await page.keyboard.press('Control+0');
    await refuse();
    await page.keyboard.press('Alt+n');
    await gone();
  });
});

describe.skipIf(noBrowser)('without a mouse', () => {
  it('Tab goes along the wires to nodes out of sight, and keys act on the node with the focus', async () => {
    const { page } = await open(
      'Far',
      {
        show: { type: 'view/gallery', position: { x: 0, y: 0 } },
        load: { type: 'image/load-folder', position: { x: 300, y: 0 } },
        far: { type: 'image/load-image', position: { x: 4000, y: 3000 } },
      },
      ['load.images > show.images'],
      2,
    );
    expect(await nodeAt(page, 'far').count()).toBe(0);
    await page.locator('.pb-canvas').focus();
    const focused = (id: string) =>
      page.waitForFunction((wanted) => (document.activeElement as HTMLElement).dataset.id === wanted, id);
    for (const id of ['load', 'show', 'far']) {
      await page.keyboard.press('Tab');
      await focused(id);
    }
    expect(await nodeAt(page, 'far').getAttribute('aria-label')).toBe('Load picture');
    const box = (await nodeAt(page, 'far').boundingBox())!;
    const canvas = (await page.locator('.pb-canvas').boundingBox())!;
    expect(box.x).toBeGreaterThan(canvas.x);
    expect(box.x + box.width).toBeLessThan(canvas.x + canvas.width);
    await page.keyboard.press('w');
    const offer = page.getByRole('option').first();
    await offer.waitFor();
    expect(await offer.innerText()).toContain('Load picture');
    await page.keyboard.press('Escape');
    await page.locator('.pb-canvas').focus();
    await nodeAt(page, 'far').focus();
    await page.keyboard.press('Tab');
    await page.waitForFunction(() => document.activeElement?.closest('.react-flow__viewport') === null);
  });
});

describe.skipIf(noBrowser)('every text', () => {
  it('has at least 11 pixels on the screen, in each template as it opens and as a whole', async () => {
    const { page } = await openStudio({ server, inspector: true });
    await page.setViewportSize({ width: 1280, height: 720 });
    const cards = page.locator('[data-template]');
    await cards.first().waitFor();
    const ids = await cards.evaluateAll((all) => all.map((one) => (one as HTMLElement).dataset.template!));
    expect(ids.length).toBeGreaterThan(5);
    for (const id of ids) {
      await page.locator(`[data-template="${id}"] button`).first().click();
      await page.locator('.react-flow__node').first().waitFor();
      for (const how of ['opened', 'whole']) {
        if (how === 'whole') {
          await page.locator('.pb-canvas').focus();
          await page.keyboard.press('.');
        }
        const small = await page.evaluate(() => {
          const { a } = new DOMMatrix(
            getComputedStyle(document.querySelector('.react-flow__viewport')!).transform,
          );
          const found: string[] = [];
          const walker = document.createTreeWalker(
            document.querySelector('.react-flow__viewport')!,
            NodeFilter.SHOW_TEXT,
          );
          for (let node = walker.nextNode(); node; node = walker.nextNode()) {
            const element = node.parentElement!;
            const style = getComputedStyle(element);
            if (node.textContent!.trim() === '' || style.visibility === 'hidden') continue;
            const size = Number.parseFloat(style.fontSize) * a;
            if (size < 10.95) found.push(`${node.textContent} ${size.toFixed(1)}`);
          }
          return found;
        });
        expect(small, `${id} ${how}`).toEqual([]);
      }
      expect(await zoomOf(page)).toBeGreaterThan(0.2);
      await page.getByRole('button', { name: 'Home', exact: true }).click();
    }
  });
});

describe.skipIf(noBrowser)('a note', () => {
  it('can be typed in as soon as it is there, and where it is clicked', async () => {
    const { page } = await openStudio({ server, inspector: true });
    await openNew(page);
    await page.mouse.click(500, 300, { button: 'right' });
    await page.getByRole('menuitem', { name: 'Add note' }).click();
    const field = page.locator('.pb-note textarea');
    await field.waitFor();
    await page.waitForFunction(() => document.activeElement?.tagName === 'TEXTAREA');
    await page.keyboard.type('one three');
    expect(await field.inputValue()).toBe('one three');
    await page.keyboard.press('Escape');
    const box = (await field.boundingBox())!;
    await page.mouse.dblclick(box.x + 20, box.y + 10);
    await page.keyboard.type('two');
    expect(await field.inputValue()).toBe('two three');
  });
});
