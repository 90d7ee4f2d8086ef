import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  type AnyNodeDefinition,
  CancelledError,
  isAny,
  type Params,
  PatchbayError,
  type PortSpec,
  type Ports,
  type PortValue,
  type Space,
  selectedParam,
  selectionPort,
  type ValueInfo,
} from '../../nodes/sdk/index.ts';
import { loadNodes } from '../../server/load-nodes.ts';
import { type ContractCase, casesOf, needsNetwork } from './cases.ts';
import { contractDevices } from './devices.ts';
import { inferred, infoOf } from './infer.ts';
import { deepFreeze, expectAlike, plain } from './plain.ts';
import { type Samples, SIZES, type Size, samples } from './samples.ts';
import { openWorld, type Ran, type World } from './world.ts';

const registry = await loadNodes();
const devices = contractDevices();
const sizes = Object.keys(SIZES) as Size[];

/** How much the numbers of another device may differ from those of the CPU. */
const ACROSS_DEVICES = 1e-4;

/** Results of the CPU by node, case and size. Other devices are compared with them. */
const onCpu = new Map<string, unknown>();

interface Outcome {
  readonly ran?: Ran;
  readonly error?: unknown;
}

/** Replaces paths, because each world has its own folder. Their lengths can differ too. */
function withoutPlaces(outputs: unknown, world: World): unknown {
  return JSON.parse(JSON.stringify(outputs).replaceAll(world.folder, ''), (key, value) => {
    // The hash of something trained is that of its numbers, whose last digits differ between devices.
    if (value?.kind === 'classifier' || (value?.kind === 'adapter' && value.origin))
      return { ...value, hash: '' };
    // Each world draws its own files, at its own time.
    if (typeof value === 'string' && /^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(value)) return 'a time';
    if (key === 'encoder' && /^(pca|umap):/.test(value)) return value.split(':')[0];
    return key === 'mtimeMs' || key === 'bytes' ? 0 : value;
  });
}

/** All lists of skipped items in a value. */
function skippedLists(value: unknown): unknown[] {
  if (typeof value !== 'object' || value === null) return [];
  if (Array.isArray(value)) return value.flatMap(skippedLists);
  const own = 'skipped' in value ? [value.skipped] : [];
  return [...own, ...Object.values(value).flatMap(skippedLists)];
}

function expectTensorsFit(value: PortValue, outputs: Record<string, unknown>, port: string): void {
  const tensor = (outputs[port] as { tensor?: { tensor: number[]; data: number[] } }).tensor;
  if (!tensor) return;
  if ('items' in value && value.items)
    expect(tensor.tensor[0], `${port} has a row for every item`).toBe(value.items.length);
  expect(tensor.data).toHaveLength(tensor.tensor.reduce((a, b) => a * b, 1));
  expect(tensor.data.every(Number.isFinite), `${port} is finite`).toBe(true);
}

/** Whether pictures are anywhere in a value. */
function hasPictures(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if ('kind' in value && value.kind === 'image') return true;
  return Object.values(value).some(hasPictures);
}

/** What people select in a view is a value: a view of pictures has one place for it, the same in every node. */
function expectSelectable({ params, outputs }: AnyNodeDefinition, given: Record<string, unknown>): void {
  if (!Object.values(given).some((value) => (value as PortValue).kind === 'view' && hasPictures(value)))
    return;
  expect((params as Params).selected, 'the param that holds the selection').toBe(selectedParam);
  expect((outputs as Ports).selection, 'the output that gives the selection on').toBe(selectionPort);
}

describe.each(devices.map(({ name, missing }) => [name, missing] as const))('on %s', (device, missing) => {
  if (missing) {
    // Without a driver, the tests are skipped with a message. Where all devices must be available, that is a failure.
    if (process.env.CI === 'true') test('can run here', () => expect(missing).toBeUndefined());
    else test.skip(`is missing here: ${missing}`, () => {});
    return;
  }
  let world: World;
  const sets = {} as Record<Size, Samples>;
  beforeAll(async () => {
    world = await openWorld(device);
    for (const size of sizes) sets[size] = await samples(world, size);
  }, 300_000);
  afterAll(() => world?.close());

  test('the device is the one asked for', () => expect(world.runtime.services.device).toBe(device));

  describe.each(registry.types())('%s', (type) => {
    const definition = registry.get(type)!;
    const call = async (
      { inputs, params }: ContractCase,
      set: Samples,
      options?: Parameters<World['run']>[3],
    ): Promise<Outcome> => {
      try {
        return { ran: await world.run(definition, inputs(set), params(set), options) };
      } catch (error) {
        return { error };
      }
    };

    if (needsNetwork(definition)) {
      test('refuses an address of this machine', async () => {
        const url = 'http://127.0.0.1:9/cat.png';
        const { error } = await call({ name: '', inputs: () => ({}), params: () => ({ url }) }, sets.one);
        expect(error).toBeInstanceOf(PatchbayError);
        expect((error as PatchbayError).message).toMatch(/^[A-Z0-9].*\.$/s);
      });
      return;
    }

    let hasRun = false;
    for (const contractCase of casesOf(type, definition)) {
      describe(contractCase.name, () => {
        /** The first call of each size, on frozen inputs; several tests look at it. */
        const calls = new Map<Size, Promise<Outcome & { readonly before: unknown }>>();
        const first = (size: Size) => {
          const run = async () => {
            const inputs = contractCase.inputs(sets[size]);
            const before = await plain(inputs);
            deepFreeze(inputs);
            return { before, ...(await call(contractCase, sets[size])) };
          };
          if (!calls.has(size)) calls.set(size, run());
          return calls.get(size)!;
        };
        const expected = (set: Samples) => {
          const wires = Object.entries(contractCase.inputs(set)).map(([port, value]) => [
            port,
            (Array.isArray(value) ? value : [value]).map((one: PortValue) => infoOf(one)),
          ]);
          const known = Object.fromEntries(wires) as Record<string, readonly ValueInfo[]>;
          return inferred(definition, known, contractCase.params(set), world.runtime.services.models);
        };

        test.each(sizes)(
          'with %s: runs unless infer refuses it, and then fails in a sentence',
          async (size) => {
            const { problems } = expected(sets[size]);
            const { ran, error } = await first(size);
            if (error !== undefined || problems.length > 0) {
              expect(problems, String(error)).not.toEqual([]);
              expect(error).toBeInstanceOf(PatchbayError);
              expect((error as PatchbayError).code).toBe(problems[0]?.code);
              return;
            }
            hasRun = true;
            for (const [port, spec] of Object.entries(definition.outputs as Ports) as [string, PortSpec][]) {
              const value = ran?.outputs[port] as PortValue;
              expect(value, `the output ${port} is there`).toBeDefined();
              if (!isAny(spec)) expect(spec.types).toContain(value.kind);
              expectTensorsFit(value, ran?.outputs as Record<string, unknown>, port);
            }
            expectSelectable(definition, ran?.outputs ?? {});
            expect(ran?.progress).toEqual([...(ran?.progress ?? [])].sort((a, b) => a - b));
            if (device === 'cpu')
              onCpu.set(`${type} ${contractCase.name} ${size}`, withoutPlaces(ran?.outputs, world));
          },
        );

        test.each(sizes)('with %s: gives the result that infer announced', async (size) => {
          const { outputs, problems } = expected(sets[size]);
          if (problems.length > 0) return;
          const { ran, error } = await first(size);
          expect(error).toBeUndefined();
          for (const [port, info] of Object.entries(outputs)) {
            const actual = ran?.facts[port] as ValueInfo;
            for (const key of ['type', 'count', 'dims'] as const)
              if (info[key] !== undefined) expect(actual[key], `${port}.${key}`).toBe(info[key]);
            for (const key of Object.keys(info.space ?? {}) as (keyof Space)[])
              if (info.space?.[key] !== undefined)
                expect(actual.space?.[key], `${port}.space.${key}`).toEqual(info.space[key]);
            if (info.encoder) expect(actual.encoder).toEqual(info.encoder);
          }
        });

        test('does not change its inputs, and gives the same result again', async () => {
          const { before, ran, error } = await first('several');
          const again = await call(contractCase, sets.several);
          expect(await plain(contractCase.inputs(sets.several))).toEqual(before);
          if (error !== undefined) expect(String(again.error)).toBe(String(error));
          else expect(again.ran?.outputs).toEqual(ran?.outputs);
        });

        test('passes on the list of skipped items', async () => {
          const given = Object.values(contractCase.inputs(sets.several)).flatMap((value) =>
            'skipped' in value ? value.skipped : [],
          );
          const { ran } = await first('several');
          for (const list of skippedLists(ran?.outputs)) expect(list).toEqual(expect.arrayContaining(given));
        });

        test('stops when it is cancelled', async () => {
          const plainly = await first('several');
          if ((plainly.ran?.progress.length ?? 0) === 0) return;
          const early = await call(contractCase, sets.several, { signal: AbortSignal.abort() });
          expect(early.error).toBeInstanceOf(CancelledError);
          const controller = new AbortController();
          const late = await call(contractCase, sets.several, {
            signal: controller.signal,
            onProgress: () => controller.abort(),
          });
          // The work may consist of one batch. Then there is nothing left to stop.
          const [begin = 0, end = 0] = [plainly.ran?.progress[0], plainly.ran?.progress.at(-1)];
          if (begin < end) expect(late.error).toBeInstanceOf(CancelledError);
        });

        if (device === 'cpu') return;
        test.each(sizes)('with %s: agrees with the cpu', async (size) => {
          const reference = onCpu.get(`${type} ${contractCase.name} ${size}`);
          const { ran } = await first(size);
          expect(ran === undefined).toBe(reference === undefined);
          if (ran) expectAlike(withoutPlaces(ran.outputs, world), reference, ACROSS_DEVICES, type);
        });
      });
    }

    test('has a case that runs', () => expect(hasRun).toBe(true));
  });
});
