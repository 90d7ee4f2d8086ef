import { closeSync, fstatSync, lstatSync, openSync, readSync, realpathSync } from 'node:fs';
import { dirname, isAbsolute, join, normalize, resolve, sep, win32 } from 'node:path';
import { fromBinary } from '@bufbuild/protobuf';
import { PatchbayError } from '../../../nodes/sdk/index.ts';
import { StringStringEntryProtoSchema } from './onnx_pb.ts';
import { DataLocation, FIELD, notOnnx, type TensorProto } from './proto.ts';
import { type ByteSource, fieldsOf } from './skim.ts';
import { isVouchedFor } from './vouched.ts';

/** Subgraphs within subgraphs beyond this are no model anybody exported. */
const MAX_DEPTH = 64;
const EXTERNAL = 1;

type Visit = (source: ByteSource, start: number, end: number, depth: number, found: Set<string>) => void;

/** Visits each sub-message found in the fields named. */
function through(fields: ReadonlyMap<number, Visit>): Visit {
  return (source, start, end, depth, found) => {
    if (depth > MAX_DEPTH) throw notOnnx(source.name);
    // Collected first: a visit may move the source's window.
    const inside = [...fieldsOf(source, start, end)].filter(({ field, bytes }) => bytes && fields.has(field));
    for (const { field, start: from, end: to } of inside) {
      fields.get(field)?.(source, from, to, depth + 1, found);
    }
  };
}

const inTensor: Visit = (source, start, end, _depth, found) => {
  let external = false;
  let location: string | undefined;
  for (const { field, value, start: from, end: to, bytes } of [...fieldsOf(source, start, end)]) {
    if (field === FIELD.tensor.dataLocation && value === EXTERNAL) external = true;
    if (field !== FIELD.tensor.externalData || !bytes) continue;
    external = true;
    const entry = fromBinary(StringStringEntryProtoSchema, source.read(from, to));
    if (entry.key === 'location') location = entry.value;
  }
  if (external) found.add(location ?? '');
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
 * Every file that a model's tensors say their numbers are in: initializers, sparse ones, attributes of nodes, subgraphs, functions.
 * @throws PatchbayError `model.invalid` when the bytes are no ONNX model.
 */
export function externalLocations(source: ByteSource): ReadonlySet<string> {
  const found = new Set<string>();
  try {
    inModel(source, 0, source.size, 0, found);
  } catch (cause) {
    if (cause instanceof PatchbayError) throw cause;
    throw notOnnx(source.name, cause);
  }
  return found;
}

/**
 * The bytes of a model's external data, which may only lie in plain files of the model's own folder.
 * A hard link passes when the manifest of a fetched model states the hash of its bytes: nobody can state the hash of what they do not have.
 * @throws PatchbayError `model.unsafe` for `..`, absolute paths, symbolic and hard links, and what is no file.
 */
export function checkExternalData(modelPath: string, locations: Iterable<string>): number {
  const folder = realpathSync(dirname(resolve(modelPath)));
  let total = 0;
  for (const location of locations) {
    const refuse = (why: string) =>
      new PatchbayError({
        code: 'model.unsafe',
        message: `The model ${modelPath} was not loaded: it wants to read its weights from "${location}", and ${why}. Weights must be plain files in the model's own folder.`,
      });
    if (location === '' || location.includes('\0')) throw refuse('that is no file name');
    if (isAbsolute(location) || win32.isAbsolute(location) || /^[a-z]:/i.test(location))
      throw refuse('that is an absolute path');
    if (location.split(/[/\\]/).includes('..')) throw refuse('that leads out of its folder');
    const path = join(folder, normalize(location));
    let real: string;
    try {
      real = realpathSync(path);
    } catch {
      throw refuse('there is no such file');
    }
    if (real !== path || !real.startsWith(folder.endsWith(sep) ? folder : folder + sep))
      throw refuse('that is a symbolic link');
    const stat = lstatSync(path);
    if (!stat.isFile()) throw refuse('that is no plain file');
    if (stat.nlink > 1 && !isVouchedFor(folder, location, path, stat))
      throw refuse('that is a hard link to a file that may belong elsewhere');
    total += stat.size;
  }
  return total;
}

/**
 * An initializer with its numbers inside, wherever the file keeps them.
 * @throws PatchbayError `model.unsafe` as {@link checkExternalData} does; `model.invalid` where the other file is too short.
 */
export function withNumbers(modelPath: string | undefined, tensor: TensorProto): TensorProto {
  if (tensor.dataLocation !== DataLocation.EXTERNAL) return tensor;
  const entries = new Map(tensor.externalData.map(({ key, value }) => [key, value]));
  const location = entries.get('location') ?? '';
  const refuse = (why: string) =>
    new PatchbayError({
      code: 'model.invalid',
      message: `The weight "${tensor.name}" of the model cannot be read: ${why}. Fetch or export it again.`,
    });
  if (modelPath === undefined) throw refuse('it is said to be in another file, and the model is in none');
  checkExternalData(modelPath, [location]);
  const fd = openSync(join(dirname(resolve(modelPath)), normalize(location)), 'r');
  try {
    const offset = Number(entries.get('offset') ?? 0);
    const { size } = fstatSync(fd);
    const length = Number(entries.get('length') ?? size - offset);
    if (!Number.isSafeInteger(offset) || !Number.isSafeInteger(length) || offset < 0 || length < 0)
      throw refuse(`${location} is said to hold it at a place that is none`);
    if (offset + length > size) throw refuse(`${location} ends before it`);
    const rawData = new Uint8Array(length);
    for (let done = 0; done < length; ) {
      const count = readSync(fd, rawData, done, length - done, offset + done);
      if (count === 0) throw refuse(`${location} ends before it`);
      done += count;
    }
    return { ...tensor, rawData, externalData: [], dataLocation: DataLocation.DEFAULT };
  } finally {
    closeSync(fd);
  }
}
