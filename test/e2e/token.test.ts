import { describe, expect, it } from 'vitest';
import { violations } from './axe.ts';
import { noBrowser, openStudio, useBrowser } from './studio.ts';

useBrowser();

const TOKEN = 'a-token-that-nobody-guesses';
const start = { args: ['--token', TOKEN] };

describe.skipIf(noBrowser)('a browser without the token', () => {
  it('is asked for it, told what is wrong, and opens the studio with it, by keyboard alone', async () => {
    const { page, server } = await openStudio({ start });
    await page.goto(`${new URL(server.url).origin}/#workflow=starter:find-duplicates`);
    await page.getByRole('heading', { name: 'This server needs a token' }).waitFor();
    const field = page.getByLabel('Token', { exact: true });
    const focused = () => field.evaluate((own) => own === document.activeElement);
    expect(await focused()).toBe(true);
    await page.keyboard.press('Enter');
    await page.getByRole('alert').filter({ hasText: 'Enter the token.' }).waitFor();
    expect(await focused()).toBe(true);
    await page.keyboard.type('not-the-token-of-this');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.getByRole('alert').filter({ hasText: 'This is not the token of this server.' }).waitFor();
    await page.keyboard.type(TOKEN);
    await page.keyboard.press('Enter');
    // The workflow of the address opens, and later visits need no token.
    await page.locator('.react-flow__node').first().waitFor();
    await page.goto(`${new URL(server.url).origin}/api/docs`);
    await page.getByRole('heading', { name: 'Patchbay: HTTP interface' }).waitFor();
  });

  it('is asked in its language and its colours', async () => {
    const { page, server, window } = await openStudio({ start, language: 'zh-CN' });
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      await page.getByRole('heading', { name: '这个服务器需要令牌' }).waitFor();
      const [text, surface] = await page
        .getByRole('main')
        .evaluate((main) => [getComputedStyle(main).color, getComputedStyle(main).backgroundColor]);
      const sum = (color = '') => [...color.matchAll(/\d+/g)].reduce((all, [part]) => all + Number(part), 0);
      expect(sum(text) > sum(surface)).toBe(colorScheme === 'dark');
      await page.getByLabel('令牌', { exact: true }).fill('wrong');
      await page.getByRole('button', { name: '打开 Patchbay' }).click();
      await page.getByRole('alert').filter({ hasText: '这不是此服务器的令牌。' }).waitFor();
      expect(await violations(page)).toEqual([]);
      await page.setViewportSize({ width: 320, height: 560 });
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(320);
      await page.setViewportSize({ width: 1280, height: 800 });
    }
    await page.getByLabel('令牌', { exact: true }).fill(TOKEN);
    await page.getByRole('button', { name: '打开 Patchbay' }).click();
    await page.getByRole('heading', { name: '您想了解图片的什么？' }).waitFor();
    const other = await window();
    await other.locator('[data-template]').first().waitFor();
    expect(new URL(other.url()).origin).toBe(new URL(server.url).origin);
  });
});
