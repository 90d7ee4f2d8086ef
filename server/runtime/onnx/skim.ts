import { closeSync, fstatSync, readSync } from 'node:fs';
import { isNotRegular, openRegularSync } from '../files/regular-file.ts';
import { notOnnx } from './proto.ts';

// Walks protobuf's wire format without decoding it: https://protobuf.dev/programming-guides/encoding/

const VARINT = 0;
const FIXED64 = 1;
const LENGTH = 2;
const FIXED32 = 5;
const WINDOW_BYTES = 1 << 18;

/** A model in memory or in a file, read in pieces. */
export interface ByteSource {
  /** The path of the file, for messages; absent for bytes without a file. */
  readonly name?: string;
  readonly size: number;
  /** Bytes start..end: a view that later reads do not change. */
  read(start: number, end: number): Uint8Array;
}

/** The place of one field of a message. */
export interface WireField {
  readonly field: number;
  /** Bytes start..end are the payload, without tag and length. */
  readonly start: number;
  readonly end: number;
  /** The number of a varint field. */
  readonly value: number;
  /** Whether the payload is bytes: a string, a message or packed numbers. */
  readonly bytes: boolean;
  /** The first byte of the field's tag. */
  readonly tagStart: number;
}

/** A model in memory; reads are views. */
export function memorySource(bytes: Uint8Array, name?: string): ByteSource {
  // Not a Buffer: its `slice` is a view, but readers expect a copy.
  const plain = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return { name, size: plain.byteLength, read: (start, end) => plain.subarray(start, end) };
}

/** Opens a file that is read through a small window, so that weights stay on disk. Close it after use. */
export function fileSource(path: string): ByteSource & { close(): void } {
  let fd: number;
  try {
    fd = openRegularSync(path);
  } catch (cause) {
    throw isNotRegular(cause) ? notOnnx(path) : cause;
  }
  const { size } = fstatSync(fd);
  let window = new Uint8Array(0);
  let from = 0;
  return {
    name: path,
    size,
    read(start, end) {
      if (start >= from && end <= from + window.length) return window.subarray(start - from, end - from);
      const wanted = Math.min(size - start, Math.max(end - start, WINDOW_BYTES));
      window = new Uint8Array(Math.max(0, wanted));
      from = start;
      let filled = 0;
      while (filled < wanted) {
        const count = readSync(fd, window, filled, wanted - filled, start + filled);
        if (count === 0) break;
        filled += count;
      }
      window = window.subarray(0, filled);
      return window.subarray(0, end - start);
    },
    close: () => closeSync(fd),
  };
}

/**
 * The fields of the message at start..end, one after the other. Payloads are not read.
 * @throws PatchbayError `model.invalid` if the bytes are not a protobuf message
 */
export function* fieldsOf(source: ByteSource, start = 0, end = source.size): Generator<WireField> {
  let position = start;
  const varint = (): number => {
    const bytes = source.read(position, Math.min(position + 10, end));
    let value = 0;
    let scale = 1;
    for (let i = 0; i < bytes.length; i += 1) {
      const byte = bytes[i]!;
      value += (byte & 0x7f) * scale;
      scale *= 128;
      if (byte < 0x80) {
        position += i + 1;
        return value;
      }
    }
    throw notOnnx(source.name);
  };
  while (position < end) {
    const tagStart = position;
    const tag = varint();
    const [field, wire] = [Math.floor(tag / 8), tag % 8];
    let value = 0;
    let payload = position;
    if (wire === VARINT) value = varint();
    else if (wire === FIXED64) position += 8;
    else if (wire === FIXED32) position += 4;
    else if (wire === LENGTH) {
      const length = varint();
      payload = position;
      position += length;
    } else throw notOnnx(source.name);
    if (position > end || field === 0) throw notOnnx(source.name);
    yield { field, start: payload, end: position, value, bytes: wire === LENGTH, tagStart };
  }
}
