import type { ParseProblem } from './format-problems.ts';

/** Deepest nesting a workflow may have; far beyond any real one, and harmless to what walks it afterwards. */
export const MAX_DEPTH = 100;

/** Keys that name an object's machinery: no workflow needs them, and copying them carelessly would change it. */
const FORBIDDEN = new Set(['__proto__', 'constructor', 'prototype']);

export function tooDeep(): ParseProblem {
  return {
    code: 'workflow.too-deep',
    message: `The workflow is nested more than ${MAX_DEPTH} levels deep, so it was not read. Save it again from Patchbay, or remove what is nested in it.`,
    expected: `at most ${MAX_DEPTH} levels`,
  };
}

/** The problem with a key of the file, or undefined. */
export function forbiddenKey(key: string, where: string): ParseProblem | undefined {
  if (!FORBIDDEN.has(key)) return undefined;
  return {
    code: 'workflow.forbidden-key',
    message: `The workflow uses the key "${key}"${where}, which is not allowed. Rename or remove it.`,
    got: key,
  };
}

/** Index of the quote that ends the string that starts at `start`, or the text's end. */
function stringEnd(text: string, start: number): number {
  for (let end = text.indexOf('"', start + 1); end !== -1; end = text.indexOf('"', end + 1)) {
    let backslashes = 0;
    while (text[end - 1 - backslashes] === '\\') backslashes++;
    if (backslashes % 2 === 0) return end;
  }
  return text.length;
}

function decode(literal: string): string {
  if (!literal.includes('\\')) return literal.slice(1, -1);
  try {
    return JSON.parse(literal) as string;
  } catch {
    // No key then, and the parser says so.
    return literal;
  }
}

function line(text: string, index: number): string {
  let count = 1;
  for (let at = text.indexOf('\n'); at !== -1 && at < index; at = text.indexOf('\n', at + 1)) count++;
  return ` (line ${count})`;
}

interface Frame {
  /** Keys seen so far; undefined in a list. */
  readonly keys: Set<string> | undefined;
  expectsKey: boolean;
}

/**
 * What `JSON.parse` would overflow on or pass over in silence: depth, keys that come twice, keys that are machinery.
 * Does not care whether the text is JSON otherwise. Linear, with memory for the keys of the objects that are open.
 */
export function scanJson(text: string): ParseProblem | undefined {
  const frames: Frame[] = [];
  for (let i = 0; i < text.length; i++) {
    const frame = frames[frames.length - 1];
    switch (text[i]) {
      case '{':
      case '[':
        if (frames.length >= MAX_DEPTH) return tooDeep();
        frames.push({ keys: text[i] === '{' ? new Set() : undefined, expectsKey: text[i] === '{' });
        break;
      case '}':
      case ']':
        frames.pop();
        break;
      case ',':
        if (frame?.keys) frame.expectsKey = true;
        break;
      case '"': {
        const end = stringEnd(text, i);
        if (frame?.keys && frame.expectsKey) {
          const key = decode(text.slice(i, end + 1));
          const where = line.bind(undefined, text, i);
          const problem = forbiddenKey(key, FORBIDDEN.has(key) ? where() : '');
          if (problem) return problem;
          if (frame.keys.has(key)) return twice(key, where());
          frame.keys.add(key);
          frame.expectsKey = false;
        }
        i = end;
        break;
      }
    }
  }
  return undefined;
}

function twice(key: string, where: string): ParseProblem {
  return {
    code: 'workflow.duplicate-key',
    message: `The workflow says "${key.slice(0, 100)}" twice in one place${where}. Keep one of them.`,
    got: key.slice(0, 100),
  };
}
