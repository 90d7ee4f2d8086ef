import type { ParseProblem } from './format-problems.ts';
import { forbiddenKey, MAX_DEPTH, tooDeep } from './scan-json.ts';

/** More values than this fit in no file of the size that is allowed. */
const MAX_VALUES = 4_000_000;

function notJson(what: string): ParseProblem {
  return {
    code: 'workflow.not-json',
    message: `The workflow holds ${what}, which a JSON file cannot. Remove it.`,
    got: what,
  };
}

function leafProblem(value: unknown): ParseProblem | undefined {
  if (typeof value === 'number' && !Number.isFinite(value)) return notJson(`the number ${value}`);
  if (typeof value === 'bigint' || typeof value === 'symbol' || typeof value === 'function')
    return notJson(`a ${typeof value}`);
  return undefined;
}

/** What would keep a value from being written as a workflow file: depth (a cycle too), machinery as keys, what is no JSON. */
export function inspectJson(root: unknown): ParseProblem | undefined {
  const stack: { value: unknown; depth: number }[] = [{ value: root, depth: 0 }];
  let visited = 0;
  while (stack.length > 0) {
    const { value, depth } = stack.pop()!;
    if (++visited > MAX_VALUES || depth > MAX_DEPTH) return tooDeep();
    if (typeof value !== 'object' || value === null) {
      const problem = leafProblem(value);
      if (problem) return problem;
      continue;
    }
    for (const key of Object.keys(value)) {
      const problem = Array.isArray(value) ? undefined : forbiddenKey(key, '');
      if (problem) return problem;
      stack.push({ value: (value as Record<string, unknown>)[key], depth: depth + 1 });
    }
  }
  return undefined;
}
