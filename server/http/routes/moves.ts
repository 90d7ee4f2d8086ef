import type { MoveLists } from '../../contract/moves.ts';
import { answer, type Route, route } from '../route.ts';

/** `/api/moves`: what runs moved, and how to move it back. */
export function movesRoutes(moves: MoveLists): Route[] {
  const tag = 'Files';
  return [
    route(
      'listMoves',
      {
        tag,
        summary: 'List the files that runs moved, newest first',
        description: 'Each entry is one run. `from` and `to` are the folders of its first file.',
        answers: { 200: { description: 'What can be moved back.' } },
      },
      async () => answer(200, { items: await moves.list() }),
    ),
    route(
      'undoMoves',
      {
        tag,
        summary: 'Move the files of a run back to where they were',
        description: 'It replaces no file. What cannot go back stays in the list, with the reason.',
        answers: {
          200: { description: 'How many files are back, and why others are not.' },
          404: { description: 'There is no such list: everything in it was moved back before.' },
        },
      },
      async ({ params }) => answer(200, await moves.undo(params.id)),
    ),
  ];
}
