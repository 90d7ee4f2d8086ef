// Shows views that no other node shows: empty ones, long ones, and with items left out.
import { defineNode, param, port } from '../../../../dist/nodes/sdk/index.js';

const view = (rest) => ({ kind: 'view', ...rest });
const text = (value, label) => ({ kind: 'text', text: value, ...(label && { label }) });

const ways = {
  none: () => view({ view: 'gallery', items: [], total: 0, skipped: [] }),
  skipped: () =>
    view({
      view: 'gallery',
      items: [],
      total: 0,
      skipped: [
        { name: 'notes.txt', path: 'a/notes.txt', reason: 'It is no picture.' },
        { name: 'broken.png', path: 'a/broken.png', reason: 'It is cut short.' },
      ],
    }),
  table: () => {
    const rows = Array.from({ length: 2000 }, (_, at) => [
      `row ${at}`,
      (at * 7919) % 2003,
      at % 2 === 0,
      at / 3,
    ]);
    const columns = [
      { key: 'name', title: 'Name', type: 'text' },
      { key: 'hash', title: 'Hash', type: 'number' },
      { key: 'even', title: 'Even', type: 'boolean' },
      { key: 'third', title: 'Third', type: 'number' },
    ];
    return view({ view: 'table', table: { kind: 'table', columns, rows }, total: rows.length });
  },
  curve: () =>
    view({
      view: 'curve',
      x: 'Step',
      y: 'Loss',
      series: [
        {
          name: 'Training',
          points: Array.from({ length: 60 }, (_, at) => [at + 1, 1.4 * Math.exp(-at / 15) + 0.05]),
        },
        {
          name: 'Held out',
          dashed: true,
          points: Array.from({ length: 6 }, (_, at) => [at * 10 + 10, 1.1 * Math.exp(-at / 3) + 0.3]),
        },
      ],
    }),
  matches: () =>
    view({
      view: 'matches',
      matches: {
        kind: 'matches',
        metric: 'cosine',
        skipped: [],
        results: [
          { query: text('a cat'), results: [{ item: text('the cat'), index: 0, score: 0.8765 }] },
          { query: text('nothing like it'), results: [] },
        ],
      },
    }),
};

export default defineNode({
  title: 'Every view',
  description: 'Shows what was chosen.',
  inputs: {},
  params: {
    choice: param.choice({
      default: 'none',
      choices: {
        none: 'Nothing',
        skipped: 'All skipped',
        table: 'Long table',
        matches: 'Matches',
        curve: 'Curve',
      },
      help: 'What it shows.',
    }),
  },
  outputs: { view: port.view({ help: 'What was chosen.' }) },
  terminal: true,
  infer: () => ({ view: { type: 'view' } }),
  run: ({ params: { choice } }) => ({ view: ways[choice]() }),
});
