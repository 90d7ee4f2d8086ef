import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type Page } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { startServer, type TestServer } from '../server/server.ts';
import { nodeAt, openNew, openSketch, seeNodes, sketch } from './canvas-kit.ts';
import { journaled, noBrowser, openStudio, useBrowser } from './studio.ts';

let server: TestServer;
useBrowser();
beforeAll(async () => {
  if (!noBrowser) server = await startServer({ keep: true });
});

const PAIR = { load: 'image/load-folder', encode: 'encode/image' };
const dirty = (page: Page) => page.locator('.pb-tab-active[data-dirty="true"]');
const clean = (page: Page) => page.locator('.pb-tab-active[data-dirty="false"]');

async function addNode(page: Page, words: string): Promise<void> {
  await page.locator('.pb-canvas').focus();
  await page.keyboard.press('Space');
  await page.locator('.pb-search input').fill(words);
  await page.keyboard.press('Enter');
}

describe.skipIf(noBrowser)('a tab', () => {
  it('has a dot until its change is saved', async () => {
    const { page } = await openStudio({ server });
    const id = await openSketch(page, server, sketch('Dot', PAIR));
    await addNode(page, 'top k');
    await dirty(page).waitFor();
    await clean(page).waitFor();
    const { json } = await server.call('GET', `/api/workflows/${id}`);
    expect(json.workflow.nodes).toHaveLength(3);
    expect(json.revision).toBe(2);
  });

  it('with unsaved changes asks before it closes, and closes anyway when told to', async () => {
    const own = await startServer();
    const { page } = await openStudio({ server: own });
    await openSketch(page, own, sketch('Unsaved', PAIR));
    await own.kill('SIGKILL');
    await addNode(page, 'top k');
    await dirty(page).waitFor();
    await page.getByRole('button', { name: 'Close Unsaved', exact: true }).click();
    await page.getByRole('button', { name: 'Keep open', exact: true }).click();
    await seeNodes(page, 3);
    await page.getByRole('button', { name: 'Close Unsaved', exact: true }).click();
    await page.getByRole('button', { name: 'Close without saving', exact: true }).click();
    await page.locator('.pb-tab').waitFor({ state: 'detached' });
  });

  it('that was the last leaves home behind', async () => {
    const { page } = await openStudio({ server });
    await openSketch(page, server, sketch('Last', PAIR));
    await page.getByRole('button', { name: 'Close Last', exact: true }).click();
    await page.locator('.pb-canvas').waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Open Find look-alikes', exact: true }).waitFor();
  });
});

describe.skipIf(noBrowser)('the menu of a tab', () => {
  const choose = async (page: Page, tab: string, item: string) => {
    await page.locator('.pb-tab-name', { hasText: tab }).first().click({ button: 'right' });
    await page.getByRole('menuitem', { name: item }).click();
  };

  it('renames, duplicates, saves as a file and closes', async () => {
    const { page } = await openStudio({ server });
    await openSketch(page, server, sketch('Tabbed', PAIR));
    await choose(page, 'Tabbed', 'Rename workflow');
    const asked = page.getByRole('dialog', { name: 'Rename workflow' });
    await asked.getByRole('textbox', { name: 'Name' }).fill('Renamed');
    await page.keyboard.press('Enter');
    await page.locator('.pb-tab-active', { hasText: 'Renamed' }).waitFor();
    await clean(page).waitFor();
    await choose(page, 'Renamed', 'Duplicate');
    await page.locator('.pb-tab-active', { hasText: 'Renamed (copy)' }).waitFor();
    await seeNodes(page, 2);
    const download = page.waitForEvent('download');
    await choose(page, 'Renamed (copy)', 'Save as file');
    expect((await download).suggestedFilename()).toBe('renamed-copy-.json');
    await clean(page).waitFor();
    await choose(page, 'Renamed (copy)', 'Close 1 other');
    await expect.poll(() => page.locator('.pb-tab').count()).toBe(1);
    await choose(page, 'Renamed (copy)', 'Close');
    await page.locator('.pb-tab').waitFor({ state: 'detached' });
  });
});

describe.skipIf(noBrowser)('nothing is lost', () => {
  it('when the page is loaded again at once after an edit', async () => {
    const { page } = await openStudio({ server });
    await openSketch(page, server, sketch('Reload', PAIR));
    await addNode(page, 'top k');
    await seeNodes(page, 3);
    await page.reload();
    await seeNodes(page, 3);
  });

  it('when the page is loaded again and its database took nothing of the edit', async () => {
    const { page } = await openStudio({ server });
    await openSketch(page, server, sketch('Stuck', PAIR));
    await journaled(page);
    await page.evaluate(() => {
      IDBObjectStore.prototype.put = () => {
        throw new Error('This database takes nothing any more.');
      };
    });
    await addNode(page, 'top k');
    await seeNodes(page, 3);
    await page.reload();
    await seeNodes(page, 3);
    await page.waitForFunction(() =>
      Object.keys(localStorage).every((key) => !key.startsWith('patchbay-last-words:')),
    );
  });

  it('when the server is gone and the page is kept: it is saved when the server is back', async () => {
    const first = await startServer();
    const { page } = await openStudio({ server: first });
    const id = await openSketch(page, first, sketch('Server', PAIR));
    await first.kill('SIGKILL');
    await addNode(page, 'top k');
    await dirty(page).waitFor();
    const port = new URL(first.url).port;
    const second = await startServer({ data: first.data, args: ['--port', port] });
    await clean(page).waitFor();
    const { json } = await second.call('GET', `/api/workflows/${id}`);
    expect(json.workflow.nodes).toHaveLength(3);
  });

  it('when the browser is killed two seconds after an edit that no server took', async () => {
    const first = await startServer();
    const profile = mkdtempSync(join(tmpdir(), 'patchbay-profile-'));
    const launch = () =>
      chromium.launchPersistentContext(profile, {
        executablePath: process.env.PATCHBAY_CHROMIUM ?? '/usr/bin/chromium',
        viewport: { width: 1280, height: 800 },
        locale: 'en',
        args: ['--headless', '--no-sandbox', '--disable-gpu', '--no-first-run', '--remote-debugging-port=0'],
      });
    try {
      const context = await launch();
      const page = await context.newPage();
      await openSketch(page, first, sketch('Killed', PAIR));
      await first.kill('SIGKILL');
      await addNode(page, 'top k');
      await dirty(page).waitFor();
      const written = await page.evaluate(
        () =>
          new Promise<number>((resolve) => {
            const start = performance.now();
            const look = () => {
              const opening = indexedDB.open('patchbay');
              opening.onsuccess = () => {
                const all = opening.result.transaction('sessions').objectStore('sessions').getAll();
                all.onsuccess = () => {
                  opening.result.close();
                  const kept = all.result.some((session: { tabs: { workflow: { nodes: unknown[] } }[] }) =>
                    session.tabs.some(({ workflow }) => workflow.nodes.length === 3),
                  );
                  if (kept) resolve(performance.now() - start);
                  else requestAnimationFrame(look);
                };
              };
            };
            look();
          }),
      );
      expect(written).toBeLessThan(2000);
      const session = await context.browser()?.newBrowserCDPSession();
      // Ends every process of the browser like a crash, without saving anything.
      await session?.send('Browser.crash').catch(() => {});
      await context.close().catch(() => {});
      const port = new URL(first.url).port;
      await startServer({ data: first.data, args: ['--port', port] });
      const again = await launch();
      const back = await again.newPage();
      await back.goto(new URL(first.url).origin);
      await seeNodes(back, 3);
      await again.close();
    } finally {
      rmSync(profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
    }
  });

  it('when two windows edit one workflow: the second gets a conflict and can keep its own as a copy', async () => {
    const { page, window } = await openStudio({ server });
    const id = await openSketch(page, server, sketch('Both', PAIR));
    const other = await window();
    // It does not hear of the first window's save.
    await other.route('**/socket.io/**', (route) => route.abort());
    await other.routeWebSocket(/socket\.io/, (socket) => socket.close());
    await other.goto(`${new URL(server.url).origin}/#workflow=${id}`);
    await other.reload();
    await seeNodes(other, 2);
    await addNode(page, 'top k');
    await clean(page).waitFor();
    await addNode(other, 'cosine');
    await other
      .getByRole('alert')
      .getByText(/Both was changed in another window/)
      .waitFor();
    const { json } = await server.call('GET', `/api/workflows/${id}`);
    expect(json.workflow.nodes.map(({ type }: { type: string }) => type)).toContain('compare/top-k');
    await other.getByRole('button', { name: 'Save mine as a copy', exact: true }).click();
    await clean(other).waitFor();
    const list = await server.call('GET', '/api/workflows');
    expect(list.json.items.map(({ name }: { name: string }) => name)).toContain('Both (copy)');
    await nodeAt(other, 'cosine').waitFor();
  });

  it('when another window saves or deletes the workflow: this one follows, and offers to keep it', async () => {
    const { page, window } = await openStudio({ server });
    const id = await openSketch(page, server, sketch('Followed', PAIR));
    const other = await window();
    await other.goto(`${new URL(server.url).origin}/#workflow=${id}`);
    await seeNodes(other, 2);
    await addNode(page, 'top k');
    await seeNodes(other, 3);
    await server.call('DELETE', `/api/workflows/${id}`);
    await other.getByRole('alert').getByText('Followed was deleted. It is still open here.').waitFor();
    await other.getByRole('button', { name: 'Save as a new workflow', exact: true }).click();
    await clean(other).waitFor();
    const list = await server.call('GET', '/api/workflows');
    const saved = list.json.items.filter(({ name }: { name: string }) => name === 'Followed');
    expect(saved.map((one: { id: string; nodes: number }) => [one.id === id, one.nodes])).toEqual([
      [false, 3],
    ]);
  });
});

describe.skipIf(noBrowser)('a dropped file', () => {
  const drop = (page: Page, name: string, text: string) =>
    page.locator('.pb-canvas').evaluate(
      (canvas, file) => {
        const transfer = new DataTransfer();
        transfer.items.add(new File([file.text], file.name, { type: 'application/json' }));
        canvas.dispatchEvent(
          new DragEvent('drop', { bubbles: true, cancelable: true, dataTransfer: transfer }),
        );
      },
      { name, text },
    );

  it('with a workflow opens in a tab of its own', async () => {
    const { page } = await openStudio({ server });
    await openNew(page);
    await drop(page, 'mine.json', JSON.stringify(sketch('Dropped', PAIR)));
    await seeNodes(page, 2);
    await page.locator('.pb-tab-active').getByText('Dropped', { exact: true }).waitFor();
  });

  it('that is no workflow is told so in a sentence, and nothing opens', async () => {
    const { page } = await openStudio({ server });
    await openNew(page);
    await drop(page, 'other.json', '{"a": 1}');
    await page.getByText(/Could not open other.json. This is JSON, but not a Patchbay workflow/).waitFor();
    await seeNodes(page, 0);
  });

  it('of text becomes a prompt', async () => {
    const { page } = await openStudio({ server });
    await openNew(page);
    await page.locator('.pb-canvas').evaluate((canvas) => {
      const transfer = new DataTransfer();
      transfer.setData('text/plain', 'a red bicycle');
      canvas.dispatchEvent(
        new DragEvent('drop', { bubbles: true, cancelable: true, dataTransfer: transfer }),
      );
    });
    await page.waitForFunction(() =>
      [...document.querySelectorAll('textarea')].some(({ value }) => value.includes('a red bicycle')),
    );
  });
});
