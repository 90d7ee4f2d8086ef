import { Console } from 'node:console';

/**
 * Sends everything that `console` prints to stderr: `console.log` of a node must not get into the results on stdout. For
 * the process or thread that calls it.
 */
export function consoleToStderr(): void {
  const told = new Console({ stdout: process.stderr, stderr: process.stderr });
  for (const [name, print] of Object.entries(told))
    if (typeof print === 'function') Object.assign(console, { [name]: print });
}

/**
 * Prints the errors behind failed nodes to stderr, with their stacks. Only for PATCHBAY_DEBUG: a client never gets them.
 * @param ended how each node ended
 */
export function tellCauses(ended: ReadonlyMap<string, { readonly cause?: unknown }>): void {
  for (const [id, { cause }] of ended) if (cause !== undefined) console.error(`${id}:`, cause);
}
