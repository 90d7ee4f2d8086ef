import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { putWorkflow, workflowIn } from '../../../client/results/png-text.ts';

const png = async () =>
  new Uint8Array(
    await sharp({ create: { width: 3, height: 2, channels: 3, background: '#fa0' } })
      .png()
      .toBuffer(),
  );

describe('a picture that carries its workflow', () => {
  test('gives back the very text, whatever the language', async () => {
    const text = JSON.stringify({ format: 'patchbay', name: 'Ähnliche Bilder 寻找 🐈', nodes: [] });
    expect(workflowIn(putWorkflow(await png(), text))).toBe(text);
  });

  test('is still the same picture to a decoder that checks every chunk', async () => {
    const plain = await png();
    const carrying = putWorkflow(plain, '{"a":1}');
    const pixels = (bytes: Uint8Array) => sharp(bytes, { failOn: 'warning' }).raw().toBuffer();
    expect(await pixels(carrying)).toEqual(await pixels(plain));
    const { comments } = (await sharp(carrying).metadata()) as {
      comments?: { keyword: string; text: string }[];
    };
    if (comments) expect(comments).toContainEqual({ keyword: 'patchbay:workflow', text: '{"a":1}' });
  });

  test('carries one workflow: the last one put', async () => {
    const twice = putWorkflow(putWorkflow(await png(), 'first'), 'second');
    expect(workflowIn(twice)).toBe('second');
    expect(new TextDecoder('latin1').decode(twice)).not.toContain('first');
  });

  test('gives nothing once the chunk is damaged, and nothing for other files', async () => {
    const carrying = putWorkflow(await png(), '{"nodes":[]}');
    const at = new TextDecoder('latin1').decode(carrying).indexOf('nodes');
    const damaged = carrying.slice();
    damaged[at] = 0x58;
    expect(workflowIn(damaged)).toBeUndefined();
    expect(workflowIn(await png())).toBeUndefined();
    expect(workflowIn(new TextEncoder().encode('{"format":"patchbay"}'))).toBeUndefined();
    for (let length = 0; length < at; length += 7)
      expect(workflowIn(carrying.subarray(0, length))).toBeUndefined();
  });

  test('no bytes that are no whole PNG are written to', async () => {
    expect(() => putWorkflow(new Uint8Array(100), '{}')).toThrow('no whole PNG');
    expect(() => putWorkflow(new Uint8Array([...[137, 80, 78, 71, 13, 10, 26, 10]]), '{}')).toThrow();
  });
});
