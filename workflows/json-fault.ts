import type { ParseProblem } from './format-problems.ts';
import { workflowMessage } from './messages.ts';

const SPACE = ' \t\n\r';
const LITERALS = ['true', 'false', 'null'];
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const ESCAPES = '"\\/bfnrt';

/** Thrown at the first fault, to end the recursion. */
class Fault {
  readonly at: number;
  constructor(at: number) {
    this.at = at;
  }
}

/** Reads JSON (RFC 8259) without storing it. Recursion is safe, because `scanJson` has already limited the depth. */
class Walker {
  readonly #text: string;
  #at: number;

  constructor(text: string, from: number) {
    this.#text = text;
    this.#at = from;
  }

  whole(): void {
    this.#value();
    this.#space();
    if (this.#at < this.#text.length) throw new Fault(this.#at);
  }

  #space(): void {
    while (this.#at < this.#text.length && SPACE.includes(this.#text[this.#at]!)) this.#at += 1;
  }

  #take(char: string): boolean {
    this.#space();
    if (this.#text[this.#at] !== char) return false;
    this.#at += 1;
    return true;
  }

  #need(char: string): void {
    if (!this.#take(char)) throw new Fault(this.#at);
  }

  #value(): void {
    this.#space();
    if (this.#take('{')) this.#list('}', () => this.#entry());
    else if (this.#take('[')) this.#list(']', () => this.#value());
    else if (this.#text[this.#at] === '"') this.#string();
    else this.#word();
  }

  #word(): void {
    const literal = LITERALS.find((word) => this.#text.startsWith(word, this.#at));
    NUMBER.lastIndex = this.#at;
    const length = literal?.length ?? NUMBER.exec(this.#text)?.[0].length;
    if (length === undefined) throw new Fault(this.#at);
    this.#at += length;
  }

  #list(end: string, one: () => void): void {
    if (this.#take(end)) return;
    do one();
    while (this.#take(','));
    this.#need(end);
  }

  #entry(): void {
    this.#space();
    this.#string();
    this.#need(':');
    this.#value();
  }

  #string(): void {
    this.#need('"');
    for (;;) {
      const char = this.#text[this.#at];
      if (char === undefined || char < ' ') throw new Fault(this.#at);
      this.#at += 1;
      if (char === '"') return;
      if (char !== '\\') continue;
      const mark = this.#text[this.#at] ?? '';
      const unicode = mark === 'u' && /^[0-9a-f]{4}$/i.test(this.#text.slice(this.#at + 1, this.#at + 5));
      if (!unicode && (mark === '' || !ESCAPES.includes(mark))) throw new Fault(this.#at);
      this.#at += unicode ? 5 : 1;
    }
  }
}

/** The index of the first fault in a text that is not JSON; its length when it only ends too early. */
function faultIndex(text: string): number {
  try {
    new Walker(text, text.startsWith('\uFEFF') ? 1 : 0).whole();
  } catch (fault) {
    if (fault instanceof Fault) return fault.at;
    throw fault;
  }
  return text.length;
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: they show that a file is not a text.
const BINARY = /[\u0000-\u0008\u000e-\u001f]|\uFFFD{2}/;

/** Why a text is not JSON, and where. The message does not repeat the text, which may be anything. */
export function jsonFault(text: string): ParseProblem {
  if (text.replace(/^\uFEFF/, '').trim() === '') return workflowMessage('workflow.file-empty');
  if (BINARY.test(text)) return workflowMessage('workflow.not-text');
  const at = faultIndex(text);
  const before = text.slice(0, at).split('\n');
  const place = { line: before.length, column: before.at(-1)!.length + 1 };
  return at >= text.length
    ? workflowMessage('workflow.cut-short', place)
    : workflowMessage('workflow.not-json', place);
}
