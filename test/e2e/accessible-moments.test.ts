import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { repoOf, startHub } from '../hub/hub.ts';
import { scratch, startServer, type TestServer } from '../server/server.ts';
import { violations } from './axe.ts';
import { openSketch, seeNodes, sketch } from './canvas-kit.ts';
import { noBrowser, openStudio, useBrowser } from './studio.ts';

const samples = join(import.meta.dirname, '../../workflows/samples/queries');
const PAIR = { load: 'image/load-folder', show: 'view/gallery' };
const WIRE = 'load.images > show.images';
let server: TestServer;
useBrowser();
beforeAll(async () => {
  if (!noBrowser) server = await startServer({ keep: true });
});

/** Opens the menu of the wire that leads to the gallery. */
async function openWireMenu(page: Page): Promise<void> {
  const box = (await page.locator('.react-flow__edge-path').first().boundingBox())!;
  await page.mouse.click(box.x + box.width / 2, box.y + box.height / 2, { button: 'right' });
  await page.getByRole('menu').waitFor();
}

describe.skipIf(noBrowser)('in light and dark', () => {
  const open = async (language = 'en', own = server) => {
    const studio = await openStudio({ server: own, language, inspector: true });
    // The inspector and the results are in sight together.
    await studio.page.setViewportSize({ width: 1700, height: 900 });
    return studio;
  };

  it('menus of a result and of a wire, and what is told of a thing under the pointer, have no serious violation', async () => {
    const { page } = await open();
    await page.getByRole('button', { name: 'Open Find look-alikes', exact: true }).click();
    await page.getByRole('button', { name: 'Run', exact: true }).click();
    await page.getByRole('button', { name: /^Match 12: / }).waitFor({ timeout: 60_000 });
    await page.locator('[data-node-id="show"]').getByRole('button', { name: 'Export' }).click();
    await page.getByRole('menuitem', { name: /CSV/ }).waitFor();
    expect(await violations(page), 'export').toEqual([]);
    await page.keyboard.press('Escape');
    await openWireMenu(page);
    expect(await violations(page), 'wire').toEqual([]);
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Models', exact: true }).hover();
    await page.getByRole('tooltip').waitFor();
    expect(await violations(page), 'tooltip of a button').toEqual([]);
    await page.locator('[data-node-id="top"] label').first().hover();
    await page.getByRole('tooltip').filter({ hasText: /\./ }).waitFor();
    expect(await violations(page), 'tooltip of a setting').toEqual([]);
  });

  it('a model that is being fetched has none', async () => {
    const repo = 'someone/tiny-clip';
    const folder = join(import.meta.dirname, '../fixtures/oracles/clip');
    const hub = await startHub(new Map([[repo, repoOf(folder)]]));
    // Sends half of each graph, and then nothing.
    hub.trouble = (_, response, { path, bytes }) => {
      if (!path.endsWith('.onnx')) return false;
      response.writeHead(200, { 'content-length': String(bytes.length) });
      response.write(bytes.subarray(0, bytes.length / 2));
      return true;
    };
    const env = { HF_ENDPOINT: hub.url, HF_HOME: scratch(), PATCHBAY_MODELS: '' };
    const { page } = await open('en', await startServer({ env }));
    await page.getByRole('button', { name: 'Models', exact: true }).click();
    const panel = page.getByRole('complementary', { name: 'Models' });
    await panel.getByLabel('Any Hugging Face repository with ONNX files').fill(repo);
    await panel.getByRole('button', { name: 'Download from the hub' }).click();
    await panel.getByText(/ kB of .* kB/).waitFor();
    expect(await violations(page)).toEqual([]);
    await panel.getByRole('button', { name: 'Stop download of tiny-clip' }).click();
    await panel.getByText(/Stopped. The downloaded part is kept/).waitFor();
    expect(await violations(page), 'stopped').toEqual([]);
  });

  it('pictures that are being taken in have none', async () => {
    const { page } = await open();
    const held: (() => void)[] = [];
    // The server takes a long time to accept them.
    await page.route('**/api/assets*', (route) => {
      held.push(() => void route.fallback());
    });
    const [chooser] = await Promise.all([
      page.waitForEvent('filechooser'),
      page.getByRole('button', { name: 'choose pictures' }).click(),
    ]);
    await chooser.setFiles(['banana.png', 'cat-face.png'].map((name) => join(samples, name)));
    await page.getByText('Adding 0 of 2 pictures').waitFor();
    expect(await violations(page)).toEqual([]);
    for (const go of held) go();
  });

  it('a conflict of two windows has none', async () => {
    const { page, window } = await open();
    // It does not hear of the other window's save.
    await page.route('**/socket.io/**', (route) => route.abort());
    await page.routeWebSocket(/socket\.io/, (socket) => socket.close());
    await page.reload();
    const id = await openSketch(page, server, sketch('Both', PAIR, [WIRE]));
    const { json } = await server.call('GET', `/api/workflows/${id}`);
    await server.call('PUT', `/api/workflows/${id}`, { workflow: json.workflow, revision: json.revision });
    const other = await window();
    await other.close();
    await page.locator('.pb-canvas').focus();
    await page.keyboard.press('Control+a');
    await page.keyboard.press('Control+d');
    await seeNodes(page, 4);
    await page
      .getByRole('alert')
      .getByText(/was changed in another window/)
      .waitFor();
    expect(await violations(page)).toEqual([]);
  });

  it('in Chinese home, a finished run with its panels, an error, the form and the settings have none', async () => {
    const { page } = await open('zh-CN');
    await page.locator('[data-template]').nth(6).waitFor();
    expect(await violations(page), 'home').toEqual([]);
    await page.getByRole('button', { name: '打开“找相似图片”', exact: true }).click();
    await page.getByRole('button', { name: '运行', exact: true }).click();
    await page.getByRole('status').getByText('完成', { exact: true }).waitFor({ timeout: 60_000 });
    await page.locator('[data-node-id="top"]').click({ position: { x: 40, y: 8 } });
    await page.getByRole('tab', { name: '帮助' }).click();
    await page.getByRole('button', { name: '显示运行详情' }).click();
    for (const panel of ['节点', '模型']) {
      await page.getByRole('button', { name: panel, exact: true }).first().click();
      await page.getByRole('complementary', { name: panel }).waitFor();
      expect(await violations(page), panel).toEqual([]);
    }
    await page.getByRole('button', { name: '设置' }).click();
    await page.getByText('语言', { exact: true }).waitFor();
    expect(await violations(page), 'settings').toEqual([]);
    await page.keyboard.press('Escape');
    await page.getByText('表单', { exact: true }).first().click();
    await page.getByRole('form').waitFor();
    expect(await violations(page), 'form').toEqual([]);
    const failing = sketch('出错', { load: { type: 'image/load-folder', params: { path: '/没有' } } });
    await openSketch(page, server, failing);
    await page.keyboard.press('Control+Enter');
    await page.getByRole('status').getByText('失败', { exact: true }).waitFor();
    expect(await violations(page), 'error').toEqual([]);
  });
});
