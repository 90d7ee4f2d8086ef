import type { Message, MessageArg } from '../../nodes/sdk/messages.ts';
import type { Problem } from './basics.ts';
import { runMessage } from './messages/runs.ts';

/**
 * Whether a problem only says that something is not there yet: a wire or a value. Nobody did anything wrong. Nodes end the
 * codes of such problems with `input-missing`.
 */
export function isUnfinished({ code }: Pick<Problem, 'code'>): boolean {
  return code === 'param.required' || /\binput[.-]missing$/.test(code);
}

/** The title of a param, from a title that also names its node. */
function shortTitle(field: MessageArg): MessageArg {
  const isOfNode = typeof field === 'object' && 'code' in field && field.code === 'param.of-node';
  return (isOfNode && field.args?.field) || field;
}

/** Why a node with a problem did not run: what to do first, in as few words as possible. */
export function reasonNotRun({ code, args, message }: Problem): Message {
  if (code === 'input.missing' && args?.input !== undefined)
    return runMessage('node.connect-first', { input: args.input });
  if (code === 'param.required' && args?.field !== undefined)
    return runMessage('node.fill-first', { field: shortTitle(args.field) });
  return runMessage('node.not-run', { reason: { code, ...(args && { args }), message } });
}
