import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { startServer, type TestServer } from './server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startServer({ keep: true });
});

const samples = join(import.meta.dirname, '../../workflows/samples');
const picture = (name: string) =>
  `data:image/png;base64,${readFileSync(join(samples, name)).toString('base64')}`;
const embed = (input: unknown, more: object = {}) =>
  server.call('POST', '/v1/embeddings', { model: 'emoji-clip', input, ...more });
/** All stored files of the server. */
const assetFiles = () =>
  existsSync(join(server.data, 'assets'))
    ? readdirSync(join(server.data, 'assets'), { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => entry.name)
        .sort()
    : [];
const dot = (a: number[], b: number[]) => a.reduce((sum, value, i) => sum + value * (b[i] as number), 0);

test('texts and pictures land in one space, in the order they were asked for', async () => {
  const { status, json } = await embed([
    { image: picture('queries/banana.png') },
    'banana',
    { image: picture('queries/shark.png') },
    { text: 'shark' },
  ]);
  expect(status).toBe(200);
  expect(json).toMatchObject({ object: 'list', model: 'emoji-clip' });
  expect(json.data.map(({ index }: { index: number }) => index)).toEqual([0, 1, 2, 3]);
  const [bananaPicture, banana, sharkPicture, shark] = json.data.map(
    (entry: { embedding: number[] }) => entry.embedding,
  );
  for (const vector of [bananaPicture, banana, sharkPicture, shark])
    expect(dot(vector, vector)).toBeCloseTo(1, 4);
  expect(dot(bananaPicture, banana)).toBeGreaterThan(dot(bananaPicture, shark));
  expect(dot(sharkPicture, shark)).toBeGreaterThan(dot(sharkPicture, banana));
});

test('a picture is a picture in every form, and its request leaves nothing behind', async () => {
  const url = picture('queries/banana.png');
  const before = assetFiles();
  const { status, json } = await embed([{ image: url }, url, ` ${url}`.trim().replace('data:', 'DATA:')]);
  expect(status).toBe(200);
  const [wrapped, plain, upper] = json.data.map((entry: { embedding: number[] }) => entry.embedding);
  expect(plain).toEqual(wrapped);
  expect(upper).toEqual(wrapped);
  expect(assetFiles()).toEqual(before);
  const hash = createHash('sha256')
    .update(readFileSync(join(samples, 'queries/banana.png')))
    .digest('hex');
  expect((await server.call('GET', `/api/assets/${hash}`)).status).toBe(404);

  const form = new FormData();
  form.append('file', new Blob([readFileSync(join(samples, 'queries/banana.png'))]), 'banana.png');
  await fetch(new URL('/api/assets', server.url), { method: 'POST', body: form });
  const [object, text] = (await embed([{ image: `asset:${hash}` }, `asset:${hash}`])).json.data;
  expect(object.embedding).toEqual(wrapped);
  expect(text.embedding).toEqual(wrapped);

  expect(await server.call('DELETE', `/api/assets/${hash}`)).toMatchObject({
    status: 200,
    json: { kind: 'asset', key: hash, files: 1 },
  });
  for (const path of [`/api/assets/${hash}`, `/api/assets/${hash}/thumbnail`])
    expect((await server.call('GET', path)).status).toBe(404);
  expect((await server.call('DELETE', `/api/assets/${hash}`)).status).toBe(404);
  expect((await embed(`asset:${hash}`)).json.error.code).toBe('embeddings.no-asset');
  expect(assetFiles()).toEqual(before);
});

test('a text that is only an address is refused, unless it is sent as a text', async () => {
  const code = async (input: unknown, more?: object) => (await embed(input, more)).json.error?.code;
  for (const address of [
    'https://example.org/cat.jpg',
    'http://127.0.0.1/x',
    'file:///home/me/cat.png',
    '/home/me/cat.png',
    '~/cat.webp',
    'C:\\pictures\\cat.jpg',
  ]) {
    expect(await code(address), address).toBe('embeddings.address');
    expect((await embed({ text: address })).status, address).toBe(200);
    expect((await embed(address, { modality: 'text' })).status, address).toBe(200);
  }
  for (const text of ['see https://example.org for more', 'cat.jpg', 'a cat / a dog', 'data are numbers'])
    expect((await embed(text)).status, text).toBe(200);
  expect(await code('data:text/plain,hello')).toBe('embeddings.picture-form');
  expect(await code('x'.repeat(100_001))).toBe('embeddings.text-length');
});

test('a modality is kept to, and unknown keys are refused', async () => {
  const url = picture('queries/banana.png');
  const wrapped = (await embed({ image: url })).json.data[0].embedding;
  expect((await embed([url], { modality: 'image' })).json.data[0].embedding).toEqual(wrapped);
  expect((await embed(['cat'], { modality: 'image' })).json.error.code).toBe('embeddings.picture-form');
  expect((await embed([{ text: 'cat' }], { modality: 'image' })).json.error).toMatchObject({
    code: 'embeddings.modality',
    problems: [{ param: 'input[0]' }],
  });
  expect((await embed([{ image: url }], { modality: 'text' })).json.error.code).toBe('embeddings.modality');
  expect((await embed('cat', { modality: 'audio' })).status).toBe(400);
  expect((await embed('cat', { user: 'me' })).status).toBe(200);
  const unknown = await embed('cat', { input_type: 'query' });
  expect(unknown.status).toBe(400);
  expect(unknown.json.error.message).toBe('The body has the unknown key "input_type". Remove it.');
});

test('as base64 the numbers are the same, and as one text there is one vector', async () => {
  const plain = (await embed('cat')).json.data[0].embedding as number[];
  const packed = (await embed('cat', { encoding_format: 'base64' })).json.data[0].embedding as string;
  const bytes = Buffer.from(packed, 'base64');
  expect([...new Float32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4)]).toEqual(plain);
  expect((await embed('cat', { dimensions: plain.length })).status).toBe(200);
  expect((await embed('cat', { dimensions: 3 })).json.error.code).toBe('embeddings.dimensions');
});

test('what cannot be embedded is refused in a sentence', async () => {
  const wrong: [unknown, number][] = [
    [[], 400],
    [[1, 2], 400],
    [[[1, 2]], 400],
    [{ image: 'http://169.254.169.254/latest' }, 400],
    [{ image: '/etc/passwd' }, 400],
    [{ image: `asset:${'0'.repeat(64)}` }, 400],
    [{ image: `data:image/svg+xml;base64,${Buffer.from('<svg/>').toString('base64')}` }, 400],
    [
      {
        image: `data:image/png;base64,${Buffer.from('\x89PNG\r\n\x1a\n broken', 'latin1').toString('base64')}`,
      },
      422,
    ],
  ];
  for (const [input, expected] of wrong) {
    const { status, json } = await embed(input);
    expect(status, JSON.stringify(input).slice(0, 60)).toBe(expected);
    expect(json.error.message).toMatch(/\.$/);
  }
  expect((await embed('x', { model: 'no-such-model' })).status).toBe(404);
});

test('a refusal names the place in the list and what may stand there', async () => {
  const message = async (input: unknown) => (await embed(input)).json.error.message;
  expect(await message(Array(2049).fill('x'))).toBe(
    '"input" must be a list of at most 2048 entries, but is a list of 2049.',
  );
  expect(await message([])).toBe('"input" must be a list of at least 1 entry, but is an empty list.');
  expect(await message(['cat', 7])).toBe('"input[1]" must be a text or an object, but is 7.');
  expect(await message([[1, 2]])).toBe('"input[0]" must be a text or an object, but is a list.');
});

test('models and devices are listed, in both dialects', async () => {
  const models = (await server.call('GET', '/api/models')).json.items.map(({ id }: { id: string }) => id);
  expect(models).toContain('emoji-clip');
  const openai = (await server.call('GET', '/v1/models')).json.data.map(({ id }: { id: string }) => id);
  expect(models).toEqual(expect.arrayContaining(openai));
  expect((await server.call('GET', '/api/devices')).json.chosen).toBe('cpu');
});
