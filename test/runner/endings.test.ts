import { describe, expect, test } from 'vitest';
import { blamesModel, endingOf, sentenceOf } from '../../server/runner/endings.ts';

describe('what an exit means', () => {
  test.each([
    [null, 'SIGABRT', '', 'crashed'],
    [null, 'SIGSEGV', '', 'crashed'],
    [3221226505, null, '', 'crashed'],
    [null, 'SIGKILL', '', 'killed'],
    [null, 'SIGTERM', '', 'killed'],
    [null, 'SIGABRT', 'FATAL ERROR: Reached heap limit - JavaScript heap out of memory', 'exhausted'],
    [null, 'SIGABRT', "terminate called after throwing an instance of 'std::bad_alloc'", 'exhausted'],
  ] as const)('code %s, signal %s, log "%s": %s', (code, signal, log, kind) => {
    expect(endingOf(code, signal, log).kind).toBe(kind);
  });

  test('a model answers for crashes and hangs, not for memory or what came from outside', () => {
    expect(blamesModel({ kind: 'crashed', how: 'SIGABRT' })).toBe(true);
    expect(blamesModel({ kind: 'stalled', limitMs: 1 })).toBe(true);
    expect(blamesModel({ kind: 'killed', how: 'SIGKILL' })).toBe(false);
    expect(blamesModel({ kind: 'exhausted' })).toBe(false);
    expect(blamesModel({ kind: 'memory', usedBytes: 2, limitBytes: 1 })).toBe(false);
    expect(blamesModel({ kind: 'cancelled' })).toBe(false);
    expect(blamesModel({ kind: 'deadline', limitMs: 1 })).toBe(false);
  });
});

test('every ending is one line that says what happened and what to do', () => {
  const note = { hash: 'h', id: 'clip', nodeId: 'encode' };
  for (const ending of [
    { kind: 'crashed', how: 'SIGABRT' },
    { kind: 'killed', how: 'SIGKILL' },
    { kind: 'exhausted' },
    { kind: 'memory', usedBytes: 3.14e9, limitBytes: 2e9 },
    { kind: 'stalled', limitMs: 300_000 },
    { kind: 'deadline', limitMs: 43_200_000 },
    { kind: 'neighbour' },
    { kind: 'closed' },
  ] as const)
    for (const subject of ['run', 'request'] as const) {
      const { message } = sentenceOf(ending, { subject, models: [note] });
      expect(message).toMatch(/^[A-Z][^\n]+\.$/);
      expect(message).toMatch(/try|again|use|split|choose/i);
    }
  expect(sentenceOf({ kind: 'memory', usedBytes: 3.14e9, limitBytes: 2e9 }).message).toContain('took 3.1 GB');
  expect(sentenceOf({ kind: 'stalled', limitMs: 300_000 }).message).toContain('5 minutes');
  expect(sentenceOf({ kind: 'deadline', limitMs: 43_200_000 }).message).toContain('12 hours');
  expect(sentenceOf({ kind: 'crashed', how: 'SIGABRT' }, { models: [note] }).nodeId).toBe('encode');
});
