import { defineNode, param, port } from '../sdk/index.ts';

export default defineNode({
  title: 'Matches',
  description: 'Shows each query with its ranked matches and their scores.',
  keywords: ['show', 'results', 'search', 'ranking', 'similar', 'look', 'display'],
  inputs: { matches: port.matches({ help: 'The ranked matches, from Top k.' }) },
  params: {
    queries: param.integer({
      default: 20,
      min: 1,
      max: 1000,
      help: 'Shows at most this many queries, the first in their order.',
    }),
    perQuery: param.integer({
      default: 20,
      min: 1,
      max: 1000,
      title: 'Matches of each',
      help: 'Shows at most this many matches of each query.',
    }),
  },
  outputs: { view: port.view({ help: 'The matches as shown.', title: 'Matches' }) },
  terminal: true,
  infer: () => ({ view: { type: 'view' } }),
  run: ({ inputs: { matches }, params: { queries, perQuery } }) => {
    const results = matches.results
      .slice(0, queries)
      .map((result) => ({ ...result, results: result.results.slice(0, perQuery) }));
    return { view: { kind: 'view', view: 'matches', matches: { ...matches, results } } };
  },
});
