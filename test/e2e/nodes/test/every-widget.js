// One param of each widget, and one of a widget that no editor knows.
import { defineNode, param, port } from '../../../../dist/nodes/sdk/index.js';

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
      choices: { none: 'Nothing', some: 'Something' },
      help: 'A choice.',
    }),
    labelSet: param.labelSet({ title: 'Category set', help: 'A category set.' }),
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
  outputs: { texts: port.texts({ help: 'The prompts.' }) },
  terminal: true,
  infer: () => ({ texts: { type: 'texts' } }),
  run: ({ params: { prompts } }) => ({
    texts: { kind: 'texts', items: prompts.map((text) => ({ kind: 'text', text })) },
  }),
});
