import { z } from 'zod';
import { messageSchema } from '../../nodes/sdk/messages.ts';
import { count, time } from './basics.ts';

/** The files that one node of a run moved. `from` and `to` are the folders of the first one. */
export const moveListSchema = z
  .object({ id: z.string(), createdAt: time, files: count, from: z.string(), to: z.string() })
  .meta({ id: 'MoveList' });
/** The files that one node of a run moved. */
export type MoveList = z.infer<typeof moveListSchema>;

/** How many files are back where they were, and why others are not. */
export const undoneMovesSchema = z
  .object({ id: z.string(), files: count, kept: z.array(messageSchema).readonly() })
  .meta({ id: 'UndoneMoves' });
/** How many files are back where they were, and why others are not. */
export type UndoneMoves = z.infer<typeof undoneMovesSchema>;

/** What runs moved. */
export interface MoveLists {
  /** All lists, newest first. */
  list(): Promise<MoveList[]>;
  /**
   * Moves the files of a list back, the last one first. What cannot go back stays in the list.
   * @throws PatchbayError `moves.not-found`
   */
  undo(id: string): Promise<UndoneMoves>;
}
