import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { describe, expect, test } from 'vitest';
import { nodeReference } from '../../server/cli/node-reference.ts';
import { loadNodes } from '../../server/load-nodes.ts';
import { applied, root, shownChanges, shownFiles } from '../readme.ts';

test('the node reference is in step with the nodes; `npm run docs` writes it', async () => {
  const written = readFileSync(join(root, 'nodes/README.md'), 'utf8');
  expect(written).toBe(nodeReference((await loadNodes()).descriptors()));
});

const TOP = ['client', 'findings', 'models', 'nodes', 'server', 'test', 'workflows'];
const IGNORED = new Set(['node_modules', 'dist', '.git', 'fixtures', '__pycache__']);

/** The files below a folder with an ending, as paths relative to the project's folder. */
function filesBelow(folder: string, ending: string): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = folder === '.' ? entry.name : `${folder}/${entry.name}`;
    if (entry.isDirectory()) return IGNORED.has(entry.name) ? [] : filesBelow(path, ending);
    return entry.name.endsWith(ending) ? [path] : [];
  });
}

const pages = filesBelow('.', '.md');

test('no page holds the marks of an unfinished merge', () => {
  const marked = pages.filter((page) =>
    /^(<{7}|={7}|>{7})( |$)/m.test(readFileSync(join(root, page), 'utf8')),
  );
  expect(marked).toEqual([]);
});

/** A page without its fenced blocks, because those contain commands and code and no links. */
const proseOf = (page: string) => readFileSync(join(root, page), 'utf8').replace(/^```.*?^```$/gms, '');

/** The anchors of a page's headings, as GitHub makes them. */
function anchorsOf(page: string): Set<string> {
  const headings = [...proseOf(page).matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) => heading);
  return new Set(
    headings.map((heading) =>
      heading
        .toLowerCase()
        .replaceAll(/[^\p{Letter}\p{Number}\s_-]/gu, '')
        .replaceAll(' ', '-'),
    ),
  );
}

/** The relative links of a page whose target does not exist. */
function brokenLinks(page: string): string[] {
  const links = [...proseOf(page).matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => target);
  return links.filter((link) => {
    if (/^[a-z]+:/.test(link)) return false;
    const [path = '', anchor] = link.split('#');
    const target = path === '' ? page : relative(root, join(root, dirname(page), path));
    if (target.startsWith('..') || !existsSync(join(root, target))) return true;
    return anchor !== undefined && !anchorsOf(target).has(anchor);
  });
}

/** Splits `a/{b,c}.ts` in two paths. */
function expanded(path: string): string[] {
  const match = /^(.*?)\{([^{}]*)\}(.*)$/.exec(path);
  if (!match) return [path];
  const [, before = '', choices = '', after = ''] = match;
  return choices.split(',').flatMap((choice) => expanded(`${before}${choice}${after}`));
}

const isPath = (code: string) =>
  TOP.some((folder) => code.startsWith(`${folder}/`)) || /^[\w./-]+\.(tsx?|mjs|py|sh)$/.test(code);
/** A word in capitals, a star or angle brackets are placeholders. */
const isPattern = (code: string) => /[<*]|\b[A-Z]{2,}\b(?!\.md)/.test(code);

/** The files that a page names in its text and that do not exist. */
function missingFiles(page: string): string[] {
  const named = [...proseOf(page).matchAll(/`([^`\s]+)`/g)]
    .map(([, code = '']) => code)
    .filter((code) => isPath(code) && !isPattern(code));
  const here = dirname(page);
  const own = new Set(shownFiles(page).keys());
  const beside = filesBelow(here, '');
  const exists = (path: string) =>
    own.has(path) ||
    [path, join(here, path)].some((candidate) => existsSync(join(root, candidate))) ||
    // A page may name a file of its own folder without the folders in between.
    (!path.includes('/') && beside.some((file) => file.endsWith(`/${path}`)));
  return named.flatMap(expanded).filter((path) => !exists(path));
}

describe.each(pages)('%s', (page) => {
  test('has no link that leads nowhere', () => expect(brokenLinks(page)).toEqual([]));
  test('names only files that exist', () => expect(missingFiles(page)).toEqual([]));
  test('shows only changes that fit their files', () => {
    for (const change of shownChanges(page))
      expect(() => applied(readFileSync(join(root, change.path), 'utf8'), change)).not.toThrow();
  });
});

test('the pages are found', () => {
  for (const page of ['README.md', 'server/README.md', 'nodes/sdk/README.md', 'models/recipes/README.md'])
    expect(pages).toContain(page);
});
