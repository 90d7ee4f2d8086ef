import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { TEXTS } from '../../../../client/ui/strings/index.ts';
import { zhStarters } from '../../../../client/ui/strings/zh-starters.ts';
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
const HIDDEN = /^studio words\.|^studio (trash|categories)\.words/;

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
