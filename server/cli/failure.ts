import { writeSync } from 'node:fs';
import { CancelledError, type ErrorDetails, PatchbayError } from '../../nodes/sdk/index.ts';
import { storageMessage } from '../contract/messages/storage.ts';
import { usageMessage } from '../contract/messages/usage.ts';
import { systemFault } from '../contract/system-fault.ts';
import { isTransient, sqliteCode } from '../store/sqlite.ts';
import { type PlaceOf, problemLine } from './places.ts';
import { print } from './print.ts';
import { emptyDocument } from './run-document.ts';
import { EXIT, UsageError } from './usage.ts';

const reasonOf = (error: unknown) =>
  (error instanceof Error ? error.message : String(error)).replace(/\.$/, '');

/** The message for an error of SQLite or of the system; undefined for any other error. */
function fromSystem(error: unknown): ErrorDetails | undefined {
  const { code, path, syscall } = error as NodeJS.ErrnoException;
  if (/^SQLITE_(CORRUPT|NOTADB)/.test(sqliteCode(error) ?? '')) return storageMessage('storage.corrupt');
  if (isTransient(error)) return storageMessage('storage.unwritable');
  const told = systemFault(error);
  if (told || syscall === undefined || code === undefined) return told;
  return usageMessage('usage.system', { path: path ?? syscall, reason: code });
}

/** Finds the messages and the exit code for an error. */
function outcomeOf(error: unknown): {
  status: 'invalid' | 'failed' | 'cancelled';
  code: number;
  problems: readonly ErrorDetails[];
  placeOf: PlaceOf;
} {
  const placeOf: PlaceOf = (nodeId) => nodeId;
  if (error instanceof UsageError)
    return { status: 'invalid', code: EXIT.usage, problems: error.problems, placeOf: error.placeOf };
  if (error instanceof CancelledError)
    return { status: 'cancelled', code: EXIT.cancelled, problems: [error.toJSON()], placeOf };
  if (error instanceof PatchbayError) {
    const { problems } = error as { problems?: readonly ErrorDetails[] };
    const invalid = error.code.startsWith('workflow.') || error.code.startsWith('usage.');
    return {
      status: invalid ? 'invalid' : 'failed',
      code: invalid ? EXIT.usage : EXIT.failed,
      problems: problems ?? [error.toJSON()],
      placeOf,
    };
  }
  const problems = [fromSystem(error) ?? usageMessage('usage.internal', { reason: reasonOf(error) })];
  return { status: 'failed', code: EXIT.failed, problems, placeOf };
}

/**
 * Watches for the two ways in which a node can end the process of a run: a call of `process.exit`, and an error after its own end.
 * Both are told like any other failure. @returns a function that ends the watch
 */
export function watchForEnd({ json }: { readonly json: boolean }): () => void {
  const onExit = (code: number) => {
    // A second Ctrl+C.
    if (code === EXIT.cancelled) return;
    const problem = usageMessage('usage.ended-by-node');
    process.exitCode = EXIT.failed;
    // Nothing asynchronous runs any more.
    if (json) writeSync(1, `${JSON.stringify(emptyDocument('failed', [problem]), null, 2)}\n`);
    else writeSync(2, `${problem.message}\n`);
  };
  const onError = (error: unknown) => {
    process.off('exit', onExit);
    void tellFailure(error, { json }).then((code) => process.exit(code));
  };
  process.once('exit', onExit);
  process.once('uncaughtException', onError);
  return () => {
    process.off('exit', onExit);
    process.off('uncaughtException', onError);
  };
}

/** Read at the start, because a run removes most variables before it loads nodes. */
const DEBUG = Boolean(process.env.PATCHBAY_DEBUG);

/** Prints why a command failed, as lines on stderr or as one JSON document on stdout. @returns the exit code */
export async function tellFailure(error: unknown, { json }: { readonly json: boolean }): Promise<number> {
  if (DEBUG) console.error(error);
  const { status, code, problems, placeOf } = outcomeOf(error);
  if (json) await print(`${JSON.stringify(emptyDocument(status, problems), null, 2)}\n`);
  else for (const problem of problems) console.error(problemLine(problem, placeOf));
  return code;
}
