import { beforeAll, describe, expect, it } from 'vitest';
import { useCatalogue } from '../../../../client/ui/api/catalogue.ts';
import { ApiError } from '../../../../client/ui/api/http.ts';
import { useLanguage } from '../../../../client/ui/strings/language.ts';
import { kindsText, messageOf, told } from '../../../../client/ui/strings/told.ts';
import { fieldTitle, type Message, nodeTitle, word } from '../../../../nodes/sdk/index.ts';
import { MESSAGES } from '../../../../server/contract/messages/index.ts';
import { runMessage } from '../../../../server/contract/messages/runs.ts';
import { loadAllNodes } from '../../../../server/load-nodes.ts';

const registry = await loadAllNodes([]);

beforeAll(() => {
  useCatalogue.setState({
    types: Object.fromEntries(registry.descriptors().map((one) => [one.type, one])),
    loaded: true,
  });
  useLanguage.setState({ language: 'zh' });
});

/** Values that a text shows; a plural only chooses a word by one. */
const shown = (text: string) =>
  [...new Set([...text.matchAll(/\{(\w+)(?![\w|])[^{}]*\}/g)].map(([, name]) => name))].sort();

describe('the messages of the server', () => {
  it.each(Object.entries(MESSAGES))('%s shows the same values in Chinese', (_, { en, zh }) => {
    expect(shown(zh)).toEqual(shown(en));
    expect(zh).toMatch(/\p{Script=Han}/u);
  });
});

describe('in Chinese', () => {
  it('a message is made from its code and values', () => {
    expect(told(runMessage('node.failed', { node: '*x*', reason: 'no memory.' }))).toBe(
      '*x* 失败：no memory.',
    );
    expect(kindsText(['images', 'pixels'])).toBe('图片或像素');
  });

  it('the titles of nodes and ports are those of the catalogue', () => {
    expect(told(nodeTitle('compare/top-k', 'Top k'))).toBe('*前 k 名*');
    expect(told(fieldTitle('input', 'compare/cosine', 'queries', 'Queries'))).toBe('*查询*');
    const failed = runMessage('node.failed', { node: nodeTitle('compare/top-k', 'Top k'), reason: 'x' });
    expect(told(failed)).toBe('*前 k 名* 失败：x');
  });

  it('the title of a node that nobody here knows stays as its author wrote it', () => {
    expect(told(nodeTitle('mine/own', 'Mine'))).toBe('*Mine*');
  });

  it('a text without a code, and a row of an older version, show their English', () => {
    expect(told('Nobody foresaw *this*.')).toBe('Nobody foresaw *this*.');
    expect(told({ code: 'node.failed', message: '*Fail* failed: old.' })).toBe('*Fail* failed: old.');
    expect(told({ message: 'Older still.' } as Message)).toBe('Older still.');
  });

  it('an error from the server says its message', () => {
    expect(told(messageOf(new ApiError(400, word('run.cancelled'))))).toBe('运行已取消。');
    expect(told(messageOf(new Error('plain')))).toBe('plain');
  });
});
