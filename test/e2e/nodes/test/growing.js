// Draws a curve that grows while it works, as a training does.
import { setTimeout as sleep } from 'node:timers/promises';
import { defineNode, param, port } from '../../../../dist/nodes/sdk/index.js';

export default defineNode({
  title: 'Growing',
  description: 'Takes so many steps and draws each.',
  inputs: {},
  params: { steps: param.integer({ default: 12, min: 1, help: 'How many.' }) },
  outputs: { view: port.view({ help: 'All steps.' }) },
  cache: 'never',
  terminal: true,
  infer: () => ({ view: { type: 'view' } }),
  async run({ ctx, params: { steps } }) {
    const points = [];
    const view = () => ({
      kind: 'view',
      view: 'curve',
      x: 'Step',
      y: 'Loss',
      series: [{ name: 'Training', points: [...points] }],
    });
    for (let step = 0; step < steps; step++) {
      points.push([step, 1 / (1 + step)]);
      ctx.preview(view());
      await sleep(250, undefined, { signal: ctx.signal });
    }
    return { view: view() };
  },
});
