import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The project's folder. */
export const root = join(import.meta.dirname, '..');

/** A fenced block of a page. */
export interface Fence {
  /** What stands behind the three backticks: `ts`, `diff`, or nothing. */
  readonly language: string;
  readonly text: string;
}

/** The fenced blocks of a page, in order. @param file a path from the project's folder */
export function fences(file: string): Fence[] {
  const page = readFileSync(join(root, file), 'utf8');
  return [...page.matchAll(/^```(\w*)\n(.*?)^```$/gms)].map(([, language = '', text = '']) => ({
    language,
    text,
  }));
}

/** The files that a page shows whole, by the path in their first line: `// nodes/compare/threshold.ts`. */
export function shownFiles(file: string): ReadonlyMap<string, string> {
  return new Map(
    fences(file).flatMap(({ language, text }) => {
      const path = /^\/\/ (\S+\.tsx?)\n/.exec(text)?.[1];
      return language.startsWith('ts') && path !== undefined ? [[path, text] as const] : [];
    }),
  );
}

/** One place of a file that a page changes: the lines there, and the lines after the change. */
export interface Hunk {
  readonly path: string;
  readonly before: string;
  readonly after: string;
}

/** The changes that a page shows as `diff`. Their hunks have no line numbers: the lines around them say where they go. */
export function shownChanges(file: string): Hunk[] {
  return fences(file)
    .filter(({ language }) => language === 'diff')
    .flatMap(({ text }) =>
      text.split(/^--- a\//m).flatMap((change): Hunk[] => {
        const path = /^\+\+\+ b\/(\S+)$/m.exec(change)?.[1];
        if (path === undefined) return [];
        const hunks = change.split(/^@@\n/m).slice(1);
        const side = (lines: string, dropped: '+' | '-') =>
          lines
            .split('\n')
            .filter((line) => line !== '' && !line.startsWith(dropped))
            .map((line) => `${line.slice(1)}\n`)
            .join('');
        return hunks.map((lines) => ({ path, before: side(lines, '+'), after: side(lines, '-') }));
      }),
    );
}

/**
 * A file's text with a change in place.
 * @throws Error where the lines of the change are not there, or are there twice
 */
export function applied(text: string, { path, before, after }: Hunk): string {
  const [start, ...rest] = `\n${text}`.split(`\n${before}`);
  if (start === undefined || rest.length !== 1)
    throw new Error(`${path} has these lines ${rest.length} times instead of once:\n${before}`);
  return `${start}\n${after}${rest[0]}`.slice(1);
}
