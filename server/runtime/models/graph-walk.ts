import type { NodeProto, TensorProto } from '../onnx/proto.ts';

/** The part of an inspected model that structure is found in. */
export interface GraphView {
  nodes(): readonly NodeProto[];
  initializer(name: string): TensorProto | undefined;
}

/** A constant 2-D or scalar tensor reached from a value, and whether a Transpose lies between. */
export interface FoundConstant {
  /** Name under which {@link GraphWalk.constant} finds it again. */
  readonly name: string;
  readonly tensor: TensorProto;
  readonly transposed: boolean;
}

/** Walks a graph against its arrows. Names mean nothing here: exporters choose them; what is connected to what decides. */
export class GraphWalk {
  readonly #view: GraphView;
  readonly #producers = new Map<string, NodeProto>();

  constructor(view: GraphView) {
    this.#view = view;
    for (const node of view.nodes()) for (const output of node.output) this.#producers.set(output, node);
  }

  /** The node a value comes from; none for inputs and initializers. */
  producer(value: string | undefined): NodeProto | undefined {
    return value === undefined ? undefined : this.#producers.get(value);
  }

  /** The constant behind a value, seen through Identity, Cast and a swap of two axes. */
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

/** A float attribute of a node. */
export function floatAttribute(node: NodeProto, name: string, otherwise: number): number {
  return node.attribute.find((attribute) => attribute.name === name)?.f ?? otherwise;
}
