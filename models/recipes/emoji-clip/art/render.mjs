/**
 * Renders every art set once: `node render.mjs <folder with node_modules> <out>` writes `<out>/<style>.rgba`
 * (n x 128 x 128 x 4 bytes, straight alpha) and `<out>/<style>.json` (the n emojibase hexcodes, same order).
 * Run by `run.sh`; sharp and the art packages are found in the given folder.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';

const SIDE = 128;
const root = resolve(process.argv[2], 'node_modules');
const out = resolve(process.argv[3]);
const sharp = createRequire(join(root, 'x.js'))('sharp');
mkdirSync(out, { recursive: true });

const json = (path) => JSON.parse(readFileSync(join(root, path), 'utf8'));
const COMPONENTS = 2;
const emoji = json('emojibase-data/en/data.json').filter(
  (e) => e.group !== undefined && e.group !== COMPONENTS,
);
const unicodeNames = json('emojibase-data/meta/unicode-names.json');
const notoChars = json('@iconify-json/noto/chars.json');
const shortcodes = ['joypixels', 'emojibase', 'github', 'cldr']
  .map((set) => `emojibase-data/en/shortcodes/${set}.json`)
  .filter((path) => existsSync(join(root, path)))
  .map(json);

const slug = (text) =>
  text
    .toLowerCase()
    .replace(/['’]/g, '')
    .replace(/&/g, 'and')
    .normalize('NFD')
    .replace(/[\u0300-\u036f]/g, '')
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '');

/** The file names that a set may use for an emoji, most certain first. Each set has its own naming scheme. */
function slugsOf(e) {
  const hex = e.hexcode.toLowerCase();
  const codes = shortcodes.flatMap((set) => set[e.hexcode] ?? []);
  const country = e.label.startsWith('flag: ') ? [`flag-for-${slug(e.label.slice(6))}`] : [];
  return [
    notoChars[hex.replaceAll('-fe0f', '')] ?? notoChars[hex],
    slug(e.label),
    ...country,
    slug(unicodeNames[e.hexcode] ?? ''),
    ...codes.map((c) => slug(c)),
  ].filter(Boolean);
}

function fromIconify(name, match = (s) => s) {
  const set = json(`@iconify-json/${name}/icons.json`);
  const find = (s) => {
    const alias = set.aliases?.[s];
    const icon = set.icons[alias && !set.icons[s] ? alias.parent : s];
    if (!icon || alias?.hFlip || alias?.rotate) return undefined;
    const w = icon.width ?? set.width ?? 16;
    const h = icon.height ?? set.height ?? 16;
    const box = `${icon.left ?? set.left ?? 0} ${icon.top ?? set.top ?? 0} ${w} ${h}`;
    return Buffer.from(
      `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="${SIDE}" height="${SIDE}" viewBox="${box}">${icon.body}</svg>`,
    );
  };
  return (e) =>
    slugsOf(e)
      .map((s) => find(match(s)))
      .find(Boolean);
}

const file = (path) => (existsSync(join(root, path)) ? join(root, path) : undefined);
/** The data source uses fully qualified codes and emojibase short ones, so the extra parts are removed from both. */
function fromDatasource(set) {
  const stripped = (hex) => hex.toLowerCase().replaceAll('-fe0f', '');
  const images = new Map(
    json(`emoji-datasource-${set}/emoji.json`).map((e) => [stripped(e.unified), e.image]),
  );
  return (e) => {
    const image = images.get(stripped(e.hexcode));
    return image && file(`emoji-datasource-${set}/img/${set}/64/${image}`);
  };
}
const fluent = (style) => (e) =>
  slugsOf(e)
    .flatMap((s) => [s, `${s}-default`])
    .map((s) => file(`fluentui-emoji/icons/${style}/${s}.svg`))
    .find(Boolean);

const STYLES = {
  noto: fromIconify('noto'),
  google: fromDatasource('google'),
  'noto-v1': fromIconify('noto-v1'),
  fluent: fluent('modern'),
  'fluent-flat': fluent('flat'),
  'fluent-line': fluent('high-contrast'),
  openmoji: (e) => file(`openmoji/color/svg/${e.hexcode}.svg`),
  emojione: fromIconify('emojione'),
  'emojione-v1': fromIconify('emojione-v1'),
  fxemoji: fromIconify('fxemoji', (s) => s.replaceAll('-', '')),
  twitter: fromDatasource('twitter'),
  twemoji: fromIconify('twemoji'),
};

for (const [style, source] of Object.entries(STYLES)) {
  const hexcodes = [];
  const pictures = [];
  const failed = [];
  for (const e of emoji) {
    const input = source(e);
    if (!input) continue;
    try {
      const svg = typeof input !== 'string' || input.endsWith('.svg');
      const density = typeof input === 'string' && svg ? 288 : 72;
      pictures.push(
        await sharp(input, { density })
          .resize(SIDE, SIDE, { fit: 'contain', background: { r: 0, g: 0, b: 0, alpha: 0 }, kernel: 'cubic' })
          .ensureAlpha()
          .toColourspace('srgb')
          .raw()
          .toBuffer(),
      );
      hexcodes.push(e.hexcode);
    } catch (error) {
      failed.push(`${e.label}: ${error.message}`);
    }
  }
  writeFileSync(join(out, `${style}.rgba`), Buffer.concat(pictures));
  writeFileSync(join(out, `${style}.json`), JSON.stringify(hexcodes));
  console.log(
    `${style}: ${hexcodes.length} pictures${failed.length ? `, ${failed.length} failed (${failed[0]})` : ''}`,
  );
}
