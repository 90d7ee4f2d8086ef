import { randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { copyFile, link, lstat, open, readdir, rename, rm, unlink, utimes } from 'node:fs/promises';
import { dirname, extname, join } from 'node:path';
import { type Message, PatchbayError } from '../../../nodes/sdk/index.ts';
import { fileMessage } from '../../contract/messages/files.ts';
import type { MoveList, MoveLists } from '../../contract/moves.ts';
import { writeFileAtomic } from './atomic.ts';
import { makeFolder } from './make-folder.ts';
import { readRegular } from './regular-file.ts';

/** One file that was moved. */
interface Move {
  readonly from: string;
  readonly to: string;
}

/** Files that one run moves. Each move is in the list on disk before it happens. */
export interface RunMoves {
  /** The id by which the moves are undone. */
  readonly id: string;
  /**
   * Moves a file to a free name: `to`, or `to` with `-2`, `-3` and so on before its extension. Never replaces a file.
   * @returns the path that it has now
   * @throws the system's error; the file then is where it was
   */
  move(from: string, to: string): Promise<string>;
}

/** The lists of moves in a data folder. */
export interface Moves extends MoveLists {
  begin(): RunMoves;
}

const ID = /^[0-9TZ-]{20,30}-[0-9a-f]{8}$/;
/** File systems without hard links answer one of these; so does a target on another disk. */
const NO_LINK = new Set(['EXDEV', 'EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK', 'EINVAL']);
const codeOf = (error: unknown) => (error as Partial<NodeJS.ErrnoException> | null)?.code ?? '';
const stateOf = (path: string) => lstat(path, { bigint: true }).catch(() => undefined);

/** Copies a file to a free name, whole or not at all. */
async function copyWhole(from: string, to: string): Promise<void> {
  const temporary = join(dirname(to), `.${randomUUID()}.tmp`);
  try {
    await copyFile(from, temporary, constants.COPYFILE_EXCL);
    const copy = await open(temporary, 'r+');
    try {
      await copy.sync();
    } finally {
      await copy.close();
    }
    const { atime, mtime } = await lstat(from);
    await utimes(temporary, atime, mtime);
    try {
      await link(temporary, to);
    } catch (error) {
      if (!NO_LINK.has(codeOf(error))) throw error;
      if (await stateOf(to)) throw Object.assign(new Error(`EEXIST: ${to}`), { code: 'EEXIST' });
      await rename(temporary, to);
    }
  } finally {
    await rm(temporary, { force: true });
  }
}

/**
 * Moves a file. A hard link is made first, because a rename would replace a file that appeared in the meantime.
 * @throws the system's error; code `EEXIST` if the target exists. The file then is where it was.
 */
async function transfer(from: string, to: string): Promise<void> {
  try {
    await link(from, to);
  } catch (error) {
    if (!NO_LINK.has(codeOf(error))) throw error;
    await copyWhole(from, to);
  }
  try {
    await unlink(from);
  } catch (error) {
    await rm(to, { force: true });
    throw error;
  }
}

function* namesFrom(path: string): Generator<string> {
  yield path;
  const extension = extname(path);
  const stem = path.slice(0, path.length - extension.length);
  for (let n = 2; ; n++) yield `${stem}-${n}${extension}`;
}

/** Opens the lists of moves in a folder: one file for each run that moved files. */
export function openMoves(folder: string): Moves {
  const fileOf = (id: string) => join(folder, `${id}.jsonl`);

  async function read(id: string): Promise<Move[] | undefined> {
    if (!ID.test(id)) return undefined;
    const text = await readRegular(fileOf(id), 'utf8').catch(() => undefined);
    return text?.split('\n').flatMap((line): Move[] => {
      try {
        const { from, to } = JSON.parse(line) as Partial<Move>;
        return typeof from === 'string' && typeof to === 'string' ? [{ from, to }] : [];
      } catch {
        // The last line, cut short by a crash: its file was not moved yet.
        return [];
      }
    });
  }

  async function note(id: string, move: Move): Promise<void> {
    await makeFolder(folder);
    const list = await open(fileOf(id), 'a');
    try {
      await list.write(`${JSON.stringify(move)}\n`);
      await list.sync();
    } finally {
      await list.close();
    }
  }

  /** Why a file cannot go back; undefined once it has. */
  async function putBack({ from, to }: Move): Promise<Message | undefined> {
    const [there, before] = await Promise.all([stateOf(to), stateOf(from)]);
    // A move that failed or was killed before it began.
    if (!there && before) return undefined;
    if (!there) return fileMessage('moves.gone', { path: to });
    if (before) {
      const isSame = before.ino === there.ino && before.dev === there.dev;
      if (!isSame) return fileMessage('moves.taken', { path: from });
      // Killed between the link and the removal.
      await unlink(to);
      return undefined;
    }
    try {
      await makeFolder(dirname(from));
      await transfer(to, from);
      return undefined;
    } catch (error) {
      return fileMessage('moves.kept', { path: to, reason: codeOf(error) || String(error) });
    }
  }

  return {
    begin() {
      const id = `${new Date().toISOString().replaceAll(/[:.]/g, '-')}-${randomUUID().slice(0, 8)}`;
      return {
        id,
        async move(from, to) {
          for (const free of namesFrom(to)) {
            if (free === from) return from;
            if (await stateOf(free)) continue;
            await note(id, { from, to: free });
            try {
              await transfer(from, free);
              return free;
            } catch (error) {
              if (codeOf(error) !== 'EEXIST') throw error;
            }
          }
          throw new Error('unreachable: there is always a next name');
        },
      };
    },

    async list() {
      const names = await readdir(folder).catch(() => [] as string[]);
      const ids = names.filter((name) => name.endsWith('.jsonl')).map((name) => name.slice(0, -6));
      const found = await Promise.all(
        ids.map(async (id): Promise<MoveList[]> => {
          const moves = await read(id);
          const first = moves?.[0];
          if (!moves || !first) return [];
          const time = id.slice(0, 24).replace(/T(\d\d)-(\d\d)-(\d\d)-(\d+)Z/, 'T$1:$2:$3.$4Z');
          return [
            { id, createdAt: time, files: moves.length, from: dirname(first.from), to: dirname(first.to) },
          ];
        }),
      );
      return found.flat().sort((a, b) => b.id.localeCompare(a.id));
    },

    async undo(id) {
      const moves = await read(id);
      if (!moves) throw new PatchbayError(fileMessage('moves.not-found'));
      const kept: { readonly move: Move; readonly problem: Message }[] = [];
      for (const move of moves.toReversed()) {
        const problem = await putBack(move);
        if (problem) kept.unshift({ move, problem });
      }
      if (kept.length === 0) await rm(fileOf(id), { force: true });
      else
        await writeFileAtomic(
          fileOf(id),
          Buffer.from(kept.map(({ move }) => `${JSON.stringify(move)}\n`).join('')),
        );
      return { id, files: moves.length - kept.length, kept: kept.map(({ problem }) => problem) };
    },
  };
}

/** On a server that others use too nothing is moved, so there is nothing to move back. */
export const noMoves: MoveLists = {
  list: () => Promise.resolve([]),
  undo: () => Promise.reject(new PatchbayError(fileMessage('moves.not-found'))),
};

/** The lists of moves of a data folder. */
export const movesOf = (dataFolder: string): Moves => openMoves(join(dataFolder, 'moves'));
