import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { SDK_TEMPLATES, type Template, type Templates } from '../../nodes/sdk/index.ts';
import { MESSAGES } from '../../server/contract/messages/index.ts';
import { loadNodes } from '../../server/load-nodes.ts';
import { WORKFLOW_TEMPLATES } from '../../workflows/messages.ts';

const root = join(import.meta.dirname, '../..');
const registry = await loadNodes();

/** All templates of the repository, by the place of their definition. */
const groups: readonly (readonly [place: string, templates: Templates])[] = [
  ['server and workflows', MESSAGES],
  ['sdk', SDK_TEMPLATES],
  ...registry.descriptors().map(({ type, messages = {} }) => [type, messages] as const),
];
const templates = groups.flatMap(([, group]) => Object.entries(group));

/** The values that a text shows. A hole for a plural shows a word and not its value. */
function shown(text: string): string[] {
  const holes = [...text.matchAll(/\{(\w+)([^{}]*)\}/g)];
  return [
    ...new Set(holes.filter(([, , form = '']) => !form.startsWith('|')).map(([, name = '']) => name)),
  ].sort();
}

/** Codes of templates without Chinese, or whose Chinese shows other values. Titles come from definitions. */
function withoutTwin(entries: readonly (readonly [code: string, template: Template])[]): string[] {
  return entries
    .filter(([code]) => !code.startsWith('title.'))
    .filter(([, { en, zh }]) => zh === undefined || shown(en).join() !== shown(zh).join())
    .map(([code]) => code);
}

/** The templates that each file of a folder defines, by the file's name. */
async function definedIn(folder: string): Promise<(readonly [file: string, templates: Templates])[]> {
  const names = readdirSync(join(root, folder)).filter((name) => name.endsWith('.ts'));
  const found = names.map(async (name) => {
    const module: Record<string, unknown> = await import(join(root, folder, name));
    // A file such as index.ts exports templates of others as one object, and functions that others define.
    const own = Object.values(module).flatMap((value) =>
      typeof value === 'function' && 'templates' in value ? [value.templates as Templates] : [],
    );
    return own.map((group) => [`${folder}/${name}`, group] as const);
  });
  return (await Promise.all(found)).flat();
}

describe('every message', () => {
  test('has a Chinese text that shows the same values', () => {
    expect(withoutTwin(templates)).toEqual([]);
    expect(withoutTwin([['a', { en: 'No.' }]])).toEqual(['a']);
    expect(withoutTwin([['a', { en: '{one} and {two}', zh: '{one}' }]])).toEqual(['a']);
    expect(withoutTwin([['a', { en: '{n} {n|cat|cats}', zh: '{n} 只猫' }]])).toEqual([]);
  });

  test('of the server is in the list of all, under a code of its own', async () => {
    const files = await definedIn('server/contract/messages');
    const codes = [WORKFLOW_TEMPLATES, ...files.map(([, group]) => group)].flatMap((group) =>
      Object.keys(group),
    );
    expect(codes.length).toBeGreaterThan(100);
    expect(codes.toSorted()).toEqual(Object.keys(MESSAGES).toSorted());
  });

  test('is defined once', () => {
    const codes = templates.map(([code]) => code);
    expect(codes.filter((code, at) => codes.indexOf(code) !== at)).toEqual([]);
  });
});

/** Texts that may be English sentences in the code, because no screen shows them. */
const ENGLISH: readonly { readonly file: string; readonly text: string; readonly why: string }[] = [
  {
    file: 'server/runner/pool.ts',
    text: ' took its process down twice.',
    why: 'a line of the log',
  },
];

/** A literal in a message, a reason or a warning. A condition may precede it. */
const SAID =
  /(?:\b(?:message|reason)\s*[:=]\s*[^;,{}'"`]*|(?<![.\w])(?:ctx\.|options\.)?(?:warn|onWarn)\(\s*)(?:'((?:[^'\\\n]|\\.)*)'|"((?:[^"\\\n]|\\.)*)"|`([^`]*)`)/g;
const COMMENT = /\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm;
/** The code inside a template literal. */
const HOLE = /\$\{[^{}]*\}/g;
/** Two words in a row. Codes, kinds and titles in asterisks have only one. */
const PROSE = /\p{L}{2,}\S* \S*\p{L}/u;

/** Sentences in a source file that users see but that are not templates. */
function byHand(source: string): string[] {
  const matches = source.replaceAll(COMMENT, '').matchAll(SAID);
  return [...matches]
    .map(([, single, double, template]) => single ?? double ?? template ?? '')
    .filter((text) => PROSE.test(text.replaceAll(HOLE, '')));
}

const sources = ['server', 'nodes', 'workflows']
  .flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map(
      (file) => `${folder}/${file.replaceAll('\\', '/')}`,
    ),
  )
  .filter((file) => /\.ts$/.test(file) && !file.startsWith('server/contract/messages/'))
  .sort();

describe('no source file writes a message by hand', () => {
  test.each([
    ["({ code: 'a', message: 'It did not work.' })", ['It did not work.']],
    ['({ code, message:\n ok ? `All is well.` : other })', ['All is well.']],
    ['const reason = `It is not here`;', ['It is not here']],
    ["ctx.warn('Some pictures are missing.')", ['Some pictures are missing.']],
    ["onWarn(\n  'It’s gone, and \\'lost\\'.')", ["It’s gone, and \\'lost\\'."]],
    ["({ message: say('a.b', { name }), reason: 'memory' })", []],
    ["log.warn('It does not end.')", []],
    ["// message: 'An old text.'\n/** reason: 'No text.' */", []],
    ["// A comment.\n({ message: 'It is new.' })", ['It is new.']],
    ['const message = `$' + '{sentenceOf(ending, about)}\\n$' + '{log}`;', []],
  ])('%s', (source, sentences) => expect(byHand(source)).toEqual(sentences));

  test('of the server, the nodes and the workflows', () => {
    const found = sources.flatMap((file) =>
      byHand(readFileSync(join(root, file), 'utf8')).map((text) => ({ file, text })),
    );
    expect(sources.length).toBeGreaterThan(100);
    const strays = found.filter(
      (said) => !ENGLISH.some(({ file, text }) => said.file === file && said.text.includes(text)),
    );
    expect(strays).toEqual([]);
  });
});
