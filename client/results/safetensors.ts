/** The longest header to read, in bytes. */
const MAX_HEADER = 1_000_000;

/**
 * Reads the R x C float32 matrix of a safetensors file: eight bytes of header length, a JSON header, then the numbers.
 * @throws Error with a message for people if the file has no such matrix
 */
export function readMatrix(file: ArrayBuffer): { rows: number; columns: number; values: Float32Array } {
  const bad = (why: string) => new Error(`The numbers of this result cannot be read: ${why}.`);
  if (file.byteLength < 8) throw bad('the file is cut short');
  const length = Number(new DataView(file).getBigUint64(0, true));
  if (length > MAX_HEADER || 8 + length > file.byteLength) throw bad('the file is cut short');
  const header = JSON.parse(new TextDecoder().decode(new Uint8Array(file, 8, length))) as Record<
    string,
    { dtype?: string; shape?: number[]; data_offsets?: [number, number] }
  >;
  const found = Object.entries(header).find(
    ([name, { dtype, shape }]) => name !== '__metadata__' && dtype === 'F32' && shape?.length === 2,
  );
  const [rows = 0, columns = 0] = found?.[1].shape ?? [];
  const [from = 0, to = 0] = found?.[1].data_offsets ?? [];
  if (!found || to - from !== rows * columns * 4 || 8 + length + to > file.byteLength)
    throw bad('it holds no matrix of float32 numbers');
  // A copy, because a Float32Array needs an offset that is a multiple of four.
  return { rows, columns, values: new Float32Array(file.slice(8 + length + from, 8 + length + to)) };
}
