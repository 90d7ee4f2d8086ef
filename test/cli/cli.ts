import { spawn } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** The project's folder. */
export const root = join(import.meta.dirname, '../..');

/** Makes a new folder for the files of one test. */
export function scratch(name: string): string {
  return mkdtempSync(join(tmpdir(), `patchbay-${name}-`));
}

/** The result of a finished command. */
export interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** Parses stdout as JSON. @throws if it is not exactly one document */
  json<T = RunDocument>(): T;
}

/** The document of `patchbay run --json`. */
export interface RunDocument {
  readonly status: string;
  readonly durationMs: number;
  readonly device: string | null;
  readonly nodes: Record<
    string,
    { status: string; cache: string | null; ms: number; skipped?: { name: string; path?: string }[] }
  >;
  // biome-ignore lint/suspicious/noExplicitAny: a test reads into whatever the workflow names.
  readonly outputs: Record<string, any>;
  readonly problems: { code: string; message: string; nodeId?: string; port?: string; param?: string }[];
}

/** How to call the command line. */
export interface CallOptions {
  readonly data?: string;
  readonly models?: string;
  readonly cwd?: string;
  readonly entry?: string;
  /** Additional environment variables. */
  readonly env?: Readonly<Record<string, string>>;
  /** What the command reads from stdin. */
  readonly stdin?: string;
  readonly onStderr?: (text: string, kill: (signal: NodeJS.Signals) => void) => void;
  readonly onStart?: (kill: (signal: NodeJS.Signals) => void) => void;
}

/** Runs the built command line like a user: in its own process, with its own data folder. */
export function patchbay(args: readonly string[], options: CallOptions = {}): Promise<Finished> {
  const env = {
    ...process.env,
    PATCHBAY_DATA: options.data ?? scratch('data'),
    PATCHBAY_MODELS: options.models ?? '',
    ...options.env,
  };
  const child = spawn(process.execPath, [options.entry ?? join(root, 'dist/server/cli.js'), ...args], {
    cwd: options.cwd ?? scratch('cwd'),
    env,
    stdio: [options.stdin === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
  });
  child.stdin?.end(options.stdin);
  const out: Buffer[] = [];
  const err: Buffer[] = [];
  const kill = (signal: NodeJS.Signals) => child.kill(signal);
  child.stdout?.on('data', (chunk: Buffer) => out.push(chunk));
  child.stderr?.on('data', (chunk: Buffer) => {
    err.push(chunk);
    options.onStderr?.(chunk.toString('utf8'), kill);
  });
  options.onStart?.(kill);
  return new Promise((done, failed) => {
    child.on('error', failed);
    child.on('close', (code) => {
      const stdout = Buffer.concat(out).toString('utf8');
      const stderr = Buffer.concat(err).toString('utf8');
      done({ code, stdout, stderr, json: () => JSON.parse(stdout) });
    });
  });
}
