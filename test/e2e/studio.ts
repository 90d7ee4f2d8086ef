import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, vi } from 'vitest';
import { type StartOptions, sharedServer, startServer, type TestServer } from '../server/server.ts';

const root = join(import.meta.dirname, '../..');
if (!existsSync(join(root, 'dist/client/index.html')))
  throw new Error('The editor is not built: `npm run build` first.');

const CHROMIUM = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(
  existsSync,
);

/** Why browser tests cannot run here; undefined if they can. */
export const noBrowser =
  process.env.PATCHBAY_CHROMIUM || CHROMIUM ? undefined : 'There is no Chromium on this machine.';
if (noBrowser) console.warn(`Browser tests are skipped: ${noBrowser}`);

/** The built editor in a real browser with a real server. */
export interface Studio {
  readonly server: TestServer;
  readonly page: Page;
  readonly context: BrowserContext;
  /** Errors on the console of the page. Refused requests appear there too. */
  readonly errors: string[];
  /** Opens another window of the same browser profile. */
  window(): Promise<Page>;
}

let browser: Browser | undefined;
const contexts = new Set<BrowserContext>();

/** Starts the browser once for all tests of a file. */
export function useBrowser(): void {
  // A browser without a graphics card is slow while other work runs.
  vi.setConfig({ testTimeout: 90_000 });
  beforeAll(async () => {
    if (noBrowser) return;
    browser = await chromium.launch({
      executablePath: process.env.PATCHBAY_CHROMIUM ?? CHROMIUM,
      args: [
        '--headless',
        '--no-sandbox',
        '--disable-gpu',
        '--disable-background-networking',
        '--no-first-run',
      ],
    });
  });
  afterEach(async () => {
    await Promise.all([...contexts].map((context) => context.close()));
    contexts.clear();
  });
  afterAll(async () => {
    await browser?.close();
  });
}

/**
 * Opens the home page of the server that the tests of a file share, without runs and saved workflows of earlier tests. A
 * test that opens more than one page of it passes `server` from the second on; one that needs a new data folder, an empty
 * cache or other options passes `start`. Requests to any other server are refused and count as errors.
 */
export async function openStudio(
  options: {
    readonly server?: TestServer;
    /** Options of a server of its own, which ends with the test. */
    readonly start?: StartOptions;
    readonly language?: string;
    readonly inspector?: boolean;
    /** A phone: a small window and a finger instead of a mouse. */
    readonly phone?: boolean;
  } = {},
): Promise<Studio> {
  const server = options.server ?? (options.start ? await startServer(options.start) : await sharedServer());
  const context = await browser!.newContext({
    ...(options.phone
      ? { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true }
      : { viewport: { width: 1280, height: 800 } }),
    locale: options.language ?? 'en',
    reducedMotion: 'reduce',
  });
  contexts.add(context);
  // In a window of this width the inspector starts closed.
  if (options.inspector)
    await context.addInitScript(() => {
      if (localStorage.getItem('patchbay-panels') === null)
        localStorage.setItem('patchbay-panels', JSON.stringify({ open: null, inspector: true }));
    });
  const errors: string[] = [];
  const { origin, host } = new URL(server.url);
  await context.route(
    (url) => url.host !== host && url.protocol.startsWith('http'),
    (route) => {
      errors.push(`asked for ${route.request().url()}`);
      return route.abort();
    },
  );
  const open = async () => {
    const page = await context.newPage();
    page.setDefaultTimeout(20_000);
    page.on('pageerror', (error) => errors.push(error.message));
    // Where nobody listens, the browser is told so only later, and may miss a chooser that opens at once.
    page.on('filechooser', () => undefined);
    await page.goto(origin);
    return page;
  };
  return { server, page: await open(), context, errors, window: open };
}

/** Resolves when the open workflows are in the page's journal, so that a reload restores them. */
export async function journaled(page: Page): Promise<void> {
  await page.evaluate(
    () =>
      new Promise<void>((resolve) => {
        const look = () => {
          const opening = indexedDB.open('patchbay');
          opening.onsuccess = () => {
            const db = opening.result;
            const reading = db.transaction('sessions').objectStore('sessions').getAll();
            reading.onsuccess = () => {
              db.close();
              const own = sessionStorage.getItem('patchbay-window');
              if (reading.result.some(({ id, tabs }) => id === own && tabs.length > 0)) resolve();
              else requestAnimationFrame(look);
            };
          };
        };
        look();
      }),
  );
}

/** A workflow that takes this many milliseconds. */
export const waiting = (ms: number, name = 'Waiting') => ({
  format: 'patchbay' as const,
  version: 1 as const,
  name,
  nodes: [
    {
      id: 'wait',
      type: 'fault/misbehave',
      params: { how: 'wait', number: ms },
      position: { x: 0, y: 0 },
    },
    { id: 'show', type: 'view/table', position: { x: 320, y: 0 } },
  ],
  edges: [{ from: { node: 'wait', port: 'table' }, to: { node: 'show', port: 'rows' } }],
});
