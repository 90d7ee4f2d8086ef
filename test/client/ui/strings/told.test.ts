import { beforeAll, describe, expect, it } from 'vitest';
import { useCatalogue } from '../../../../client/ui/api/catalogue.ts';
import { ApiError } from '../../../../client/ui/api/http.ts';
import { useLanguage } from '../../../../client/ui/strings/language.ts';
import { kindsText, messageOf, plainText, told } from '../../../../client/ui/strings/told.ts';
import { fieldTitle, type Message, nodeTitle, word } from '../../../../nodes/sdk/index.ts';
import { MESSAGES } from '../../../../server/contract/messages/index.ts';
import { runMessage } from '../../../../server/contract/messages/runs.ts';
import { validate } from '../../../../server/engine/validate.ts';
import { loadAllNodes } from '../../../../server/load-nodes.ts';
import { sketch } from '../../../e2e/canvas-kit.ts';

const registry = await loadAllNodes([]);
const models = { ids: () => ['emoji-clip'], describe: () => undefined };

const problemsOf = (...args: Parameters<typeof sketch>) =>
  validate(sketch(...args), registry, { models }).problems;

beforeAll(() => {
  useCatalogue.setState({
    types: Object.fromEntries(registry.descriptors().map((one) => [one.type, one])),
    loaded: true,
  });
  useLanguage.setState({ language: 'zh' });
});

/** The values that a text shows. A value that only chooses between singular and plural is not shown. */
const shown = (text: string) =>
  [...new Set([...text.matchAll(/\{(\w+)(?![\w|])[^{}]*\}/g)].map(([, name]) => name))].sort();

const withoutHoles = (text: string) => text.replaceAll(/\{\w+.*?\}/g, '');

describe('the messages of the server', () => {
  it.each(Object.entries(MESSAGES))('%s shows the same values in Chinese', (_, { en, zh }) => {
    expect(shown(zh)).toEqual(shown(en));
    // A text such as `"{path}"` has no words to translate.
    if (/[a-z]/i.test(withoutHoles(en))) expect(zh).toMatch(/\p{Script=Han}/u);
  });
});

describe('in Chinese', () => {
  it('a message is made from its code and values', () => {
    expect(told(runMessage('node.failed', { node: '*x*', reason: 'no memory.' }))).toBe(
      '“x”失败：no memory.',
    );
    expect(kindsText(['images', 'pixels'])).toBe('图片或像素');
  });

  it('the titles of nodes and ports are those of the catalogue', () => {
    expect(told(nodeTitle('compare/top-k', 'Top k'))).toBe('“前 k 名”');
    expect(told(fieldTitle('input', 'compare/cosine', 'queries', 'Queries'))).toBe('“查询”');
    const failed = runMessage('node.failed', { node: nodeTitle('compare/top-k', 'Top k'), reason: 'x' });
    expect(told(failed)).toBe('“前 k 名”失败：x');
  });

  it('names are in quotation marks without spaces beside Chinese, and patterns keep their asterisks', () => {
    const [empty] = problemsOf('x', { load: { type: 'image/load-folder', title: 'Pictures' } });
    expect(told(empty!)).toBe('参数“图片”的“文件夹”尚未选择。请选择一个文件夹。');
    expect(empty!.message).toBe('*Folder* of *Pictures* is not chosen yet. Choose a folder.');
    expect(told(runMessage('node.failed', { node: '*x*', reason: '没有 *.jpg 和 cats/**。' }))).toBe(
      '“x”失败：没有 *.jpg 和 cats/**。',
    );
  });

  it('a limit names its unit', () => {
    const [problem] = problemsOf('x', { crop: { type: 'preprocess/crop', params: { width: 0 } } });
    expect(problem!.message).toContain('at least 1 px');
    expect(told(problem!)).toContain('至少 1 像素');
  });

  it('a wire that is there already is told plainly', () => {
    const problems = problemsOf('x', { load: 'image/load-folder', show: 'view/gallery' }, [
      'load.images > show.images',
      'load.images > show.images',
    ]);
    const twice = problems.find(({ code }) => code === 'edge.duplicate')!;
    expect(twice.message).toBe('*Load folder* is already connected to *Gallery*. Remove the extra wire.');
    expect(told(twice)).toBe('“加载文件夹”已经连接到“图库”。请移除多余的连线。');
  });

  it('the title of a node that nobody here knows stays as its author wrote it', () => {
    expect(told(nodeTitle('mine/own', 'Mine'))).toBe('*Mine*');
  });

  it('a text without a code, and a row of an older version, show their English', () => {
    expect(told('Nobody foresaw *this*.')).toBe('Nobody foresaw *this*.');
    expect(told({ code: 'node.failed', message: '*Fail* failed: old.' })).toBe('*Fail* failed: old.');
    expect(told({ message: 'Older still.' } as Message)).toBe('Older still.');
  });

  it('an error from the server says its message', () => {
    expect(told(messageOf(new ApiError(400, word('run.cancelled'))))).toBe('运行已取消。');
    expect(told(messageOf(new Error('plain')))).toBe('plain');
  });

  it('a wire that does not fit is refused with Chinese names and kinds', () => {
    const problems = problemsOf('x', { load: 'image/load-folder', cosine: 'compare/cosine' }, [
      'load.images > cosine.queries',
    ]);
    expect(told(problems.find(({ code }) => code === 'edge.type-mismatch')!)).toBe(
      '“余弦相似度”的“查询”需要向量，而“加载文件夹”给出的是图片。请连接能给出向量的节点。',
    );
  });

  it('a model of the hub that is not here is told with how to get it', () => {
    const [problem] = problemsOf('x', {
      load: { type: 'encode/load-encoder', params: { model: 'someone/far-away' } },
    });
    expect(problem?.message).toBe(
      'There is no model called someone/far-away. To download it, use the Models panel or "patchbay models add someone/far-away".',
    );
    expect(problem && told(problem)).toBe(
      '没有名为 someone/far-away 的模型。如要下载，请使用“模型”面板或“patchbay models add someone/far-away”。',
    );
  });

  it('a thoroughly broken workflow has Chinese problems throughout', () => {
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
    for (const problem of found) {
      const chinese = told(problem);
      expect(chinese, problem.message).toMatch(/\p{Script=Han}/u);
      // English words in a message. Names from users and file names are allowed.
      expect(chinese, problem.message).not.toMatch(
        /\b(the|needs|takes|gives|Remove|Connect|must|is|but|Choose|Write|anything)\b/,
      );
    }
  });
});

describe('plain text', () => {
  it('loses the marks around names only, not the asterisks that are meant', () => {
    useLanguage.setState({ language: 'en' });
    expect(plainText('Set *Other pictures*, without any of / \\ : * ? " < > | in *.jpg.')).toBe(
      'Set Other pictures, without any of / \\ : * ? " < > | in *.jpg.',
    );
    useLanguage.setState({ language: 'zh' });
  });
});
