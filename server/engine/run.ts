// This file is long because it connects all the others. Decisions that can be made elsewhere are made there.
import { randomUUID } from 'node:crypto';
import { asMessage, type Message } from '../../nodes/sdk/index.ts';
import type { Problem } from '../contract/basics.ts';
import { runMessage } from '../contract/messages/runs.ts';
import { reasonNotRun } from '../contract/not-run.ts';
import type { CacheReason, LeftOut, RunEnd } from '../contract/run.ts';
import type { Analysis } from './analyse.ts';
import { cacheReason, missReason } from './cache-reason.ts';
import { mutedOutputs } from './check-names.ts';
import { readResult } from './disk-results.ts';
import { createDiskWrites, type DiskWrites } from './disk-writes.ts';
import { createEventStream, type EngineEvent, type EventStream } from './events.ts';
import type { CausedOutcome, Executed, ExecuteRequest } from './execution.ts';
import { type Failure, failureOf } from './failure.ts';
import { createLanes, type Lanes } from './lanes.ts';
import { gatherInputs, picturesIn } from './node-io.ts';
import { computeKeys, type NodeKey, takeFingerprints } from './node-keys.ts';
import { runNode } from './node-run.ts';
import { blockedBy, lastBefore, wantedOf } from './partial.ts';
import { type Plan, plan } from './plan.ts';
import { hasNotes, type NodeNotes, type NodeResult } from './result-cache.ts';
import { createRunValues, type RunValues } from './run-values.ts';
import { createScheduler, type Scheduler } from './scheduler.ts';

/** How long nodes have to react to a cancel before the run ends without them, in milliseconds. */
const GRACE_MS = 500;
/** The same where a node was asked for its best result so far, which takes a while to judge and to write. */
const SAVING_MS = 3000;
/** Computing nodes give timers, sockets and cancels a turn after this many milliseconds. */
const BREATH_MS = 20;

const elapsed = (since: number) => Math.round((performance.now() - since) * 100) / 100;

/** One run of a plan, from the first event to the last. */
export class Run {
  readonly #request: ExecuteRequest;
  readonly #analysis: Analysis;
  readonly #plan: Plan;
  readonly #events: EventStream;
  readonly #lanes: Lanes;
  readonly #scheduler: Scheduler;
  readonly #values: RunValues;
  readonly #writes: DiskWrites;
  readonly #outcomes = new Map<string, CausedOutcome>();
  /** The results to compute and to keep. */
  readonly #wanted: Set<string>;
  /** The targets without which the run is not complete. */
  readonly #asked: ReadonlySet<string>;
  /** For each node that did not run: the node where the problem is. */
  readonly #roots = new Map<string, string>();
  readonly #problems: Problem[];
  readonly #misses = new Map<string, CacheReason>();
  /** The node that computes each key, and the nodes with the same key that wait for it. */
  readonly #owners = new Map<string, string>();
  readonly #followers = new Map<string, string[]>();
  /** Nodes whose results lack items for a passing reason or that ended early, and all that were computed from these results. */
  readonly #incomplete = new Set<string>();
  /** Running nodes that can end early, with what asks them to. */
  readonly #stops = new Map<string, AbortController>();
  /** The signal of these nodes: it fires when the run ends without them. */
  readonly #last = new AbortController();
  readonly #picturesIn = new Map<string, number>();
  /** The notes of nodes that need not be looked at, by cache key, as the results after them carry them. */
  readonly #told = new Map<string, NodeNotes>();
  readonly #started = performance.now();
  #keys: ReadonlyMap<string, NodeKey> = new Map();
  #breathed = performance.now();
  #running = 0;
  #idle = false;
  #over = false;
  #end: () => void = () => {};
  /** Ends the run at once after an error in the engine itself, because the run could wait forever. */
  readonly #crash = (fault: unknown) => {
    this.#fault = { fault };
    this.#end();
  };
  #fault: { readonly fault: unknown } | undefined;

  constructor(request: ExecuteRequest, analysis: Analysis, onEvent: (event: EngineEvent) => void) {
    this.#request = request;
    this.#analysis = analysis;
    this.#wanted = new Set(analysis.targets);
    this.#plan = plan({ wiring: analysis.wiring, targets: this.#wanted });
    const { asked, problems } = wantedOf(analysis, this.#plan, request.targets !== undefined);
    this.#asked = asked;
    this.#problems = [...problems];
    this.#events = createEventStream(onEvent);
    this.#lanes = createLanes(request.concurrency);
    this.#writes = createDiskWrites(
      this.#plan,
      request.cache.disk ?? request.services.disk,
      request.services.codec,
    );
    this.#values = createRunValues(
      this.#plan,
      request.cache,
      (id) => this.#keys.get(id)?.key,
      analysis.wiring.resolve,
    );
    request.onStop?.((id) => this.#stops.get(id)?.abort('stop'));
    this.#scheduler = createScheduler(this.#plan, {
      wanted: (id) => this.#lookUp(id),
      ready: (id) => this.#enter(id),
      skipped: (id, because) => this.#skip(id, because),
      idle: () => {
        this.#idle = true;
        this.#end();
      },
    });
  }

  /** Runs to the end, or until half a second after the signal; until three seconds after it where a node gives its best so far. */
  async execute(): Promise<Executed> {
    const { signal, services } = this.#request;
    const ended = new Promise<void>((resolve) => {
      this.#end = resolve;
    });
    let grace: NodeJS.Timeout | undefined;
    const cancel = () => {
      this.#scheduler.stop();
      this.#lanes.clear();
      for (const stop of this.#stops.values()) stop.abort('cancel');
      const isSaving = this.#stops.size > 0;
      if (isSaving) this.#request.onSaving?.();
      if (this.#running === 0) this.#end();
      else grace = setTimeout(this.#end, isSaving ? SAVING_MS : GRACE_MS);
    };
    signal.addEventListener('abort', cancel, { once: true });
    this.#events.emit({ type: 'runStarted', nodes: [...this.#plan.nodes.keys()], device: services.device });
    // A run to chosen nodes is expected to leave others out.
    const { graph, wiring } = this.#analysis;
    if (this.#request.targets === undefined)
      for (const warning of mutedOutputs(graph, wiring))
        this.#events.emit({ type: 'nodeWarned', ...warning });
    if (signal.aborted) cancel();
    const taking = takeFingerprints(this.#plan, services, signal);
    const taken = await Promise.race([taking, ended]);
    if (taken && !signal.aborted) {
      this.#keys = computeKeys(this.#plan, taken.fingerprints, services.deviceKey, randomUUID());
      this.#begin(taken.failures);
      await ended;
    }
    signal.removeEventListener('abort', cancel);
    clearTimeout(grace);
    if (this.#fault) throw this.#fault.fault;
    return await this.#finish();
  }

  #node(id: string) {
    return this.#plan.nodes.get(id)!;
  }

  /** Ends nodes that cannot run first. Without `partial`, nothing is computed only for them. */
  #begin(failures: ReadonlyMap<string, Failure>): void {
    const ended: string[] = [];
    for (const id of this.#plan.nodes.keys()) {
      const problem = this.#analysis.faulty.get(id);
      const failure = failures.get(id);
      if (problem) this.#leaveOut(id, id, reasonNotRun(problem));
      else if (failure) {
        this.#problems.push(failure.error);
        this.#fail(id, 0, failure);
      } else continue;
      this.#values.ended(id);
      ended.push(id);
    }
    if (this.#request.partial)
      for (const id of lastBefore(this.#plan, blockedBy(this.#plan, ended))) this.#wanted.add(id);
    this.#scheduler.begin(ended, this.#wanted);
  }

  #lookUp(id: string): void {
    const { key, parts } = this.#keys.get(id)!;
    if (!parts || this.#request.useCache === false) {
      this.#miss(id, cacheReason(parts ? 'off' : 'never'));
      return;
    }
    const kept = this.#request.cache.get(key);
    if (kept) {
      this.#hit(id, kept, 'memory');
      return;
    }
    const owner = this.#owners.get(key);
    if (owner !== undefined && !this.#outcomes.has(owner)) {
      const followers = this.#followers.get(owner);
      if (followers) followers.push(id);
      else this.#followers.set(owner, [id]);
      return;
    }
    // The owner has ended. If its result is still held, or it has none, this node ends in the same way.
    if (owner !== undefined && (this.#values.get(owner) || !this.#hasResult(owner))) {
      this.#follow(id, owner);
      return;
    }
    this.#owners.set(key, id);
    if (this.#writes.disk) this.#lookOnDisk(id, key).catch(this.#crash);
    else this.#miss(id, missReason(parts, this.#request.cache.lastParts(id)));
  }

  async #lookOnDisk(id: string, key: string): Promise<void> {
    const { services, cache, signal } = this.#request;
    const found = await readResult(this.#writes.disk!, services.codec, key);
    if (this.#over || signal.aborted) return;
    if (found) {
      cache.put(key, found);
      this.#hit(id, found, 'disk');
    } else {
      this.#miss(id, missReason(this.#keys.get(id)!.parts!, cache.lastParts(id)));
    }
  }

  #miss(id: string, reason: CacheReason): void {
    this.#misses.set(id, reason);
    this.#scheduler.expand(id);
  }

  #hit(id: string, result: NodeResult, from: 'memory' | 'disk' | 'shared'): void {
    const parts = this.#keys.get(id)?.parts;
    if (parts) this.#request.cache.remember(id, parts);
    for (const [key, notes] of result.before ?? []) this.#told.set(key, notes);
    this.#values.set(id, result);
    this.#cached(id, cacheReason(from), result);
    this.#settle(id);
  }

  #cached(id: string, cache: CacheReason, notes: NodeNotes): void {
    const skipped = notes.skipped.length > 0 ? { skipped: notes.skipped } : {};
    for (const warning of notes.warnings ?? [])
      this.#events.emit({ type: 'nodeWarned', nodeId: id, ...warning });
    this.#outcomes.set(id, { status: 'cached', ms: 0, cache, ...skipped });
    this.#events.emit({ type: 'nodeCached', nodeId: id, cache, ms: 0, ...skipped });
  }

  #enter(id: string): void {
    const resource = this.#node(id).definition?.resource ?? 'cpu';
    this.#lanes.enter(resource, () => this.#runNode(id).catch(this.#crash));
  }

  async #runNode(id: string): Promise<void> {
    const { services, signal } = this.#request;
    const node = this.#node(id);
    if (performance.now() - this.#breathed > BREATH_MS) {
      await new Promise((resolve) => setImmediate(resolve));
      this.#breathed = performance.now();
    }
    if (this.#over || signal.aborted) return;
    const cache = this.#misses.get(id)!;
    this.#events.emit({ type: 'nodeStarted', nodeId: id, cache });
    this.#running += 1;
    const started = performance.now();
    let failure: Failure | undefined;
    const stop = node.definition?.endsEarly ? new AbortController() : undefined;
    if (stop) this.#stops.set(id, stop);
    try {
      const inputs = gatherInputs(node, this.#values.valueAt);
      this.#picturesIn.set(id, picturesIn(inputs));
      const accept = (result: NodeResult) => this.#values.set(id, { ...result, ...this.#notesBefore(id) });
      const own = stop ? { signal: this.#last.signal, stop: stop.signal } : { signal };
      await runNode({ node, inputs, services, ...own, emit: this.#events.emit, accept });
    } catch (thrown) {
      failure = failureOf(node, thrown);
    }
    this.#stops.delete(id);
    this.#running -= 1;
    if (this.#over) return;
    if (stop?.signal.aborted && !failure) {
      // It ended early, so its result is not what a whole run gives, and no cache keeps it.
      this.#incomplete.add(id);
      this.#values.keep(id);
      this.#done(id, elapsed(started), cache);
      if (signal.aborted && this.#running === 0) this.#end();
    } else if (signal.aborted) {
      // It stopped in time after the cancel. The last node to stop ends the run.
      this.#outcomes.set(id, { status: 'cancelled', ms: elapsed(started), cache });
      if (this.#running === 0) this.#end();
    } else if (failure) {
      this.#problems.push(failure.error);
      this.#fail(id, elapsed(started), failure);
      this.#settle(id);
    } else {
      this.#done(id, elapsed(started), cache);
    }
  }

  #done(id: string, ms: number, cache: CacheReason): void {
    const result = this.#values.get(id)!;
    const { key, parts } = this.#keys.get(id)!;
    if (this.#isIncomplete(id, result)) {
      this.#incomplete.add(id);
      this.#tellLost(id, result.skipped);
    } else if (parts) {
      this.#request.cache.put(key, result);
      this.#request.cache.remember(id, parts);
      this.#writes.offer(id, key, result, ms);
    }
    const skipped = result.skipped.length > 0 ? { skipped: result.skipped } : {};
    this.#outcomes.set(id, { status: 'done', ms, cache, ...skipped });
    this.#events.emit({ type: 'nodeFinished', nodeId: id, ms, ...skipped });
    this.#settle(id);
  }

  /** What is computed from an incomplete result is incomplete too, whether or not its value tells. */
  #isIncomplete(id: string, { skipped }: NodeResult): boolean {
    if (this.#incomplete.has(id) || skipped.some(({ passing }) => passing)) return true;
    for (const ends of this.#node(id).takes.values())
      if (ends.some((end) => this.#incomplete.has(end.node))) return true;
    return false;
  }

  /** A result without items that were there is not what was asked for, so the run does not count as completed. */
  #tellLost(id: string, skipped: readonly LeftOut[]): void {
    const lost = skipped.filter(({ passing }) => passing);
    const [first] = lost;
    if (!first) return;
    // A node that finds its pictures itself has none at its inputs.
    const found = picturesIn(this.#values.get(id)?.outputs ?? {}) + skipped.length;
    const total = Math.max(this.#picturesIn.get(id) || found, lost.length);
    const path = first.path ?? first.name;
    this.#problems.push({
      ...runMessage('run.pictures-lost', {
        count: lost.length,
        total,
        path,
        reason: asMessage(first.reason),
      }),
      nodeId: id,
    });
  }

  /** The notes of all nodes before this one, for {@link NodeResult.before}. */
  #notesBefore(id: string): Pick<NodeResult, 'before'> {
    const before = new Map<string, NodeNotes>();
    for (const ends of this.#node(id).takes.values()) {
      for (const { node } of ends) {
        const result = this.#values.get(node);
        if (!result) continue;
        for (const [key, notes] of result.before ?? []) before.set(key, notes);
        const { skipped, warnings } = result;
        if (hasNotes(result))
          before.set(this.#keys.get(node)!.key, { skipped, ...(warnings && { warnings }) });
      }
    }
    return before.size > 0 ? { before: [...before] } : {};
  }

  #fail(id: string, ms: number, { error, cause }: Failure): void {
    const cache = this.#misses.get(id);
    this.#outcomes.set(id, {
      status: 'failed',
      ms,
      error,
      ...(cache && { cache }),
      ...(cause !== undefined && { cause }),
    });
    this.#events.emit({ type: 'nodeFailed', nodeId: id, ms, error });
  }

  /** Ends a node that does not run. @param root the node where the problem is */
  #leaveOut(id: string, root: string, why: Message): void {
    this.#roots.set(id, root);
    this.#outcomes.set(id, { status: 'skipped', ms: 0, error: { ...why, nodeId: root } });
    this.#events.emit({ type: 'nodeSkipped', nodeId: id, because: root, ...why });
  }

  #skip(id: string, because: string, why?: Message): void {
    const root = this.#roots.get(because) ?? because;
    const failed = this.#outcomes.get(root)?.status === 'failed';
    const code = failed ? 'node.skipped' : 'node.waits';
    this.#leaveOut(id, root, why ?? runMessage(code, { source: this.#node(root).name }));
    this.#settle(id);
  }

  /** Passes the end of a node to all nodes that wait for it. Its value may be released only after that. */
  #settle(id: string): void {
    const followers = this.#followers.get(id) ?? [];
    this.#followers.delete(id);
    for (const follower of followers) this.#follow(follower, id);
    this.#values.ended(id);
    const { status } = this.#outcomes.get(id)!;
    this.#scheduler.settle(id, status === 'done' || status === 'cached');
  }

  #follow(id: string, owner: string): void {
    if (this.#outcomes.has(id)) return;
    const { status, error } = this.#outcomes.get(owner)!;
    const result = this.#values.get(owner);
    if (result && (status === 'done' || status === 'cached')) {
      if (this.#incomplete.has(owner)) this.#incomplete.add(id);
      this.#hit(id, result, 'shared');
    } else if (status === 'failed' && error) {
      const own = { ...error, nodeId: id };
      this.#problems.push(own);
      this.#fail(id, 0, { error: own });
      this.#settle(id);
    } else {
      this.#skip(id, owner, runMessage('node.skipped-as-equal', { source: this.#node(owner).name }));
    }
  }

  async #finish(): Promise<Executed> {
    this.#over = true;
    this.#last.abort();
    // A signal after the last node has ended cancels nothing.
    const cancelled = this.#request.signal.aborted && !this.#idle;
    const status = cancelled ? 'cancelled' : this.#status();
    if (!cancelled) this.#accountForUnasked();
    for (const id of this.#plan.nodes.keys())
      if (!this.#outcomes.has(id)) this.#outcomes.set(id, { status: 'cancelled', ms: 0 });
    const ms = elapsed(this.#started);
    const problems = this.#problems;
    this.#events.emit({ type: 'runFinished', status, ms, problems });
    this.#events.close();
    const results = this.#values.results();
    const kept = cancelled ? Promise.resolve() : this.#writes.settled();
    return { status, ms, problems, nodes: this.#outcomes, results, kept };
  }

  #hasResult(id: string): boolean {
    const status = this.#outcomes.get(id)?.status;
    return status === 'done' || status === 'cached';
  }

  #status(): RunEnd {
    const hasResult = (id: string) => this.#hasResult(id);
    if (![...this.#wanted].some(hasResult)) return 'failed';
    const isComplete = this.#problems.length === 0 && [...this.#asked].every(hasResult);
    return isComplete ? 'completed' : 'partial';
  }

  /** Records the nodes that were never requested, because all nodes that need them had results or cannot run. */
  #accountForUnasked(): void {
    for (const id of [...this.#plan.nodes.keys()].reverse()) {
      if (this.#outcomes.has(id)) continue;
      const dependents = this.#node(id).neededBy;
      if (!dependents.some((dependent) => this.#hasResult(dependent))) {
        this.#skip(id, dependents[0]!, runMessage('node.skipped-as-unused'));
        continue;
      }
      const { key } = this.#keys.get(id)!;
      const kept = this.#request.cache.get(key);
      const cache = cacheReason(this.#owners.has(key) ? 'shared' : kept ? 'memory' : 'unneeded');
      this.#cached(id, cache, kept ?? this.#told.get(key) ?? { skipped: [] });
    }
  }
}
