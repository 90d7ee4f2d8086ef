import type { HostTensor } from '../../../nodes/sdk/index.ts';
import type { ElementType } from './element-types.ts';

const TYPES: Record<HostTensor['dtype'], ElementType> = {
  float32: 'F32',
  float16: 'F16',
  uint8: 'U8',
  int32: 'I32',
  int64: 'I64',
  bool: 'BOOL',
};

/**
 * Encodes tensors as a safetensors file, in parts to write one after another: the header, padded to 8 bytes, then the tensors in
 * the given order. The metadata comes first and begins with `format: pt`, which PyTorch's readers need.
 */
export function encodeSafetensors(
  tensors: ReadonlyMap<string, HostTensor>,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array[] {
  let offset = 0;
  const parts: Uint8Array[] = [];
  const members = [`"__metadata__":${JSON.stringify({ format: 'pt', ...metadata })}`];
  for (const [name, { dtype, dims, data }] of tensors) {
    const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
    const place = [offset, offset + bytes.byteLength];
    members.push(
      `${JSON.stringify(name)}:${JSON.stringify({ dtype: TYPES[dtype], shape: dims, data_offsets: place })}`,
    );
    parts.push(bytes);
    offset += bytes.byteLength;
  }
  const json = new TextEncoder().encode(`{${members.join(',')}}`);
  const header = new Uint8Array(8 + Math.ceil(json.length / 8) * 8).fill(0x20);
  new DataView(header.buffer).setBigUint64(0, BigInt(header.length - 8), true);
  header.set(json, 8);
  return [header, ...parts];
}
