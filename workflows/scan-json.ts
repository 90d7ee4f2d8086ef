import type { ParseProblem } from './format-problems.ts';
import { workflowMessage } from './messages.ts';

/** The deepest nesting of a workflow. Real workflows are far below it, and recursive code works safely within it. */
export const MAX_DEPTH = 100;

/** Keys that change an object itself when they are copied carelessly. No workflow needs them. */
const FORBIDDEN = new Set(['__proto__', 'constructor', 'prototype']);

/** The problem of a workflow that is nested too deep. */
export function tooDeep(): ParseProblem {
  return {
    ...workflowMessage('workflow.too-deep', { levels: MAX_DEPTH }),
    expected: `at most ${MAX_DEPTH} levels`,
  };
}

/** The problem of a forbidden key; undefined for any other key. */
export function forbiddenKey(key: string, lineOf?: () => number): ParseProblem | undefined {
  if (!FORBIDDEN.has(key)) return undefined;
  const line = lineOf && workflowMessage('workflow.line', { line: lineOf() });
  return { ...workflowMessage('workflow.forbidden-key', { key, line }), got: key };
}

/** Index of the quote that ends the string starting at `start`; the text's length without one. */
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
    // Not a valid string. The parser reports it later.
    return literal;
  }
}

function lineAt(text: string, index: number): number {
  let line = 1;
  for (let at = text.indexOf('\n'); at !== -1 && at < index; at = text.indexOf('\n', at + 1)) line++;
  return line;
}

interface Frame {
  /** The keys so far; undefined for a list. */
  readonly keys: Set<string> | undefined;
  expectsKey: boolean;
}

/**
 * Finds faults that would overflow `JSON.parse` or that it ignores: nesting that is too deep, duplicate keys, forbidden
 * keys. It does not check the rest of the syntax. Linear in time; only the keys of open objects are in memory.
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
          const start = i;
          const problem = forbiddenKey(key, () => lineAt(text, start));
          if (problem) return problem;
          if (frame.keys.has(key)) return duplicateKey(key, lineAt(text, start));
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

function duplicateKey(key: string, line: number): ParseProblem {
  const got = key.slice(0, 100);
  return {
    ...workflowMessage('workflow.duplicate-key', {
      key: got,
      line: workflowMessage('workflow.line', { line }),
    }),
    got,
  };
}
