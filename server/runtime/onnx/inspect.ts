import { fromBinary } from '@bufbuild/protobuf';
import {
  DataType,
  FIELD,
  type NodeProto,
  NodeProtoSchema,
  notOnnx,
  OperatorSetIdProtoSchema,
  type TensorProto,
  TensorProtoSchema,
  type ValueInfoProto,
  ValueInfoProtoSchema,
} from './proto.ts';
import { type ByteSource, fieldsOf, fileSource, memorySource, type WireField } from './skim.ts';

/** An input or output as the model's file declares it. */
export interface DeclaredValue {
  readonly name: string;
  /** `float32`, `int64`, ...; for other types ONNX's own name in lower case. */
  readonly dtype: string;
  /** Each a size, the name of an open size, or undefined. Empty if the rank is open too. */
  readonly dims: readonly (number | string | undefined)[];
}

/** A model's structure. Weights are read only on request. */
export interface ModelInspection {
  /** The inputs that a run must feed: declared inputs that are not initializers. */
  readonly inputs: readonly DeclaredValue[];
  readonly outputs: readonly DeclaredValue[];
  /** Version of each operator set by domain; '' is the standard domain. */
  readonly opset: ReadonlyMap<string, number>;
  readonly irVersion: number;
  /** Whether the model defines operators of its own. */
  readonly hasFunctions: boolean;
  /** Size of the model's own file. */
  readonly bytes: number;
  /** Names of all initializers. */
  readonly initializers: ReadonlySet<string>;
  /** All nodes of the main graph, in order. The first call decodes them. */
  nodes(): readonly NodeProto[];
  /** One initializer with its numbers; `floatsOf` reads them. */
  initializer(name: string): TensorProto | undefined;
}

/**
 * Reads a model's structure from its bytes. Decoded weights are views of `bytes`.
 * @throws PatchbayError `model.invalid`
 */
export function inspectModel(bytes: Uint8Array, name?: string): ModelInspection {
  return inspect(memorySource(bytes, name), (use) => use(memorySource(bytes, name)));
}

/**
 * Reads a model's structure from a file of any size: nodes and names, not weights.
 * @throws PatchbayError `model.invalid`
 */
export function inspectModelFile(path: string): ModelInspection {
  const open = <T>(use: (source: ByteSource) => T): T => {
    const source = fileSource(path);
    try {
      return use(source);
    } finally {
      source.close();
    }
  };
  return open((source) => inspect(source, open));
}

type Open = <T>(use: (source: ByteSource) => T) => T;

function inspect(source: ByteSource, open: Open): ModelInspection {
  const guarded = <T>(work: () => T): T => {
    try {
      return work();
    } catch (cause) {
      throw notOnnx(source.name, cause);
    }
  };
  return guarded(() => skim(source, (use) => guarded(() => open(use))));
}

function skim(source: ByteSource, open: Open): ModelInspection {
  const opset = new Map<string, number>();
  const graphs: WireField[] = [];
  let irVersion = 0;
  let hasFunctions = false;
  for (const part of [...fieldsOf(source)]) {
    if (part.field === FIELD.model.irVersion) irVersion = part.value;
    else if (part.field === FIELD.model.functions) hasFunctions = true;
    // `appendToModel` writes the graph in several pieces, which protobuf readers merge.
    else if (part.field === FIELD.model.graph && part.bytes) graphs.push(part);
    else if (part.field === FIELD.model.opsetImport && part.bytes) {
      const { domain, version } = fromBinary(OperatorSetIdProtoSchema, source.read(part.start, part.end));
      opset.set(domain === 'ai.onnx' ? '' : domain, Number(version));
    }
  }
  if (graphs.length === 0) throw notOnnx(source.name);
  const parts = graphs.flatMap((graph) => [...fieldsOf(source, graph.start, graph.end)]);
  const all = (field: number) => parts.filter((part) => part.field === field && part.bytes);
  const initializers = new Map(
    all(FIELD.graph.initializer).map((part) => [tensorName(source, part), part] as const),
  );
  const values = (field: number) =>
    all(field).map((part) =>
      declaredValue(fromBinary(ValueInfoProtoSchema, source.read(part.start, part.end))),
    );
  let nodes: readonly NodeProto[] | undefined;
  return {
    // Old exporters declare weights as inputs too.
    inputs: values(FIELD.graph.input).filter(({ name }) => !initializers.has(name)),
    outputs: values(FIELD.graph.output),
    opset,
    irVersion,
    hasFunctions,
    bytes: source.size,
    initializers: new Set(initializers.keys()),
    nodes() {
      nodes ??= open((again) =>
        all(FIELD.graph.node).map((part) => fromBinary(NodeProtoSchema, again.read(part.start, part.end))),
      );
      return nodes;
    },
    initializer(name) {
      const part = initializers.get(name);
      return part && open((again) => fromBinary(TensorProtoSchema, again.read(part.start, part.end)));
    },
  };
}

function tensorName(source: ByteSource, { start, end }: WireField): string {
  for (const { field, start: from, end: to, bytes } of fieldsOf(source, start, end)) {
    if (field === FIELD.tensor.name && bytes) return new TextDecoder().decode(source.read(from, to));
  }
  return '';
}

const NAMES: Readonly<Partial<Record<DataType, string>>> = {
  [DataType.FLOAT]: 'float32',
  [DataType.DOUBLE]: 'float64',
};

function declaredValue({ name, type }: ValueInfoProto): DeclaredValue {
  const value = type?.value;
  if (value?.case !== 'tensorType') return { name, dtype: 'unknown', dims: [] };
  const { elemType, shape } = value.value;
  const dtype = NAMES[elemType as DataType] ?? DataType[elemType]?.toLowerCase() ?? 'unknown';
  const dims = (shape?.dim ?? []).map(({ value: dim }) => {
    if (dim.case === 'dimValue') return Number(dim.value);
    return dim.case === 'dimParam' && dim.value !== '' ? dim.value : undefined;
  });
  return { name, dtype, dims };
}
