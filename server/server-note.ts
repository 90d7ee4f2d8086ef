import { join } from 'node:path';
import { readRegular } from './runtime/files/regular-file.ts';

/** The note that a running server leaves in its data folder: its process and address. */
export interface ServerNote {
  readonly pid?: number;
  readonly address?: string;
}

/** The path of the note in a data folder. */
export const serverNotePath = (folder: string): string => join(folder, 'server.json');

/** The note of a data folder; empty if there is none, or it cannot be read. A server that was killed leaves its note. */
export async function serverOf(folder: string): Promise<ServerNote> {
  try {
    const { pid, address } = JSON.parse(await readRegular(serverNotePath(folder), 'utf8'));
    return {
      ...(typeof pid === 'number' && { pid }),
      ...(typeof address === 'string' && { address }),
    };
  } catch {
    return {};
  }
}
