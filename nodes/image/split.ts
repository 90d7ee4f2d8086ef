import {
  defineNode,
  type ImageItem,
  type Images,
  knownOf,
  PatchbayError,
  param,
  port,
  seededRandom,
  shuffled,
} from '../sdk/index.ts';

/** Positions of each label's pictures, in order of first appearance; all in one group when labels do not count. */
function groups(items: readonly ImageItem[], stratified: boolean): number[][] {
  const byLabel = new Map<string | undefined, number[]>();
  for (const [index, item] of items.entries()) {
    const label = stratified ? item.label : undefined;
    const group = byLabel.get(label);
    if (group) group.push(index);
    else byLabel.set(label, [index]);
  }
  return [...byLabel.values()];
}

/** How many of `count` go to train and validation; what rounding gave or took before is `carry`, and is settled here. */
function sizes(count: number, shares: readonly [number, number], carry: [number, number]): [number, number] {
  const wanted = [count * shares[0] + carry[0], count * shares[1] + carry[1]] as const;
  // Every label keeps at least one picture to learn from.
  const least = shares[0] > 0 && count > 0 ? 1 : 0;
  const train = Math.min(count, Math.max(least, Math.round(wanted[0])));
  const validation = Math.min(count - train, Math.max(0, Math.round(wanted[1])));
  carry[0] = wanted[0] - train;
  carry[1] = wanted[1] - validation;
  return [train, validation];
}

const tooMuch = (train: number, validation: number) => ({
  code: 'split.shares',
  message: `Train and validation together take ${train + validation}% of the pictures; at most 100% can be shared out. Lower one of them.`,
  param: 'validation',
  expected: 'at most 100',
  got: String(train + validation),
});

export default defineNode({
  title: 'Split',
  description:
    'Shares pictures out at random to train, validation and test sets. The same seed gives the same split; the test set gets what the other two leave.',
  keywords: [
    'train',
    'test',
    'validation',
    'holdout',
    'stratified',
    'partition',
    'random',
    'sample',
    'dataset',
  ],
  inputs: { images: port.images({ help: 'The pictures to share out.' }) },
  params: {
    train: param.integer({
      default: 70,
      min: 0,
      max: 100,
      unit: '%',
      widget: 'slider',
      help: 'Share of pictures to learn from.',
    }),
    validation: param.integer({
      default: 15,
      min: 0,
      max: 100,
      unit: '%',
      widget: 'slider',
      help: 'Share of pictures to tune with. What remains is the test set.',
    }),
    stratified: param.boolean({
      default: true,
      title: 'Same mix of labels',
      help: 'Gives every set the same mix of labels, as far as numbers allow. Each label keeps at least one picture for training.',
    }),
    seed: param.integer({
      default: 0,
      min: 0,
      max: 2 ** 31 - 1,
      widget: 'seed',
      help: 'Another number gives another random split.',
    }),
  },
  outputs: {
    train: port.images({ help: 'Pictures to learn from, in their order.' }),
    validation: port.images({ help: 'Pictures to tune with, in their order.' }),
    test: port.images({ help: 'Pictures kept back to judge the result, in their order.' }),
  },
  infer: ({ params: { train, validation, stratified }, inputs, report }) => {
    if (train + validation > 100) report(tooMuch(train, validation));
    const { count } = knownOf(inputs, 'images');
    const known = count !== undefined && (!stratified || count === 0) && train + validation <= 100;
    const [first, second] = known ? sizes(count, [train / 100, validation / 100], [0, 0]) : [];
    const rest = known ? count - (first ?? 0) - (second ?? 0) : undefined;
    return {
      train: { type: 'images', count: first },
      validation: { type: 'images', count: second },
      test: { type: 'images', count: rest },
    };
  },
  run: ({ inputs: { images }, params: { train, validation, stratified, seed } }) => {
    if (train + validation > 100) throw new PatchbayError(tooMuch(train, validation));
    const random = seededRandom(seed);
    const carry: [number, number] = [0, 0];
    const set = new Uint8Array(images.items.length).fill(2);
    for (const group of groups(images.items, stratified)) {
      const [first, second] = sizes(group.length, [train / 100, validation / 100], carry);
      for (const [place, index] of shuffled(group, random).entries())
        if (place < first + second) set[index] = place < first ? 0 : 1;
    }
    const part = (wanted: number): Images => ({
      kind: 'images',
      items: images.items.filter((_, index) => set[index] === wanted),
      skipped: images.skipped,
    });
    return { train: part(0), validation: part(1), test: part(2) };
  },
});
