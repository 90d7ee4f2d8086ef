import type { RouteBody, RouteQuery } from '../../../server/contract/http.ts';
import type { Label, LabelsChanged } from '../../../server/contract/labels.ts';
import { addressOf, call } from './http.ts';

/** All label sets, by name. @throws ApiError */
export const listLabelSets = async () => (await call('listLabelSets')).items;

/** @throws ApiError 409 if there is one of this name */
export const createLabelSet = (name: string, categories?: RouteBody<'createLabelSet'>['categories']) =>
  call('createLabelSet', { body: { name, ...(categories && { categories }) } });

/** @throws ApiError 404 */
export const getLabelSet = (name: string, signal?: AbortSignal) =>
  call('getLabelSet', { params: { name }, signal });

/** @throws ApiError 409 if there is one of the new name */
export const renameLabelSet = (name: string, to: string) =>
  call('renameLabelSet', { params: { name }, body: { name: to } });

/** Moves a set to the trash. @throws ApiError 404 */
export const deleteLabelSet = (name: string) => call('deleteLabelSet', { params: { name } });

/** One page of the labels of a set. @throws ApiError 404 */
export const listLabels = (name: string, query: RouteQuery<'listLabels'> = {}, signal?: AbortSignal) =>
  call('listLabels', { params: { name }, query, signal });

/**
 * All labels of a set, or all that changed after a revision. `revision` is the one to ask for next time: changes that were made
 * between two pages come again then. @throws ApiError 404
 */
export async function allLabels(
  name: string,
  after = 0,
  signal?: AbortSignal,
): Promise<{ readonly labels: readonly Label[]; readonly revision: number }> {
  const first = await listLabels(name, { after }, signal);
  const labels = [...first.items];
  for (let { next } = first; next !== null; ) {
    const page = await listLabels(name, { after, cursor: next }, signal);
    for (const label of page.items) labels.push(label);
    next = page.next;
  }
  return { labels, revision: first.revision };
}

/** What this window has changed in a set, as the server has kept it. */
type OwnChange = (set: string, answer: Pick<LabelsChanged, 'labels' | 'undo'>) => void;
const followers = new Set<OwnChange>();

/** Calls `listener` with every change of labels that this window makes. @returns a function that ends it */
export function followOwnLabels(listener: OwnChange): () => void {
  followers.add(listener);
  return () => void followers.delete(listener);
}

/** One page of the pictures of a set, with where they are now. @throws ApiError 404 */
export const labelPictures = (name: string, cursor: string | undefined, signal?: AbortSignal) =>
  call('listLabelPictures', { params: { name }, query: cursor === undefined ? {} : { cursor }, signal });

/** Changes categories and labels in one revision. @throws ApiError 404, 422 for a category that does not exist */
export async function changeLabels(name: string, changes: RouteBody<'changeLabels'>): Promise<LabelsChanged> {
  const answer = await call('changeLabels', { params: { name }, body: changes });
  for (const follower of followers) follower(name, answer);
  return answer;
}

/** Undoes what answered with `undo`. @returns the last answer, whose `undo` redoes it if there was one body @throws ApiError */
export async function undoLabels(name: string, undo: readonly RouteBody<'changeLabels'>[]) {
  let last: Awaited<ReturnType<typeof changeLabels>> | undefined;
  for (const changes of undo) last = await changeLabels(name, changes);
  return last;
}

/** Adds the labels of a file or folder to a set. @throws ApiError */
export const importLabels = (name: string, body: RouteBody<'importLabels'>) =>
  call('importLabels', { params: { name }, body });

/** The address of a set as a file, for a link. */
export const exportAddress = (name: string, query: RouteQuery<'exportLabels'>): string =>
  addressOf('exportLabels', { name }, query);

/** The hashes of at most 10,000 pictures, in order; null with a message where a picture cannot be read. @throws ApiError */
export const hashPictures = async (pictures: RouteBody<'hashPictures'>['pictures'], signal?: AbortSignal) =>
  (await call('hashPictures', { body: { pictures }, signal })).items;
