import type { ParseProblem } from './format-problems.ts';
import { workflowMessage } from './messages.ts';
import { forbiddenKey, MAX_DEPTH, tooDeep } from './scan-json.ts';

/** No file of the allowed size can contain more values. */
const MAX_VALUES = 4_000_000;

function leafProblem(value: unknown): ParseProblem | undefined {
  if (typeof value === 'number' && !Number.isFinite(value))
    return { ...workflowMessage('workflow.number', { number: String(value) }), got: String(value) };
  if (typeof value === 'bigint' || typeof value === 'symbol' || typeof value === 'function')
    return { ...workflowMessage('workflow.not-data', { type: typeof value }), got: typeof value };
  return undefined;
}

/**
 * Finds reasons why a value cannot be a workflow file: nesting that is too deep (or a cycle), forbidden keys, values
 * that are not JSON.
 */
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
      const problem = Array.isArray(value) ? undefined : forbiddenKey(key);
      if (problem) return problem;
      stack.push({ value: (value as Record<string, unknown>)[key], depth: depth + 1 });
    }
  }
  return undefined;
}
