// Tells how far it is, step by step.
import { setTimeout as sleep } from 'node:timers/promises';
import { defineNode, param, port } from '../../../../dist/nodes/sdk/index.js';

export default defineNode({
  title: 'Steps',
  description: 'Takes so many steps and tells of each.',
  inputs: {},
  params: { steps: param.integer({ default: 20, min: 1, help: 'How many.' }) },
  outputs: { table: port.table({ help: 'How many there were.' }) },
  cache: 'never',
  terminal: true,
  async run({ ctx, params: { steps } }) {
    for (let done = 1; done <= steps; done++) {
      ctx.progress(done, steps);
      await sleep(25, undefined, { signal: ctx.signal });
    }
    const columns = [{ key: 'steps', title: 'Steps', type: 'number' }];
    return { table: { kind: 'table', columns, rows: [[steps]] } };
  },
});
