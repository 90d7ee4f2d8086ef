import {
  defineNode,
  type Match,
  type Matches,
  param,
  port,
  selectedOf,
  selectedParam,
  selectedParamZh,
  selectionPort,
  selectionPortZh,
} from '../sdk/index.ts';

/** The most matches in one view. More would make its JSON too large for a browser. */
const MOST = 200_000;

export default defineNode({
  title: 'Matches',
  description: 'Shows each query with its ranked matches and their scores.',
  keywords: ['show', 'results', 'search', 'ranking', 'similar', 'look', 'display'],
  inputs: { matches: port.matches({ help: 'The ranked matches, from Top k.' }) },
  params: {
    selected: selectedParam,
    queries: param.integer({
      default: 10_000,
      min: 1,
      max: 100_000,
      title: 'Query limit',
      help: 'Shows at most this many queries, from the first one.',
      advanced: true,
    }),
    perQuery: param.integer({
      default: 10_000,
      min: 1,
      max: 10_000,
      title: 'Match limit',
      help: 'Shows at most this many matches per query.',
      advanced: true,
    }),
  },
  outputs: {
    view: port.view({ help: 'The matches that are shown.', title: 'Matches' }),
    selection: selectionPort,
  },
  resource: 'io',
  terminal: true,
  infer: () => ({ view: { type: 'view' }, selection: { type: 'images' } }),
  run: async ({ inputs: { matches }, params: { selected, queries, perQuery }, ctx }) => {
    let left = MOST;
    const first = (all: readonly Match[]): readonly Match[] => {
      const shown = all.slice(0, Math.min(perQuery, left));
      left -= shown.length;
      return shown;
    };
    const results: Matches['results'] = matches.results
      .slice(0, queries)
      .map((result) => ({ ...result, results: first(result.results) }));
    const total = matches.results.reduce((sum, result) => sum + result.results.length, 0);
    const encoder = matches.space?.title;
    const shown = matches.results.flatMap(({ query, results: own }) => [
      query,
      ...own.map(({ item }) => item),
    ]);
    return {
      view: { kind: 'view', view: 'matches', encoder, matches: { ...matches, results }, total },
      selection: await selectedOf(shown, selected, ctx, matches.skipped),
    };
  },
  translations: {
    zh: {
      title: '匹配结果',
      description: '显示每个查询及其按名次排列的匹配和得分。',
      inputs: {
        matches: { title: '匹配结果', help: '排好名次的匹配，来自“前 k 名”。' },
      },
      params: {
        selected: selectedParamZh,
        queries: { title: '查询数上限', help: '最多显示这么多个查询，从第一个开始。' },
        perQuery: { title: '匹配数上限', help: '每个查询最多显示这么多个匹配。' },
      },
      outputs: {
        view: { title: '匹配结果', help: '显示的匹配结果。' },
        selection: selectionPortZh,
      },
    },
  },
});
