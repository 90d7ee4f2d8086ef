import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** Rules whose answer depends on colours. */
const COLORS = ['color-contrast', 'link-in-text-block'];

/** What axe finds that is serious or critical, each with its element. `rules` limits what it looks for. */
function found(page: Page, rules?: readonly string[]): Promise<string[]> {
  return page.evaluate(
    async (runOnly) => {
      type Found = { violations: { id: string; impact: string; nodes: { html: string }[] }[] };
      const { axe } = globalThis as unknown as { axe: { run(options: object): Promise<Found> } };
      const { violations } = await axe.run(runOnly ? { runOnly } : {});
      return violations
        .filter(({ impact }) => impact === 'serious' || impact === 'critical')
        .flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 200)}`));
    },
    rules as string[] | undefined,
  );
}

/**
 * Serious and critical violations of a page whose colours follow the system, each with its element: all rules in light,
 * and those of colours in dark too. The page stays as it is, and is light again afterwards.
 */
export async function violations(page: Page): Promise<string[]> {
  await page.evaluate(axe);
  const turn = async (colorScheme: 'light' | 'dark') => {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    // The page that asks for a token has no widgets, and no mark of its colours.
    await page.waitForFunction(
      (scheme) => (document.documentElement.dataset.mantineColorScheme ?? scheme) === scheme,
      colorScheme,
    );
    // Colours on their way from one to the other count as neither.
    await page.evaluate(async () => {
      const turning = document.getAnimations().filter((one) => one instanceof CSSTransition);
      await Promise.allSettled(turning.map((one) => one.finished));
    });
  };
  await turn('light');
  const light = await found(page);
  await turn('dark');
  const dark = await found(page, COLORS);
  await turn('light');
  return [...light, ...dark.map((violation) => `dark: ${violation}`)];
}
