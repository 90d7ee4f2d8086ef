import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Lets Node leave a note in the data folder when this process ends by an error of its own, for example without memory, and takes
 * the note of the last server. A process that is ended from outside leaves none. @returns whether the last server left one
 */
export function takeCrashReports(dataFolder: string): boolean {
  const folder = join(dataFolder, 'crashes');
  let notes: string[] = [];
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    notes = readdirSync(folder);
    for (const note of notes) rmSync(join(folder, note), { force: true });
  } catch {
    // Without the folder no crash is counted.
  }
  process.report.directory = folder;
  process.report.compact = true;
  process.report.reportOnFatalError = true;
  return notes.length > 0;
}
