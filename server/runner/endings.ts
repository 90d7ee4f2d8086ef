import type { ErrorDetails } from '../../nodes/sdk/index.ts';
import type { ModelNote } from './notes.ts';

/** Why a process is gone, or had to go. */
export type Ending =
  /** By itself, in a way no program chooses: a native abort. */
  | { readonly kind: 'crashed'; readonly how: string }
  /** From outside: the system short of memory, or a person. */
  | { readonly kind: 'killed'; readonly how: string }
  /** There was no more memory to be had. */
  | { readonly kind: 'exhausted' }
  | { readonly kind: 'memory'; readonly usedBytes: number; readonly limitBytes: number }
  | { readonly kind: 'stalled'; readonly limitMs: number }
  | { readonly kind: 'deadline'; readonly limitMs: number }
  | { readonly kind: 'cancelled' }
  /** Because of another task in the same process. */
  | { readonly kind: 'neighbour' }
  /** On purpose, with nothing under way. */
  | { readonly kind: 'retired' }
  | { readonly kind: 'closed' };

/** Signals that say the program itself did something no program may. */
const CRASH_SIGNALS: readonly NodeJS.Signals[] = [
  'SIGABRT',
  'SIGSEGV',
  'SIGBUS',
  'SIGILL',
  'SIGFPE',
  'SIGTRAP',
  'SIGSYS',
];

/** What V8 and the C++ library write before they give up. */
const OUT_OF_MEMORY = /heap out of memory|std::bad_alloc|Cannot allocate memory/;

/** What an exit nobody here asked for means; `log` is what the process wrote last. */
export function endingOf(code: number | null, signal: NodeJS.Signals | null, log: string): Ending {
  if (OUT_OF_MEMORY.test(log)) return { kind: 'exhausted' };
  if (signal === null) return { kind: 'crashed', how: `exit code ${code}` };
  return { kind: CRASH_SIGNALS.includes(signal) ? 'crashed' : 'killed', how: signal };
}

/** Whether the model in use is to blame: what the system, a person or a large batch may have done is not its fault. */
export function blamesModel({ kind }: Ending): boolean {
  return kind === 'crashed' || kind === 'stalled';
}

const gigabytes = (bytes: number) =>
  bytes >= 1e9 ? `${(bytes / 1e9).toFixed(1)} GB` : `${Math.ceil(bytes / 1e6)} MB`;
const duration = (ms: number) => {
  if (ms < 120_000) return `${Math.round(ms / 100) / 10} seconds`;
  return ms < 7_200_000 ? `${Math.round(ms / 60_000)} minutes` : `${Math.round(ms / 3_600_000)} hours`;
};

/** What ended: a run, or something quick that was asked for. */
export type Subject = 'run' | 'request';

/** What people read when a process ended under their work. */
export function sentenceOf(
  ending: Ending,
  about: {
    readonly subject?: Subject;
    readonly models?: readonly ModelNote[];
    readonly setAside?: boolean;
  } = {},
): ErrorDetails {
  const { subject = 'run', models = [], setAside = false } = about;
  const what = subject === 'run' ? 'The run' : 'The request';
  const names = [...new Set(models.map(({ id }) => id))].join(', ');
  const using = names === '' ? '' : ` while it was using the model ${names}`;
  const [note, ...others] = models;
  const place = note?.nodeId !== undefined && others.length === 0 ? { nodeId: note.nodeId } : {};
  const lost =
    subject === 'run' ? 'Only this run is lost: run it again.' : 'Nothing else is lost: try again.';
  const otherwise =
    names === '' ? 'use smaller or other files, or another device' : 'choose another model or another device';
  const again = setAside
    ? 'It did so twice and is set aside: choose another model, or fetch or export this one again.'
    : `${lost} If it happens again, ${otherwise}.`;
  switch (ending.kind) {
    case 'crashed':
      return {
        code: 'runner.crashed',
        message: `The process that runs models crashed (${ending.how})${using}. ${again}`,
        ...place,
      };
    case 'killed':
      return {
        code: 'runner.killed',
        message: `The process that runs models was ended from outside (${ending.how})${using}, perhaps because the machine ran short of memory. ${lost} If memory is short, use a smaller batch size or fewer pictures.`,
        ...place,
      };
    case 'exhausted':
      return {
        code: 'runner.memory',
        message: `The process that runs models found no more memory${using}. ${lost} Use a smaller batch size, fewer or smaller pictures, or a smaller model.`,
        ...place,
      };
    case 'memory':
      return {
        code: 'runner.memory',
        message: `${what} was stopped because it took ${gigabytes(ending.usedBytes)} of memory${using}; ${gigabytes(ending.limitBytes)} is the limit. Use a smaller batch size, fewer or smaller pictures, or a smaller model.`,
        expected: `at most ${ending.limitBytes} bytes`,
        got: `${ending.usedBytes} bytes`,
        ...place,
      };
    case 'stalled':
      return {
        code: 'runner.stalled',
        message: `${what} was stopped because nothing moved for ${duration(ending.limitMs)}${using}. ${setAside ? again : 'Use a smaller batch size or a smaller model; if the model never ends, choose another one.'}`,
        ...place,
      };
    case 'deadline':
      return {
        code: 'runner.deadline',
        message:
          subject === 'run'
            ? `The run was stopped after ${duration(ending.limitMs)}, the longest a run may take. Split the work, or raise the limit; what was finished is kept and need not run again.`
            : `The request was stopped after ${duration(ending.limitMs)}, the longest it may take. Use a smaller file, or try again.`,
      };
    case 'cancelled':
      return { code: 'run.cancelled', message: 'The run was cancelled.' };
    case 'neighbour':
      return {
        code: 'runner.lost',
        message: `${what} shared its process with another one, which had to be ended. ${lost}`,
      };
    case 'retired':
    case 'closed':
      return {
        code: 'runner.closed',
        message: 'The server was stopped before this was done. Start it and run again.',
      };
  }
}
