import { expect, test } from 'vitest';
import { CancelledError, PatchbayError, throwIfAborted } from '../../nodes/sdk/index.ts';

test('an error as JSON has everything but its cause and stack', () => {
  const error = new PatchbayError(
    { code: 'image.unreadable', message: 'It is cut short.', port: 'images', got: '3 bytes' },
    { cause: new Error('deep inside') },
  );
  expect(JSON.parse(JSON.stringify(error))).toEqual({
    code: 'image.unreadable',
    message: 'It is cut short.',
    port: 'images',
    got: '3 bytes',
  });
  expect(error.cause).toBeInstanceOf(Error);
});

test('an error keeps its first place and its cause', () => {
  const cause = new Error('why');
  const error = new PatchbayError({ code: 'a.b', message: 'M.', port: 'left' }, { cause });
  const placed = error.at({ nodeId: 'n', port: 'right' }).at({ nodeId: 'other' });
  expect(placed).toMatchObject({ nodeId: 'n', port: 'left', code: 'a.b' });
  expect(placed.cause).toBe(cause);
});

test('only a signal that has fired throws', () => {
  expect(() => throwIfAborted(new AbortController().signal)).not.toThrow();
  expect(() => throwIfAborted(AbortSignal.abort())).toThrow(CancelledError);
});
