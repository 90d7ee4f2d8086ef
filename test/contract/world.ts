import { mkdirSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import {
  type AnyNodeDefinition,
  englishOf,
  type FingerprintContext,
  type NodeContext,
  type PortValue,
  seededRandom,
  type ValueInfo,
} from '../../nodes/sdk/index.ts';
import { createRuntime, type DeviceChoice, type Runtime } from '../../server/runtime/index.ts';
import { infoOf } from './infer.ts';
import { plain } from './plain.ts';

export const root = join(import.meta.dirname, '../..');

/** Tiny models of real architectures with random weights. */
export const fixtureModels = join(root, 'test/fixtures/oracles');

/** What remains after a node has run. */
export interface Ran {
  /** The outputs by port. Tensors are numbers on the host. */
  readonly outputs: Readonly<Record<string, unknown>>;
  /** What `infer` could have known of each output. */
  readonly facts: Readonly<Record<string, ValueInfo>>;
  readonly progress: readonly number[];
  readonly warnings: readonly string[];
}

/** A runtime on one device, with folders to read from and to write to. */
export interface World {
  readonly device: string;
  readonly folder: string;
  readonly runtime: Runtime;
  /** A context until the world is closed, for values that tests share. */
  readonly ctx: NodeContext;
  readonly outside: FingerprintContext;
  run(
    definition: AnyNodeDefinition,
    inputs: Readonly<Record<string, unknown>>,
    params: Readonly<Record<string, unknown>>,
    options?: { readonly signal?: AbortSignal; readonly onProgress?: () => void },
  ): Promise<Ran>;
  close(): Promise<void>;
}

/** Draws `count` different small pictures, gradients with noise, in two subfolders. */
export async function drawPictures(folder: string, count: number): Promise<string> {
  mkdirSync(folder, { recursive: true });
  for (let n = 0; n < count; n++) {
    const [width, height] = [24 + 8 * n, 40 - 4 * n];
    const random = seededRandom(n + 1);
    const data = Buffer.alloc(width * height * 3);
    for (let i = 0; i < data.length; i++)
      data[i] = Math.floor(
        40 * random() + 60 * (i % 3) + ((90 * i) / data.length) * (n % 2 ? 1 : -1) + (n % 3) * 20,
      );
    const inside = join(folder, n % 2 === 0 ? 'even' : 'odd');
    mkdirSync(inside, { recursive: true });
    await sharp(data, { raw: { width, height, channels: 3 } })
      .png()
      .toFile(join(inside, `picture-${n}.png`));
  }
  return folder;
}

/** Opens a world on a device, with the models of a folder. Worlds share no cache, so each computes all its numbers. */
export async function openWorld(device: DeviceChoice, models = fixtureModels): Promise<World> {
  const folder = mkdtempSync(join(tmpdir(), `patchbay-contract-${device}-`));
  const runtime = await createRuntime({
    device,
    dataFolder: join(folder, 'data'),
    modelFolders: [models],
    samplesFolder: join(root, 'workflows/samples'),
    workflowFolder: folder,
    outFolder: join(folder, 'out'),
    cache: false,
  });
  const never = new AbortController().signal;
  const quiet = { signal: never, progress: () => {}, warn: () => {}, preview: () => {} };
  const shared = runtime.services.lease({ nodeId: 'shared', ...quiet });
  return {
    device,
    folder,
    runtime,
    ctx: shared.ctx,
    outside: runtime.services.outside,
    async run(definition, inputs, params, options = {}) {
      const progress: number[] = [];
      const warnings: string[] = [];
      const lease = runtime.services.lease({
        nodeId: 'node',
        signal: options.signal ?? never,
        progress: (done) => {
          progress.push(done);
          options.onProgress?.();
        },
        warn: (said) => warnings.push(englishOf(said)),
        preview: () => {},
      });
      try {
        const outputs = (await definition.run({ inputs: inputs as never, params, ctx: lease.ctx })) as Record<
          string,
          PortValue
        >;
        return {
          outputs: (await plain(outputs)) as Record<string, unknown>,
          facts: Object.fromEntries(Object.entries(outputs).map(([port, value]) => [port, infoOf(value)])),
          progress,
          warnings,
        };
      } finally {
        lease.end();
      }
    },
    async close() {
      shared.end();
      await runtime.dispose();
    },
  };
}
