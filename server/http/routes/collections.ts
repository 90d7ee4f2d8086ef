import type { CollectionLibrary } from '../../collections/library.ts';
import type { Trash } from '../../trash/trash.ts';
import { answer, type Route, route } from '../route.ts';
import { DELETED, IN_TRASH } from './runs.ts';

/** The parts that the routes of collections use. */
export interface CollectionRouteDeps {
  readonly collections: CollectionLibrary;
  readonly trash: Trash;
}

/** `/api/collections`. */
export function collectionRoutes({ collections, trash }: CollectionRouteDeps): Route[] {
  const tag = 'Collections';
  const missing = { description: 'There is no such collection.' };
  return [
    route(
      'listCollections',
      {
        tag,
        summary: 'List the collections, by name',
        description:
          'A collection is a named set of vectors with their pictures, categories and columns. Workflows write it with the node collection/save, and read it with collection/open and collection/query. A collection that cannot be read has a `problem`.',
        answers: { 200: { description: 'All collections, with size, age and encoders.' } },
      },
      async () => answer(200, { items: await collections.list() }),
    ),
    route(
      'getCollection',
      {
        tag,
        summary: 'Get a collection with its versions',
        answers: { 200: { description: 'The collection; its newest version comes first.' }, 404: missing },
      },
      async ({ params }) => answer(200, await collections.get(params.name)),
    ),
    route(
      'renameCollection',
      {
        tag,
        summary: 'Rename a collection',
        description: 'Workflows that name the collection by its old name do not find it any more.',
        answers: {
          200: { description: 'The collection.' },
          404: missing,
          409: { description: 'There is another collection of this name.' },
        },
      },
      async ({ params, body }) => answer(200, await collections.rename(params.name, (await body()).name)),
    ),
    route(
      'deleteCollection',
      {
        tag,
        summary: 'Delete a collection',
        description: `The pictures stay. ${IN_TRASH}`,
        answers: {
          200: DELETED,
          404: missing,
        },
      },
      async ({ params }) => {
        const name = params.name.normalize('NFC');
        return answer(200, await collections.remove(name, (folder) => trash.addCollection(name, folder)));
      },
    ),
  ];
}
