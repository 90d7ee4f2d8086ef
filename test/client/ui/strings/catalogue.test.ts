import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { TEXTS } from '../../../../client/ui/strings/index.ts';
import { zhModels } from '../../../../client/ui/strings/zh-models.ts';
import { zhStarters } from '../../../../client/ui/strings/zh-starters.ts';
import catalog from '../../../../models/catalog.json' with { type: 'json' };
import { builtModels } from '../../../../server/runtime/models/builtin/built-models.ts';
import { parseWorkflow } from '../../../../workflows/parse.ts';

const root = join(import.meta.dirname, '../../../..');
/** The values that a text shows. A value that only chooses between singular and plural is not shown. */
const shown = (text: string) =>
  [...new Set([...text.matchAll(/\{(\w+)(?![\w|])[^{}]*\}/g)].map(([, name]) => name))].sort();
const hasChinese = (text: string) => /\p{Script=Han}/u.test(text);

/** Names and terms that are written the same in both languages. */
const SAME = /^(Patchbay.*|\{time\}|\{shown\}.*|\{place\}.*|[A-Z]|k|JSON|CSV|PNG)$/;

describe('the catalogue', () => {
  it('shows the values of a text in both languages', () => {
    for (const [key, { en, zh }] of Object.entries(TEXTS)) expect(shown(zh), key).toEqual(shown(en));
  });

  it('leaves no text empty or untranslated', () => {
    for (const [key, { zh: text }] of Object.entries(TEXTS)) {
      expect(text.trim(), key).not.toBe('');
      if (!SAME.test(text)) expect(hasChinese(text), `${key}: ${text}`).toBe(true);
    }
  });
});

describe('the texts of the workflows that ship', () => {
  const files = readdirSync(join(root, 'workflows')).filter((name) => name.endsWith('.json'));

  it.each(files)('of %s are all there in Chinese', (file) => {
    const { workflow } = parseWorkflow(readFileSync(join(root, 'workflows', file), 'utf8'));
    const named = [...(workflow!.inputs ?? []), ...(workflow!.outputs ?? [])];
    const texts = [
      workflow!.name,
      workflow!.description,
      ...workflow!.nodes.map(({ title }) => title),
      ...(workflow!.notes ?? []).map(({ text }) => text),
      ...named.flatMap(({ title, help }) => [title, help]),
    ];
    for (const text of texts) if (text) expect(zhStarters[text], text).toBeDefined();
  });
});

describe('the texts of models', () => {
  it('are there in Chinese for every entry of the catalogue', () => {
    for (const { id } of catalog.models) expect(zhModels[id]?.summary ?? '', id).toMatch(/\p{Script=Han}/u);
  });

  it('name in Chinese every model that is built in', () => {
    for (const { id } of builtModels()) expect(zhModels[id]?.title ?? '', id).toMatch(/\p{Script=Han}/u);
  });

  it('are there for no other model', () => {
    const known = [...catalog.models, ...builtModels()].map(({ id }) => id);
    expect(Object.keys(zhModels).sort()).toEqual(known.sort());
  });
});
