import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import loadEncoder from '../../../nodes/encode/load-encoder.ts';
import text from '../../../nodes/encode/text.ts';
import type { Message } from '../../../nodes/sdk/index.ts';
import { openModelStore } from '../../../server/runtime/models/store.ts';
import { modelWithExternal } from '../onnx/models.ts';

const ORACLES = fileURLToPath(new URL('../../fixtures/oracles/', import.meta.url));
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'patchbay-models-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A copy of a reference model under a name. */
function copyOf(family: string, name: string): string {
  cpSync(`${ORACLES}${family}`, join(folder, name), { recursive: true });
  return join(folder, name);
}

const entryOf = async (name: string) => {
  const store = await openModelStore({ folders: [folder] });
  return store.list().find(({ id }) => id === name);
};

describe('finding models', () => {
  it('takes a folder of models and a single model folder, and names models after folders', async () => {
    const outside = mkdtempSync(join(tmpdir(), 'patchbay-single-'));
    cpSync(`${ORACLES}vit`, join(outside, 'single'), { recursive: true });
    copyOf('clip', 'a');
    copyOf('resnet', 'b');
    mkdirSync(join(folder, 'no-model'));
    const store = await openModelStore({
      folders: [folder, join(outside, 'single'), join(folder, 'absent')],
    });
    expect(
      store
        .list()
        .map(({ id }) => id)
        .slice(3),
    ).toEqual(['a', 'b', 'single']);
    rmSync(outside, { recursive: true });
  });

  it('names a downloaded model after its repository, and compares its bytes with its manifest', async () => {
    const path = copyOf('clip', 'someone--tiny-clip');
    const bytes = readFileSync(join(path, 'onnx/vision_model.onnx'));
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    const manifest = {
      version: 1,
      ...{ id: 'someone/tiny-clip', title: 'Tiny', repo: 'someone/tiny-clip', revision: 'main', commit: 'c' },
      files: [{ path: 'onnx/vision_model.onnx', bytes: bytes.length, sha256 }],
    };
    writeFileSync(join(path, 'patchbay.json'), JSON.stringify(manifest));
    const store = await openModelStore({ folders: [folder] });
    expect(store.get('someone/tiny-clip')).toMatchObject({ title: 'Tiny', family: 'clip' });
    expect(await store.verify('someone/tiny-clip')).toMatchObject({ ok: true });
    bytes[bytes.length - 1]! ^= 1;
    writeFileSync(join(path, 'onnx/vision_model.onnx'), bytes);
    const { ok, checks } = await store.verify('someone/tiny-clip');
    expect(ok).toBe(false);
    expect(checks.find(({ name }) => name === 'hash')).toMatchObject({
      code: 'check.other-hash',
      args: { path: 'onnx/vision_model.onnx' },
      message: expect.stringContaining('its sha256 differs'),
    });
  });

  it('does not list an unfinished download', async () => {
    copyOf('clip', '.new-1');
    const store = await openModelStore({ folders: [folder] });
    expect(store.list().filter((entry) => entry.folder)).toEqual([]);
  });

  it('reads names, sizes and layers from the files', async () => {
    const store = await openModelStore({ folders: [ORACLES] });
    const describe = (id: string) => store.catalogue().describe(id);
    expect(describe('clip')).toMatchObject({
      family: 'clip',
      towers: {
        image: {
          dims: 20,
          layers: [
            'embedding',
            'pre-projection',
            'patch-embedding',
            'hidden',
            ...[0, 1, 2].map((i) => `hidden.${i}`),
          ],
          layerDims: {
            embedding: 20,
            'pre-projection': 40,
            'patch-embedding': 20,
            hidden: 40,
            'hidden.0': 40,
          },
          projection: true,
        },
        text: { dims: 20, contextLength: 77 },
      },
      probability: { activation: 'softmax', bias: 0 },
    });
    expect(describe('siglip')).toMatchObject({
      towers: { image: { dims: 24, projection: false }, text: { contextLength: 64 } },
    });
    expect(describe('dinov2')).toMatchObject({
      towers: { image: { dims: 24, layers: expect.arrayContaining(['embedding', 'hidden', 'hidden.0']) } },
    });
    expect(describe('resnet')).toMatchObject({ towers: { image: { dims: 48 } } });
    expect(describe('blip2')).toMatchObject({ towers: { image: { dims: 24 } } });
    expect(describe('clip-fp16')?.towers).toMatchObject({ image: { layerDims: { 'pre-projection': 40 } } });
    expect(describe('clip-fp16')?.towers.text).toBeUndefined();
    expect(JSON.parse(JSON.stringify(describe('clip')))).toEqual(describe('clip'));
  });

  it('gives no probabilities for a sigmoid without a known bias', async () => {
    const path = copyOf('siglip2', 'unbiased');
    expect(await entryOf('unbiased')).toMatchObject({
      probability: {
        activation: 'sigmoid',
        bias: expect.closeTo(-1.9, 5),
        scale: expect.closeTo(Math.exp(1.3), 5),
      },
    });
    const config = JSON.parse(readFileSync(join(path, 'config.json'), 'utf8'));
    writeFileSync(join(path, 'config.json'), JSON.stringify({ ...config, logit_bias: undefined }));
    expect((await entryOf('unbiased'))?.probability).toBeUndefined();
  });

  it('marks a scale from before training, and prefers the trained scale of the catalogue', async () => {
    const path = copyOf('clip', 'plain');
    expect((await entryOf('plain'))?.probability).toMatchObject({
      scale: expect.closeTo(Math.exp(3.1), 5),
      untrained: true,
    });
    const id = 'Xenova/clip-vit-base-patch32';
    const manifest = { version: 1, id, title: 'CLIP', repo: id, revision: 'main', commit: '', files: [] };
    writeFileSync(join(path, 'patchbay.json'), JSON.stringify(manifest));
    expect((await entryOf(id))?.probability).toEqual({
      activation: 'softmax',
      scale: expect.closeTo(100, 10),
      bias: 0,
    });
  });

  it('does not describe a folder by a recipe of the same name', async () => {
    copyOf('clip', 'blip2');
    expect(await entryOf('blip2')).toMatchObject({ title: 'blip2', family: 'clip' });
  });

  it('names the known ids for an unknown one', async () => {
    const store = await openModelStore({ folders: [] });
    expect(() => store.get('clip')).toThrow(
      /^There is no model called clip\. Choose one of builtin\/color-layout, /,
    );
    expect(() => store.get('builtin/color-layou')).toThrow(
      'There is no model called builtin/color-layou. Did you mean "builtin/color-layout"?',
    );
    expect(() => store.get('')).toThrow(/^No model is chosen\. Choose one of builtin\/color-layout/);
  });

  it('reads a model of an unknown family by what its file declares', async () => {
    const path = copyOf('vit', 'plain');
    writeFileSync(join(path, 'config.json'), '{"model_type": "something-new"}');
    expect(await entryOf('plain')).toMatchObject({
      family: 'generic',
      towers: { image: { layers: expect.arrayContaining(['embedding', 'hidden']) } },
    });
    rmSync(join(path, 'config.json'));
    expect(await entryOf('plain')).toMatchObject({ family: 'generic' });
  });
});

describe('a broken folder is listed with its problem and never throws', () => {
  const cases: [string, (path: string) => void, string, RegExp][] = [
    [
      'an ONNX file cut short',
      (path) => truncateSync(join(path, 'onnx/model.onnx'), 5000),
      'model.invalid',
      /not a valid ONNX model/,
    ],
    [
      'an empty ONNX file',
      (path) => writeFileSync(join(path, 'onnx/model.onnx'), ''),
      'model.invalid',
      /not a valid ONNX model/,
    ],
    [
      'rubbish for an ONNX file',
      (path) => writeFileSync(join(path, 'onnx/model.onnx'), '<!doctype html><p>404'),
      'model.invalid',
      /not a valid ONNX model/,
    ],
    [
      'a config that is no JSON',
      (path) => writeFileSync(join(path, 'config.json'), '{"model_type": '),
      'model.config-not-json',
      /config\.json is not JSON/,
    ],
    [
      'a config that is a list',
      (path) => writeFileSync(join(path, 'config.json'), '[]'),
      'model.config-not-object',
      /config\.json is not a JSON object/,
    ],
    [
      'a preprocessor config that is no JSON',
      (path) => writeFileSync(join(path, 'preprocessor_config.json'), 'x'),
      'model.config-not-json',
      /preprocessor_config\.json is not JSON/,
    ],
    [
      'no graph at all',
      (path) => rmSync(join(path, 'onnx'), { recursive: true }),
      'model.no-graph',
      /onnx\/model\.onnx or onnx\/vision_model\.onnx is missing/,
    ],
    [
      'a graph that reads text only',
      (path) => cpSync(`${ORACLES}clip/onnx/text_model.onnx`, join(path, 'onnx/model.onnx')),
      'model.no-picture-input',
      /takes input_ids \(2 axes\).* but no pictures as N x 3 x H x W floats/,
    ],
    [
      'a folder for a config',
      (path) => {
        rmSync(join(path, 'config.json'));
        mkdirSync(join(path, 'config.json'));
      },
      'model.config-size',
      /config\.json is not a file/,
    ],
  ];
  it.each(cases)('%s', async (_what, spoil, code, reason) => {
    spoil(copyOf('vit', 'broken'));
    const store = await openModelStore({ folders: [folder] });
    const entry = store.list().find(({ id }) => id === 'broken')!;
    expect(entry.problem).toMatchObject({
      code: 'model.unusable',
      args: { model: 'broken', reason: { code } },
      message: expect.stringMatching(/^The model broken cannot be used\. [^.].+[^.]\.$/),
    });
    expect(entry.problem?.message).toMatch(reason);
    expect(store.catalogue().describe('broken')).toBeUndefined();
    expect(() => store.get('broken')).toThrow(entry.problem?.message);
    expect((await store.verify('broken')).ok).toBe(false);
  });

  it('ignores config values of a wrong type', async () => {
    const path = copyOf('clip', 'odd');
    writeFileSync(
      join(path, 'config.json'),
      JSON.stringify({ model_type: 'clip', text_config: 7, vision_config: null, projection_dim: 'x' }),
    );
    expect(await entryOf('odd')).toMatchObject({
      family: 'clip',
      towers: { image: { dims: 20 }, text: { dims: 20, contextLength: 77 } },
    });
  });
});

describe('an incomplete or unsafe folder is refused before any of its weights is read', () => {
  const POINTER = `version https://git-lfs.github.com/spec/v1\noid sha256:${'0'.repeat(64)}\nsize 346293852\n`;
  const weights = (path: string) => join(path, 'onnx/weights.bin');
  const naming = (location: string) => (path: string) =>
    writeFileSync(join(path, 'onnx/model.onnx'), modelWithExternal(location, 'initializer'));
  const unsafe = 'model.unsafe';
  const cases: [string, (path: string) => void, string, string?][] = [
    ['weights that are missing', naming('weights.bin'), unsafe, 'unsafe.missing'],
    ['weights above the folder', naming('../../../outside.bin'), unsafe, 'unsafe.outside'],
    ['weights by an absolute path', naming('/etc/hostname'), unsafe, 'unsafe.absolute'],
    ['a name with a NUL', naming('weights\0.bin'), unsafe, 'unsafe.no-name'],
    [
      'a pipe for weights',
      (path) => {
        naming('weights.bin')(path);
        execFileSync('mkfifo', [weights(path)]);
      },
      unsafe,
      'unsafe.not-a-file',
    ],
    [
      'weights that are a Git LFS pointer',
      (path) => {
        writeFileSync(join(path, 'onnx/model.onnx'), modelWithExternal('weights.bin', 'initializer', 4096));
        writeFileSync(weights(path), POINTER);
      },
      unsafe,
      'unsafe.lfs-pointer',
    ],
    [
      'weights that are cut short',
      (path) => {
        writeFileSync(join(path, 'onnx/model.onnx'), modelWithExternal('weights.bin', 'initializer', 4096));
        writeFileSync(weights(path), new Uint8Array(4095));
      },
      unsafe,
      'unsafe.cut-short',
    ],
    [
      'weights of 3 GB of which the model uses few',
      (path) => {
        writeFileSync(join(path, 'onnx/model.onnx'), modelWithExternal('weights.bin', 'initializer', 4096));
        writeFileSync(weights(path), '');
        truncateSync(weights(path), 3e9);
      },
      unsafe,
      'unsafe.too-long',
    ],
    [
      'a graph that is a Git LFS pointer',
      (path) => writeFileSync(join(path, 'onnx/model.onnx'), POINTER),
      'model.lfs-pointer',
    ],
    [
      'a tokenizer that is a Git LFS pointer',
      (path) => writeFileSync(join(path, 'tokenizer.json'), POINTER),
      'model.lfs-pointer',
    ],
    [
      'a pipe for a graph',
      (path) => {
        rmSync(join(path, 'onnx/model.onnx'));
        execFileSync('mkfifo', [join(path, 'onnx/model.onnx')]);
      },
      'model.not-a-file',
    ],
  ];
  it.each(cases)('%s', async (_what, spoil, code, reason) => {
    const path = copyOf('vit', 'broken');
    const dataFolder = join(folder, 'data');
    writeFileSync(join(folder, 'outside.bin'), 'a secret');
    spoil(path);
    const store = await openModelStore({ folders: [folder], dataFolder });
    const problem = store.list().find(({ id }) => id === 'broken')?.problem;
    const given = (problem?.args?.reason ?? {}) as { code: string; args?: { reason?: { code: string } } };
    expect(given.code).toContain(code);
    expect(given.args?.reason?.code).toBe(reason);
    expect(store.catalogue().ids()).not.toContain('broken');
    const report = await store.verify('broken');
    expect(report).toMatchObject({ ok: false, checks: [{ name: 'files', message: problem?.message }] });
    const other = await openModelStore({ folders: [], dataFolder });
    await expect(other.add(path)).rejects.toMatchObject({ message: problem?.message });
    const facts = join(dataFolder, 'model-facts.json');
    const hashed = existsSync(facts) ? readFileSync(facts, 'utf8') : '';
    expect(hashed).not.toContain(createHash('sha256').update('a secret').digest('hex'));
    expect(hashed).not.toMatch(/sha256 [^"]*weights/);
  });
});

describe('hashes', () => {
  it('follow the weights and not the folder', async () => {
    copyOf('vit', 'one');
    const two = copyOf('vit', 'two');
    const store = await openModelStore({ folders: [folder] });
    expect(await store.hash('one')).toMatch(/^[0-9a-f]{64}$/);
    expect(await store.hash('two')).toBe(await store.hash('one'));
    cpSync(`${ORACLES}dinov2/onnx/model.onnx`, join(two, 'onnx/model.onnx'));
    expect(await store.hash('two')).not.toBe(await store.hash('one'));
  });

  it('come from one reading of an unchanged folder, and follow each change of a file', async () => {
    const path = copyOf('clip', 'calm');
    const store = await openModelStore({ folders: [folder] });
    // The store reads a folder again if it changed a moment ago, so the clock moves on by an hour.
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 3_600_000 });
    try {
      const first = await store.current('calm');
      expect(await store.current('calm')).toBe(first);
      const changes: (() => void)[] = [
        () => writeFileSync(join(path, 'preprocessor_config.json'), '{ "size": 16, "crop_size": 16 }'),
        () => cpSync(join(path, 'onnx/vision_model.onnx'), join(path, 'onnx/vision_model_fp16.onnx')),
        () => rmSync(join(path, 'tokenizer.json')),
      ];
      let before = first;
      for (const change of changes) {
        change();
        const now = await store.current('calm');
        expect(now).not.toEqual(before);
        expect(now).toEqual(await entryOf('calm'));
        before = now;
      }
    } finally {
      vi.useRealTimers();
    }
  });

  it('and facts are remembered between starts, until a file changes', async () => {
    copyOf('vit', 'kept');
    const dataFolder = join(folder, 'data');
    const options = { folders: [join(folder, 'kept')], dataFolder };
    const hash = await (await openModelStore(options)).hash('kept');
    const file = join(dataFolder, 'model-facts.json');
    writeFileSync(file, readFileSync(file, 'utf8').replaceAll('last_hidden_state', 'remembered_state'));
    const again = await openModelStore(options);
    expect(again.get('kept').image!.embedding.name).toBe('remembered_state');
    expect(await again.hash('kept')).toBe(hash);
    writeFileSync(file, 'torn');
    expect((await openModelStore(options)).get('kept').image!.embedding.name).toBe('last_hidden_state');
  });
});

describe('adding', () => {
  it('keeps a folder, also after a restart', async () => {
    const elsewhere = copyOf('vit', 'elsewhere');
    const options = { folders: [], dataFolder: join(folder, 'data') };
    const store = await openModelStore(options);
    expect(await store.add(elsewhere)).toMatchObject({ id: 'elsewhere', folder: elsewhere });
    expect(store.catalogue().ids()).toContain('elsewhere');
    expect((await openModelStore(options)).get('elsewhere').folder).toBe(elsewhere);
    await store.add(elsewhere);
    expect(JSON.parse(readFileSync(join(folder, 'data/models.json'), 'utf8'))).toEqual([elsewhere]);
  });

  it('refuses a folder without a model, a broken model, and a taken name', async () => {
    mkdirSync(join(folder, 'empty'));
    const broken = copyOf('vit', 'broken');
    writeFileSync(join(broken, 'onnx/model.onnx'), 'x');
    const store = await openModelStore({ folders: [ORACLES], dataFolder: join(folder, 'data') });
    await expect(store.add(join(folder, 'empty'))).rejects.toMatchObject({ code: 'model.none-in-folder' });
    await expect(store.add(join(folder, 'absent'))).rejects.toMatchObject({
      code: 'model.no-folder',
      message: expect.stringMatching(/^There is no folder .*absent\. /),
    });
    await expect(store.add(broken)).rejects.toMatchObject({ code: 'model.unusable' });
    await expect(store.add(copyOf('vit', 'clip'))).rejects.toMatchObject({ code: 'model.exists' });
  });
});

describe('a missing part is named', () => {
  it('inference gets the problem of a broken model', async () => {
    truncateSync(join(copyOf('vit', 'broken'), 'onnx/model.onnx'), 5000);
    const catalogue = (await openModelStore({ folders: [folder] })).catalogue();
    expect(catalogue.describe('broken')).toBeUndefined();
    const problem = catalogue.problem?.('broken');
    expect(problem).toMatchObject({
      code: 'model.unusable',
      message: expect.stringMatching(/^The model broken cannot be used\. .*not a valid ONNX model/),
    });
    expect(catalogue.problem?.('absent')).toBeUndefined();
    const problems: unknown[] = [];
    loadEncoder.infer?.({
      params: { model: 'broken', precision: 'auto' },
      inputs: {},
      models: catalogue,
      report: (problem) => problems.push(problem),
    });
    expect(problems).toEqual([{ ...(problem as Message), param: 'model', got: 'broken' }]);
  });

  it('verifying and encoding texts name a missing tokenizer', async () => {
    rmSync(join(copyOf('clip', 'mute'), 'tokenizer.json'));
    const store = await openModelStore({ folders: [folder] });
    const { ok, checks } = await store.verify('mute');
    expect(ok).toBe(false);
    expect(checks.find(({ name }) => name === 'text')).toMatchObject({
      ok: false,
      code: 'check.no-texts',
      args: { reason: { code: 'model.no-tokenizer' } },
      message: 'The model cannot read texts: tokenizer.json is missing.',
    });
    const problems: { message: string }[] = [];
    text.infer?.({
      params: { batchSize: 1 },
      inputs: { encoder: [{ encoder: store.catalogue().describe('mute')! }] },
      models: store.catalogue(),
      report: (problem) => problems.push(problem),
    });
    expect(problems[0]?.message).toContain('mute cannot read texts: tokenizer.json is missing.');
  });

  it('verifying names a missing preprocessor config', async () => {
    rmSync(join(copyOf('vit', 'raw'), 'preprocessor_config.json'));
    const { ok, checks } = await (await openModelStore({ folders: [folder] })).verify('raw');
    expect(ok).toBe(false);
    expect(checks.filter((check) => !check.ok)).toEqual([
      {
        name: 'preprocess',
        ok: false,
        code: 'check.no-preprocess',
        args: {
          reason: {
            code: 'model.no-preprocessor-config',
            message: 'preprocessor_config.json is missing.',
          },
        },
        message: 'Patchbay cannot prepare pictures for this model. preprocessor_config.json is missing.',
      },
    ]);
  });

  it('a folder without config.json can be listed and added', async () => {
    const data = mkdtempSync(join(tmpdir(), 'patchbay-data-'));
    rmSync(join(copyOf('vit', 'plain'), 'config.json'));
    expect((await entryOf('plain'))?.problem).toBeUndefined();
    const store = await openModelStore({ folders: [], dataFolder: data });
    expect(await store.add(join(folder, 'plain'))).toMatchObject({ id: 'plain', family: 'generic' });
    rmSync(data, { recursive: true });
  });
});

describe('verifying', () => {
  it('passes a sound model in every check', async () => {
    const store = await openModelStore({ folders: [ORACLES] });
    const report = await store.verify('clip');
    expect(report.checks.map(({ name, ok }) => [name, ok])).toEqual([
      ['files', true],
      ['hash', true],
      ['image', true],
      ['text', true],
    ]);
    expect(report).toMatchObject({ id: 'clip', ok: true, hash: await store.hash('clip') });
  });

  it('fails a file with another hash, and still runs the other checks', async () => {
    const path = copyOf('vit', 'other');
    writeFileSync(join(path, 'sha256.json'), JSON.stringify({ 'onnx/model.onnx': '0'.repeat(64) }));
    const report = await (await openModelStore({ folders: [folder] })).verify('other');
    expect(report.ok).toBe(false);
    expect(report.checks.find(({ name }) => name === 'hash')?.message).toMatch(
      /model\.onnx is not the expected file/,
    );
    expect(report.checks.find(({ name }) => name === 'image')?.ok).toBe(true);
  });

  it('does not read files outside the folder that a list names', async () => {
    const path = copyOf('vit', 'outside');
    writeFileSync(join(path, 'sha256.json'), JSON.stringify({ '../../etc/passwd': '0'.repeat(64) }));
    const report = await (await openModelStore({ folders: [folder] })).verify('outside');
    expect(report.checks.find(({ name }) => name === 'hash')?.message).toMatch(/outside the folder/);
  });

  it('detects the config of another model', async () => {
    const path = copyOf('vit', 'lying');
    writeFileSync(join(path, 'config.json'), JSON.stringify({ model_type: 'vit', hidden_size: 999 }));
    const report = await (await openModelStore({ folders: [folder] })).verify('lying');
    expect(report.checks.find(({ name }) => name === 'image')).toMatchObject({
      ok: false,
      message: expect.stringContaining('999'),
    });
  });

  it('reports a broken tokenizer and does not throw', async () => {
    const path = copyOf('clip', 'mute');
    writeFileSync(join(path, 'tokenizer.json'), '{"model": {"type": "BPE"}}');
    const report = await (await openModelStore({ folders: [folder] })).verify('mute');
    expect(report.checks.find(({ name }) => name === 'text')).toMatchObject({
      ok: false,
      message: expect.stringMatching(/^The tokenizer of mute cannot be used: .+\.$/),
    });
  });
});
