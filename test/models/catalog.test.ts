import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { parseCatalog } from '../../models/catalog.ts';
import { FAMILIES } from '../../server/runtime/models/families.ts';

const root = fileURLToPath(new URL('../../models/', import.meta.url));
const { models } = parseCatalog(JSON.parse(readFileSync(`${root}catalog.json`, 'utf8')));
const fetched = models.filter(({ repo }) => repo !== undefined);

it('every model has a unique name, a known family, and sentences about its use', () => {
  expect(new Set(models.map(({ id }) => id)).size).toBe(models.length);
  const families = FAMILIES.map(({ name }) => name);
  for (const { id, family, summary, license } of models) {
    expect(families, id).toContain(family);
    expect(summary, id).toMatch(/^[A-Z0-9].*\.$/);
    expect(license, id).not.toBe('');
  }
});

it('a downloaded model is named after its repository, and a shipped one is in the repository', () => {
  for (const { id, repo } of fetched) expect(id).toBe(repo);
  for (const { id, repo, recipe, files } of models) {
    if (repo !== undefined || recipe !== undefined) continue;
    for (const { path } of files) expect(existsSync(`${root}${id}/${path}`), `${id}/${path}`).toBe(true);
  }
});

it('every downloaded model has the files it needs, each once', () => {
  for (const { id, family, files } of fetched) {
    const paths = files.map(({ path }) => path);
    expect(new Set(paths).size, id).toBe(paths.length);
    if (family === 'vae')
      expect(paths).toEqual(expect.arrayContaining(['vae_encoder/model.onnx', 'vae_decoder/model.onnx']));
    else expect(paths).toEqual(expect.arrayContaining(['config.json', 'preprocessor_config.json']));
    expect(
      paths.some((path) => /^(onnx\/(vision_)?model|vae_encoder\/model)\.onnx$/.test(path)),
      id,
    ).toBe(true);
    if (paths.some((path) => path.includes('text_model')))
      expect(paths).toEqual(expect.arrayContaining(['tokenizer.json', 'tokenizer_config.json']));
  }
});

it('only a commit has hashes, and a commit is forty hexadecimal digits', () => {
  const one = fetched.find(({ pinned }) => pinned)!;
  const wrong = (changes: object) => () => parseCatalog({ version: 1, models: [{ ...one, ...changes }] });
  expect(wrong({ revision: 'main' })).toThrow(/pinned states whether/);
  expect(wrong({ revision: 'main', pinned: false })).toThrow(/only a commit has hashes/);
  expect(wrong({ files: [] })).toThrow(/either files or a recipe/);
  expect(wrong({})).not.toThrow();
});

it('the tables of the readme match the catalogue', () => {
  const lines = readFileSync(`${root}README.md`, 'utf8').split('\n');
  for (const { id, family, dims, pinned, revision, license, files } of fetched) {
    const hashed = files.filter(({ sha256 }) => sha256 !== undefined).length;
    const cells = [
      `\`${id}\``,
      family,
      dims,
      pinned ? 'yes' : `no, ${revision}`,
      `${hashed} of ${files.length}`,
      license,
    ];
    expect(lines, id).toContain(`| ${cells.join(' | ')} |`);
  }
  for (const { id, family, dims, recipe, license } of models)
    if (recipe !== undefined)
      expect(
        lines.find((line) => line.startsWith(`| \`${id}\` | ${family} | ${dims} |`)),
        id,
      ).toBe(`| \`${id}\` | ${family} | ${dims} | \`export.py ${recipe} models/${id}\` | ${license} |`);
});
