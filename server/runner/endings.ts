import { type ErrorDetails, type Message, word } from '../../nodes/sdk/index.ts';
import { runnerMessage } from '../contract/messages/runner.ts';
import type { ModelNote } from './notes.ts';

/** Why a process ended. `how` is its exit code or signal. */
export type Ending =
  /** It crashed, usually because native code aborted. */
  | { readonly kind: 'crashed'; readonly how: Message | string }
  /** A signal from outside ended it: from the operating system (out of memory) or from a person. */
  | { readonly kind: 'killed'; readonly how: string }
  /** An allocation of memory failed in it. */
  | { readonly kind: 'exhausted' }
  | { readonly kind: 'memory'; readonly usedBytes: number; readonly limitBytes: number }
  | { readonly kind: 'stalled'; readonly limitMs: number }
  | { readonly kind: 'deadline'; readonly limitMs: number }
  | { readonly kind: 'cancelled' }
  /** It was ended because of another task in the same process. */
  | { readonly kind: 'neighbour' }
  /** Patchbay ended it on purpose while it had no work. */
  | { readonly kind: 'retired' }
  | { readonly kind: 'closed' };

/** Signals that a program causes itself by an illegal operation. */
const CRASH_SIGNALS: readonly NodeJS.Signals[] = [
  'SIGABRT',
  'SIGSEGV',
  'SIGBUS',
  'SIGILL',
  'SIGFPE',
  'SIGTRAP',
  'SIGSYS',
];

/** What V8 and the C++ library print before they give up. */
const OUT_OF_MEMORY = /heap out of memory|std::bad_alloc|Cannot allocate memory/;

/** Finds the ending behind an exit that Patchbay did not ask for. `log` holds the last lines the process wrote. */
export function endingOf(code: number | null, signal: NodeJS.Signals | null, log: string): Ending {
  if (OUT_OF_MEMORY.test(log)) return { kind: 'exhausted' };
  if (signal === null)
    return { kind: 'crashed', how: runnerMessage('runner.exit-code', { exit: String(code) }) };
  return { kind: CRASH_SIGNALS.includes(signal) ? 'crashed' : 'killed', how: signal };
}

/** Whether the model in use caused the ending. Other endings may come from a large batch, the system or a person. */
export function blamesModel({ kind }: Ending): boolean {
  return kind === 'crashed' || kind === 'stalled';
}

const sizeText = (bytes: number) =>
  bytes >= 1e9 ? `${(bytes / 1e9).toFixed(1)} GB` : `${Math.ceil(bytes / 1e6)} MB`;

function timeOf(ms: number): Message {
  if (ms < 120_000) return runnerMessage('runner.seconds', { count: Math.round(ms / 100) / 10 });
  return ms < 7_200_000
    ? runnerMessage('runner.minutes', { count: Math.round(ms / 60_000) })
    : runnerMessage('runner.hours', { count: Math.round(ms / 3_600_000) });
}

/** The work that an ending stopped: a run, or a short request such as a thumbnail. */
export type Subject = 'run' | 'request';

/** Makes the error for work whose process ended. If only one model was in use, the error names its node. */
export function sentenceOf(
  ending: Ending,
  about: {
    readonly subject?: Subject;
    readonly models?: readonly ModelNote[];
    readonly setAside?: boolean;
  } = {},
): ErrorDetails {
  const { subject: kind = 'run', models = [], setAside = false } = about;
  const subject = runnerMessage(kind === 'run' ? 'runner.the-run' : 'runner.the-request');
  const lost = runnerMessage(kind === 'run' ? 'runner.run-lost' : 'runner.request-lost');
  const ids = [...new Set(models.map(({ id }) => id))];
  const using = ids.length === 0 ? undefined : runnerMessage('runner.using', { models: ids });
  const [note, ...others] = models;
  const place = note?.nodeId !== undefined && others.length === 0 ? { nodeId: note.nodeId } : {};
  switch (ending.kind) {
    case 'crashed': {
      const retry = runnerMessage(ids.length === 0 ? 'runner.other-files' : 'runner.other-model', { lost });
      const advice = setAside ? runnerMessage('runner.set-aside') : retry;
      return { ...runnerMessage('runner.crashed', { how: ending.how, using, advice }), ...place };
    }
    case 'killed':
      return { ...runnerMessage('runner.killed', { how: ending.how, using, lost }), ...place };
    case 'exhausted': {
      const reason = runnerMessage('runner.memory-exhausted', { using, lost });
      return { ...runnerMessage('runner.memory', { reason }), ...place };
    }
    case 'memory': {
      const { usedBytes, limitBytes } = ending;
      const used = sizeText(usedBytes);
      const limit = sizeText(limitBytes);
      const reason = runnerMessage('runner.memory-limit', { subject, used, using, limit });
      return {
        ...runnerMessage('runner.memory', { reason }),
        expected: `at most ${limitBytes} bytes`,
        got: `${usedBytes} bytes`,
        ...place,
      };
    }
    case 'stalled': {
      const advice = runnerMessage(setAside ? 'runner.set-aside' : 'runner.smaller-work');
      return {
        ...runnerMessage('runner.stalled', { subject, time: timeOf(ending.limitMs), using, advice }),
        ...place,
      };
    }
    case 'deadline': {
      const code = kind === 'run' ? 'runner.deadline' : 'request.deadline';
      return runnerMessage(code, { time: timeOf(ending.limitMs) });
    }
    case 'cancelled':
      return word('run.cancelled');
    case 'neighbour':
      return runnerMessage('runner.lost', { subject, lost });
    case 'retired':
    case 'closed':
      return runnerMessage('runner.closed');
  }
}
