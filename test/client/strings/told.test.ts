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

  it.each([
    ['asked for', '由您指定'],
    ['1.6 times as fast as the cpu', '速度是 CPU 的 1.6 倍'],
    [
      'its libraries are not installed, which one command fetches: npm rebuild onnxruntime-node',
      '没有安装它的库，用一条命令即可安装：npm rebuild onnxruntime-node',
    ],
    [
      'The model x cannot be used: onnx/vision_model.onnx is missing.',
      '模型 x 无法使用：缺少 onnx/vision_model.onnx。',
    ],
    ['x.npy is no npy file that can be read: it is too short.', 'x.npy 不是可读取的 npy 文件：它太短。'],
    [
      'The process that runs models crashed (exit code 3) while it was using the model x. Only this run is lost: run it again. If it happens again, choose another model or another device.',
      '运行模型的进程在使用模型 x 时崩溃了（退出码 3）。只有此次运行丢失：请再次运行。如果再次发生，请换一个模型或设备。',
    ],
    [
      'The run was stopped because nothing moved for 30 seconds while it was using the model x. Use a smaller batch size or a smaller model; if the model never ends, choose another one.',
      '运行已停止，因为使用模型 x 时 30 秒内没有任何进展。请使用更小的批大小或更小的模型；如果模型始终不结束，请换一个。',
    ],
    [
      'The model x does not say how pictures are prepared for it: The preprocessor config\'s "resample" is 5: nearest (0), bilinear (2) and bicubic (3) are supported. Prepare them with the Preprocess nodes first.',
      '模型 x 没有说明如何预处理图片：预处理配置的“resample”为 5：支持最近邻（0）、双线性（2）和双三次（3）。请先用预处理节点处理图片。',
    ],
    [
      'The layer hidden.3 of x cannot be reached as one vector a picture: its file gives embedding, hidden.12. hidden.3 is a layer of tokens: use Encode tokens.',
      'x 的层 hidden.3 无法作为每张图片一个向量取得：它的文件给出 embedding, hidden.12。hidden.3 是 Token 的层：请使用“编码 Token”。',
    ],
    [
      'Top k along axis 7 is not possible: the tensor is a scalar.',
      '无法沿轴 7 计算前 k 名：张量的形状为标量。',
    ],
    [
      'x.jpg was not read. The picture cannot be read: its 9 x 9 pixels are more than the 100 million that are read.',
      'x.jpg 未能读取。无法读取这张图片：它的 9 x 9 像素超过了可读取的 100 兆像素。',
    ],
    [
      '"nodes[3].position.x" must be a number, and is a text.',
      '“nodes[3].position.x”必须是数字，现在是文本。',
    ],
    [
      'hf.co cannot be reached (the connection to hf.co was cut). Check the network, and that HF_ENDPOINT (https://hf.co) is right.',
      '无法连接 hf.co（与 hf.co 的连接中断）。请检查网络，并确认 HF_ENDPOINT（https://hf.co）正确。',
    ],
  ])('"%s" is said whole', (english, chinese) => {
    expect(told(english)).toBe(chinese);
  });

  it('a sentence that nobody translated stays as it is', () => {
    expect(told('Nobody foresaw *this*.')).toBe('Nobody foresaw *this*.');
  });
});
