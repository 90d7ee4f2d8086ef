import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { useCatalogue } from '../../../client/api/catalogue.ts';
import { useLanguage } from '../../../client/strings/language.ts';
import { told } from '../../../client/strings/told.ts';
import { zhSentences } from '../../../client/strings/zh-sentences.ts';
import { validate } from '../../../server/engine/validate.ts';
import { loadAllNodes } from '../../../server/load-nodes.ts';
import { sketch } from '../../e2e/canvas-kit.ts';

const root = join(import.meta.dirname, '../../..');
const registry = await loadAllNodes([]);
const models = { ids: () => ['emoji-clip'], describe: () => undefined };

beforeAll(() => {
  useCatalogue.setState({
    types: Object.fromEntries(registry.descriptors().map((one) => [one.type, one])),
    loaded: true,
  });
  useLanguage.setState({ language: 'zh' });
});

const problemsOf = (...args: Parameters<typeof sketch>) =>
  validate(sketch(...args), registry, { models }).problems;

describe('in Chinese', () => {
  it('every sentence of the table keeps what varies in it', () => {
    for (const [english, chinese] of Object.values(zhSentences).flat()) {
      const holes = (text: string) => [...new Set(text.match(/\{\w+\}/g))].sort();
      expect(
        holes(chinese).filter((hole) => !holes(english).includes(hole)),
        english,
      ).toEqual([]);
      expect(told(english.replace('||', '').replaceAll(/\{(\w+)\}/g, ' Q$1')), english).toMatch(
        /\p{Script=Han}/u,
      );
    }
  });

  it('every code of the validator and of wiring has its sentences', () => {
    const folder = join(root, 'server/engine');
    const codes = readdirSync(folder)
      .flatMap((file) => [
        ...readFileSync(join(folder, file), 'utf8').matchAll(
          /code: '((?:edge|port|input|node|param|target|workflow|output)\.[\w-]+)'/g,
        ),
      ])
      .map(([, code]) => code!);
    // These say the sentence of `param.wrong-type`.
    const shared = ['param.too-small', 'param.too-large', 'param.not-a-choice', 'node.bad-output'];
    const missing = [...new Set(codes)].filter((code) => !(code in zhSentences) && !shared.includes(code));
    expect(missing).toEqual([]);
  });

  it('a wire that does not fit is refused with Chinese names and kinds', () => {
    const problems = problemsOf('x', { load: 'image/load-folder', cosine: 'compare/cosine' }, [
      'load.images > cosine.queries',
    ]);
    expect(told(problems.find(({ code }) => code === 'edge.type-mismatch')!.message)).toBe(
      '*余弦相似度* 的 *查询* 需要向量，而 *加载文件夹* 给出的是图片。请连接能给出向量的节点。',
    );
  });

  it('what the validator says of a thoroughly broken workflow is Chinese throughout', () => {
    const found = [
      ...problemsOf(
        'broken',
        {
          load: { type: 'image/load-folder', params: { path: '', limit: -1, odd: 1 } },
          top: { type: 'compare/top-k', params: { k: 0.5 } },
          encoder: { type: 'encode/load-encoder', params: { model: 'emoji-clp' } },
          pool: { type: 'encode/pool', params: { method: 'men' } },
          cosine: 'compare/cosine',
          one: 'flow/reroute',
          two: 'flow/reroute',
          save: { type: 'output/save-json', params: { name: '../x' } },
          odd: { type: 'compare/cosin' },
        },
        [
          'load.images > top.similarity',
          'one.value > two.value',
          'two.value > one.value',
          'load.pictures > cosine.queries',
          'load.images > gone.images',
          'cosine.similarity > cosine.queries',
        ],
      ),
      ...problemsOf('empty', {}),
    ];
    expect(found.length).toBeGreaterThan(12);
    for (const { message } of found) {
      const chinese = told(message);
      expect(chinese, message).toMatch(/\p{Script=Han}/u);
      // Words of a sentence that was left in English; what users named and file names stay.
      expect(chinese, message).not.toMatch(/\b(the|needs|takes|gives|Remove|Connect|must|is|Choose)\b/);
    }
  });

  it('a sentence that begins with the title of its node has that title in Chinese too', () => {
    expect(
      told(
        'Cosine needs two embeddings from one space. *Query* gives DINOv2 small (384), *Mine* gives CLIP B/32 (512). Use the same encoder for both.',
      ),
    ).toMatch(/^余弦相似度 需要来自同一空间的两组向量。/);
  });

  it('a sentence that nobody translated stays as it is', () => {
    expect(told('Nobody foresaw *this*.')).toBe('Nobody foresaw *this*.');
  });
});
