import type { Followers } from '../../collections/followers.ts';
import { type CollectionLibrary, versionNumber } from '../../collections/library.ts';
import type { Trash } from '../../trash/trash.ts';
import { answer, type Route, route } from '../route.ts';
import { DELETED, IN_TRASH } from './runs.ts';

/** The parts that the routes of collections use. */
export interface CollectionRouteDeps {
  readonly collections: CollectionLibrary;
  readonly followers: Followers;
  readonly trash: Trash;
}

/** `/api/collections`. */
export function collectionRoutes({ collections, followers, trash }: CollectionRouteDeps): Route[] {
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
      'restoreCollectionVersion',
      {
        tag,
        summary: 'Restore an older version of a collection',
        description:
          'Makes a new version that is a copy of the older one, so nothing is lost. The last 20 versions are kept. Following its folder pauses (`follow.state` is `paused`), because that would change the collection back.',
        answers: {
          200: { description: 'The collection.' },
          404: { description: 'There is no such collection, or it keeps no such version.' },
          422: { description: 'The version is no whole number from 1 on.' },
        },
      },
      async ({ params: { name, version } }) =>
        answer(200, await collections.restore(name, versionNumber(version))),
    ),
    route(
      'followFolder',
      {
        tag,
        summary: 'Let a collection follow its folders',
        description:
          'It follows the folders of the workflow that saved it last, among the runs in the list. While the server runs, that workflow runs again when pictures in them are added, changed or removed; pictures whose file is gone leave the collection. It goes on after a restart of the server.',
        answers: {
          200: { description: 'The collection.' },
          404: missing,
          409: {
            description:
              'No run in the list saved the collection, or its workflow reads no folder, or the sample pictures.',
          },
        },
      },
      async ({ params }) => {
        await followers.follow(params.name);
        return answer(200, await collections.get(params.name));
      },
    ),
    route(
      'unfollowFolder',
      {
        tag,
        summary: 'Let a collection follow its folders no longer',
        description: 'Its pictures stay.',
        answers: { 200: { description: 'The collection.' }, 404: missing },
      },
      async ({ params }) => {
        await followers.unfollow(params.name);
        return answer(200, await collections.get(params.name));
      },
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
