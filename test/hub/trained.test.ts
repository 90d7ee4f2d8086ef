import { cpSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { modelFolder } from '../../server/hub/fetched.ts';
import { openModelStore } from '../../server/runtime/models/store.ts';
import { trainedLogits } from '../../server/runtime/models/trained/trained-logits.ts';
import { decodeModel, encodeModel } from '../../server/runtime/onnx/proto.ts';
import { tensorProto } from '../../server/runtime/onnx/tensors.ts';
import { give, repoOf, startHub, type TestHub, type Trouble } from './hub.ts';
import { fetcher, fillCache, fresh } from './kit.ts';

const ORACLES = join(import.meta.dirname, '../fixtures/oracles');
const REPO = 'someone/tiny-siglip';
const JOINT = 'onnx/model.onnx';
const CHECKPOINT = 'model.safetensors';

type Files = ReturnType<typeof repoOf>;

/** The joint graph with 30 MB of unneeded weights before, between and after its constants, which come last. */
function heavy(bytes: Buffer): Buffer {
  const model = decodeModel(bytes);
  const graph = model.graph!;
  const weight = (name: string) =>
    tensorProto(name, { dtype: 'float32', dims: [250_000], data: new Float32Array(250_000).fill(1) });
  const small = graph.initializer.filter(({ dims }) => dims.length === 0);
  const rest = graph.initializer.filter(({ dims }) => dims.length > 0);
  graph.initializer = [
    ...Array.from({ length: 15 }, (_, i) => weight(`unread.${i}`)),
    ...rest,
    ...Array.from({ length: 15 }, (_, i) => weight(`unread.${15 + i}`)),
    ...small,
  ];
  return Buffer.from(encodeModel(model));
}

/** A checkpoint with the two numbers and a weight, written as the format describes. */
function checkpoint(numbers: Record<string, number>): Buffer {
  const weight = Buffer.alloc(4000);
  const header: Record<string, unknown> = {};
  const parts = [weight];
  header['text_model.weight'] = { dtype: 'F32', shape: [1000], data_offsets: [0, 4000] };
  let at = 4000;
  for (const [name, value] of Object.entries(numbers)) {
    const bytes = Buffer.alloc(4);
    bytes.writeFloatLE(value);
    header[name] = { dtype: 'F32', shape: [1], data_offsets: [at, at + 4] };
    parts.push(bytes);
    at += 4;
  }
  const text = Buffer.from(JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(text.length));
  return Buffer.concat([length, text, ...parts]);
}

/** The towers of the fixture, with other files beside them. */
function towers(beside: Record<string, Buffer> = {}): Files {
  const files = repoOf(join(ORACLES, 'siglip'));
  files.delete(JOINT);
  for (const [path, bytes] of Object.entries(beside)) files.set(path, { bytes, lfs: true });
  return files;
}

const joint = readFileSync(join(ORACLES, 'siglip', JOINT));

async function fetched(hub: TestHub, options: Parameters<typeof fetcher>[1] = {}) {
  const one = fetcher(hub, { ...options, readTrained: trainedLogits });
  const manifest = await one.fetch(REPO);
  const store = await openModelStore({ folders: [join(one.data, 'models')] });
  return { ...one, manifest, probability: store.get(REPO).probability };
}

/** The values in the whole joint file, which the oracle tests compare with Transformers. */
async function expected() {
  const folder = fresh();
  cpSync(join(ORACLES, 'siglip'), join(folder, 'whole'), { recursive: true });
  return (await openModelStore({ folders: [folder] })).get('whole').probability!;
}

const sentOf = (hub: TestHub) => hub.seen.filter(({ range }) => range !== undefined && !range.endsWith('-'));

describe('the trained scale of a model whose towers lack it', () => {
  test('is read from its joint graph, of which very little is downloaded', async () => {
    const bytes = heavy(joint);
    const hub = await startHub(new Map([[REPO, towers({ [JOINT]: bytes })]]));
    const { probability, manifest, files } = await fetched(hub);
    const { scale, bias } = await expected();
    expect(probability).toEqual({ activation: 'sigmoid', scale, bias });
    expect(manifest.trained).toEqual({ scale, bias, from: JOINT });
    expect([...(await files(REPO)).keys()]).not.toContain(JOINT);
    const kept = manifest.files.reduce((sum, file) => sum + file.bytes, 0);
    expect(hub.sent - kept).toBeLessThan(bytes.length / 10);
  });

  test('is read from its checkpoint if there is one: the header and four bytes each', async () => {
    const weights = { logit_scale: Math.log(117.33), logit_bias: -12.93 };
    const hub = await startHub(new Map([[REPO, towers({ [CHECKPOINT]: checkpoint(weights) })]]));
    const { probability, manifest } = await fetched(hub);
    expect(manifest.trained?.from).toBe(CHECKPOINT);
    expect(probability?.scale).toBeCloseTo(117.33, 4);
    expect(probability?.bias).toBeCloseTo(-12.93, 6);
  });

  test('is not requested again, and stays when another precision is added', async () => {
    const hub = await startHub(new Map([[REPO, towers({ [JOINT]: joint })]]));
    const { manifest, fetch } = await fetched(hub);
    const asked = sentOf(hub).length;
    expect(asked).toBeGreaterThan(0);
    expect(await fetch(REPO)).toMatchObject({ trained: manifest.trained });
    expect(sentOf(hub)).toHaveLength(asked);
  });

  test('is taken from files that Python downloaded, even without a network', async () => {
    const hub = await startHub(new Map([[REPO, towers({ [JOINT]: joint })]]));
    const home = fresh();
    fillCache(home, hub, REPO);
    await hub.close();
    const one = fetcher(hub, { home, env: { HF_HUB_OFFLINE: '1' }, readTrained: trainedLogits });
    const { scale, bias } = await expected();
    expect((await one.fetch(REPO)).trained).toEqual({
      ...{ scale, bias },
      from: JOINT,
    });
  });

  test('corrects a CLIP whose files hold only the initial scale', async () => {
    const files = repoOf(join(ORACLES, 'clip'));
    files.set(CHECKPOINT, { bytes: checkpoint({ logit_scale: Math.log(100) }), lfs: true });
    const hub = await startHub(new Map([[REPO, files]]));
    const { probability } = await fetched(hub);
    expect(probability).toMatchObject({ activation: 'softmax', bias: 0 });
    expect(probability?.scale).toBeCloseTo(100, 4);
    expect(probability).not.toHaveProperty('untrained');
  });
});

describe('if it cannot be read, the model is downloaded all the same and asks for a scale', () => {
  const header = (text: string, length = text.length) => {
    const bytes = Buffer.alloc(8);
    bytes.writeBigUInt64LE(BigInt(length));
    return Buffer.concat([bytes, Buffer.from(text)]);
  };
  const whole: Trouble = (request, response, { path, bytes }) => {
    if (path !== JOINT || request.method !== 'GET') return false;
    response.writeHead(200, { 'content-length': String(bytes.length) });
    void (async () => {
      for (let at = 0; at < bytes.length && !response.destroyed; at += 1 << 16)
        await new Promise((resolve) => response.write(bytes.subarray(at, at + (1 << 16)), resolve));
      response.end();
    })();
    return true;
  };
  const cut: Trouble = (request, response, { path, bytes }) => {
    if (path !== JOINT) return false;
    const [, from = '0', to = '0'] = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? '') ?? [];
    const length = Number(to) + 1 - Number(from);
    response.writeHead(206, {
      'content-length': String(length),
      'content-range': `bytes ${from}-${to}/${bytes.length}`,
    });
    response.write(bytes.subarray(Number(from), Number(from) + 100), () => response.destroy());
    return true;
  };
  const shifting: Trouble = (request, response, { path, bytes }) => {
    if (path !== JOINT) return false;
    give(request, response, bytes.subarray(0, bytes.length - sentAlready++));
    return true;
  };
  let sentAlready = 0;

  test.each<[string, Record<string, Buffer>, Trouble?]>([
    ['there is no such file', {}],
    ['the server gives no pieces', { [JOINT]: heavy(joint) }, whole],
    ['pieces are cut again and again', { [JOINT]: joint }, cut],
    ['the file changes while it is read', { [JOINT]: heavy(joint) }, shifting],
    ['the graph is cut short', { [JOINT]: joint.subarray(0, joint.length >> 1) }],
    ['the graph is something else', { [JOINT]: Buffer.from('<html>hello</html>'.repeat(50)) }],
    ['the graph is no joint one', { [JOINT]: readFileSync(join(ORACLES, 'vit/onnx/model.onnx')) }],
    ['the graph is empty', { [JOINT]: Buffer.alloc(0) }],
    ['the checkpoint is empty', { [CHECKPOINT]: Buffer.alloc(3) }],
    ['the checkpoint is cut short', { [CHECKPOINT]: checkpoint({ logit_scale: 1 }).subarray(0, -3) }],
    ['its header is said to be endless', { [CHECKPOINT]: header('{}', 2 ** 53 - 1) }],
    ['its header is no JSON', { [CHECKPOINT]: header('{"logit_scale":') }],
    [
      'its numbers are stored elsewhere',
      { [CHECKPOINT]: header('{"logit_scale":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}') },
    ],
    ['its scale is beyond all reason', { [CHECKPOINT]: checkpoint({ logit_scale: 80, logit_bias: 1 }) }],
    ['a sigmoid lacks its bias', { [CHECKPOINT]: checkpoint({ logit_scale: 4 }) }],
  ])('%s', async (_, beside, trouble) => {
    sentAlready = 0;
    const hub = await startHub(new Map([[REPO, towers(beside)]]));
    hub.trouble = trouble;
    const { probability, manifest } = await fetched(hub);
    expect(probability).toBeUndefined();
    expect(manifest.files.length).toBeGreaterThan(4);
    // A joint model is never downloaded completely.
    const wanted = manifest.files.reduce((sum, file) => sum + file.bytes, 0);
    expect(hub.sent - wanted).toBeLessThan(8_000_000);
  });

  test('stopping it stops the download, and the part is kept', async () => {
    const hub = await startHub(new Map([[REPO, towers({ [JOINT]: joint })]]));
    const control = new AbortController();
    hub.trouble = (_, __, { path }) => {
      if (path !== JOINT) return false;
      control.abort();
      return true;
    };
    const one = fetcher(hub, { readTrained: trainedLogits });
    await expect(one.fetch(REPO, { signal: control.signal })).rejects.toMatchObject({
      code: 'run.cancelled',
    });
    hub.trouble = undefined;
    const before = hub.sent;
    expect((await one.fetch(REPO)).trained).toBeDefined();
    expect(hub.sent - before).toBeLessThan(joint.length * 1.2);
    expect(modelFolder(one.data, REPO)).toContain('tiny-siglip');
  });
});
