import {
  defineMessages,
  defineNode,
  doubtOf,
  type Embeddings,
  type ImageItem,
  isImage,
  itemKey,
  type Labels,
  type Match,
  mostDifferent,
  mostDoubtful,
  type NodeContext,
  PatchbayError,
  param,
  port,
  type ReportedProblem,
  type Similarity,
  type Suggestion,
  seededRandom,
  similarityRows,
  throwIfAborted,
} from '../sdk/index.ts';

const say = defineMessages({
  'suggest.no-probabilities': {
    en: '*Least sure* compares the probabilities of the categories, but nothing is connected to *Probabilities*. Connect those of *Zero-shot*, or choose another way.',
    zh: '*最不确定* 需要比较各类别的概率，但 *概率* 没有连接。请连接 *零样本分类* 的概率，或选择另一种方式。',
  },
  'suggest.other-pictures': {
    en: 'None of the pictures of *Vectors* has a row in *Probabilities*. Connect the probabilities of the same pictures.',
    zh: '*向量* 中的图片在 *概率* 中都没有对应的行。请连接同一批图片的概率。',
  },
  'suggest.all-labelled': {
    en: 'All {count} {count|picture has|pictures have} a category already, so there is nothing to suggest.',
    zh: '全部 {count} 张图片都已有类别，因此没有可建议的图片。',
  },
});

const noProbabilities: ReportedProblem = { ...say('suggest.no-probabilities'), port: 'probabilities' };

type Compute = Pick<NodeContext, 'ops' | 'signal'>;

/** How many starts of k-means to try. */
const STARTS = 3;

/** The group of each vector and its cosine with the middle of the group. */
interface Groups {
  readonly group: Int32Array;
  readonly cosine: Float64Array;
}

/** The pictures nearest to the middles of their groups: the nearest one of each group, largest group first, then the second ones. */
function mostTypical({ group, cosine }: Groups, open: Uint8Array, count: number): Suggestion[] {
  const members = new Map<number, number[]>();
  for (const [index, own] of group.entries()) {
    if (open[index] !== 1) continue;
    const list = members.get(own);
    if (list) list.push(index);
    else members.set(own, [index]);
  }
  const lists = [...members]
    .sort(([a], [b]) => a - b)
    .map(([, list]) => list.sort((a, b) => cosine[b]! - cosine[a]! || a - b));
  const found: Suggestion[] = [];
  for (let place = 0; found.length < count; place++) {
    const before = found.length;
    for (const list of lists) {
      const index = list[place];
      if (index !== undefined && found.length < count) found.push({ index, score: cosine[index]! });
    }
    if (found.length === before) break;
  }
  return found;
}

/** The pictures whose best two categories are closest to each other. */
async function leastSure(
  embeddings: Embeddings,
  probabilities: Similarity,
  open: Uint8Array,
  count: number,
  { ops, signal }: Compute,
): Promise<Suggestion[]> {
  const places = new Map(probabilities.queries.map((item, row) => [itemKey(item), row]));
  const indexOf = new Map<number, number>();
  for (const [index, item] of embeddings.items.entries()) {
    const row = places.get(itemKey(item));
    if (row !== undefined) indexOf.set(row, index);
  }
  if (indexOf.size === 0 && embeddings.items.length > 0)
    throw new PatchbayError({ ...say('suggest.other-pictures'), port: 'probabilities' });
  const found: Suggestion[] = [];
  if (probabilities.gallery.length === 0) return found;
  let row = 0;
  for await (const values of similarityRows(probabilities, ops)) {
    if (row % 4096 === 0) throwIfAborted(signal);
    const index = indexOf.get(row++);
    if (index !== undefined && open[index] === 1) found.push({ index, score: doubtOf(values) });
  }
  return mostDoubtful(found, count);
}

/** Which pictures may be suggested: those that have no category yet. */
function openOf({ items }: Embeddings, labels: Labels | undefined): Uint8Array {
  const known = labels && new Map(labels.items.map((item, row) => [itemKey(item), labels.labels[row]]));
  return Uint8Array.from(items, (item) => {
    if (!isImage(item)) return 0;
    const label = known ? known.get(itemKey(item)) : item.label;
    return label == null ? 1 : 0;
  });
}

/** Whether a person has ruled out a category of a picture. */
function markedOf(labels: Labels | undefined): (item: ImageItem) => boolean {
  const known = new Set(labels?.items.flatMap((item) => (isImage(item) && item.not ? [itemKey(item)] : [])));
  return (item) => item.not !== undefined || known.has(itemKey(item));
}

/** Pictures of which a person has ruled out a category and given none come before all others. */
const RULED_OUT = 'Ruled out';
const WAYS = { uncertain: 'Least sure', different: 'Most different', typical: 'Most typical' } as const;
type Way = keyof typeof WAYS;

/** Takes the first of each list, then the second of each. */
function inTurns<T>(lists: readonly (readonly T[])[]): T[] {
  const longest = Math.max(0, ...lists.map(({ length }) => length));
  return Array.from({ length: longest }, (_, place) =>
    lists.flatMap((list) => (place < list.length ? [list[place]!] : [])),
  ).flat();
}

export default defineNode({
  title: 'Suggest pictures',
  description:
    'Suggests which pictures to give a category next, so that few of them teach a lot: those that the categories are least sure about, those that differ most from all that have a category, or the most typical ones.',
  keywords: [
    'active learning',
    'label next',
    'uncertainty',
    'margin',
    'core-set',
    'k-center',
    'diverse',
    'cluster',
    'annotate',
    'sample',
  ],
  inputs: {
    embeddings: port.embeddings({ title: 'Vectors', help: 'The vectors of the pictures.' }),
    probabilities: port.similarity({
      required: false,
      help: 'The probability of each category for the same pictures, from Zero-shot or a trained model.',
    }),
    labels: port.labels({
      required: false,
      help: 'The categories that pictures have already, from Category set. Without it, the categories of the pictures themselves count.',
    }),
  },
  params: {
    how: param.choice({
      default: 'mixed',
      title: 'Which pictures',
      choices: { mixed: 'Some of each', ...WAYS },
      help: 'Least sure: the two best categories are almost equal. Most different: far from all pictures with a category and from each other. Most typical: in the middle of their group.',
    }),
    count: param.integer({
      default: 20,
      min: 1,
      max: 1000,
      title: 'How many',
      help: 'The number of pictures to suggest.',
    }),
    groups: param.integer({
      default: 10,
      min: 1,
      max: 50,
      title: 'Number of groups',
      help: 'Into how many groups of similar pictures to divide them for the most typical ones. 1 takes all as one group.',
      when: { param: 'how', is: ['mixed', 'typical'] },
      advanced: true,
    }),
    seed: param.integer({
      default: 0,
      min: 0,
      max: 2 ** 31 - 1,
      widget: 'seed',
      help: 'A different number starts with other pictures and groups.',
      advanced: true,
    }),
  },
  outputs: {
    images: port.images({
      help: 'The suggested pictures, the most useful ones first. Before all others come those of which a person has ruled out a category.',
    }),
    matches: port.matches({ help: 'The same pictures under the reason for each, with its score.' }),
  },
  resource: 'device',
  infer: ({ params: { how }, inputs, report }) => {
    if (how === 'uncertain' && (inputs.probabilities ?? []).length === 0) report(noProbabilities);
    return { images: { type: 'images' }, matches: { type: 'matches' } };
  },
  run: async ({ inputs, params: { how, count, groups, seed }, ctx }) => {
    const { embeddings, probabilities, labels } = inputs;
    const { items, skipped, space } = embeddings;
    if (how === 'uncertain' && !probabilities) throw new PatchbayError(noProbabilities);
    const open = openOf(embeddings, labels);
    const labelled = [...open.keys()].filter((index) => open[index] === 0);
    const left = open.length - labelled.length;
    const wanted = Math.min(count, left);
    if (left === 0 && items.length > 0) ctx.warn(say('suggest.all-labelled', { count: items.length }));

    const ways: readonly Way[] =
      how === 'mixed'
        ? probabilities
          ? ['uncertain', 'different', 'typical']
          : ['different', 'typical']
        : [how];
    const random = seededRandom(seed);
    const found: Record<Way, Suggestion[]> = { uncertain: [], different: [], typical: [] };
    const shareOf = (way: Way) => {
      const place = ways.indexOf(way);
      return place < 0 ? 0 : Math.floor((shared + ways.length - 1 - place) / ways.length);
    };
    const isMarked = markedOf(labels);
    const ruledOut = [...open.keys()]
      .filter((index) => open[index] === 1 && isMarked(items[index] as ImageItem))
      .slice(0, wanted)
      .map((index): Suggestion => ({ index, score: 1 }));
    for (const { index } of ruledOut) open[index] = 0;
    const shared = wanted - ruledOut.length;
    let done = 0;
    const take = (way: Way, suggestions: readonly Suggestion[]) => {
      found[way] = [...suggestions];
      for (const { index } of suggestions) open[index] = 0;
      done = ruledOut.length + found.uncertain.length + found.typical.length;
      ctx.progress(done, wanted);
    };
    if (shared > 0) {
      if (shareOf('uncertain') > 0)
        take('uncertain', await leastSure(embeddings, probabilities!, open, shareOf('uncertain'), ctx));
      if (shareOf('typical') > 0) {
        const vectors = embeddings.tensor;
        const group = await ctx.explore.kMeans(
          { vectors, count: groups, metric: 'cosine', starts: STARTS, seed },
          { signal: ctx.signal },
        );
        const { near } = await ctx.explore.centers(vectors, group, 'cosine');
        take('typical', mostTypical({ group, cosine: near }, open, shareOf('typical')));
      }
      // Last, so that they differ from the others too. They fill up what the other ways could not find.
      const rest = ways.includes('different') ? shared - found.uncertain.length - found.typical.length : 0;
      if (rest > 0) {
        const start = [
          ...labelled,
          ...ruledOut.map(({ index }) => index),
          ...found.uncertain.map(({ index }) => index),
          ...found.typical.map(({ index }) => index),
        ];
        const onChosen = () => ctx.progress(++done, wanted);
        const unit = await ctx.ops.l2Normalize(embeddings.tensor);
        found.different = await mostDifferent(unit, open, start, rest, random, ctx, onChosen);
      }
    }
    const reasons: readonly (readonly [string, readonly Suggestion[]])[] = [
      ...(ruledOut.length > 0 ? [[RULED_OUT, ruledOut] as const] : []),
      ...ways.map((way) => [WAYS[way], found[way]] as const),
    ];
    const imageAt = (index: number) => items[index] as ImageItem;
    return {
      images: {
        kind: 'images',
        items: [...ruledOut, ...inTurns(ways.map((way) => found[way]))].map(({ index }) => imageAt(index)),
        skipped,
      },
      matches: {
        kind: 'matches',
        metric: 'cosine',
        results: reasons.map(([text, suggestions]) => ({
          query: { kind: 'text', text },
          results: suggestions.map(({ index, score }): Match => ({ item: imageAt(index), index, score })),
        })),
        skipped,
        space,
      },
    };
  },
  messages: say,
  translations: {
    zh: {
      title: '建议图片',
      description:
        '建议接下来给哪些图片设定类别，用少量图片学到更多：各类别最难区分的、与已有类别的图片差别最大的，或最典型的。',
      inputs: {
        embeddings: { title: '向量', help: '图片的向量。' },
        probabilities: {
          title: '概率',
          help: '同一批图片属于各类别的概率，来自“零样本分类”或训练好的模型。',
        },
        labels: {
          title: '类别',
          help: '图片已有的类别，来自“类别集”。没有连接时，以图片自身的类别为准。',
        },
      },
      params: {
        how: {
          title: '哪些图片',
          help: '最不确定：最可能的两个类别几乎相等。差别最大：与所有已有类别的图片以及彼此都相距较远。最典型：位于所在分组的中心。',
          choices: { mixed: '各取一些', uncertain: '最不确定', different: '差别最大', typical: '最典型' },
        },
        count: { title: '数量', help: '建议多少张图片。' },
        groups: {
          title: '分组数',
          help: '为找出最典型的图片，把相似的图片分成多少组。1 表示全部作为一组。',
        },
        seed: { title: '种子', help: '换一个数字会从其他图片和分组开始。' },
      },
      outputs: {
        images: { title: '图片', help: '建议的图片，最有用的在前。被人排除过某个类别的图片排在最前面。' },
        matches: { title: '匹配结果', help: '同样的图片，按建议的原因分开，带有得分。' },
      },
    },
  },
});
