import { describe, expect, it } from 'vitest';
import { RunFollower } from '../../../client/runs/follower.ts';
import { recipesOf } from '../../../client/runs/recipes.ts';
import { newRun, runFromDetail, type ShownRun } from '../../../client/runs/run-state.ts';
import { openLive } from '../../../client/ui/api/live.ts';
import type { RunDetail } from '../../../server/contract/run.ts';
import type { Workflow } from '../../../workflows/workflow.ts';
import { sharedServer, startServer, type TestServer } from '../../server/server.ts';

/** Follows a run on a real server, as the page does. */
function follow(server: TestServer) {
  const book = new Map<string, ShownRun>();
  const looking = new Set<() => void>();
  const seen: ShownRun[] = [];
  const asked: string[] = [];
  const live = openLive(
    {
      onEvents: (events, results) => {
        for (const event of events) follower.take(event, results);
      },
      onQueue: () => {},
      onConnection: (connection) => {
        if (connection === 'online') follower.online();
      },
    },
    server.url,
  );
  const follower = new RunFollower(
    {
      watch: (id, seq) => live.watch(id, seq),
      unwatch: (id) => live.unwatch(id),
      detail: async (id) => {
        asked.push(id);
        const { status, json } = await server.call('GET', `/api/runs/${id}`);
        if (status >= 400) throw Object.assign(new Error(json.error.message), { status });
        return json as RunDetail;
      },
    },
    {
      get: (id) => book.get(id),
      set: (run) => {
        book.set(run.id, run);
        seen.push(run);
        for (const look of looking) look();
      },
    },
  );
  return {
    seen,
    asked,
    start(run: ShownRun) {
      book.set(run.id, run);
      follower.follow(run.id);
    },
    is: (id: string, matches: (run: ShownRun) => boolean) =>
      new Promise<ShownRun>((resolve) => {
        const look = () => {
          const run = book.get(id);
          if (!run || !matches(run)) return;
          looking.delete(look);
          resolve(run);
        };
        looking.add(look);
        look();
      }),
    close: () => {
      follower.close();
      live.close();
    },
  };
}

const warns = (times: number, pause = 2): Workflow => ({
  format: 'patchbay',
  version: 1,
  nodes: [{ id: 'warn', type: 'test/warn', params: { times, pause } }],
  edges: [],
});

/** All pictures of a folder, each with its name, size and reference. */
const shown = (path: string): Workflow => ({
  format: 'patchbay',
  version: 1,
  nodes: [
    { id: 'pictures', type: 'image/load-folder', params: { path } },
    { id: 'show', type: 'view/gallery', params: { limit: 1000 } },
  ],
  edges: [{ from: { node: 'pictures', port: 'images' }, to: { node: 'show', port: 'images' } }],
});

describe('following a run', () => {
  it('takes every event once, in order, and then the results', async () => {
    const server = await sharedServer();
    const following = follow(server);
    try {
      const run = await server.submit(warns(40));
      following.start(newRun(run));
      const done = await following.is(run.id, ({ complete }) => complete);
      expect(done.status).toBe('completed');
      expect(done.nodes.warn?.warnings).toHaveLength(40);
      const numbers = following.seen.map(({ seq }) => seq);
      expect(numbers).toEqual(numbers.toSorted((a, b) => a - b));
      const { json } = await server.call('GET', `/api/runs/${run.id}`);
      expect(done.seq).toBe(json.lastSeq);
    } finally {
      following.close();
    }
  });

  it('has the small results of a run with its end, without another request', async () => {
    const server = await sharedServer();
    const following = follow(server);
    try {
      for (const isEarly of [true, false]) {
        const run = await server.submit(shown('sample:queries'));
        if (!isEarly) await server.ended(run.id);
        following.start(newRun(run, undefined, recipesOf(shown('sample:queries'))));
        const done = await following.is(run.id, ({ complete }) => complete);
        const { json } = await server.call('GET', `/api/runs/${run.id}`);
        const { status, seq, nodes, problems, files, ms, targets } = runFromDetail(json);
        expect(done).toMatchObject({ status, seq, problems, files, ms, targets });
        expect(done.nodes).toEqual(nodes);
        expect(done.nodes.show?.view).toBeDefined();
      }
      expect(following.asked).toEqual([]);
    } finally {
      following.close();
    }
  });

  it('asks for results that are too large to come with the end', async () => {
    const server = await sharedServer();
    const following = follow(server);
    try {
      const run = await server.submit(shown('sample:pictures'));
      following.start(newRun(run));
      const done = await following.is(run.id, ({ complete }) => complete);
      expect(following.asked).toEqual([run.id]);
      expect(done.nodes.show?.view).toBeDefined();
    } finally {
      following.close();
    }
  });

  it('catches up when it begins after the run has ended', async () => {
    const server = await sharedServer();
    const following = follow(server);
    try {
      const run = await server.submit(warns(30));
      await server.ended(run.id);
      following.start(newRun(run));
      const done = await following.is(run.id, ({ complete }) => complete);
      expect(done.nodes.warn?.warnings).toHaveLength(30);
    } finally {
      following.close();
    }
  });

  it('tells of a run that its server does not know', async () => {
    const server = await sharedServer();
    const following = follow(server);
    try {
      const run = await server.submit(warns(1));
      following.start(newRun({ ...run, id: 'gone' }));
      const lost = await following.is('gone', ({ complete }) => complete);
      expect(lost.status).toBe('interrupted');
      expect(lost.message).toMatchObject({ code: 'run.not-found', message: expect.stringMatching(/run/i) });
    } finally {
      following.close();
    }
  });

  it('misses nothing when the server is killed under it and another one takes over', async () => {
    const first = await startServer();
    const following = follow(first);
    try {
      const run = await first.submit(warns(40, 40));
      following.start(newRun(run));
      await following.is(run.id, ({ nodes }) => (nodes.warn?.warnings?.length ?? 0) > 5);
      await first.kill('SIGKILL');
      const second = await startServer({ data: first.data, args: ['--port', new URL(first.url).port] });
      const done = await following.is(run.id, ({ complete }) => complete);
      const { json } = await second.call('GET', `/api/runs/${run.id}`);
      expect([done.status, done.seq]).toEqual(['completed', json.lastSeq]);
      // From the second attempt only.
      expect(done.nodes.warn?.warnings).toHaveLength(40);
    } finally {
      following.close();
    }
  });
});
