import type { LabelsNotice } from '../../server/contract/labels.ts';

type Follower = (notice: LabelsNotice) => void;
const followers = new Set<Follower>();

/** A category set was made, changed, renamed or deleted, in this window or another one. */
export function labelsChanged(notice: LabelsNotice): void {
  for (const follow of followers) follow(notice);
}

/** Calls a function whenever a category set changes. Returns a function that ends it. */
export function followLabels(follow: Follower): () => void {
  followers.add(follow);
  return () => void followers.delete(follow);
}

/** Where a window keeps changes of categories that it could not send, in its session storage. */
export const UNSENT = 'patchbay-unsent-categories';
