import { parseSync } from 'vite';
import { type Declared, declarationsOf, isNode, type Node, nameOf, nodesIn, rootOf } from './syntax.ts';

/** A sentence or a part of one as the source says it; `{0}`, `{1}` stand for what is only known at run time. */
export interface Said {
  readonly file: string;
  readonly line: number;
  readonly text: string;
}

/** A source file. */
export interface Source {
  readonly file: string;
  readonly text: string;
}

/** One way to say something. */
interface Text {
  /** What is written, piece by piece; undefined is what is not known yet. */
  readonly pieces: readonly (string | undefined)[];
  /** What was taken to be so on the way: the same question has one answer in a sentence. */
  readonly given: Readonly<Record<string, string>>;
}

const DEEPEST = 4;
const NOTHING: Text = { pieces: [], given: {} };
const UNKNOWN: readonly Text[] = [{ pieces: [undefined], given: {} }];

/** Texts of a node's description, which the catalogue of nodes has. */
const DESCRIPTION = /^(title|help|description|summary|unit|placeholder|keywords|choices)$/;
/** What a program is told beside the sentence. */
const BESIDE = /^(expected|got)$/;
const NOT_SAID = /^(describe|meta|includes|startsWith|endsWith|split|join|has|test|match|replaceAll)$/;
const LOG = /^(log|console)$/;
/** What is thrown at programmers: it says that the code is wrong, and ends as "something went wrong" with a line in the log. */
const FOR_PROGRAMMERS = /^(Error|TypeError|RangeError|SyntaxError|RegExp)$/;

/** Whether a text is words that somebody reads, and not a name, a path or a pattern. */
const isProse = (text: string): boolean =>
  /[A-Za-z]{2,},? [A-Za-z{"(*]/.test(text) || /[A-Za-z}] [a-z]{2,}/.test(text);

/** Whether a text goes on with another one and is nothing by itself. */
const isTail = (text: string): boolean => /^[\s,:;(].*[a-z]/s.test(text);

const plain = ({ pieces }: Text): string => {
  let hole = 0;
  return pieces.map((piece) => piece ?? `{${hole++}}`).join('');
};

const saying = (text: string): Text => ({ pieces: [text], given: {} });

const where = (texts: readonly Text[], question: string, answer: string): readonly Text[] =>
  texts.map(({ pieces, given }) => ({ pieces, given: { ...given, [question]: answer } }));

/** One after the other, where the two do not contradict each other. */
const joined = (before: readonly Text[], after: readonly Text[]): readonly Text[] =>
  before.flatMap((a) =>
    after
      .filter(({ given }) => Object.entries(given).every(([key, value]) => (a.given[key] ?? value) === value))
      .map((b) => ({ pieces: [...a.pieces, ...b.pieces], given: { ...a.given, ...b.given } })),
  );

/** Reads the texts of one file; `functions` are those of all files. */
class Reader {
  readonly found: { readonly node: Node; readonly said: Said }[] = [];
  readonly #source: Source;
  readonly #own: Declared;
  readonly #functions: Declared;
  /** Texts that stand in others, where functions gave them. */
  readonly #inlined: Set<Node>;
  /** Constants that stand in other texts: they are said there. */
  readonly within = new Set<Node>();

  constructor(source: Source, own: Declared, functions: Declared, inlined: Set<Node>) {
    this.#source = source;
    this.#own = own;
    this.#functions = functions;
    this.#inlined = inlined;
  }

  /** Every text an expression can be, as far as the source says. */
  #texts(node: Node, depth: number): readonly Text[] {
    if (depth > DEEPEST) return UNKNOWN;
    const of = (part: unknown) => (isNode(part) ? this.#texts(part, depth) : UNKNOWN);
    if (depth > 0) this.#inlined.add(node);
    switch (node.type) {
      case 'Literal':
        return typeof node.value === 'string' ? [saying(node.value)] : UNKNOWN;
      case 'TSAsExpression':
      case 'TSNonNullExpression':
      case 'ParenthesizedExpression':
        return of(node.expression);
      case 'ConditionalExpression':
        return [
          ...where(of(node.consequent), this.#code(node.test), 'yes'),
          ...where(of(node.alternate), this.#code(node.test), 'no'),
        ];
      case 'LogicalExpression':
        // An empty text in place of what is missing is there for the compiler.
        return node.operator === '&&' || nameOf(node.right) === ''
          ? UNKNOWN
          : [...of(node.left), ...of(node.right)];
      case 'BinaryExpression':
        return node.operator === '+' ? joined(of(node.left), of(node.right)) : UNKNOWN;
      case 'TemplateLiteral':
        return this.#template(node, depth);
      case 'Identifier':
        return this.#named(`${nameOf(node)}`, depth);
      case 'CallExpression': {
        const name =
          isNode(node.callee) && node.callee.type === 'Identifier' ? `${nameOf(node.callee)}()` : '';
        const nodes = this.#own.get(name) ?? this.#functions.get(name) ?? [];
        const texts = nodes.flatMap((one) => this.#texts(one, depth + 1));
        // What a function gives stands by itself, unless it is the end of what called it.
        return texts.some((text) => isTail(plain(text))) ? texts : UNKNOWN;
      }
      default:
        return UNKNOWN;
    }
  }

  #template(node: Node, depth: number): readonly Text[] {
    const quasis = nodesIn(node.quasis).map(({ value }) => (value as { cooked: string }).cooked);
    const holes = nodesIn(node.expressions);
    return quasis.reduce<readonly Text[]>(
      (texts, text, at) => {
        const hole = holes[at];
        return joined(joined(texts, [saying(text)]), hole ? this.#texts(hole, depth) : [NOTHING]);
      },
      [NOTHING],
    );
  }

  /** What a constant says, or any of the texts that a parameter's type allows. */
  #named(name: string, depth: number): readonly Text[] {
    const nodes = this.#own.get(name) ?? [];
    if (nodes.length === 0) return UNKNOWN;
    for (const one of nodes) this.#takeIn(one);
    return nodes.flatMap((one) =>
      nodes.length === 1
        ? this.#texts(one, depth + 1)
        : where(this.#texts(one, depth + 1), name, `${nameOf(one)}`),
    );
  }

  #takeIn(node: unknown): void {
    if (!isNode(node)) return;
    this.within.add(node);
    if (/^(Conditional|Logical|Parenthesized|TS\w+)Expression$/.test(node.type))
      for (const part of [node.consequent, node.alternate, node.left, node.right, node.expression])
        this.#takeIn(part);
  }

  #code(node: unknown): string {
    return isNode(node) ? this.#source.text.slice(node.start, node.end) : '';
  }

  /** Looks for texts; `beside` where the details of an error stand. */
  look(node: Node, beside = false): void {
    const on = (part: unknown, details = beside) => {
      if (isNode(part)) this.look(part, details);
    };
    if (node.type.startsWith('TS') && !node.type.endsWith('Expression')) return;
    switch (node.type) {
      case 'ImportDeclaration':
      case 'ExportAllDeclaration':
      case 'TaggedTemplateExpression':
        return;
      case 'ObjectExpression': {
        const properties = nodesIn(node.properties);
        const details = beside || properties.some(({ key }) => nameOf(key) === 'message');
        for (const one of properties) on(one, details);
        return;
      }
      case 'Property': {
        const name = nameOf(node.key) ?? '';
        if (!DESCRIPTION.test(name) && !(beside && BESIDE.test(name))) on(node.value, false);
        return;
      }
      case 'CallExpression':
        if (LOG.test(rootOf(node.callee) ?? '') || NOT_SAID.test(nameOf(node.callee) ?? '')) return;
        on(node.callee);
        for (const one of nodesIn(node.arguments)) on(one, true);
        return;
      case 'NewExpression':
        // The client shows what it throws itself.
        if (FOR_PROGRAMMERS.test(nameOf(node.callee) ?? '') && !this.#source.file.startsWith('client/'))
          return;
        break;
      case 'SwitchCase':
        for (const one of nodesIn(node.consequent)) on(one);
        return;
      case 'BinaryExpression':
        if (node.operator === '+') this.#say(node);
        return;
      case 'Literal':
      case 'TemplateLiteral':
        this.#say(node);
        return;
    }
    for (const one of Object.values(node).flatMap((value) => (Array.isArray(value) ? value : [value])))
      on(one, false);
  }

  #say(node: Node): void {
    const line = this.#source.text.slice(0, node.start).split('\n').length;
    for (const text of this.#texts(node, 0))
      this.found.push({ node, said: { file: this.#source.file, line, text: plain(text) } });
    // What stands in a hole may say something of its own.
    if (node.type === 'TemplateLiteral')
      for (const hole of nodesIn(node.expressions)) if (hole.type === 'CallExpression') this.look(hole);
  }
}

/** Everything that sources say in words, each way of saying it once. */
export function saidIn(sources: readonly Source[]): readonly Said[] {
  const read = sources.map((source) => {
    const program: unknown = parseSync(source.file, source.text).program;
    if (!isNode(program)) throw new Error(`${source.file} cannot be read.`);
    return { source, program, own: declarationsOf(program) };
  });
  const functions = new Map<string, readonly Node[]>();
  for (const { own } of read)
    for (const [name, nodes] of own)
      if (name.endsWith('()')) functions.set(name, functions.has(name) ? [] : nodes);
  const inlined = new Set<Node>();
  const found = read.flatMap(({ source, program, own }) => {
    const reader = new Reader(source, own, functions, inlined);
    reader.look(program);
    return reader.found.filter(({ node }) => !reader.within.has(node));
  });
  const said = found.filter(
    ({ node, said: { text } }) => isProse(text) && !(isTail(text) && inlined.has(node)),
  );
  return [...new Map(said.map(({ said: one }) => [`${one.file} ${one.text}`, one])).values()];
}
