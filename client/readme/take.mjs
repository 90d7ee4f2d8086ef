// Takes the screenshots of the README again, with the built studio in headless Chromium.
//   npm run build && node client/readme/take.mjs [path of chromium]
import { join } from 'node:path';
import { launch, startServer } from '../../test/bench/editor/kit.mjs';

const wide = { width: 1440, height: 900 };
const plain = { width: 1280, height: 800 };
const browser = await launch(process.argv[2] ?? '/usr/bin/chromium');
const server = await startServer();

/** Opens a page in a window of its own, and writes what it shows once `steps` are done. */
async function take(name, { viewport, address = '', theme = 'light' }, steps) {
  const context = await browser.newContext({
    viewport,
    locale: 'en',
    colorScheme: theme,
    reducedMotion: 'reduce',
  });
  const page = await context.newPage();
  await page.goto(`${server.url}${address}`);
  await steps(page);
  // Pictures of a result arrive after its text.
  await page.waitForLoadState('networkidle');
  await page.waitForTimeout(1500);
  await page.screenshot({ path: join(import.meta.dirname, `${name}.png`) });
  await context.close();
}

const run = async (page) => {
  await page.getByRole('button', { name: 'Run', exact: true }).first().click();
  await page.getByText('Done', { exact: true }).first().waitFor({ timeout: 120_000 });
};

/** Two encoders whose vectors cannot be compared. */
const twoEncoders = {
  format: 'patchbay',
  version: 1,
  name: 'Two encoders',
  nodes: [
    ['pictures', 'image/load-folder', 'Pictures', [0, 0], { path: 'sample:pictures' }],
    ['query', 'image/load-image', 'Query', [0, 350], { path: 'sample:queries/cat-face.png' }],
    ['clip', 'encode/load-encoder', undefined, [280, 180], { model: 'emoji-clip' }],
    ['hash', 'encode/load-encoder', undefined, [280, 460], { model: 'builtin/perceptual-hash' }],
    ['gallery', 'encode/image', 'Encode pictures', [560, 0]],
    ['wanted', 'encode/image', 'Encode query', [560, 330]],
    ['cosine', 'compare/cosine', undefined, [840, 150]],
  ].map(([id, type, title, [x, y], params]) => ({
    id,
    type,
    ...(title && { title }),
    ...(params && { params }),
    position: { x, y },
  })),
  edges: [
    ['pictures.images', 'gallery.images'],
    ['query.images', 'wanted.images'],
    ['clip.encoder', 'gallery.encoder'],
    ['hash.encoder', 'wanted.encoder'],
    ['wanted.embeddings', 'cosine.queries'],
    ['gallery.embeddings', 'cosine.gallery'],
  ].map((ends) => {
    const [from, to] = ends.map((end) => end.split('.')).map(([node, port]) => ({ node, port }));
    return { from, to };
  }),
};

try {
  await take('home', { viewport: plain }, (page) => page.locator('[data-template]').first().waitFor());
  for (const theme of ['light', 'dark'])
    await take(
      `canvas-${theme}`,
      { viewport: wide, theme, address: '#workflow=starter:find-similar-images' },
      run,
    );
  await take('form', { viewport: plain, address: '#workflow=starter:search-by-text&view=form' }, run);
  const id = await server.save(twoEncoders);
  await take('error', { viewport: plain, address: `#workflow=${id}` }, (page) =>
    page.getByText('cannot compare its inputs').first().waitFor(),
  );
} finally {
  await server.close();
  await browser.close();
}
