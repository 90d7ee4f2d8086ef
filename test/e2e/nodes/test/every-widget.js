// One param of each widget, one of a widget that no editor knows, and views of every kind, empty ones included.
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
  title: 'Every widget',
  description: 'Has a param of each kind.',
  inputs: {},
  params: {
    slider: param.number({ default: 0.5, min: 0, max: 1, step: 0.05, help: 'A slider.' }),
    number: param.integer({ default: 5, min: 1, max: 100, unit: 'px', help: 'A number with a unit.' }),
    seed: param.integer({ default: 1, min: 0, max: 1000, widget: 'seed', help: 'A seed.' }),
    toggle: param.boolean({ default: true, help: 'A toggle.' }),
    pattern: param.text({ help: 'Shown while the toggle is on.', when: { param: 'toggle', is: [true] } }),
    choice: param.choice({
      default: 'none',
      choices: { none: 'Nothing', skipped: 'All skipped', table: 'Long table', matches: 'Matches' },
      help: 'What it shows.',
    }),
    area: param.text({ widget: 'textarea', help: 'Several lines.' }),
    prompts: param.prompts({ default: ['a cat', 'a dog'], help: 'A line each.' }),
    mean: param.numbers({ default: [0.5, 0.5, 0.5], help: 'A number for each channel.' }),
    picture: param.image({ help: 'A picture.' }),
    pictures: { ...param.prompts({ default: [], help: 'Several pictures.' }), widget: 'images' },
    folder: param.folder({ help: 'A folder.' }),
    file: param.file({ help: 'A file.' }),
    model: param.model({ default: 'emoji-clip', help: 'A model.' }),
    adapter: param.adapter({ help: 'An adapter.' }),
    output: param.fileName({ default: 'out.csv', help: 'A file name.' }),
    link: param.url({ help: 'An address.' }),
    hologram: {
      ...param.integer({ default: 7, min: 0, help: 'Of a widget nobody knows.' }),
      widget: 'hologram',
    },
    hidden: param.integer({ default: 3, min: 1, help: 'An advanced one.', advanced: true }),
  },
  outputs: { view: port.view({ help: 'What was chosen.' }) },
  terminal: true,
  infer: () => ({ view: { type: 'view' } }),
  run: ({ params: { choice } }) => ({ view: ways[choice]() }),
});
