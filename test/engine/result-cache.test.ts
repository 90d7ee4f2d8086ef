import { expect, test } from 'vitest';
import type { Embeddings } from '../../nodes/sdk/index.ts';
import { createResultCache } from '../../server/engine/result-cache.ts';
import { totalBytes, weigh } from '../../server/engine/weigh.ts';
import { type CountedTensor, tensor, texts } from './kit.ts';

function vectors(of: CountedTensor): Embeddings {
  const space = { encoder: 'a', title: 'A', layer: 'embedding', projection: 'none', pooling: 'model' };
  return {
    kind: 'embeddings',
    tensor: of,
    items: [],
    skipped: [],
    space: { ...space, tower: 'image', normalized: false },
  };
}

const result = (of: CountedTensor) => ({ outputs: { embeddings: vectors(of) }, skipped: [] });
const big = () => tensor(Array(2500).fill(0), [2500]);

test('bytes count tensors wherever they are in a value, and the data around them', () => {
  const weight = weigh({ a: [{ deep: vectors(big()) }], text: 'x'.repeat(1000) });
  expect(weight.tensors.map((one) => one.bytes)).toEqual([10_000]);
  expect(weight.plainBytes).toBeGreaterThan(2000);
  expect(weight.plainBytes).toBeLessThan(4000);
});

test('a long list is weighed once, and weighs the same again', () => {
  const list = Array.from({ length: 10_000 }, (_, i) => ({ kind: 'text', text: `line ${i}` }));
  let reads = 0;
  const watched = new Proxy(list[500]!, {
    ownKeys(target) {
      reads += 1;
      return Reflect.ownKeys(target);
    },
  });
  list[500] = watched;
  const first = weigh({ kind: 'texts', items: list });
  const second = weigh({ kind: 'other', items: list });
  expect(reads).toBe(1);
  expect(totalBytes(first)).toBeGreaterThan(10_000 * 30);
  expect(Math.abs(totalBytes(second) - totalBytes(first))).toBeLessThan(100);
});

test('data that holds itself is weighed all the same', () => {
  const self: Record<string, unknown> = { kind: 'texts' };
  self.self = self;
  const list: unknown[] = Array(300).fill(0);
  list[7] = list;
  self.list = list;
  expect(weigh(self).plainBytes).toBeGreaterThan(0);
});

test('the least recently used is dropped first, and given back', () => {
  const cache = createResultCache({ maxBytes: 25_000 });
  const [a, b, c] = [big(), big(), big()];
  cache.put('a', result(a));
  cache.put('b', result(b));
  expect(cache.get('a')).toBeDefined();
  cache.put('c', result(c));
  expect(cache.get('b')).toBeUndefined();
  expect([a, b, c].map((one) => one.holders)).toEqual([1, 0, 1]);
});

test('what does not fit at all is not kept', () => {
  const cache = createResultCache({ maxBytes: 5000 });
  const one = big();
  cache.put('a', result(one));
  expect(cache.size).toBe(0);
  expect(one.holders).toBe(0);
  expect(cache.bytes).toBe(0);
});

test('a tensor in two results counts once, and stays until both are gone', () => {
  const cache = createResultCache({ maxBytes: 1e6 });
  const one = big();
  cache.put('a', result(one));
  const bytes = cache.bytes;
  cache.put('b', result(one));
  expect(one.holders).toBe(1);
  expect(cache.bytes).toBeLessThan(bytes + 10_000);
  cache.put('a', { outputs: { texts: texts('other') }, skipped: [] });
  expect(one.holders).toBe(1);
  cache.put('b', { outputs: { texts: texts('other') }, skipped: [] });
  expect(one.holders).toBe(0);
});

test('a result put again under its key counts once', () => {
  const cache = createResultCache({ maxBytes: 1e6 });
  const one = big();
  cache.put('a', result(one));
  const bytes = cache.bytes;
  cache.put('a', result(one));
  expect(cache.bytes).toBe(bytes);
  expect(one.holders).toBe(1);
});

test('a long list that several results share counts once', () => {
  const items = Array.from({ length: 10_000 }, (_, i) => ({ kind: 'text', text: `line ${i}` }) as const);
  const cache = createResultCache({ maxBytes: 1e9 });
  const result = () => ({ outputs: { texts: { kind: 'texts', items } as const }, skipped: [] });
  cache.put('a', result());
  const one = cache.bytes;
  expect(one).toBeGreaterThan(10_000 * 30);
  cache.put('b', result());
  cache.put('c', result());
  expect(cache.bytes - one).toBeLessThan(1000);
  cache.clear();
  expect(cache.bytes).toBe(0);
});
