import { existsSync, mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach } from 'vitest';
import {
  createSupervisor,
  type RunnerEvent,
  type RunnerLog,
  type RunnerResult,
  type Supervisor,
  type SupervisorOptions,
} from '../../server/runner/supervisor.ts';
import type { Workflow } from '../../workflows/workflow.ts';
import { fixtureModels } from '../model-facts.ts';

export { fixtureModels };

const root = join(import.meta.dirname, '../..');
export const pictures = join(fixtureModels, 'images');
const entry = join(root, 'dist/server/runner/child.js');
if (!existsSync(entry)) throw new Error('The runner is not built: `npm run build` first.');

export interface Bench {
  readonly supervisor: Supervisor;
  readonly dataFolder: string;
  readonly outFolder: string;
  readonly log: RunnerLog[];
  /** Runs a workflow to its end. */
  run(workflow: Workflow, options?: RunOptions): Run;
}

export interface RunOptions {
  readonly targets?: readonly string[];
  readonly useCache?: boolean;
  readonly partial?: boolean;
  readonly onEvent?: (event: RunnerEvent) => void;
}

export interface Run {
  readonly events: RunnerEvent[];
  readonly done: Promise<RunnerResult>;
  cancel(): void;
  /** Resolves with the first event of a type. */
  saw(type: RunnerEvent['type']): Promise<RunnerEvent>;
}

const open = new Set<Supervisor>();
afterEach(async () => {
  await Promise.all([...open].map((supervisor) => supervisor.close()));
  open.clear();
});

/** A supervisor of real processes that know the misbehaving nodes. Closed when the test ends. */
export function bench(options: Partial<SupervisorOptions> = {}): Bench {
  const dataFolder = options.dataFolder ?? mkdtempSync(join(tmpdir(), 'patchbay-runner-'));
  const outFolder = join(dataFolder, 'out');
  const log: RunnerLog[] = [];
  const supervisor = createSupervisor({
    modelFolders: [fixtureModels],
    device: 'cpu',
    nodeFolders: [join(import.meta.dirname, 'nodes')],
    log: (line) => log.push(line),
    ...options,
    dataFolder,
  });
  open.add(supervisor);
  let runs = 0;
  return {
    supervisor,
    dataFolder,
    outFolder,
    log,
    run(workflow, { targets, useCache = true, partial = false, onEvent } = {}) {
      const events: RunnerEvent[] = [];
      const waiting: (() => void)[] = [];
      runs += 1;
      const request = {
        runId: `run-${runs}`,
        workflowText: JSON.stringify(workflow),
        targets,
        useCache,
        partial,
        workflowFolder: pictures,
        outFolder,
      };
      const handle = supervisor.run(request, (event) => {
        events.push(event);
        onEvent?.(event);
        for (const look of waiting.splice(0)) look();
      });
      const saw = async (type: RunnerEvent['type']): Promise<RunnerEvent> => {
        for (;;) {
          const found = events.find((event) => event.type === type);
          if (found) return found;
          await new Promise<void>((resolve) => waiting.push(resolve));
        }
      };
      return { events, done: handle.done, cancel: handle.cancel, saw };
    },
  };
}

/** A workflow with one misbehaving node. */
export function misbehave(how: string, params: { number?: number; text?: string } = {}): Workflow {
  return {
    format: 'patchbay',
    version: 1,
    nodes: [{ id: 'fault', type: 'fault/misbehave', params: { how, ...params } }],
    edges: [],
  };
}

/** A workflow that encodes pictures with a model: N x D. */
export function encode(model: string, params: Record<string, never> | object = {}): Workflow {
  return {
    format: 'patchbay',
    version: 1,
    nodes: [
      { id: 'pictures', type: 'image/load-folder', params: { path: pictures } },
      { id: 'model', type: 'encode/load-encoder', params: { model } },
      { id: 'encode', type: 'encode/image', params: { ...params } },
    ],
    edges: [
      { from: { node: 'pictures', port: 'images' }, to: { node: 'encode', port: 'images' } },
      { from: { node: 'model', port: 'encoder' }, to: { node: 'encode', port: 'encoder' } },
    ],
    outputs: [{ name: 'vectors', node: 'encode', port: 'embeddings' }],
  };
}

/** Whether a process is running, and not just waiting to be reaped. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  if (process.platform !== 'linux') return true;
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}

/** The ids of the running child processes of a process. */
export function childrenOf(parent: number): number[] {
  return readdirSync('/proc')
    .map(Number)
    .filter((pid) => pid > 0)
    .filter((pid) => {
      try {
        return new RegExp(`^PPid:\\s+${parent}$`, 'm').test(readFileSync(`/proc/${pid}/status`, 'utf8'));
      } catch {
        return false;
      }
    });
}

/** Waits until a condition is true, and throws if it never is. */
export async function until(holds: () => boolean, ms = 20_000): Promise<void> {
  for (const end = Date.now() + ms; !holds(); await sleep(20))
    if (Date.now() > end) throw new Error(`It never came true: ${holds}`);
}
