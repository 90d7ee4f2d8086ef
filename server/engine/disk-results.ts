import type { PortValue, Skipped } from '../../nodes/sdk/index.ts';
import type { NodeResult } from './result-cache.ts';
import type { DiskStore, ValueCodec } from './services.ts';

/**
 * A result on disk: `PBR2`, the header's length (u32, little endian), the header as JSON, then each port's bytes.
 * Header and ports start at multiples of 16, so that numbers can be read in place.
 */
const MAGIC = 0x32524250;
const PREFIX = 8;
const ALIGN = 16;

interface Header {
  readonly ports: readonly { readonly name: string; readonly bytes: number }[];
  readonly skipped: readonly Skipped[];
  readonly warnings?: NodeResult['warnings'];
  readonly before?: NodeResult['before'];
}

function padding(bytes: number): Uint8Array {
  return new Uint8Array((ALIGN - (bytes % ALIGN)) % ALIGN);
}

/** Writes a result. If that fails, the result is not kept, and no error is reported. */
export async function writeResult(
  disk: DiskStore,
  codec: ValueCodec,
  key: string,
  { outputs, ...notes }: NodeResult,
): Promise<void> {
  try {
    const body: Uint8Array[] = [];
    const ports: { name: string; bytes: number }[] = [];
    for (const [name, value] of Object.entries(outputs)) {
      const parts = await codec.encode(value);
      const bytes = parts.reduce((sum, part) => sum + part.byteLength, 0);
      ports.push({ name, bytes });
      body.push(...parts, padding(bytes));
    }
    const header = new TextEncoder().encode(JSON.stringify({ ports, ...notes } satisfies Header));
    const prefix = new Uint8Array(PREFIX);
    const view = new DataView(prefix.buffer);
    view.setUint32(0, MAGIC, true);
    view.setUint32(4, header.byteLength, true);
    await disk.write(key, [prefix, header, padding(PREFIX + header.byteLength), ...body]);
  } catch {
    // A failing cache must not make a run fail.
  }
}

/** Reads a result; undefined if there is none or it is damaged. */
export async function readResult(
  disk: DiskStore,
  codec: ValueCodec,
  key: string,
): Promise<NodeResult | undefined> {
  try {
    const bytes = await disk.read(key);
    return bytes && decode(bytes, codec);
  } catch {
    return undefined;
  }
}

function decode(bytes: Uint8Array, codec: ValueCodec): NodeResult | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.getUint32(0, true) !== MAGIC) return undefined;
  let at = PREFIX + view.getUint32(4, true);
  const header = JSON.parse(new TextDecoder().decode(bytes.subarray(PREFIX, at))) as Header;
  at += padding(at).length;
  const outputs: Record<string, PortValue> = {};
  for (const port of header.ports) {
    if (at + port.bytes > bytes.byteLength) return undefined;
    outputs[port.name] = codec.decode(bytes.subarray(at, at + port.bytes));
    at += port.bytes + padding(port.bytes).length;
  }
  const { ports: _, ...notes } = header;
  return { outputs, ...notes };
}
