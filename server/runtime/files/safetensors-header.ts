import { messageOf, PatchbayError } from '../../../nodes/sdk/index.ts';
import { fileMessage } from '../../contract/messages/files.ts';
import { ELEMENT_BYTES, type ElementType, elementCount } from './element-types.ts';
import { parseStrictJson, type StrictJson } from './strict-json.ts';

/** The place of one tensor in a file. */
export interface StoredTensor {
  readonly name: string;
  readonly dtype: ElementType;
  readonly dims: readonly number[];
  /** The position of its first byte in the file. */
  readonly begin: number;
  /** The position after its last byte. */
  readonly end: number;
}

/** The most tensors of a file. No real model has a tenth of them, and checking more would take seconds. */
const MAX_TENSORS = 50_000;

/** Counts the tensors of a header without parsing it. Texts in the metadata may count too. */
function countTensors(header: Uint8Array): number {
  const bytes = Buffer.from(header.buffer, header.byteOffset, header.byteLength);
  let count = 0;
  for (let at = bytes.indexOf(MARK); at >= 0; at = bytes.indexOf(MARK, at + MARK.length)) count += 1;
  return count;
}
const MARK = '"data_offsets"';

/** Names that are dangerous as object keys in other programs that read the file. */
const FORBIDDEN = new Set(['__proto__', 'constructor', 'prototype']);

/**
 * Parses and checks a safetensors header.
 *
 * @param dataStart the position in the file where the tensors' bytes begin
 * @param dataBytes the number of bytes from there
 * @param file the file's name, for messages
 * @throws PatchbayError `safetensors.*`
 */
export function parseSafetensorsHeader(
  header: Uint8Array,
  dataStart: number,
  dataBytes: number,
  file: string,
): { tensors: Map<string, StoredTensor>; metadata: Record<string, string> } {
  if (countTensors(header) > MAX_TENSORS)
    throw new PatchbayError(fileMessage('safetensors.too-many-tensors', { file, count: MAX_TENSORS }));
  const root = parse(header, file);
  if (!(root instanceof Map)) throw new PatchbayError(fileMessage('safetensors.header-not-object', { file }));
  const tensors = new Map<string, StoredTensor>();
  let metadata: Record<string, string> = Object.create(null);
  for (const [name, entry] of root) {
    if (FORBIDDEN.has(name)) throw new PatchbayError(fileMessage('safetensors.tensor-name', { file, name }));
    if (name === '__metadata__') metadata = readMetadata(entry, file);
    else tensors.set(name, readEntry(name, entry, dataStart, file));
  }
  checkLayout([...tensors.values()], dataStart, dataBytes, file);
  return { tensors, metadata };
}

function parse(header: Uint8Array, file: string): StrictJson {
  if (header[0] !== 0x7b) throw new PatchbayError(fileMessage('safetensors.header-start', { file }));
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(header);
  } catch (cause) {
    throw new PatchbayError(fileMessage('safetensors.header-text', { file }), { cause });
  }
  try {
    return parseStrictJson(text, 3);
  } catch (cause) {
    if (!(cause instanceof PatchbayError)) throw cause;
    throw new PatchbayError(fileMessage('safetensors.header-json', { file, reason: messageOf(cause) }), {
      cause,
    });
  }
}

function readMetadata(entry: StrictJson, file: string): Record<string, string> {
  if (!(entry instanceof Map))
    throw new PatchbayError(fileMessage('safetensors.metadata-not-object', { file }));
  const metadata: Record<string, string> = Object.create(null);
  for (const [key, value] of entry) {
    const place = { file, name: key.slice(0, 60) };
    if (FORBIDDEN.has(key)) throw new PatchbayError(fileMessage('safetensors.metadata-name', place));
    if (typeof value !== 'string') throw new PatchbayError(fileMessage('safetensors.metadata-value', place));
    metadata[key] = value;
  }
  return metadata;
}

function readEntry(name: string, entry: StrictJson, dataStart: number, file: string): StoredTensor {
  const place = { file, tensor: name.slice(0, 80) };
  if (!(entry instanceof Map)) throw new PatchbayError(fileMessage('safetensors.tensor-not-object', place));
  const [dtype, shape, offsets] = ['dtype', 'shape', 'data_offsets'].map((key) => entry.get(key));
  if (typeof dtype !== 'string' || !Object.hasOwn(ELEMENT_BYTES, dtype)) {
    const type = JSON.stringify(dtype ?? null).slice(0, 40);
    throw new PatchbayError(fileMessage('safetensors.type', { ...place, type }));
  }
  if (!isNumbers(shape)) throw new PatchbayError(fileMessage('safetensors.no-shape', place));
  const count = elementCount(shape);
  const shownShape = shape.slice(0, 8).join(', ');
  if (count === undefined)
    throw new PatchbayError(fileMessage('safetensors.shape', { ...place, shape: shownShape }));
  if (!isNumbers(offsets) || offsets.length !== 2)
    throw new PatchbayError(fileMessage('safetensors.no-offsets', place));
  const [begin, end] = offsets as [number, number];
  if (!Number.isSafeInteger(begin) || !Number.isSafeInteger(end) || begin < 0 || end < begin)
    throw new PatchbayError(fileMessage('safetensors.offsets', { ...place, offsets: offsets.join(', ') }));
  const type = dtype as ElementType;
  if (count * ELEMENT_BYTES[type] !== end - begin)
    throw new PatchbayError(
      fileMessage('safetensors.size', { ...place, bytes: end - begin, shape: shownShape, type }),
    );
  return { name, dtype: type, dims: shape, begin: dataStart + begin, end: dataStart + end };
}

function isNumbers(value: StrictJson | undefined): value is number[] {
  return Array.isArray(value) && value.every((element) => typeof element === 'number');
}

/** Every byte must belong to exactly one tensor: a gap can hide data, and an overlap lets two tensors share bytes. */
function checkLayout(tensors: StoredTensor[], dataStart: number, dataBytes: number, file: string): void {
  let at = dataStart;
  for (const { name, begin, end } of tensors.toSorted((a, b) => a.begin - b.begin || a.end - b.end)) {
    const place = { file, tensor: name.slice(0, 80) };
    if (begin < at) throw new PatchbayError(fileMessage('safetensors.overlap', place));
    if (begin > at) throw new PatchbayError(fileMessage('safetensors.gap', { ...place, bytes: begin - at }));
    at = end;
  }
  const rest = dataStart + dataBytes - at;
  if (rest < 0) throw new PatchbayError(fileMessage('safetensors.cut-short', { file, bytes: -rest }));
  if (rest > 0) throw new PatchbayError(fileMessage('safetensors.trailing-bytes', { file, bytes: rest }));
}
