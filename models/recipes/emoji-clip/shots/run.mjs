/**
 * Measures how well several methods learn from a few pictures of the style that emoji-clip was not trained with:
 * `node models/recipes/emoji-clip/shots/run.mjs FOLDER [--seeds 10]` installs the pinned art into FOLDER, runs `workflow.json` for each
 * number of pictures and each seed with `patchbay run`, and writes `models/emoji-clip/shots.json` and a section of its README.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { METHODS, sectionOf, withSection } from './table.mjs';

const here = import.meta.dirname;
const root = join(here, '../../../..');
const [folder, flag, given] = process.argv.slice(2);
if (!folder) {
  console.error(
    'Give a folder outside the repository: node models/recipes/emoji-clip/shots/run.mjs /tmp/shots',
  );
  process.exit(2);
}
if (!existsSync(join(root, 'dist/server/cli.js'))) {
  console.error('Build first: npm run build');
  process.exit(2);
}
const { seededRandom, shuffled } = await import(join(root, 'dist/nodes/sdk/index.js'));

const work = resolve(folder);
const SHOTS = [1, 2, 4, 8, 16];
const SEEDS = flag === '--seeds' ? Number(given) : 10;
/** A category has pictures for the most shots, and at least half as many to judge with. */
const LEAST = 24;
/** The category words of evaluate.py. */
const WORDS =
  'fruit|vegetable|animal|vehicle|face|building|sport|flower|drink|dessert|clothing|musical instrument|weather|flag|tool|hand'.split(
    '|',
  );
const COMPONENTS = 2;

function call(command, args, cwd, env = {}) {
  const done = spawnSync(command, args, {
    cwd,
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
    env: { ...process.env, ...env },
  });
  if (done.status !== 0) throw new Error(`${command} ${args.join(' ')}\n${done.stdout}\n${done.stderr}`);
  return done.stdout;
}

/** Installs the two packages that are needed, in the versions that the recipe pins. */
function install() {
  mkdirSync(work, { recursive: true });
  const { dependencies } = JSON.parse(readFileSync(join(here, '../art/package.json'), 'utf8'));
  const wanted = ['emoji-datasource-twitter', 'emojibase-data'];
  const own = {
    private: true,
    dependencies: Object.fromEntries(wanted.map((name) => [name, dependencies[name]])),
  };
  writeFileSync(join(work, 'package.json'), JSON.stringify(own, null, 2));
  call('npm', ['install', '--no-audit', '--no-fund', '--ignore-scripts', '--legacy-peer-deps'], work);
}

/** The pictures of each category, by path and hash, written below `pictures`. */
function pictures() {
  const json = (path) => JSON.parse(readFileSync(join(work, 'node_modules', path), 'utf8'));
  const { words } = JSON.parse(readFileSync(join(here, '../categories.json'), 'utf8'));
  const named = (word) =>
    Object.entries(words).flatMap(([forms, subgroups]) => (forms.split('|').includes(word) ? subgroups : []));
  const { subgroups } = json('emojibase-data/meta/groups.json');
  const stripped = (hex) => hex.toLowerCase().replaceAll('-fe0f', '');
  const images = new Map(
    json('emoji-datasource-twitter/emoji.json').map((one) => [stripped(one.unified), one.image]),
  );
  const emoji = json('emojibase-data/en/data.json').filter(
    ({ group }) => group !== undefined && group !== COMPONENTS,
  );
  const known = new Set();
  const byCategory = new Map();
  for (const word of WORDS) {
    const own = named(word);
    const found = [];
    for (const { hexcode, subgroup } of emoji) {
      const image = own.includes(subgroups[subgroup]) && images.get(stripped(hexcode));
      const file = image && join(work, 'node_modules/emoji-datasource-twitter/img/twitter/64', image);
      if (!file || !existsSync(file)) continue;
      const bytes = readFileSync(file);
      const hash = createHash('sha256').update(bytes).digest('hex');
      if (known.has(hash)) continue;
      known.add(hash);
      found.push({ hash, path: `${word}/${hexcode}.png`, bytes });
    }
    if (found.length >= LEAST) byCategory.set(word, found);
  }
  for (const [word, found] of byCategory) {
    mkdirSync(join(work, 'pictures', word), { recursive: true });
    for (const { path, bytes } of found) writeFileSync(join(work, 'pictures', path), bytes);
  }
  return byCategory;
}

/** Writes a category set, as the studio exports it. @returns its path */
function categorySet(name, chosen) {
  const at = '2026-01-01T00:00:00.000Z';
  const names = [...chosen.keys()];
  const set = {
    format: 'patchbay-labels',
    version: 1,
    revision: 1,
    createdAt: at,
    updatedAt: at,
    categories: names.map((category, i) => ({ id: `c${i}`, name: category, color: '#778899', key: null })),
    labels: names.flatMap((category, i) =>
      chosen.get(category).map(({ hash, path }) => ({
        ...{ hash, path: join(work, 'pictures', path), category: `c${i}`, not: [] },
        ...{ by: { kind: 'folder' }, at, revision: 1 },
      })),
    ),
  };
  mkdirSync(join(work, 'sets'), { recursive: true });
  const path = join(work, 'sets', `${name}.json`);
  writeFileSync(path, JSON.stringify(set));
  return path;
}

install();
const all = pictures();
const most = Math.max(...SHOTS);
const scores = Object.fromEntries(
  Object.keys(METHODS).map((method) => [method, Object.fromEntries(SHOTS.map((count) => [count, []]))]),
);
let judged = 0;
for (let seed = 0; seed < SEEDS; seed++) {
  const random = seededRandom(seed);
  const order = new Map([...all].map(([word, found]) => [word, shuffled(found, random)]));
  const part = (from, to) => new Map([...order].map(([word, found]) => [word, found.slice(from, to)]));
  const rest = part(most);
  judged = [...rest.values()].reduce((sum, found) => sum + found.length, 0);
  const judge = categorySet(`judge-${seed}`, rest);
  for (const count of SHOTS) {
    const learn = categorySet(`learn-${seed}-${count}`, part(0, count));
    const inputs = { folder: join(work, 'pictures'), learn, judge, seed };
    const args = Object.entries(inputs).flatMap(([name, value]) => ['--input', `${name}=${value}`]);
    const out = call(
      process.execPath,
      [
        join(root, 'server/bin.mjs'),
        'run',
        join(here, 'workflow.json'),
        '--json',
        '--device',
        'cpu',
        ...args,
      ],
      root,
      { PATCHBAY_DATA: join(work, 'data') },
    );
    const { outputs } = JSON.parse(out);
    for (const method of Object.keys(METHODS)) {
      const values = outputs[method];
      if (values['measured pictures'] !== judged)
        throw new Error(`${method} was judged on ${values['measured pictures']} of ${judged} pictures.`);
      scores[method][count].push(values['macro recall']);
    }
    const told = Object.keys(METHODS).map((method) => `${method} ${scores[method][count].at(-1).toFixed(3)}`);
    console.log(`seed ${seed}, ${count} per category: ${told.join(', ')}`);
  }
}
const figures = {
  shots: SHOTS,
  seeds: SEEDS,
  least: LEAST,
  categories: [...all.keys()],
  pictures: [...all.values()].reduce((sum, found) => sum + found.length, 0),
  judged,
  score: 'macro recall',
  scores,
};
const section = sectionOf(figures);
if (SEEDS < 10) console.log(section);
else {
  const card = join(root, 'models/emoji-clip/README.md');
  writeFileSync(join(root, 'models/emoji-clip/shots.json'), `${JSON.stringify(figures, null, 1)}\n`);
  writeFileSync(card, withSection(readFileSync(card, 'utf8'), section));
}
