import { readFileSync } from 'node:fs';
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
