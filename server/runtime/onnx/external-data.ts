import { closeSync, fstatSync, lstatSync, readSync, realpathSync } from 'node:fs';
import { dirname, isAbsolute, join, normalize, resolve, sep, win32 } from 'node:path';
import { fromBinary } from '@bufbuild/protobuf';
import { type Message, PatchbayError } from '../../../nodes/sdk/index.ts';
import { onnxMessage } from '../../contract/messages/onnx.ts';
import { openRegularSync } from '../files/regular-file.ts';
import { StringStringEntryProtoSchema } from './onnx_pb.ts';
import {
  DataLocation,
  FIELD,
  type GraphProto,
  type NodeProto,
  notOnnx,
  type SparseTensorProto,
  type TensorProto,
} from './proto.ts';
import { type ByteSource, fieldsOf } from './skim.ts';
import { isVouchedFor } from './vouched.ts';

/** No exporter nests subgraphs deeper. A file that does would overflow the stack. */
const MAX_DEPTH = 64;
const EXTERNAL = 1;

type Visit = (
  source: ByteSource,
  start: number,
  end: number,
  depth: number,
  found: Map<string, number>,
) => void;

/** Visits each message in the given fields. */
function through(fields: ReadonlyMap<number, Visit>): Visit {
  return (source, start, end, depth, found) => {
    if (depth > MAX_DEPTH) throw notOnnx(source.name);
    // Collects all fields first, because a visit may move the window of the source.
    const inside = [...fieldsOf(source, start, end)].filter(({ field, bytes }) => bytes && fields.has(field));
    for (const { field, start: from, end: to } of inside) {
      fields.get(field)?.(source, from, to, depth + 1, found);
    }
  };
}

const inTensor: Visit = (source, start, end, _depth, found) => {
  let external = false;
  let location: string | undefined;
  let offset = 0;
  let length = 0;
  for (const { field, value, start: from, end: to, bytes } of [...fieldsOf(source, start, end)]) {
    if (field === FIELD.tensor.dataLocation && value === EXTERNAL) external = true;
    if (field !== FIELD.tensor.externalData || !bytes) continue;
    external = true;
    const entry = fromBinary(StringStringEntryProtoSchema, source.read(from, to));
    if (entry.key === 'location') location = entry.value;
    if (entry.key === 'offset') offset = Number(entry.value);
    if (entry.key === 'length') length = Number(entry.value);
  }
  if (!external) return;
  const needed = Number.isSafeInteger(offset + length) ? offset + length : 0;
  found.set(location ?? '', Math.max(found.get(location ?? '') ?? 0, needed));
};

const inSparse = through(
  new Map([
    [FIELD.sparse.values, inTensor],
    [FIELD.sparse.indices, inTensor],
  ]),
);
const graphLater: Visit = (...args) => inGraph(...args);
const inAttribute = through(
  new Map([
    [FIELD.attribute.tensor, inTensor],
    [FIELD.attribute.tensors, inTensor],
    [FIELD.attribute.sparseTensor, inSparse],
    [FIELD.attribute.sparseTensors, inSparse],
    [FIELD.attribute.graph, graphLater],
    [FIELD.attribute.graphs, graphLater],
  ]),
);
const inNode = through(new Map([[FIELD.node.attribute, inAttribute]]));
const inGraph = through(
  new Map([
    [FIELD.graph.node, inNode],
    [FIELD.graph.initializer, inTensor],
    [FIELD.graph.sparseInitializer, inSparse],
  ]),
);
const inFunction = through(new Map([[FIELD.function.node, inNode]]));
const inTraining = through(
  new Map([
    [FIELD.training.initialization, inGraph],
    [FIELD.training.algorithm, inGraph],
  ]),
);
const inModel = through(
  new Map([
    [FIELD.model.graph, inGraph],
    [FIELD.model.functions, inFunction],
    [FIELD.model.trainingInfo, inTraining],
  ]),
);

/**
 * Every file that a tensor of the model names for its numbers, and the bytes that the file must have: initializers, sparse
 * initializers, attributes, subgraphs, functions.
 * @throws PatchbayError `model.invalid` when the bytes are not an ONNX model
 */
export function externalLocations(source: ByteSource): ReadonlyMap<string, number> {
  const found = new Map<string, number>();
  try {
    inModel(source, 0, source.size, 0, found);
  } catch (cause) {
    if (cause instanceof PatchbayError) throw cause;
    throw notOnnx(source.name, cause);
  }
  return found;
}

/** Bytes that a file of weights may have beyond those that tensors name: padding, and tensors that an edit of the graph removed. */
const SPARE_BYTES = 1 << 28;
const POINTER = 'version https://git-lfs.github.com/spec/';

/** Whether a file is a pointer of Git LFS, which stands in a clone for a large file that was not fetched. */
export function isLfsPointer(path: string, bytes: number): boolean {
  if (bytes > 1024 || bytes < POINTER.length) return false;
  const fd = openRegularSync(path);
  try {
    const start = Buffer.alloc(POINTER.length);
    readSync(fd, start, 0, start.length, 0);
    return start.toString('latin1') === POINTER;
  } finally {
    closeSync(fd);
  }
}

/**
 * Checks that a model's external data are whole, plain files in the model's own folder, and sums their sizes. It opens no file that
 * is not, so it comes before anything that reads them. `locations` maps names to the bytes that a file must have.
 * A hard link passes only when the manifest of a downloaded model states the sha256 of its bytes: an attacker cannot
 * know the hash of a file that they cannot read.
 * @returns bytes
 * @throws PatchbayError `model.unsafe` for `..`, absolute paths, symbolic and hard links, anything but a file, and files that are too
 *   short or far too long
 */
export function checkExternalData(modelPath: string, locations: ReadonlyMap<string, number>): number {
  const folder = realpathSync(dirname(resolve(modelPath)));
  let total = 0;
  for (const [location, needed] of locations) {
    const refuse = (reason: Message) =>
      new PatchbayError(onnxMessage('model.unsafe', { file: modelPath, location, reason }));
    if (location === '' || location.includes('\0')) throw refuse(onnxMessage('unsafe.no-name'));
    if (isAbsolute(location) || win32.isAbsolute(location) || /^[a-z]:/i.test(location))
      throw refuse(onnxMessage('unsafe.absolute'));
    if (location.split(/[/\\]/).includes('..')) throw refuse(onnxMessage('unsafe.outside'));
    const path = join(folder, normalize(location));
    let real: string;
    try {
      real = realpathSync(path);
    } catch {
      throw refuse(onnxMessage('unsafe.missing'));
    }
    if (real !== path || !real.startsWith(folder.endsWith(sep) ? folder : folder + sep))
      throw refuse(onnxMessage('unsafe.symbolic-link'));
    const stat = lstatSync(path);
    if (!stat.isFile()) throw refuse(onnxMessage('unsafe.not-a-file'));
    if (stat.nlink > 1 && !isVouchedFor(folder, location, path, stat))
      throw refuse(onnxMessage('unsafe.hard-link'));
    if (isLfsPointer(path, stat.size)) throw refuse(onnxMessage('unsafe.lfs-pointer'));
    if (stat.size < needed) throw refuse(onnxMessage('unsafe.cut-short', { needed, bytes: stat.size }));
    if (needed > 0 && stat.size > 2 * needed + SPARE_BYTES)
      throw refuse(onnxMessage('unsafe.too-long', { needed, bytes: stat.size }));
    total += stat.size;
  }
  return total;
}

/**
 * An initializer with its numbers. If the model keeps them in another file, they are read from there.
 * @throws PatchbayError `model.unsafe` as {@link checkExternalData} does; `model.weight-unreadable` if the file lacks
 * them
 */
export function withNumbers(modelPath: string | undefined, tensor: TensorProto): TensorProto {
  if (tensor.dataLocation !== DataLocation.EXTERNAL) return tensor;
  const entries = new Map(tensor.externalData.map(({ key, value }) => [key, value]));
  const location = entries.get('location') ?? '';
  const refuse = (reason: Message) =>
    new PatchbayError(onnxMessage('model.weight-unreadable', { weight: tensor.name, reason }));
  if (modelPath === undefined) throw refuse(onnxMessage('weight.no-folder'));
  checkExternalData(modelPath, new Map([[location, 0]]));
  const fd = openRegularSync(join(dirname(resolve(modelPath)), normalize(location)));
  try {
    const offset = Number(entries.get('offset') ?? 0);
    const { size } = fstatSync(fd);
    const length = Number(entries.get('length') ?? size - offset);
    if (!Number.isSafeInteger(offset) || !Number.isSafeInteger(length) || offset < 0 || length < 0)
      throw refuse(onnxMessage('weight.no-place', { file: location }));
    if (offset + length > size) throw refuse(onnxMessage('weight.cut-short', { file: location }));
    const rawData = new Uint8Array(length);
    for (let done = 0; done < length; ) {
      const count = readSync(fd, rawData, done, length - done, offset + done);
      if (count === 0) throw refuse(onnxMessage('weight.cut-short', { file: location }));
      done += count;
    }
    return { ...tensor, rawData, externalData: [], dataLocation: DataLocation.DEFAULT };
  } finally {
    closeSync(fd);
  }
}

/**
 * A node whose tensors hold their numbers: those in its attributes, and in the graphs inside it.
 * @throws PatchbayError as {@link withNumbers} does
 */
export function nodeWithNumbers(modelPath: string | undefined, node: NodeProto): NodeProto {
  const tensor = <T extends TensorProto | undefined>(given: T) => given && withNumbers(modelPath, given);
  const sparse = (given: SparseTensorProto): SparseTensorProto => ({
    ...given,
    values: tensor(given.values),
    indices: tensor(given.indices),
  });
  const graph = (given: GraphProto): GraphProto => ({
    ...given,
    node: given.node.map((inner) => nodeWithNumbers(modelPath, inner)),
    initializer: given.initializer.map((weight) => withNumbers(modelPath, weight)),
    sparseInitializer: given.sparseInitializer.map(sparse),
  });
  const attribute = node.attribute.map((given) => ({
    ...given,
    t: tensor(given.t),
    tensors: given.tensors.map((one) => withNumbers(modelPath, one)),
    g: given.g && graph(given.g),
    graphs: given.graphs.map(graph),
    sparseTensor: given.sparseTensor && sparse(given.sparseTensor),
    sparseTensors: given.sparseTensors.map(sparse),
  }));
  return { ...node, attribute };
}
