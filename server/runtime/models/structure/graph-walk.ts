import type { NodeProto, TensorProto } from '../../onnx/proto.ts';

/** The part of an inspected model that a walk needs. */
export interface GraphView {
  nodes(): readonly NodeProto[];
  readonly initializers: ReadonlySet<string>;
  initializer(name: string): TensorProto | undefined;
}

/** A constant behind a value, and whether a Transpose lies between them. */
export interface FoundConstant {
  /** The name with which {@link GraphWalk.constant} finds it again. */
  readonly name: string;
  readonly tensor: TensorProto;
  readonly transposed: boolean;
}

/**
 * Walks a graph from outputs back to inputs. Exporters choose the names of values freely, so only the connections
 * count.
 */
export class GraphWalk {
  readonly #view: GraphView;
  readonly #producers = new Map<string, NodeProto>();
  readonly #consumers = new Map<string, NodeProto[]>();

  constructor(view: GraphView) {
    this.#view = view;
    for (const node of view.nodes()) {
      for (const output of node.output) this.#producers.set(output, node);
      for (const input of node.input) {
        const readers = this.#consumers.get(input);
        if (readers) readers.push(node);
        else this.#consumers.set(input, [node]);
      }
    }
  }

  /** The nodes that read a value. */
  consumers(value: string): readonly NodeProto[] {
    return this.#consumers.get(value) ?? [];
  }

  /** Whether `to` depends only on `from` and constants; without `from`, on constants alone. */
  leadsOnly(from: string | undefined, to: string | undefined): boolean {
    if (to === undefined) return false;
    const seen = new Set<string>();
    const waiting = [to];
    for (let value = waiting.pop(); value !== undefined; value = waiting.pop()) {
      if (value === '' || seen.has(value) || this.#view.initializers.has(value)) continue;
      seen.add(value);
      if (value === from) continue;
      const node = this.#producers.get(value);
      if (!node) return false;
      waiting.push(...node.input);
    }
    return from === undefined || seen.has(from);
  }

  /** Whether the graph has a node of one of these operators. */
  uses(operators: readonly string[]): boolean {
    return this.#view.nodes().some(({ opType }) => operators.includes(opType));
  }

  /** Walks back from a value through nodes of these one-input operators, and returns the value before them. */
  through(value: string | undefined, operators: readonly string[]): string | undefined {
    let name = value;
    for (let steps = 0; name !== undefined && steps < 8; steps++) {
      const node = this.#producers.get(name);
      if (!node || !operators.includes(node.opType)) return name;
      name = node.input[0];
    }
    return name;
  }

  /** The node that computes a value; undefined for inputs and initializers. */
  producer(value: string | undefined): NodeProto | undefined {
    return value === undefined ? undefined : this.#producers.get(value);
  }

  /** The constant behind a value: it looks through Identity, Cast and a swap of two axes. */
  constant(value: string | undefined): FoundConstant | undefined {
    let name = value;
    let transposed = false;
    for (let steps = 0; name !== undefined && name !== '' && steps < 8; steps++) {
      const initializer = this.#view.initializer(name);
      if (initializer) return { name, tensor: initializer, transposed };
      const node = this.#producers.get(name);
      switch (node?.opType) {
        case 'Constant': {
          const tensor = node.attribute.find((attribute) => attribute.name === 'value')?.t;
          return tensor && { name, tensor, transposed };
        }
        case 'Transpose':
          transposed = !transposed;
          break;
        case 'Identity':
        case 'Cast':
          break;
        default:
          return undefined;
      }
      name = node.input[0];
    }
    return undefined;
  }
}

/** An integer attribute of a node. */
export function intAttribute(node: NodeProto, name: string, otherwise: number): number {
  const found = node.attribute.find((attribute) => attribute.name === name);
  return found ? Number(found.i) : otherwise;
}

/** The numbers of a small int64 or int32 constant. */
export function integersOf(tensor: TensorProto | undefined): readonly number[] | undefined {
  if (!tensor || tensor.rawData.byteLength > 256) return undefined;
  if (tensor.int64Data.length > 0) return tensor.int64Data.map(Number);
  if (tensor.int32Data.length > 0) return [...tensor.int32Data];
  const { buffer, byteOffset, byteLength } = tensor.rawData;
  const view = new DataView(buffer, byteOffset, byteLength);
  const elements = tensor.dims.reduce((product, dim) => product * Number(dim), 1);
  if (byteLength === elements * 8)
    return Array.from({ length: elements }, (_, i) => Number(view.getBigInt64(i * 8, true)));
  if (byteLength === elements * 4)
    return Array.from({ length: elements }, (_, i) => view.getInt32(i * 4, true));
  return undefined;
}

/** A float attribute of a node. */
export function floatAttribute(node: NodeProto, name: string, otherwise: number): number {
  return node.attribute.find((attribute) => attribute.name === name)?.f ?? otherwise;
}
