import { describe, expect, test } from 'vitest';
import { render } from '../../nodes/sdk/index.ts';
import { MESSAGES } from '../../server/contract/messages/index.ts';
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

describe('an ending as code and values', () => {
  const templates: Readonly<Record<string, { zh: string }>> = MESSAGES;
  const inChinese = (...args: Parameters<typeof sentenceOf>) =>
    render(sentenceOf(...args), 'zh', ({ code }) => templates[code]?.zh);
  const models = [{ hash: 'h', id: 'clip' }];

  test('reads well in Chinese, also where it nests others', () => {
    expect(inChinese({ kind: 'crashed', how: 'SIGABRT' }, { models })).toBe(
      '运行模型的进程在使用模型 clip 时崩溃了（SIGABRT）。只有此次运行丢失：请再次运行。如果再次发生，请换一个模型或设备。',
    );
    expect(inChinese({ kind: 'exhausted' }, { subject: 'request' })).toBe(
      '运行模型的进程内存不足。没有丢失其他内容：请重试。请使用更小的批大小、更少或更小的图片，或更小的模型。',
    );
    expect(inChinese({ kind: 'stalled', limitMs: 700 }, { models, setAside: true })).toBe(
      '运行已停止，因为它在使用模型 clip 时在 0.7 秒内没有任何进展。这已是第二次，因此 Patchbay 不再使用这个模型。请选择别的模型，或重新下载或导出它。',
    );
  });

  test('keeps an exit code and a time as values', () => {
    expect(sentenceOf(endingOf(3, null, ''))).toMatchObject({
      code: 'runner.crashed',
      args: { how: { code: 'runner.exit-code', args: { exit: '3' }, message: 'exit code 3' } },
    });
    expect(sentenceOf({ kind: 'deadline', limitMs: 7_200_000 }, { subject: 'request' })).toMatchObject({
      code: 'request.deadline',
      args: { time: { code: 'runner.hours', args: { count: 2 } } },
    });
    expect(sentenceOf({ kind: 'deadline', limitMs: 1000 }).message).toContain('after 1 second, ');
  });
});
