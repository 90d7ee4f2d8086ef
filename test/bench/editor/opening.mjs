// Measures the start of the built server, up to a usable home page and up to the first result, and what a page loads.
import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { addressOf, round, say } from './kit.mjs';

const root = join(import.meta.dirname, '../../..');
const assets = join(root, 'dist/client/assets');
const KILO = 1000;

/** The sizes of the built editor: the files that the home page loads first, and all files. */
export function measureBundle() {
  const sizes = (names) => {
    const bytes = names.map((name) => readFileSync(join(assets, name)));
    return {
      kB: round(bytes.reduce((sum, { length }) => sum + length, 0) / KILO),
      gzip: round(bytes.reduce((sum, one) => sum + gzipSync(one).length, 0) / KILO),
    };
  };
  const all = readdirSync(assets);
  const html = readFileSync(join(root, 'dist/client/index.html'), 'utf8');
  const first = all.filter((name) => html.includes(name));
  const of = (names, ending) => sizes(names.filter((name) => name.endsWith(ending)));
  say('bundle', {
    'home js': of(first, '.js'),
    'home css': of(first, '.css'),
    'all js': of(all, '.js'),
    'all css': of(all, '.css'),
    chunks: all.filter((name) => name.endsWith('.js')).length,
  });
}

/** Starts like `npm start`, on an empty data folder, and clicks until there is a result. */
export async function measureStart(browser) {
  const data = mkdtempSync(join(tmpdir(), 'patchbay-start-'));
  const began = performance.now();
  const since = () => round(performance.now() - began);
  const child = spawn(
    process.execPath,
    [join(root, 'server/setup.mjs'), 'start', '--port', '0', '--data', data],
    { stdio: ['ignore', 'pipe', 'pipe'], cwd: root },
  );
  try {
    const url = await addressOf(child);
    const address = since();
    const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
    const page = await context.newPage();
    await page.goto(url);
    const card = page.getByText('Find look-alikes').first();
    await card.waitFor();
    const home = since();
    await card.click();
    await page.locator('.react-flow__node').first().waitFor();
    const canvas = since();
    await page.keyboard.press('Control+Enter');
    await page.locator('.react-flow__node ol > li img').first().waitFor({ timeout: 120_000 });
    say('from npm start, ms', { address, home, canvas, 'first result': since() });
    await context.close();
  } finally {
    child.kill('SIGTERM');
    await new Promise((done) => child.once('exit', done));
    rmSync(data, { recursive: true, force: true });
  }
}
