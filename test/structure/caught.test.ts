import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';

const root = join(import.meta.dirname, '../..');

const COMMENT = /\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm;
/** Names of what was thrown: of a `catch` block, of a handler in `.catch(...)`, and everything that is asked whether it is an error. */
const CAUGHT =
  /\bcatch\s*\(\s*(\w+)\s*\)\s*\{|\.catch\(\s*(?:async\s*)?\(?\s*(\w+)\b[^)=]*\)?\s*=>|\b(\w+) instanceof Error\b|\b(\w+) as Error\b/g;

/** Where a file shows the English text of something that was thrown, instead of asking `messageOf` for its message. */
function englishOfCaught(source: string): string[] {
  const code = source.replaceAll(COMMENT, '');
  const names = new Set([...code.matchAll(CAUGHT)].map((match) => match.slice(1).find(Boolean) ?? ''));
  return [...names].flatMap((name) => {
    const read = new RegExp(
      `\\b${name}\\)?[?!]?\\.message\\b|\\(${name} as [^()]*\\)[?!]?\\.message\\b|\\bString\\(${name}\\)|\\$\\{${name}\\}|\\bmessage\\b[^{}=]*\\}\\s*=\\s*\\(?${name}\\b`,
      'g',
    );
    return [...code.matchAll(read)].map(([found]) => found);
  });
}

/** Makes messages of what was thrown, for all others. */
const MESSAGE_OF = 'client/ui/strings/message-of.ts';

const sources = readdirSync(join(root, 'client'), { recursive: true, encoding: 'utf8' })
  .map((file) => `client/${file.replaceAll('\\', '/')}`)
  .filter((file) => /\.tsx?$/.test(file) && file !== MESSAGE_OF)
  .sort();

describe('the studio shows what was thrown in the language of the reader', () => {
  test.each([
    ['try { a(); } catch (error) { show(error.message); }', ['error.message']],
    ['try { a(); } catch (cause) {\n  show((cause as Error).message);\n}', ['(cause as Error).message']],
    ['work.catch((error: Error) => show(error.message));', ['error.message']],
    ['work.catch((e) => show(String(e)));', ['String(e)']],
    ['work.catch(async (e) => show(`No: $' + '{e}`));', ['$' + '{e}']],
    ['const text = it instanceof Error ? it.message : "";', ['it.message']],
    ['try { a(); } catch (error) { const { message } = error as Error; }', ['message } = error']],
    ['try { a(); } catch (error) { show(told(messageOf(error))); }', []],
    ['const { message } = event;\nwork.catch(complain);', []],
    ['// A comment.\nwork.catch((e) => show(String(e)));', ['String(e)']],
    ['/* show(String(e)) */\nwork.catch((e) => tell(e));', []],
  ])('%s', (source, found) => expect(englishOfCaught(source)).toEqual(found));

  test('in every file', () => {
    const found = sources.flatMap((file) =>
      englishOfCaught(readFileSync(join(root, file), 'utf8')).map((text) => `${file}: ${text}`),
    );
    expect(sources.length).toBeGreaterThan(100);
    expect(found).toEqual([]);
  });
});
