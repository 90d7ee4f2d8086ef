import { createInterface } from 'node:readline/promises';

/** Whether there is somebody at a terminal who can answer a question, and who did not say yes beforehand. */
export const canAsk = ({ yes, json }: { readonly yes: boolean; readonly json: boolean }): boolean =>
  !yes && !json && process.stdin.isTTY === true && process.stderr.isTTY === true;

/** Asks a question on the terminal. Resolves to whether the answer is yes; anything else, and Ctrl+C, is no. */
export async function isAgreed(question: string): Promise<boolean> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  const stop = new AbortController();
  terminal.on('SIGINT', () => stop.abort());
  terminal.on('close', () => stop.abort());
  try {
    return /^\s*y(es)?\s*$/i.test(await terminal.question(question, { signal: stop.signal }));
  } catch {
    process.stderr.write('\n');
    return false;
  } finally {
    terminal.close();
  }
}
