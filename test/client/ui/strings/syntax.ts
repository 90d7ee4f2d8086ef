/** A node of the syntax of a source file, as ESTree has it. */
export interface Node {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly [key: string]: unknown;
}

/** Expressions that names stand for; functions are named `name()` and stand for what they return. */
export type Declared = ReadonlyMap<string, readonly Node[]>;

export const isNode = (value: unknown): value is Node =>
  typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string';

export const nodesIn = (value: unknown): Node[] => (Array.isArray(value) ? value.filter(isNode) : []);

const children = (node: Node): Node[] =>
  Object.values(node).flatMap((value) => (isNode(value) ? [value] : nodesIn(value)));

/** The last name of `a`, `a.b` or `'a'`. */
export function nameOf(node: unknown): string | undefined {
  if (!isNode(node)) return undefined;
  if (node.type === 'MemberExpression') return nameOf(node.property);
  return typeof node.name === 'string' ? node.name : typeof node.value === 'string' ? node.value : undefined;
}

/** The first name of `a.b.c`. */
export function rootOf(node: unknown): string | undefined {
  return isNode(node) && node.type === 'MemberExpression' ? rootOf(node.object) : nameOf(node);
}

function returnsOf(body: Node): Node[] {
  if (body.type !== 'BlockStatement') return [body];
  const within = (node: Node): Node[] => {
    if (/Function|Class/.test(node.type)) return [];
    if (node.type === 'ReturnStatement') return isNode(node.argument) ? [node.argument] : [];
    return children(node).flatMap(within);
  };
  return children(body).flatMap(within);
}

/** The texts of a type such as `'input' | 'output'`. */
function literalsOf(type: unknown): Node[] {
  if (!isNode(type)) return [];
  if (type.type === 'TSTypeAnnotation') return literalsOf(type.typeAnnotation);
  if (type.type !== 'TSUnionType') return [];
  const literals = nodesIn(type.types).map(({ literal }) => literal);
  return literals.every((one) => isNode(one) && one.type === 'Literal') ? literals.filter(isNode) : [];
}

/** Names that a parameter or a destructuring brings, each with the texts its type allows. */
function broughtBy(pattern: unknown): [string, readonly Node[]][] {
  if (!isNode(pattern)) return [];
  if (pattern.type === 'Identifier') return [[`${nameOf(pattern)}`, literalsOf(pattern.typeAnnotation)]];
  const parts = pattern.properties ?? pattern.elements ?? [pattern.argument ?? pattern.value ?? pattern.left];
  return nodesIn(parts).flatMap(broughtBy);
}

const textOf = (nodes: readonly Node[]) =>
  nodes.every(({ type }) => type === 'Literal') ? nodes.map(nameOf).join() : undefined;

/** Constants, functions and parameters of a file; a name with two meanings has none. */
export function declarationsOf(program: Node): Declared {
  const found = new Map<string, readonly Node[]>();
  const note = (name: string, nodes: readonly Node[]) => {
    const before = found.get(name);
    const same = before && textOf(before) !== undefined && textOf(before) === textOf(nodes);
    found.set(name, before && !same ? [] : nodes);
  };
  const look = (node: Node): void => {
    if (node.type === 'VariableDeclarator') {
      const name = isNode(node.id) && node.id.type === 'Identifier' ? nameOf(node.id) : undefined;
      const { init } = node;
      if (name !== undefined && isNode(init)) {
        if (init.type === 'ArrowFunctionExpression' && isNode(init.body))
          note(`${name}()`, returnsOf(init.body));
        else note(name, [init]);
      }
      if (name === undefined) for (const [one] of broughtBy(node.id)) note(one, []);
    }
    for (const one of nodesIn(node.params)) for (const [name, texts] of broughtBy(one)) note(name, texts);
    if (node.type === 'FunctionDeclaration' && isNode(node.body))
      note(`${nameOf(node.id)}()`, returnsOf(node.body));
    children(node).forEach(look);
  };
  look(program);
  return found;
}
