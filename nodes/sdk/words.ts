import { defineMessages, englishOf, type Message, type Said } from './messages.ts';
import { PORT_TYPES, type PortType } from './values.ts';

const LONGEST_NAME = 60;
const LONGEST_ID = 60;

/** Words that all parts of Patchbay use in messages: port types, titles, hints. */
export const word = defineMessages({
  'kind.any': { en: 'anything', zh: '任意结果' },
  'kind.images': { en: 'pictures', zh: '图片' },
  'kind.pixels': { en: 'pixels', zh: '像素' },
  'kind.texts': { en: 'texts', zh: '文本' },
  'kind.labels': { en: 'categories', zh: '类别' },
  'kind.encoder': { en: 'encoder', zh: '编码器' },
  'kind.adapter': { en: 'adapter', zh: '适配器' },
  'kind.classifier': { en: 'classifier', zh: '分类器' },
  'kind.embeddings': { en: 'embeddings', zh: '向量' },
  'kind.tokens': { en: 'tokens', zh: '图块向量' },
  'kind.similarity': { en: 'similarity', zh: '相似度' },
  'kind.matches': { en: 'matches', zh: '匹配结果' },
  'kind.table': { en: 'table', zh: '表格' },
  'kind.metrics': { en: 'metrics', zh: '指标' },
  'kind.view': { en: 'view', zh: '视图' },
  'kind.list': { en: '{kinds:or}', zh: '{kinds:or}' },
  /** The title of a definition. The editor knows it in its own language, so these templates have no Chinese. */
  'title.node': { en: '*{title}*' },
  /** The title that a node has in its workflow. The editor translates it if a template wrote it. */
  'title.own': { en: '*{title}*' },
  'title.input': { en: '*{title}*' },
  'title.output': { en: '*{title}*' },
  'title.param': { en: '*{title}*' },
  /** For several nodes with the same title. */
  'title.with-id': { en: '{title} ({id})', zh: '{title}（{id}）' },
  'hint.did-you-mean': { en: ' Did you mean "{name}"?', zh: '您是指“{name}”吗？' },
  'warnings.more': { en: 'There are more warnings; they are left out.', zh: '还有更多警告，未列出。' },
  'run.cancelled': { en: 'The run was cancelled.', zh: '运行已取消。' },
});

/** A name inside a sentence: shortened, and in asterisks, which screens show as emphasis. */
export function emphasize(name: string): string {
  const plain = name
    .slice(0, 10 * LONGEST_NAME)
    .replaceAll(/[*\s]+/g, ' ')
    .trim();
  return `*${plain.length > LONGEST_NAME ? `${plain.slice(0, LONGEST_NAME - 1)}…` : plain}*`;
}

/** Words of names in code that people read as other words. */
const FOR_PEOPLE: Readonly<Record<string, string>> = {
  image: 'picture',
  images: 'pictures',
  label: 'category',
  labels: 'categories',
};

/** `maxEdge` becomes "Max edge", and `images` becomes "Pictures". */
export function titleOf(name: string): string {
  const words = name
    .replaceAll(/([a-z])([A-Z])/g, '$1 $2')
    .replaceAll(/[-_]/g, ' ')
    .toLowerCase()
    .replaceAll(/\b(?:image|label)s?\b/g, (word) => FOR_PEOPLE[word] ?? word);
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** The title of a node type, for a hole in a message: `*Top k*`. */
export function nodeTitle(type: string, title: string): Message {
  return { code: 'title.node', args: { type, title }, message: emphasize(title) };
}

/** The title of a port or param of a node type, for a hole in a message: `*Queries*`. */
export function fieldTitle(
  field: 'input' | 'output' | 'param',
  type: string,
  name: string,
  title: string,
): Message {
  return { code: `title.${field}`, args: { type, name, title }, message: emphasize(title) };
}

/** Port types, for a hole such as `{types:or}`. */
export function kinds(types: readonly PortType[]): readonly Message[] {
  return types.length === PORT_TYPES.length ? [word('kind.any')] : types.map((type) => word(`kind.${type}`));
}

/** A hint for a hole such as `{hint?}`; undefined without a name. */
export function didYouMean(name: string | undefined): Message | undefined {
  return name === undefined ? undefined : word('hint.did-you-mean', { name });
}

/** A node in a sentence: the title that its user gave it, otherwise the title of its type, otherwise the type. */
export function nodeName(
  { title, type }: { readonly title?: string | undefined; readonly type: string },
  definition: { readonly title: string } | undefined,
): Said {
  if (title) return { code: 'title.own', args: { type, title }, message: emphasize(title) };
  return definition ? nodeTitle(type, definition.title) : emphasize(type);
}

/** Nodes that one sentence names: where a title repeats, each gets its id. */
export function namesApart(nodes: readonly { readonly id: string; readonly name: Said }[]): Said[] {
  const times = new Map<string, number>();
  for (const { name } of nodes) times.set(englishOf(name), (times.get(englishOf(name)) ?? 0) + 1);
  return nodes.map(({ id, name }) =>
    times.get(englishOf(name))! > 1
      ? word('title.with-id', { title: name, id: id.slice(0, LONGEST_ID) })
      : name,
  );
}

/** A port or param in a sentence; `type` is the type of its node. */
export function fieldName(
  field: 'input' | 'output' | 'param',
  type: string,
  name: string,
  spec: { readonly title?: string | undefined } | undefined,
): Said {
  return fieldTitle(field, type, name, spec?.title ?? titleOf(name));
}

/** Port types in English: `images or pixels`. */
export function typesText(types: readonly PortType[]): string {
  return word('kind.list', { kinds: kinds(types) }).message;
}
