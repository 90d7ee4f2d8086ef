import { type FollowDeps, type Followers, openFollowers } from '../collections/followers.ts';
import { isFinal } from '../contract/run.ts';
import { errorFields, type Log } from '../log.ts';
import type { Journal } from '../store/journal.ts';
import type { Gate } from './gate/gate.ts';
import type { Notices } from './notices.ts';
import type { Queue } from './queue.ts';
import { checkedValue } from './route.ts';

/** The parts that following uses. */
export interface FollowFoldersDeps extends Pick<FollowDeps, 'root' | 'resolve'> {
  readonly journal: Journal;
  readonly queue: Queue;
  readonly gate: Gate;
  readonly notices: Notices;
  readonly log: Log;
}

/** Runs of one page of the list. */
const PAGE = 50;

/** Connects collections that follow folders with the runs of this server. It begins with the first `sync`. */
export function followFolders({ journal, queue, gate, notices, log, ...of }: FollowFoldersDeps): Followers {
  const followers = openFollowers({
    ...of,
    *runs() {
      let cursor: string | null = null;
      do {
        const page = journal.runs.list({
          limit: PAGE,
          status: ['completed', 'partial'],
          ...(cursor !== null && { cursor }),
        });
        for (const { id, workflowId } of page.items)
          yield { workflowId, workflow: () => journal.runs.workflow(id) };
        cursor = page.next;
      } while (cursor !== null);
    },
    start: async (request) => queue.submit(checkedValue(await gate.request(JSON.stringify(request)))).run,
    async ended(id, signal) {
      const run = journal.runs.get(id);
      if (run && !isFinal(run.status)) await notices.ended(id, signal);
      return journal.runs.get(id);
    },
    leftOut(id) {
      const skipped = Object.values(journal.runs.result(id)?.nodes ?? {}).flatMap(
        (node) => node.skipped ?? [],
      );
      // Each node names what the nodes before it left out, too.
      return [...new Map(skipped.map((one) => [one.path ?? one.name, one])).values()];
    },
    cancel: queue.cancel,
    onChange: (name) => notices.collectionsChanged({ name, version: 0, change: 'changed' }),
    onError: (error) => log.warn('a collection cannot follow its folder', errorFields(error)),
  });
  const stop = notices.onCollections(() => void followers.sync());
  return {
    ...followers,
    close() {
      stop();
      return followers.close();
    },
  };
}
