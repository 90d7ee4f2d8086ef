/** Why a pattern cannot be read: it is not a regular expression, or it has parts that Patchbay does not support. */
export class PatternError extends Error {
  readonly kind: 'invalid' | 'unsupported';

  constructor(kind: 'invalid' | 'unsupported', message: string) {
    super(message);
    this.kind = kind;
  }
}

const MAX_LENGTH = 1000;
const MAX_STATES = 20_000;

type Test = (char: string) => boolean;
type Part =
  | { readonly kind: 'char'; readonly test: Test }
  | { readonly kind: 'start' | 'end' }
  | { readonly kind: 'all' | 'any'; readonly parts: readonly Part[] }
  | { readonly kind: 'repeat'; readonly part: Part; readonly least: number; readonly most: number };

type State =
  | { readonly kind: 'char'; readonly test: Test; readonly next: number }
  | { readonly kind: 'start' | 'end'; readonly next: number }
  | { readonly kind: 'split'; next: number; other: number }
  | { readonly kind: 'done' };

/**
 * Whether Python's `re.match` finds the pattern at the start of the text, or with `whole` its `re.fullmatch`. The time is bounded by
 * the product of both lengths, because all ways through the pattern are followed at once (Thompson, 1968).
 * @throws PatternError for text that is no pattern, and for lookarounds, references, flags, atomic groups and possessive quantifiers
 */
export function matchesPython(
  pattern: string,
  text: string,
  { whole = false }: { readonly whole?: boolean } = {},
): boolean {
  if (pattern.length > MAX_LENGTH) throw new PatternError('unsupported', 'The pattern is too long.');
  const states: State[] = [];
  const add = (state: State) => {
    if (states.length >= MAX_STATES) throw new PatternError('unsupported', 'The pattern repeats too much.');
    return states.push(state) - 1;
  };
  const start = build(new Parser(pattern).parse(), add({ kind: 'done' }), states, add);
  const chars = Array.from(text);
  let current = reach(states, [start], 0, chars.length);
  for (let at = 0; ; at += 1) {
    if (current.some((id) => states[id]!.kind === 'done') && (!whole || at === chars.length)) return true;
    if (at === chars.length || current.length === 0) return false;
    const next = current.flatMap((id) => {
      const state = states[id]!;
      return state.kind === 'char' && state.test(chars[at]!) ? [state.next] : [];
    });
    current = reach(states, next, at + 1, chars.length);
  }
}

/** The states that can be reached from others without reading a character. */
function reach(states: readonly State[], from: readonly number[], at: number, end: number): number[] {
  const seen = new Set<number>();
  const open = [...from];
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    if (seen.has(id)) continue;
    seen.add(id);
    const state = states[id]!;
    if (state.kind === 'split') open.push(state.next, state.other);
    else if ((state.kind === 'start' && at === 0) || (state.kind === 'end' && at === end))
      open.push(state.next);
  }
  return [...seen];
}

/** Adds the states of a part that continues at `next`; returns its first state. */
function build(part: Part, next: number, states: State[], add: (state: State) => number): number {
  const inner = (of: Part, to: number) => build(of, to, states, add);
  switch (part.kind) {
    case 'char':
      return add({ kind: 'char', test: part.test, next });
    case 'start':
    case 'end':
      return add({ kind: part.kind, next });
    case 'all':
      return part.parts.reduceRight((to, each) => inner(each, to), next);
    case 'any':
      return part.parts
        .map((each) => inner(each, next))
        .reduce((other, first) => add({ kind: 'split', next: first, other }));
    case 'repeat': {
      let to = next;
      if (part.most === Number.POSITIVE_INFINITY) {
        to = add({ kind: 'split', next, other: next });
        const body = inner(part.part, to);
        const loop = states[to]!;
        if (loop.kind === 'split') loop.next = body;
      } else {
        for (let i = part.least; i < part.most; i += 1)
          to = add({ kind: 'split', next: inner(part.part, to), other: next });
      }
      for (let i = 0; i < part.least; i += 1) to = inner(part.part, to);
      return to;
    }
  }
}

const letterOrDigit = /^[\p{L}\p{N}_]$/u;
/** Classes of characters, as Python has them for text. */
const CLASSES: Readonly<Record<string, Test>> = {
  d: (char) => /^\p{Nd}$/u.test(char),
  w: (char) => letterOrDigit.test(char),
  s: (char) => char !== '\ufeff' && (/^[\s\u0085]$/u.test(char) || (char >= '\u001c' && char <= '\u001f')),
};
const CONTROLS: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', f: '\f', v: '\v', a: '\x07' };

/** Reads the part of Python's syntax in which a match does not depend on earlier text. */
class Parser {
  readonly #chars: readonly string[];
  #at = 0;

  constructor(pattern: string) {
    this.#chars = Array.from(pattern);
  }

  parse(): Part {
    const part = this.#any();
    if (this.#at < this.#chars.length) throw new PatternError('invalid', 'A parenthesis is closed twice.');
    return part;
  }

  #any(): Part {
    const parts = [this.#all()];
    while (this.#take('|')) parts.push(this.#all());
    return parts.length === 1 ? parts[0]! : { kind: 'any', parts };
  }

  #all(): Part {
    const parts: Part[] = [];
    for (let char = this.#peek(); char !== undefined && char !== '|' && char !== ')'; char = this.#peek())
      parts.push(this.#repeated(this.#one()));
    return { kind: 'all', parts };
  }

  #repeated(part: Part): Part {
    const count = this.#count();
    if (!count) return part;
    if (part.kind === 'start' || part.kind === 'end')
      throw new PatternError('unsupported', 'A place is repeated.');
    if (this.#take('+')) throw new PatternError('unsupported', 'A quantifier is possessive.');
    // Lazy or not, the same texts match.
    this.#take('?');
    if (this.#count()) throw new PatternError('invalid', 'A quantifier is repeated.');
    return { kind: 'repeat', part, ...count };
  }

  #count(): { least: number; most: number } | undefined {
    if (this.#take('*')) return { least: 0, most: Number.POSITIVE_INFINITY };
    if (this.#take('+')) return { least: 1, most: Number.POSITIVE_INFINITY };
    if (this.#take('?')) return { least: 0, most: 1 };
    const rest = this.#chars.slice(this.#at).join('');
    const found = /^\{(?:(\d+)|(\d*),(\d*))\}/.exec(rest);
    // Python reads {,} as a count too, from 0 on.
    if (!found) return undefined;
    this.#at += found[0].length;
    const [, exact, least = '', most = ''] = found;
    if (exact !== undefined) return { least: Number(exact), most: Number(exact) };
    const count = { least: Number(least), most: most === '' ? Number.POSITIVE_INFINITY : Number(most) };
    if (count.least > count.most) throw new PatternError('invalid', 'A count begins after its end.');
    return count;
  }

  #one(): Part {
    const char = this.#chars[this.#at++]!;
    if (char === '.') return { kind: 'char', test: (other) => other !== '\n' };
    if (char === '^') return { kind: 'start' };
    if (char === '$') return { kind: 'end' };
    if (char === '(') return this.#group();
    if (char === '[') return { kind: 'char', test: this.#set() };
    if (char === '\\') return this.#escaped();
    if ('*+?'.includes(char)) throw new PatternError('invalid', 'There is nothing to repeat.');
    return { kind: 'char', test: (other) => other === char };
  }

  #group(): Part {
    if (this.#take('?')) {
      const opening = /^(?::|P<[A-Za-z_]\w*>)/.exec(this.#chars.slice(this.#at).join(''));
      if (!opening) throw new PatternError('unsupported', 'A group looks around, refers back or sets flags.');
      this.#at += opening[0].length;
    }
    const part = this.#any();
    if (!this.#take(')')) throw new PatternError('invalid', 'A parenthesis is not closed.');
    return part;
  }

  #escaped(): Part {
    const char = this.#peek();
    if (char === 'A' || char === 'Z') {
      this.#at += 1;
      return { kind: char === 'A' ? 'start' : 'end' };
    }
    const { test } = this.#escape();
    return { kind: 'char', test };
  }

  /** The character or class behind a backslash; `char` is absent for a class. */
  #escape(): { readonly test: Test; readonly char?: string } {
    const char = this.#chars[this.#at++];
    if (char === undefined) throw new PatternError('invalid', 'A backslash is at the end.');
    const known = Object.hasOwn(CLASSES, char.toLowerCase()) ? CLASSES[char.toLowerCase()] : undefined;
    if (known) return { test: char === char.toLowerCase() ? known : (other) => !known(other) };
    const plain = Object.hasOwn(CONTROLS, char) ? CONTROLS[char]! : char;
    if (plain === char && /[A-Za-z0-9]/.test(char))
      throw new PatternError('unsupported', `The escape \\${char} is not supported.`);
    return { test: (other) => other === plain, char: plain };
  }

  #set(): Test {
    const negated = this.#take('^');
    const tests: Test[] = [];
    for (let first = true; ; first = false) {
      const char = this.#chars[this.#at++];
      if (char === undefined) throw new PatternError('invalid', 'A bracket is not closed.');
      if (char === ']' && !first) break;
      const from = char === '\\' ? this.#escape() : { test: (other: string) => other === char, char };
      const ranged = this.#peek() === '-' && this.#chars[this.#at + 1] !== ']';
      if (!ranged) {
        tests.push(from.test);
        continue;
      }
      this.#at += 1;
      const end = this.#chars[this.#at++];
      const to = end === '\\' ? this.#escape().char : end;
      if (from.char === undefined || to === undefined || codeOf(from.char) > codeOf(to))
        throw new PatternError('invalid', 'A range of characters begins after its end.');
      const [low, high] = [codeOf(from.char), codeOf(to)];
      tests.push((other) => codeOf(other) >= low && codeOf(other) <= high);
    }
    return (char) => tests.some((test) => test(char)) !== negated;
  }

  #peek(): string | undefined {
    return this.#chars[this.#at];
  }

  #take(char: string): boolean {
    if (this.#peek() !== char) return false;
    this.#at += 1;
    return true;
  }
}

const codeOf = (char: string) => char.codePointAt(0)!;
