import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import { z } from 'zod';
import {
  type AdapterOrigin,
  type AdapterRef,
  type AdapterService,
  type F32,
  type HostTensor,
  type Ops,
  PatchbayError,
} from '../../../nodes/sdk/index.ts';
import { adapterMessage } from '../../contract/messages/adapters.ts';
import type { PathResolver } from '../files/paths.ts';
import { hashRegular } from '../files/regular-file.ts';
import { openSafetensors, type SafetensorsFile } from '../files/safetensors.ts';
import { type AdapterFiles, CONFIG, findAdapter, readConfigText, WEIGHTS } from './adapter-files.ts';
import { isKohya, readKohya } from './kohya.ts';
import { loraShape, type Shapes } from './lora-weights.ts';
import { readPeft } from './peft.ts';
import { readPeftConfig } from './peft-config.ts';
import { ORIGIN_KEY, type PeftParts, peftConfig, peftReadme, peftWeights } from './peft-writer.ts';

/** Loads LoRA adapters from files; `ops` computes the update itself. */
export function createAdapterService(deps: {
  readonly ops: Ops;
  readonly paths: PathResolver;
}): AdapterService {
  const { ops, paths } = deps;
  return {
    load: async (path) => loadAdapter(await findAdapter(await paths.resolve(path)), ops),

    async fingerprint(path) {
      try {
        const { weights, config } = await findAdapter(await paths.resolve(path));
        const hash = createHash('sha256').update(await hashRegular(weights));
        return hash.update(config === undefined ? '' : await readConfigText(config)).digest('hex');
      } catch (error) {
        return `missing: ${error instanceof Error ? error.message : path}`;
      }
    },

    merge: (weight, adapter, strength) => mergeAdapter(ops, weight, adapter, strength),

    async make(parts) {
      const hash = createHash('sha256');
      for (const part of peftWeights(await partsOf(parts))) hash.update(part);
      return {
        ...parts,
        kind: 'adapter',
        format: 'peft',
        rank: parts.a.dims[0] ?? 0,
        hash: hash.digest('hex'),
      };
    },

    async encode(adapter) {
      const parts = await partsOf(adapter);
      const text = (content: string) => new TextEncoder().encode(content);
      return {
        [WEIGHTS]: Buffer.concat(peftWeights(parts)),
        'README.md': text(peftReadme(parts)),
        [CONFIG]: text(peftConfig(parts)),
      };
    },
  };
}

type Parts = Pick<AdapterRef, 'id' | 'target' | 'scaling' | 'a' | 'b' | 'magnitude' | 'origin'>;

async function partsOf({ id, target, scaling, a, b, magnitude, origin }: Parts): Promise<PeftParts> {
  return {
    id,
    target,
    scaling,
    a: await a.toHost(),
    b: await b.toHost(),
    magnitude: magnitude && (await magnitude.toHost()),
    origin,
  };
}

const originSchema = z.object({
  encoder: z.object({ id: z.string(), title: z.string(), hash: z.string() }).optional(),
  categories: z.array(z.object({ name: z.string(), pictures: z.number() })),
  params: z.record(z.string(), z.union([z.number(), z.string(), z.boolean()])),
  metrics: z.record(z.string(), z.number()),
});

/** What the metadata says an adapter was trained from; undefined if Patchbay did not write it. */
function originOf(text: string | undefined): AdapterOrigin | undefined {
  if (text === undefined) return undefined;
  try {
    return originSchema.parse(JSON.parse(text));
  } catch {
    // The numbers of the adapter do not depend on it.
    return undefined;
  }
}

async function loadAdapter({ id, weights, config }: AdapterFiles, ops: Ops): Promise<AdapterRef> {
  const file = await openSafetensors(weights).catch((cause: unknown) => {
    if (cause instanceof PatchbayError) throw cause;
    throw new PatchbayError(adapterMessage('adapter.unreadable', { file: basename(weights) }), { cause });
  });
  try {
    const shapes: Shapes = new Map([...file.tensors].map(([name, { dims }]) => [name, dims]));
    const kohya = isKohya(shapes.keys()) && config === undefined;
    if (!kohya && config === undefined)
      throw new PatchbayError(adapterMessage('adapter.unknown-names', { file: basename(weights) }));
    const found = kohya
      ? readKohya(shapes)
      : readPeft(readPeftConfig(await readConfigText(config!), 'adapter_config.json'), shapes);
    const { rank, out } = loraShape(found, shapes);
    const scaling = found.scaling ?? (await kohyaScaling(file, found.alpha, rank));
    const magnitude = found.magnitude && (await finite(file, found.magnitude));
    const origin = originOf(file.metadata[ORIGIN_KEY]);
    return {
      kind: 'adapter',
      id,
      hash: await hashRegular(weights),
      format: kohya ? 'kohya' : 'peft',
      target: found.target,
      rank,
      scaling,
      a: ops.tensor(await finite(file, found.a)),
      b: ops.tensor(await finite(file, found.b)),
      ...(magnitude && { magnitude: ops.tensor({ ...magnitude, dims: [out] }) }),
      ...(origin && { origin }),
    };
  } finally {
    await file.close();
  }
}

/** The scale of a kohya file: alpha / rank, or 1 if the file has no alpha. */
async function kohyaScaling(file: SafetensorsFile, alpha: string | undefined, rank: number): Promise<number> {
  if (alpha === undefined) return 1;
  const { data } = await finite(file, alpha);
  if (data.length !== 1) throw new PatchbayError(adapterMessage('adapter.alpha', { tensor: alpha }));
  return data[0]! / rank;
}

/** A tensor of the file as float32. @throws PatchbayError `adapter.not-finite` */
async function finite(file: SafetensorsFile, name: string): Promise<HostTensor<'float32'>> {
  const tensor = await file.readFloat32(name);
  if (tensor.data.every(Number.isFinite)) return tensor;
  throw new PatchbayError(adapterMessage('adapter.not-finite', { tensor: name }));
}

/**
 * W + strength * scaling * B A, out x in. DoRA (arXiv 2402.09353) then gives row i the length magnitude_i.
 * Strength 0 switches the adapter off, DoRA too: the result is W itself.
 *
 * PEFT's `fan_in_fan_out` changes nothing here: it says how the layer stored its weight, and W is always out x in.
 */
async function mergeAdapter(ops: Ops, weight: F32, adapter: AdapterRef, strength: number): Promise<F32> {
  const { a, b, magnitude, scaling, id } = adapter;
  const [out, inputs] = weight.dims;
  if (weight.dims.length !== 2 || b.dims[0] !== out || a.dims[1] !== inputs) {
    throw new PatchbayError({
      ...adapterMessage('adapter.other-base', {
        adapter: id,
        adapterIn: a.dims[1] ?? 0,
        adapterOut: b.dims[0] ?? 0,
        modelIn: inputs ?? 0,
        modelOut: out ?? 0,
      }),
      expected: `${out} x ${inputs}`,
      got: `${b.dims[0]} x ${a.dims[1]}`,
    });
  }
  if (strength === 0) return weight;
  const update = await ops.scale(await ops.matmul(b, a), strength * scaling);
  const merged = await ops.add(weight, update);
  if (!magnitude) return merged;
  return ops.multiply(await ops.l2Normalize(merged), await ops.reshape(magnitude, [out!, 1]));
}
