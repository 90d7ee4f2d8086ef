import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The project's folder. */
export const root = join(import.meta.dirname, '..');

/** A fenced block of a page. */
export interface Fence {
  /** The text behind the three backticks: `ts`, `diff`, or empty. */
  readonly language: string;
  readonly text: string;
}

/** The fenced blocks of a page, in order. @param file a path relative to the project's folder */
export function fences(file: string): Fence[] {
  const page = readFileSync(join(root, file), 'utf8');
  return [...page.matchAll(/^```(\w*)\n(.*?)^```$/gms)].map(([, language = '', text = '']) => ({
    language,
    text,
  }));
}

/** The files that a page shows as a whole, by the path in their first line: `// nodes/compare/threshold.ts`. */
export function shownFiles(file: string): ReadonlyMap<string, string> {
  return new Map(
    fences(file).flatMap(({ language, text }) => {
      const path = /^\/\/ (\S+\.tsx?)\n/.exec(text)?.[1];
      return language.startsWith('ts') && path !== undefined ? [[path, text] as const] : [];
    }),
  );
}

/** A change that a page makes to one place of a file: the lines before and after. */
export interface Hunk {
  readonly path: string;
  readonly before: string;
  readonly after: string;
}

/**
 * The changes that a page shows as `diff`. They have no line numbers. The lines around a change show where it belongs.
 */
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
 * Applies a change to the text of a file.
 * @throws Error if the lines to change are not there exactly once
 */
export function applied(text: string, { path, before, after }: Hunk): string {
  const [start, ...rest] = `\n${text}`.split(`\n${before}`);
  if (start === undefined || rest.length !== 1)
    throw new Error(`${path} has these lines ${rest.length} times instead of once:\n${before}`);
  return `${start}\n${after}${rest[0]}`.slice(1);
}
