import { dataFolder } from '../data-folder.ts';
import { movesOf } from '../runtime/files/moves.ts';
import { pad } from './columns.ts';
import { print, printLine } from './print.ts';
import { EXIT } from './usage.ts';

const json = (value: unknown) => print(`${JSON.stringify(value, null, 2)}\n`);
const files = (count: number) => `${count} ${count === 1 ? 'file' : 'files'}`;

/** `patchbay moves list`: lists what runs moved and can be moved back. */
export async function listMovesCommand(options: { json: boolean }): Promise<number> {
  const items = await movesOf(dataFolder()).list();
  if (options.json) await json({ items });
  else if (items.length === 0) printLine('No run has moved files.');
  else
    for (const { id, files: count, from, to } of items)
      printLine(`${pad(id, 36)}${pad(files(count), 14)}${from} -> ${to}`);
  return EXIT.completed;
}

/** `patchbay moves undo ID`: moves the files of a run back. */
export async function undoMovesCommand(id: string, options: { json: boolean }): Promise<number> {
  const undone = await movesOf(dataFolder()).undo(id);
  if (options.json) await json(undone);
  else {
    printLine(`Moved ${files(undone.files)} back.`);
    for (const { message } of undone.kept) printLine(message);
  }
  return undone.kept.length === 0 ? EXIT.completed : EXIT.partial;
}
