import { resolve } from 'node:path';
import { usageMessage } from '../contract/messages/usage.ts';
import { readRegularSync } from '../runtime/files/regular-file.ts';
import { UsageError } from './usage.ts';

/** Fewest characters of a token. */
const SHORTEST_TOKEN = 16;

function tokenIn(file: string): string {
  try {
    // Editors and `echo` end a file with a new line.
    return readRegularSync(resolve(file), 'utf8').trim();
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw UsageError.of(usageMessage('usage.token-file', { file, reason: code ?? message }));
  }
}

/**
 * The token that somebody gave: with `--token`, in the file of `--token-file`, or in the environment; undefined for none.
 * @throws UsageError if it is too short, if both options are given, or if the file cannot be read
 */
export function givenToken(
  { token, tokenFile }: { readonly token?: string | undefined; readonly tokenFile?: string | undefined },
  env: NodeJS.ProcessEnv,
): string | undefined {
  if (token !== undefined && tokenFile !== undefined) throw UsageError.of(usageMessage('usage.two-tokens'));
  const [source, given] =
    token !== undefined
      ? ['--token', token]
      : tokenFile !== undefined
        ? ['--token-file', tokenIn(tokenFile)]
        : ['PATCHBAY_TOKEN', env.PATCHBAY_TOKEN || undefined];
  if (given !== undefined && given.length < SHORTEST_TOKEN)
    throw UsageError.of(usageMessage('usage.token', { source, least: SHORTEST_TOKEN }));
  return given;
}
