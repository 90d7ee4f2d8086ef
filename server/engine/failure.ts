import { type ErrorDetails, PatchbayError } from '../../nodes/sdk/index.ts';
import type { GraphNode } from './graph.ts';

/** A failure in both its forms: what people read, and what the log keeps. */
export interface Failure {
  readonly error: ErrorDetails;
  readonly cause?: unknown;
}

const LONGEST = 500;

/** The first line of what was thrown, without a stack, as the end of a sentence. */
function reason(thrown: unknown): string {
  const text = thrown instanceof Error ? thrown.message || thrown.name : String(thrown);
  const line = text.trim().split('\n', 1)[0]!.slice(0, LONGEST).trim() || 'it gave no reason';
  return /[.!?…]$/.test(line) ? line : `${line}.`;
}

/** What a node threw, as a sentence placed on the node. */
export function failureOf(node: Pick<GraphNode, 'id' | 'name'>, thrown: unknown): Failure {
  if (thrown instanceof PatchbayError) {
    return { error: thrown.at({ nodeId: node.id }).toJSON(), cause: thrown.cause ?? thrown };
  }
  let message: string;
  try {
    message = `${node.name} failed: ${reason(thrown)}`;
  } catch {
    // Even what cannot be made a text can be thrown.
    message = `${node.name} failed: it gave no reason.`;
  }
  return { error: { code: 'node.failed', nodeId: node.id, message }, cause: thrown };
}
