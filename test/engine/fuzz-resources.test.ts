import fc from 'fast-check';
import { expect, test } from 'vitest';
import { defineNode, param, port } from '../../nodes/sdk/index.ts';
import { createResultCache } from '../../server/engine/result-cache.ts';
import { flow, kit, run, sleep, texts, world } from './kit.ts';

const resource = ['cpu', 'io', 'device'] as const;

/** A node that holds a tensor, takes a while, and may fail. */
const work = (of: (typeof resource)[number]) =>
  defineNode({
    title: 'Work',
    description: 'W.',
    resource: of,
    inputs: { texts: port.texts({ help: 'T.', many: true, required: false }) },
    params: {
      ticks: param.integer({ help: 'Ticks.', default: 0 }),
      ms: param.integer({ help: 'Milliseconds.', default: 0 }),
      fails: param.boolean({ help: 'Whether.', default: false }),
    },
    outputs: { texts: port.texts({ help: 'T.' }), embeddings: port.embeddings({ help: 'E.' }) },
    run: async ({ inputs, params, ctx }) => {
      const make = () => ctx.ops.tensor({ dtype: 'float32', dims: [2], data: new Float32Array(2) });
      const tensor = make();
      make();
      for (let i = 0; i < params.ticks; i++) await null;
      if (params.ms > 0) await sleep(params.ms);
      if (params.fails) throw new Error('no luck');
      const space = { encoder: 'a', title: 'A', layer: 'embedding', projection: 'none', pooling: 'model' };
      return {
        texts: texts(
          ...inputs.texts.flatMap((list) => list.items.map((item) => item.text)).slice(0, 9),
          ctx.nodeId,
        ),
        embeddings: {
          kind: 'embeddings',
          tensor,
          items: [],
          skipped: [],
          space: { ...space, tower: 'image', normalized: false },
        },
      };
    },
  });

const picked = fc.array(
  fc.record({
    resource: fc.constantFrom(...resource),
    ticks: fc.nat(4),
    ms: fc.constantFrom(0, 0, 0, 1, 2),
    fails: fc.integer({ min: 0, max: 7 }).map((n) => n === 0),
    from: fc.array(fc.nat(), { maxLength: 3 }),
  }),
  { minLength: 1, maxLength: 12 },
);

test('whatever fails, hits or is cancelled: the run ends, and in the end nothing is held', async () => {
  const { registry } = kit({ cpu: work('cpu'), io: work('io'), device: work('device') });
  await fc.assert(
    fc.asyncProperty(
      picked,
      fc.record({
        maxBytes: fc.constantFrom(0, 600, 1e8),
        disk: fc.boolean(),
        cancelAt: fc.nat(60),
        targets: fc.nat(3),
      }),
      async (nodes, { maxBytes, disk, cancelAt, targets }) => {
        const described = nodes.map(({ resource: of, ticks, ms, fails }, i) => [
          `n${i}`,
          { type: of, params: { ticks, ms, fails } },
        ]);
        const edges = nodes.flatMap(({ from }, i) =>
          i === 0 ? [] : [...new Set(from.map((at) => at % i))].map((at) => `n${at}.texts > n${i}.texts`),
        );
        const workflow = flow(Object.fromEntries(described), edges);
        const { services, tensors, files } = world({ disk });
        const cache = createResultCache({ maxBytes });
        const some = targets === 0 ? undefined : [`n${targets % nodes.length}`];
        const controller = new AbortController();
        let told = 0;
        const cut = await run(workflow, registry, { services, cache, signal: controller.signal }, () => {
          told += 1;
          if (told === cancelAt) controller.abort();
        });
        const ran = await run(workflow, registry, { services, cache, targets: some });
        const cold = world({ disk, files });
        const other = createResultCache({ maxBytes });
        const again = await run(workflow, registry, { services: cold.services, cache: other, targets: some });
        expect(again.status).toBe(ran.status);
        for (const [id, node] of ran.nodes) {
          const hasResult = ['done', 'cached'];
          // Nodes that were not requested may be skipped in one run and unneeded in another. Requested nodes end in the
          // same way.
          if (some?.includes(id))
            expect(hasResult.includes(again.status_(id)!)).toBe(hasResult.includes(node.status));
        }
        for (const one of [cut, ran, again]) one.results.release();
        cache.clear();
        other.clear();
        // Nodes of a cancelled run that end late release their tensors themselves.
        await sleep(3);
        expect([...tensors, ...cold.tensors].filter((one) => one.holders !== 0)).toEqual([]);
        expect(cache.bytes).toBe(0);
      },
    ),
    { numRuns: Number(process.env.FUZZ_RUNS ?? 200), timeout: 4000 },
  );
});
