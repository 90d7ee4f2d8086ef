import { type ErrorDetails, type Message, PatchbayError } from '../../nodes/sdk/index.ts';
import { runMessage } from '../contract/messages/runs.ts';
import { systemFault } from '../contract/system-fault.ts';
import type { GraphNode } from './graph.ts';

/** A failure of a node: the error for users, and the cause for the log. */
export interface Failure {
  readonly error: ErrorDetails;
  readonly cause?: unknown;
}

const LONGEST = 500;

/**
 * Turns a thrown value into the last sentence of a message: its first line, without a stack; undefined if it has no
 * text.
 */
function reason(thrown: unknown): string | undefined {
  let text: string;
  try {
    text = thrown instanceof Error ? thrown.message || thrown.name : String(thrown);
  } catch {
    // A thrown value may have no text.
    return undefined;
  }
  const line = text.trim().split('\n', 1)[0]!.slice(0, LONGEST).trim();
  if (line === '') return undefined;
  return /[.!?…]$/.test(line) ? line : `${line}.`;
}

/** Turns an error of a node into a message that names the node. */
export function failureOf(node: Pick<GraphNode, 'id' | 'name'>, thrown: unknown): Failure {
  if (thrown instanceof PatchbayError) {
    return { error: thrown.at({ nodeId: node.id }).toJSON(), cause: thrown.cause ?? thrown };
  }
  const why: Message | string | undefined = systemFault(thrown) ?? reason(thrown);
  const message =
    why === undefined
      ? runMessage('node.failed-silently', { node: node.name })
      : runMessage('node.failed', { node: node.name, reason: why });
  return { error: { ...message, nodeId: node.id }, cause: thrown };
}
