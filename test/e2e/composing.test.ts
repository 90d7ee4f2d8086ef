import type { CDPSession, Page } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { startServer, type TestServer } from '../server/server.ts';
import { nodeAt, openSketch, seeNodes, sketch } from './canvas-kit.ts';
import { noBrowser, openStudio, useBrowser } from './studio.ts';

let server: TestServer;
useBrowser();
beforeAll(async () => {
  if (!noBrowser) server = await startServer({ keep: true });
});

/** An input method for Chinese: letters first, then Enter or a choice turns them into a word. */
class InputMethod {
  readonly #page: Page;
  readonly #session: CDPSession;

  constructor(page: Page, session: CDPSession) {
    this.#page = page;
    this.#session = session;
  }

  /** Types letters that are not a word yet. */
  async compose(text: string): Promise<void> {
    const length = text.length;
    await this.#session.send('Input.imeSetComposition', {
      text,
      selectionStart: length,
      selectionEnd: length,
    });
  }

  /** Presses a key that the input method handles while letters are waiting. */
  async key(key: 'Enter' | 'Escape'): Promise<void> {
    await this.#page.keyboard.press(key);
  }

  async choose(text: string): Promise<void> {
    await this.#session.send('Input.insertText', { text });
  }
}

const open = async (name: string) => {
  const { page, context } = await openStudio({ server, language: 'zh-CN' });
  await openSketch(
    page,
    server,
    sketch(name, { load: 'image/load-folder', prompts: 'text/prompts', show: 'view/gallery' }, [
      'load.images > show.images',
    ]),
  );
  return { page, method: new InputMethod(page, await context.newCDPSession(page)) };
};

describe.skipIf(noBrowser)('while a word is being composed', () => {
  it('Enter adds no node from the search, and Escape does not leave it; the word finds one', async () => {
    const { page, method } = await open('Composing in the search');
    await page.locator('.pb-canvas').focus();
    await page.keyboard.press('Space');
    const field = page.locator('.pb-search input');
    await field.waitFor();
    await method.compose('yu xian');
    await method.key('Enter');
    await method.key('Escape');
    expect(await page.locator('.react-flow__node').count()).toBe(3);
    expect(await field.count()).toBe(1);
    await field.fill('');
    await method.choose('余弦');
    await page.getByRole('option', { name: /^余弦相似度/ }).waitFor();
    await page.keyboard.press('Enter');
    await seeNodes(page, 4);
    expect(await page.locator('.react-flow__node', { hasText: '余弦相似度' }).count()).toBe(1);
  });

  it('Enter runs nothing from the palette', async () => {
    const { page, method } = await open('Composing in the palette');
    await page.locator('.pb-canvas').focus();
    await page.keyboard.press('Control+k');
    const field = page.getByRole('dialog').getByRole('combobox');
    await field.waitFor();
    await method.compose('yun xing');
    await method.key('Enter');
    await method.key('Escape');
    expect(await field.count()).toBe(1);
    await field.fill('');
    await method.choose('表格');
    await page.getByRole('option', { name: /^表格/ }).waitFor();
    await page.keyboard.press('Enter');
    await seeNodes(page, 4);
  });

  it('Enter and Escape end no renaming; the word becomes the title', async () => {
    const { page, method } = await open('Composing a title');
    const title = nodeAt(page, 'show').locator('.pb-title');
    await title.click();
    await page.keyboard.press('F2');
    const field = page.locator('.pb-title-field');
    await field.fill('');
    await method.compose('jie guo');
    await method.key('Enter');
    await method.key('Escape');
    expect(await field.count()).toBe(1);
    await field.fill('');
    await method.choose('结果');
    await page.keyboard.press('Enter');
    await field.waitFor({ state: 'detached' });
    expect(await title.innerText()).toContain('结果');
  });

  it('Ctrl and Enter in a text of a node start no run, and the text is kept as it was written', async () => {
    const { page, method } = await open('Composing a text');
    const field = nodeAt(page, 'prompts').locator('textarea').first();
    await field.fill('');
    await field.focus();
    await method.compose('shui guo');
    await page.keyboard.press('Control+Enter');
    await method.choose('水果');
    await page.keyboard.press('Enter');
    await method.choose('动物');
    expect((await field.inputValue()).replaceAll(/[a-z ]+/g, '')).toBe('水果\n动物');
    expect(await page.locator('.pb-is-running, .pb-is-done, .pb-is-failed').count()).toBe(0);
  });
});
