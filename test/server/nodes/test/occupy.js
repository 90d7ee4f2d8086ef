// Occupies the device for a while, as an indexing run does: it computes in bursts and lets other work in between.
import { setTimeout as sleep } from 'node:timers/promises';
import { defineNode, param, port } from '../../../../dist/nodes/sdk/index.js';

export default defineNode({
  title: 'Occupy',
  description: 'Uses the device for some time.',
  inputs: {},
  params: {
    ms: param.integer({ default: 3_600_000, min: 0, help: 'How long, in milliseconds.' }),
    burst: param.integer({ default: 0, min: 0, help: 'How long it computes at a time, in milliseconds.' }),
    text: param.text({ default: '', help: 'Another text is another run.' }),
  },
  outputs: { texts: port.texts({ help: 'One text.' }) },
  resource: 'device',
  run: async ({ params: { ms, burst, text }, ctx: { signal, progress } }) => {
    const start = performance.now();
    while (performance.now() - start < ms) {
      const until = performance.now() + burst;
      while (performance.now() < until);
      progress(performance.now() - start, ms);
      await sleep(burst === 0 ? 20 : 0, undefined, { signal });
    }
    return { texts: { kind: 'texts', items: [{ kind: 'text', text }] } };
  },
});
