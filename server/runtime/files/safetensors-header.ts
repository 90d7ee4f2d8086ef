import type { PatchbayError } from '../../../nodes/sdk/index.ts';
import { ELEMENT_BYTES, type ElementType, elementCount } from './element-types.ts';
import { parseStrictJson, type StrictJson } from './strict-json.ts';

/** One tensor of a file, still on disk. */
export interface StoredTensor {
  readonly name: string;
  readonly dtype: ElementType;
  readonly dims: readonly number[];
  /** First byte in the file. */
  readonly begin: number;
  /** One past the last byte. */
  readonly end: number;
}

type Refuse = (reason: string, cause?: unknown) => PatchbayError;

/** Names that are dangerous as object keys in the programs a file passes through. */
const FORBIDDEN = new Set(['__proto__', 'constructor', 'prototype']);

/**
 * Reads and checks a safetensors header.
 *
 * @param dataStart where the tensors' bytes begin in the file
 * @param dataBytes how many there are
 * @throws what `refuse` makes of the reason
 */
export function parseSafetensorsHeader(
  header: Uint8Array,
  dataStart: number,
  dataBytes: number,
  refuse: Refuse,
): { tensors: Map<string, StoredTensor>; metadata: Record<string, string> } {
  const root = parse(header, refuse);
  if (!(root instanceof Map)) throw refuse('its header is no JSON object');
  const tensors = new Map<string, StoredTensor>();
  let metadata: Record<string, string> = Object.create(null);
  for (const [name, entry] of root) {
    if (FORBIDDEN.has(name)) throw refuse(`"${name}" is no name for a tensor`);
    if (name === '__metadata__') metadata = readMetadata(entry, refuse);
    else tensors.set(name, readEntry(name, entry, dataStart, refuse));
  }
  checkLayout([...tensors.values()], dataStart, dataBytes, refuse);
  return { tensors, metadata };
}

function parse(header: Uint8Array, refuse: Refuse): StrictJson {
  if (header[0] !== 0x7b) throw refuse('its header does not begin with "{"');
  try {
    return parseStrictJson(new TextDecoder('utf-8', { fatal: true }).decode(header), 3);
  } catch (error) {
    throw refuse(`its header is not strict JSON (${(error as Error).message})`, error);
  }
}

function readMetadata(entry: StrictJson, refuse: Refuse): Record<string, string> {
  if (!(entry instanceof Map)) throw refuse('its metadata is no object');
  const metadata: Record<string, string> = Object.create(null);
  for (const [key, value] of entry) {
    if (FORBIDDEN.has(key)) throw refuse(`"${key}" is no name for metadata`);
    if (typeof value !== 'string') throw refuse(`its metadata "${key.slice(0, 60)}" is no text`);
    metadata[key] = value;
  }
  return metadata;
}

function readEntry(name: string, entry: StrictJson, dataStart: number, refuse: Refuse): StoredTensor {
  const label = `the tensor "${name.slice(0, 80)}"`;
  if (!(entry instanceof Map)) throw refuse(`${label} is not described by an object`);
  const [dtype, shape, offsets] = ['dtype', 'shape', 'data_offsets'].map((key) => entry.get(key));
  if (typeof dtype !== 'string' || !Object.hasOwn(ELEMENT_BYTES, dtype))
    throw refuse(`${label} has the unknown type ${JSON.stringify(dtype ?? null)?.slice(0, 40)}`);
  if (!isNumbers(shape)) throw refuse(`${label} has no shape`);
  const count = elementCount(shape);
  if (count === undefined) throw refuse(`${label} has the impossible shape [${shape.slice(0, 8)}]`);
  if (!isNumbers(offsets) || offsets.length !== 2) throw refuse(`${label} has no offsets`);
  const [begin, end] = offsets as [number, number];
  if (!Number.isSafeInteger(begin) || !Number.isSafeInteger(end) || begin < 0 || end < begin)
    throw refuse(`${label} has the impossible offsets [${offsets}]`);
  const type = dtype as ElementType;
  if (count * ELEMENT_BYTES[type] !== end - begin)
    throw refuse(
      `${label} has ${end - begin} bytes, which do not fit its shape [${shape.slice(0, 8)}] of ${type}`,
    );
  return { name, dtype: type, dims: shape, begin: dataStart + begin, end: dataStart + end };
}

function isNumbers(value: StrictJson | undefined): value is number[] {
  return Array.isArray(value) && value.every((element) => typeof element === 'number');
}

/** Every byte belongs to one tensor: a hole could smuggle, an overlap could alias. */
function checkLayout(tensors: StoredTensor[], dataStart: number, dataBytes: number, refuse: Refuse): void {
  let at = dataStart;
  for (const { name, begin, end } of tensors.toSorted((a, b) => a.begin - b.begin || a.end - b.end)) {
    if (begin < at) throw refuse(`the tensor "${name.slice(0, 80)}" overlaps another`);
    if (begin > at)
      throw refuse(`${begin - at} bytes before the tensor "${name.slice(0, 80)}" belong to none`);
    at = end;
  }
  const rest = dataStart + dataBytes - at;
  if (rest < 0) throw refuse(`it ends ${-rest} bytes early`);
  if (rest > 0) throw refuse(`${rest} bytes at its end belong to no tensor`);
}
