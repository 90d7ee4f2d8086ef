// Says much: each warning is an event of its own, which progress and previews need not be.
import { setTimeout as sleep } from 'node:timers/promises';
import { defineNode, param, port } from '../../../../dist/nodes/sdk/index.js';

export default defineNode({
  title: 'Warn',
  description: 'Warns so many times.',
  inputs: { after: port.any({ required: false, help: 'What must be there first.' }) },
  params: {
    times: param.integer({ default: 1, help: 'How often.' }),
    size: param.integer({ default: 10, help: 'Characters of each warning.' }),
    pause: param.number({ default: 0, help: 'Milliseconds between them.' }),
  },
  outputs: { texts: port.texts({ help: 'The last one.' }) },
  cache: 'never',
  run: async ({ params: { times, size, pause }, ctx }) => {
    for (let i = 0; i < times; i++) {
      ctx.warn(`${performance.timeOrigin + performance.now()} `.padEnd(size, 'x'));
      if (pause > 0 || i % 10 === 9) await sleep(pause, undefined, { signal: ctx.signal });
    }
    return { texts: { kind: 'texts', items: [{ kind: 'text', text: 'said' }] } };
  },
});
