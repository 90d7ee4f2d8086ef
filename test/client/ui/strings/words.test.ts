import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { EMPHASIS } from '../../../../client/ui/strings/emphasis.ts';
import { TEXTS } from '../../../../client/ui/strings/index.ts';
import { zhLicenses } from '../../../../client/ui/strings/zh-models.ts';
import { sampleLists, zhSamples, zhStarters } from '../../../../client/ui/strings/zh-starters.ts';
import { type NodeDescriptor, SDK_TEMPLATES, type Templates } from '../../../../nodes/sdk/index.ts';
import { MESSAGES } from '../../../../server/contract/messages/index.ts';
import { loadNodes } from '../../../../server/load-nodes.ts';
import { WORKFLOW_TEMPLATES } from '../../../../workflows/messages.ts';

/** A text that people read, and the place of its definition. */
interface Shown {
  readonly place: string;
  readonly en: string;
  readonly zh: string;
}

const root = join(import.meta.dirname, '../../../..');

const ofTemplates = (place: string, templates: Templates): Shown[] =>
  Object.entries(templates).map(([code, { en, zh = '' }]) => ({ place: `${place} ${code}`, en, zh }));

/** Titles and help of a node, its ports and params, and its messages. */
function ofNode({ type, title, description, translations, messages = {}, ...node }: NodeDescriptor): Shown[] {
  const own = translations?.zh;
  return [
    { place: type, en: title, zh: own?.title ?? '' },
    { place: type, en: description, zh: own?.description ?? '' },
    ...(['inputs', 'outputs', 'params'] as const).flatMap((side) =>
      node[side].flatMap((field): Shown[] => {
        const place = `${type} ${side}.${field.name}`;
        const texts = own?.[side]?.[field.name];
        return [
          { place, en: field.title, zh: texts?.title ?? '' },
          { place, en: field.help, zh: texts?.help ?? '' },
        ];
      }),
    ),
    ...node.params.flatMap(({ name, choices = [] }) =>
      choices.map(({ value, title: en }) => ({
        place: `${type} ${name}=${value}`,
        en,
        zh: own?.params?.[name]?.choices?.[value] ?? '',
      })),
    ),
    ...ofTemplates(type, messages),
  ];
}

/** Texts that only a search reads, and texts that appear only in code. */
const HIDDEN = /^studio words\.|^studio (trash|categories|collections)\.words/;

const shown: readonly Shown[] = [
  ...ofTemplates('studio', TEXTS),
  ...ofTemplates('server', MESSAGES),
  ...ofTemplates('sdk', SDK_TEMPLATES),
  ...ofTemplates('workflows', WORKFLOW_TEMPLATES),
  ...(await loadNodes()).descriptors().flatMap(ofNode),
  ...Object.entries(zhStarters).map(([en, zh]) => ({ place: 'templates', en, zh })),
].filter(({ place }) => !HIDDEN.test(place));

/** The text without addresses, examples of code, names of files and values that are filled in. */
const prose = (text: string) => text.replaceAll(/\{\w+[^{}]*\}|\S*[/:_.]\S+|"[^" ]*"/g, ' ');

/** Places with a word that people do not read, apart from those with a reason. */
const withWord = (word: RegExp, allowed: Readonly<Record<string, string>> = {}) =>
  shown
    .filter(({ place, en }) => word.test(prose(en)) && !(place in allowed))
    .map(({ place, en }) => `${place}: ${en}`);

describe('one word for one thing', () => {
  test('a picture is no image', () => {
    expect(withWord(/\bimages?\b/i)).toEqual([]);
  });

  test('a category is no label', () => {
    expect(withWord(/\blabel(s|led|led)?\b/i)).toEqual([]);
  });

  test('a param is no setting, and a match is no hit', () => {
    expect(
      withWord(/\b(settings?|hits?|likeness)\b/i, {
        'studio settings.title': 'the settings of the studio itself',
        'server doctor.settings': 'a setting of the server',
        'server preprocess.unsupported': 'the config of a model calls it so',
      }),
    ).toEqual([]);
  });

  test('a result is cached, and does not come from a cache or a store', () => {
    expect(withWord(/\bfrom the cache\b/i)).toEqual([]);
  });

  test('what a query is compared with is no gallery; a Gallery shows pictures', () => {
    expect(withWord(/\bgaller(y|ies)\b/)).toEqual([]);
  });

  test('a model is downloaded, not fetched', () => {
    expect(withWord(/\bfetch(es|ed)?\b/i)).toEqual([]);
  });
});

describe('one Chinese word for one thing', () => {
  /** An English term, its Chinese word, and words for the same thing that are not used. */
  const GLOSSARY = [
    [/\bpictures?\b/i, '图片', /图像|图象|照片集/],
    [/\bcategor(y|ies)\b/i, '类别', /标签|分类名/],
    [/\bparams?\b/i, '参数', /设置项/],
    [/\bworkflows?\b/i, '工作流', /流程图/],
    [/\bencoders?\b/i, '编码器', /编码模型/],
    [/\bheatmaps?\b/i, '热图', /热力图/],
    [/\bpatch(es)?\b/i, '图块', /补丁|小块/],
    [/\bvectors?\b/i, '向量', /矢量/],
    [/\bcached\b/i, '缓存', /高速缓存/],
    [/\bqueued\b/i, '排队', /等待/],
    [/\breroutes?\b/i, '转接点', /中继|路由/],
    [/\btexts?\b/i, '文本', /文字/],
    [/\bembeddings?\b/i, '向量', /嵌入/],
    [/\bEncode tokens\b/, '编码图块', /图块 Token/],
    [/\bquer(y|ies)\b/i, '查询', /要找的|要查找/],
    [/\bsearch in\b/i, '检索库', /图库/],
    [/\bcosines?\b/i, '余弦相似度', /余弦(?!相似度)/],
  ] as const;

  test.each(GLOSSARY)('%s is %s', (english, chinese, other) => {
    const entries = shown.filter(({ en, zh }) => english.test(prose(en)) && zh !== '');
    expect(entries.filter(({ zh }) => other.test(zh)).map(({ place, zh }) => `${place}: ${zh}`)).toEqual([]);
    expect(entries.some(({ zh }) => zh.includes(chinese))).toBe(true);
  });

  test('a title has one Chinese title', () => {
    const titles = new Map<string, Set<string>>();
    for (const { en, zh } of shown)
      if (/^[A-Z][\w -]{2,24}$/.test(en) && zh !== '') titles.set(en, (titles.get(en) ?? new Set()).add(zh));
    const several = [...titles]
      .filter(([, own]) => own.size > 1)
      .map(([en, own]) => `${en}: ${[...own].join(', ')}`);
    expect(several).toEqual([]);
  });
});

describe('Chinese without slips', () => {
  const chinese = shown.filter(({ zh }) => /\p{Script=Han}/u.test(zh));
  const having = (fault: RegExp) =>
    chinese.filter(({ zh }) => fault.test(zh)).map(({ place, zh }) => `${place}: ${zh}`);

  test.each([
    ['half-width commas beside Chinese', /\p{Script=Han},|[^\d], ?\p{Script=Han}/u],
    ['half-width colons and semicolons after Chinese', /\p{Script=Han}[:;]/u],
    ['half-width brackets beside Chinese', /\p{Script=Han} ?\((?!x \/)|\(\p{Script=Han}/u],
    ['half-width stops after Chinese', /\p{Script=Han}[.?!](?=\s|$)/u],
    ['spaces between Chinese letters', /\p{Script=Han} +\p{Script=Han}/u],
    ['spaces beside quotation marks', /[“] | [”]|\p{Script=Han} “|” \p{Script=Han}/u],
    ['an x for "times"', /[\w})] x [\w{(\p{Script=Han}]/u],
    ['three dots', /\p{Script=Han} ?\.\.\./u],
  ])('there is no sign of %s', (_, fault) => {
    expect(having(fault)).toEqual([]);
  });

  test('the names of nodes, ports and files are in quotation marks, not between spaces', () => {
    const studio = ofTemplates('studio', TEXTS);
    const bare =
      /\p{Script=Han} \{(name|title|from|to|target)\}|\{(name|title|from|to|target)\} \p{Script=Han}/u;
    expect(studio.filter(({ zh }) => bare.test(zh)).map(({ place, zh }) => `${place}: ${zh}`)).toEqual([]);
  });

  test('the help of nodes has no marks for emphasis, because nothing shows them', async () => {
    const helps = (await loadNodes()).descriptors().flatMap((node) => {
      const { messages: _, ...texts } = node;
      return ofNode(texts);
    });
    const marked = helps.filter(({ en, zh }) => EMPHASIS.test(en) || EMPHASIS.test(zh));
    expect(marked).toEqual([]);
  });

  test('no words of an older wording come back', () => {
    expect(
      having(
        /中继点|文字|嵌入|词元|图块 Token|最好的在前|要找什么|要查找的|待完成|相似的程度|余弦(?!相似度)/u,
      ),
    ).toEqual([]);
  });

  test('the title of a node is the title of nothing else', async () => {
    const nodes = (await loadNodes()).descriptors();
    const others = new Map<string, Set<string>>();
    for (const node of nodes)
      for (const side of ['inputs', 'outputs', 'params'] as const)
        for (const { name, title } of node[side]) {
          const zh = node.translations?.zh?.[side]?.[name]?.title ?? '';
          others.set(zh, (others.get(zh) ?? new Set()).add(title));
        }
    const double = nodes.flatMap(({ title, translations }) => {
      const zh = translations?.zh?.title ?? '';
      return [...(others.get(zh) ?? [])].filter((en) => en !== title).map((en) => `${zh}: ${title}, ${en}`);
    });
    expect(double).toEqual([]);
  });

  test('an example in an empty field is Chinese, unless it is an address or a pattern', async () => {
    const english = (await loadNodes()).descriptors().flatMap(({ type, params, translations }) =>
      params.flatMap(({ name, placeholder = '' }) => {
        const zh = translations?.zh?.params?.[name]?.placeholder ?? '';
        const isWords = /[a-z]/i.test(placeholder) && !/:\/\/|\*/.test(placeholder);
        return isWords && !/\p{Script=Han}/u.test(zh) ? [`${type} ${name}: ${placeholder}`] : [];
      }),
    );
    expect(english).toEqual([]);
  });

  test('a unit made of letters has a Chinese word', async () => {
    const units = (await loadNodes()).descriptors().flatMap(({ params }) => params.map(({ unit }) => unit));
    const letters = [...new Set(units)].filter((unit) => unit !== undefined && /[a-z]/i.test(unit));
    expect(letters.length).toBeGreaterThan(0);
    for (const unit of letters) expect(Object.keys(TEXTS)).toContain(`made.${unit}`);
  });

  test('a licence that says more than its name says it in Chinese', () => {
    const { models } = JSON.parse(readFileSync(join(root, 'models/catalog.json'), 'utf8')) as {
      models: { license?: string }[];
    };
    const wordy = models
      .map(({ license = '' }) => license)
      .filter((license) => /[a-z]+ [a-z]+ /.test(license));
    expect(wordy.length).toBeGreaterThan(2);
    for (const license of wordy) expect(Object.keys(zhLicenses)).toContain(license);
  });

  test('a list of words that a node or a template comes with is known, so that it follows the language', async () => {
    const ofStarters = readdirSync(join(root, 'workflows'))
      .filter((file) => file.endsWith('.json'))
      .flatMap((file) => {
        const { nodes } = JSON.parse(readFileSync(join(root, 'workflows', file), 'utf8')) as {
          nodes: { params?: Record<string, unknown> }[];
        };
        return nodes.flatMap(({ params = {} }) => Object.values(params));
      });
    const defaults = (await loadNodes())
      .descriptors()
      .flatMap(({ params }) => params.filter(({ type }) => type === 'strings').map((one) => one.default));
    const lists = [...ofStarters, ...defaults].filter(
      (value) => Array.isArray(value) && value.some((word) => /[a-z]/i.test(String(word))),
    );
    expect(lists.length).toBeGreaterThan(3);
    for (const list of lists) expect(sampleLists).toContainEqual(list);
    for (const word of sampleLists.flat())
      if (/[a-z]/.test(word)) expect(Object.keys(zhSamples)).toContain(word);
  });
});

test('a template has one name, in the studio, in its file and in the pages', () => {
  const names = readdirSync(join(root, 'workflows'))
    .filter((file) => file.endsWith('.json'))
    .map(
      (file) => (JSON.parse(readFileSync(join(root, 'workflows', file), 'utf8')) as { name: string }).name,
    );
  for (const name of names) expect(Object.keys(zhStarters)).toContain(name);
  const pages = ['README.md', 'server/README.md', 'client/README.md', 'models/README.md'].map((page) =>
    readFileSync(join(root, page), 'utf8'),
  );
  for (const old of ['Search by text', 'Find similar images', 'Zero-shot labels'])
    for (const page of pages) expect(page).not.toContain(old);
});
