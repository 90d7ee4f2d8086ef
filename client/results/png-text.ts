const SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
/** The keyword under which a picture stores its workflow. */
const KEYWORD = 'patchbay:workflow';

const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  return crc >>> 0;
});

/** CRC-32 as defined for PNG (ISO/IEC 15948, annex D). */
function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) crc = (CRC_TABLE[(crc ^ byte) & 255] as number) ^ (crc >>> 8);
  return (crc ^ 0xffffffff) >>> 0;
}

interface Chunk {
  readonly type: string;
  readonly from: number;
  /** Index of the first data byte. */
  readonly data: number;
  readonly length: number;
  readonly to: number;
}

/** The chunks of a PNG, in order. Stops at the first invalid one. */
function* chunksOf(png: Uint8Array): Generator<Chunk> {
  if (!SIGNATURE.every((byte, at) => png[at] === byte)) return;
  const view = new DataView(png.buffer, png.byteOffset, png.byteLength);
  for (let from = SIGNATURE.length; from + 12 <= png.length; ) {
    const length = view.getUint32(from);
    const to = from + 12 + length;
    if (to > png.length) return;
    const type = String.fromCharCode(...png.subarray(from + 4, from + 8));
    yield { type, from, data: from + 8, length, to };
    if (type === 'IEND') return;
    from = to;
  }
}

function workflowChunk(text: string): Uint8Array {
  // The fields of iTXt: keyword, 0, not compressed, method 0, no language, no translated keyword, text (ISO/IEC 15948,
  // 11.3.4.5).
  const data = new Uint8Array([...new TextEncoder().encode(`iTXt${KEYWORD}`), 0, 0, 0, 0, 0]);
  const body = new TextEncoder().encode(text);
  const chunk = new Uint8Array(4 + data.length + body.length + 4);
  chunk.set(data, 4);
  chunk.set(body, 4 + data.length);
  const view = new DataView(chunk.buffer);
  view.setUint32(0, data.length - 4 + body.length);
  view.setUint32(chunk.length - 4, crc32(chunk.subarray(4, chunk.length - 4)));
  return chunk;
}

const isWorkflow = (png: Uint8Array, { type, data, length }: Chunk): boolean =>
  type === 'iTXt' &&
  length > KEYWORD.length &&
  new TextDecoder('latin1').decode(png.subarray(data, data + KEYWORD.length + 1)) === `${KEYWORD}\0`;

/**
 * Returns the same PNG with a workflow's JSON in an iTXt chunk before its end. Replaces an earlier workflow.
 * @throws Error if the bytes are not a PNG
 */
export function putWorkflow(png: Uint8Array, workflowJson: string): Uint8Array<ArrayBuffer> {
  const chunks = [...chunksOf(png)];
  if (chunks.at(-1)?.type !== 'IEND') throw new Error('These bytes are no whole PNG.');
  const parts: Uint8Array[] = [png.subarray(0, SIGNATURE.length)];
  for (const chunk of chunks) {
    if (isWorkflow(png, chunk)) continue;
    if (chunk.type === 'IEND') parts.push(workflowChunk(workflowJson));
    parts.push(png.subarray(chunk.from, chunk.to));
  }
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** The JSON of the workflow inside a picture; undefined for any other file, and for a damaged chunk. */
export function workflowIn(bytes: Uint8Array): string | undefined {
  for (const chunk of chunksOf(bytes)) {
    if (!isWorkflow(bytes, chunk)) continue;
    const { from, data, length, to } = chunk;
    const stored = new DataView(bytes.buffer, bytes.byteOffset).getUint32(to - 4);
    if (crc32(bytes.subarray(from + 4, to - 4)) !== stored) return undefined;
    let at = data + KEYWORD.length + 1;
    if (bytes[at] !== 0) return undefined;
    at += 2;
    // Skips the language and the translated keyword. Each ends with a zero byte.
    for (let skipped = 0; skipped < 2; skipped++) {
      const end = bytes.indexOf(0, at);
      if (end === -1 || end >= data + length) return undefined;
      at = end + 1;
    }
    return new TextDecoder().decode(bytes.subarray(at, data + length));
  }
  return undefined;
}
