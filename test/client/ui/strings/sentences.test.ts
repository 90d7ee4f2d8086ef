import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { useLanguage } from '../../../../client/ui/strings/language.ts';
import { told } from '../../../../client/ui/strings/told.ts';
import { type Said, type Source, saidIn } from './said.ts';
import { UNTOLD } from './untold.ts';

const root = join(import.meta.dirname, '../../../..');
const sources: readonly Source[] = ['server', 'nodes', 'workflows', 'models', 'client']
  .flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map(
      (file) => `${folder}/${file.replaceAll('\\', '/')}`,
    ),
  )
  .filter((file) => file.endsWith('.ts') && !file.endsWith('.d.ts') && !file.startsWith('client/ui/strings/'))
  .sort()
  .map((file) => ({ file, text: readFileSync(join(root, file), 'utf8') }));

const isUntold = ({ file, text }: Said) =>
  UNTOLD.some((one) => one.in.test(file) && (one.says?.test(text) ?? true));

/** English that stays in a Chinese sentence: what users named, in quotes and asterisks, and what is typed as it stands. */
const KEPT =
  /“[^”]*”|\*[^*]*\*|npm rebuild [\w:=. -]+|--[a-z-]+( [a-z]+)?|curl [\w -]+=@\w+\.\w+|Content-Type: [\w/]+|GET \/\S+|POST \/\S+/g;

/** What is wrong with the Chinese of a text whose holes are filled with `Q0Q`, `Q1Q`, or undefined. */
function wrongWith(english: string): string | undefined {
  const chinese = told(english);
  if (!/\p{Script=Han}/u.test(chinese)) return 'has no Chinese';
  const lost = (english.match(/Q\d+Q/g) ?? []).filter((hole) => !chinese.includes(hole));
  if (lost.length > 0) return `loses ${lost.join(', ')}: ${chinese}`;
  if (/[a-z]{2,},? [a-z]{2,}/.test(chinese.replaceAll(KEPT, '')))
    return `is Chinese in part only: ${chinese}`;
  return undefined;
}

function fault({ text }: Said): string | undefined {
  const filled = (own?: string) =>
    text.replaceAll(/\{(\d+)\}/g, (_, hole: string) => `${hole === own ? ' ' : ''}Q${hole}Q`);
  const first = wrongWith(filled());
  // What follows a sentence, such as a hint, brings its own space.
  const holes = [...text.matchAll(/\{(\d+)\}/g)].map(([, hole]) => hole);
  return first && holes.every((hole) => wrongWith(filled(hole))) ? first : undefined;
}

const faults = (said: readonly Said[]) =>
  said.flatMap((one) => {
    const what = isUntold(one) ? undefined : fault(one);
    return what === undefined ? [] : [`${one.file}:${one.line} “${one.text}” ${what}`];
  });

describe('what the sources say', () => {
  const said = saidIn(sources);
  beforeAll(() => useLanguage.setState({ language: 'zh' }));

  it('is there in Chinese, whole and with the same values in it', () => {
    expect(said.length).toBeGreaterThan(700);
    expect(
      faults(said),
      'Add their Chinese to client/ui/strings/zh-*-sentences.ts, or say in untold.ts why nobody reads them.',
    ).toEqual([]);
  });

  it('is left untold only where it still is said', () => {
    for (const one of UNTOLD)
      expect(
        said.some(({ file, text }) => one.in.test(file) && (one.says?.test(text) ?? true)),
        one.why,
      ).toBe(true);
  });

  it.each([
    ['server/engine/connect.ts', 'would close a cycle', 'would make a circle'],
    ['server/runner/endings.ts', 'If it happens again', 'Should it happen again'],
    ['nodes/encode/pool.ts', 'have no class token', 'have no class token, sadly'],
    ['server/runtime/files/npy.ts', 'its header is too long', 'its header is longer than allowed'],
  ])('is noticed when it is reworded in %s', (file, before, after) => {
    const text = sources.find((one) => one.file === file)?.text ?? '';
    expect(text).toContain(before);
    expect(faults(saidIn([{ file, text: text.replaceAll(before, after) }]))).not.toEqual([]);
  });

  it('is noticed when it is new', () => {
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is source text.
    const text = 'throw new PatchbayError({ code: "x", message: `Something new of ${name} was said.` });';
    expect(saidIn([{ file: 'nodes/x.ts', text }]).map((one) => one.text)).toEqual([
      'Something new of {0} was said.',
    ]);
    expect(faults(saidIn([{ file: 'nodes/x.ts', text }]))).toHaveLength(1);
  });
});
