import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { TEXTS } from '../../client/ui/strings/index.ts';
import { nodeAt, openSketch, sketch } from './canvas-kit.ts';
import { noBrowser, openStudio, useBrowser } from './studio.ts';

useBrowser();

/** English sentences of the catalogue in a text. Short ones may be names and do not count. */
const englishIn = (text: string): string[] =>
  Object.values(TEXTS).flatMap(({ en }) =>
    en.length > 12 && !en.includes('{') && text.includes(en) ? [en] : [],
  );

/** Texts and attributes of a page in which Chinese has the marks of English, or raw marks of emphasis. */
const slipsIn = async (page: Page): Promise<string[]> => {
  const texts = await page.evaluate(() => {
    const found = new Set<string>();
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) found.add(walker.currentNode.textContent ?? '');
    for (const element of document.querySelectorAll('body *'))
      for (const name of ['title', 'aria-label', 'aria-roledescription', 'placeholder', 'alt'])
        found.add(element.getAttribute(name) ?? '');
    return [...found];
  });
  const slip =
    /\p{Script=Han}, |\p{Script=Han} \(|\p{Script=Han} +\p{Script=Han}|\*\p{Script=Han}|^(node|edge)$/u;
  return texts.filter((text) => slip.test(text));
};

describe.skipIf(noBrowser)('the language', () => {
  it('is that of the browser at first, and all texts are in it', async () => {
    const { page } = await openStudio({ language: 'zh-CN', inspector: true });
    await page.getByRole('heading', { name: '您想了解图片的什么？' }).waitFor();
    await page.locator('[data-template]').first().waitFor();
    expect(englishIn(await page.locator('body').innerText())).toEqual([]);
    await page.getByRole('button', { name: '打开“找相似图片”', exact: true }).click();
    await page.locator('[data-node-id="top"]').click({ position: { x: 40, y: 8 } });
    await page.getByRole('tab', { name: '帮助' }).click();
    await page.getByText('为每个查询找出最佳匹配').first().waitFor();
    const text = await page.locator('body').innerText();
    expect(englishIn(text)).toEqual([]);
    expect(await slipsIn(page)).toEqual([]);
    expect(text).toContain('加载编码器');
    expect(await page.locator('html').getAttribute('lang')).toBe('zh-Hans');
  });

  it('is that of a workflow that ships too, when its address opens it', async () => {
    const { page, server } = await openStudio({ language: 'zh-CN', inspector: true });
    await page.goto(`${new URL(server.url).origin}/#workflow=starter:patch-heatmap`);
    await page.getByText('模型把图片切成图块').first().waitFor();
    const text = await page.locator('body').innerText();
    expect(text).toContain('与所选图块的相似度');
    expect(text).not.toContain('A model cuts a picture into patches');
  });

  it('is that of a workflow that was saved in English, and the file stays as it was', async () => {
    const { page, server } = await openStudio({ language: 'zh-CN', inspector: true });
    const { workflow } = (await server.call('GET', '/api/workflows/starter:zero-shot-labels')).json;
    const { id } = (await server.call('POST', '/api/workflows', { workflow })).json;
    await page.goto(`${new URL(server.url).origin}/#workflow=${id}`);
    await page.reload();
    await page.getByText('最相似的类别胜出').first().waitFor();
    const text = await page.locator('body').innerText();
    for (const words of ['已分类的图片', '编码类别', '按我的类别分类']) expect(text).toContain(words);
    expect(text).not.toMatch(/Encode pictures|Sorted pictures|Sort into my categories/);
    // Leaving a field without typing saves nothing.
    await page.getByLabel('名称', { exact: true }).click();
    await page.getByLabel('说明', { exact: true }).click();
    await page.waitForTimeout(2500);
    // The note of the folder lists its subfolders.
    await nodeAt(page, 'pictures').getByTitle('动物、').waitFor();
    expect(await slipsIn(page)).toEqual([]);
    const { json } = await server.call('GET', `/api/workflows/${id}`);
    expect(json).toMatchObject({ revision: 1, workflow });
  });

  it('is changed in the settings and stays after a reload', async () => {
    const { page } = await openStudio();
    await page.getByRole('button', { name: 'Settings' }).click();
    await page.getByText('简体中文').click();
    await page.getByRole('heading', { name: '您想了解图片的什么？' }).waitFor();
    await page.reload();
    await page.getByRole('heading', { name: '您想了解图片的什么？' }).waitFor();
  });

  it('is that of the words that a template looks for, and a run reads the words that are shown', async () => {
    const { page, server } = await openStudio();
    await page.goto(`${new URL(server.url).origin}/#workflow=starter:search-by-text`);
    const words = nodeAt(page, 'text').locator('textarea').first();
    await words.waitFor();
    expect(await words.inputValue()).toBe('red apple\nguitar\nsnow');
    expect(await nodeAt(page, 'text').getAttribute('aria-roledescription')).toBe('node');
    await page.getByRole('button', { name: 'Settings' }).click();
    await page.getByText('简体中文').click();
    await page.keyboard.press('Escape');
    await page.getByText('查询文本').first().waitFor();
    expect(await words.inputValue()).toBe('红苹果\n吉他\n雪');
    expect(await nodeAt(page, 'text').getAttribute('aria-roledescription')).toBe('节点');
    await page.getByRole('button', { name: '运行', exact: true }).click();
    await page.getByRole('status').getByText('完成', { exact: true }).waitFor({ timeout: 60_000 });
    const { items } = (await server.call('GET', '/api/runs')).json;
    const { workflow } = (await server.call('GET', `/api/runs/${items[0].id}`)).json;
    expect(await slipsIn(page)).toEqual([]);
    expect(JSON.stringify(workflow)).toContain('"红苹果","吉他","雪"');
    expect(await words.inputValue()).toBe('红苹果\n吉他\n雪');
  });

  it('is that of what the server refuses too', async () => {
    const { page, server } = await openStudio({ language: 'zh-CN', start: { args: ['--max-upload', '1'] } });
    const id = await openSketch(page, server, sketch('Refused', { load: 'image/load-image' }));
    const chosen = { name: 'large.png', mimeType: 'image/png', buffer: Buffer.alloc(2 << 20) };
    await nodeAt(page, 'load').locator('input[type=file]').setInputFiles(chosen);
    await nodeAt(page, 'load').getByText('文件最大为 1 MB。').waitFor();

    await server.call('DELETE', `/api/workflows/${id}`);
    await nodeAt(page, 'load').locator('input[type=text]').first().fill('sample:queries/banana.png');
    await page.keyboard.press('Enter');
    await page.getByText('“Refused”已被删除。').waitFor();
    const text = await page.locator('body').innerText();
    expect(text).not.toMatch(/cannot read|There is no|not found/i);
  });
});
