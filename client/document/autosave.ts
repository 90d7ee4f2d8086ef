import type { WorkflowEntry } from '../../server/contract/http.ts';
import type { Workflow } from '../../workflows/workflow.ts';
import { messageOf } from '../ui/strings/message-of.ts';
import { type Content, contentOf, isSameContent, workflowOf } from './content.ts';
import { useDocument } from './store.ts';
import { contentOfTab, patchTab, type Tab, useTabs } from './tabs.ts';

/** The idle time before a save, and the longest time that a change is not saved, in milliseconds. */
export const QUIET_MS = 500;
export const LONGEST_MS = 1500;
const RETRY_MS = 2000;

/** The server calls that saving needs. */
export interface WorkflowServer {
  create(workflow: Workflow): Promise<WorkflowEntry>;
  /** @throws an error with `status` 409 and `revision` if someone else saved in the meantime */
  update(id: string, revision: number, workflow: Workflow): Promise<WorkflowEntry>;
  get(id: string): Promise<{ readonly revision: number; readonly workflow: Workflow }>;
}

interface Pending {
  readonly since: number;
  timer: ReturnType<typeof setTimeout>;
}

const statusOf = (error: unknown): { status?: number; revision?: number } =>
  typeof error === 'object' && error !== null ? error : {};

/**
 * Saves every changed tab soon after its last change. After a conflict it waits for the user; if the server does not
 * answer, it tries again.
 */
export class Autosave {
  private readonly pending = new Map<string, Pending>();
  private readonly saving = new Map<string, Promise<void>>();
  private readonly stop: () => void;

  constructor(
    private readonly server: WorkflowServer,
    private readonly quiet = QUIET_MS,
    private readonly retry = RETRY_MS,
  ) {
    this.stop = useDocument.subscribe((state, before) => {
      if (state.tab === '' || state.tab !== before.tab) return;
      if (isSameContent(state, before)) return;
      // An edited run is a workflow of its own.
      patchTab(state.tab, { dirty: true, name: state.name, run: null });
      this.schedule(state.tab);
    });
  }

  private schedule(key: string, wait = this.quiet): void {
    const now = Date.now();
    const known = this.pending.get(key);
    if (known) clearTimeout(known.timer);
    const since = known?.since ?? now;
    const delay = Math.max(0, Math.min(wait, since + Math.max(LONGEST_MS, wait) - now));
    this.pending.set(key, { since, timer: setTimeout(() => void this.save(key), delay) });
  }

  /** Saves a tab now, after a running save. Resolves when the save has ended, even if it failed. */
  async save(key: string): Promise<void> {
    const waiting = this.pending.get(key);
    if (waiting) clearTimeout(waiting.timer);
    this.pending.delete(key);
    await this.saving.get(key);
    const work = this.write(key).finally(() => {
      if (this.saving.get(key) === work) this.saving.delete(key);
    });
    this.saving.set(key, work);
    await work;
  }

  /** Resolves when no save of the tab is under way. */
  async settled(key: string): Promise<void> {
    await this.saving.get(key);
  }

  /** Saves every tab that has unsaved changes. */
  async saveAll(): Promise<void> {
    await Promise.all(
      useTabs
        .getState()
        .tabs.filter((tab) => tab.dirty)
        .map((tab) => this.save(tab.key)),
    );
  }

  private tab(key: string): Tab | undefined {
    return useTabs.getState().tabs.find((tab) => tab.key === key);
  }

  private async write(key: string): Promise<void> {
    const tab = this.tab(key);
    const content = contentOfTab(key);
    if (!tab?.dirty || tab.conflict !== null || tab.isGone || !content) return;
    try {
      const workflow = workflowOf(content);
      const entry =
        tab.workflowId === null || tab.revision === null
          ? await this.server.create(workflow)
          : await this.server.update(tab.workflowId, tab.revision, workflow);
      const unchanged = isSameContent(contentOfTab(key), content);
      patchTab(key, {
        workflowId: entry.id,
        revision: entry.revision,
        dirty: !unchanged,
        problem: null,
      });
      if (!unchanged) this.schedule(key);
    } catch (error) {
      const { status = 0, revision } = statusOf(error);
      const problem = messageOf(error);
      if (status === 409) {
        const own = await this.ownRevision(tab.workflowId, content);
        if (own === undefined) patchTab(key, { conflict: revision ?? 0, problem });
        else {
          patchTab(key, { revision: own, dirty: !isSameContent(contentOfTab(key), content), problem: null });
          if (!isSameContent(contentOfTab(key), content)) this.schedule(key);
        }
      } else if (status === 404 && tab.workflowId !== null) patchTab(key, { isGone: true });
      else {
        patchTab(key, { problem });
        // The server would refuse the same content again, so only the next edit triggers another save.
        if (status === 0 || status >= 500 || status === 429) this.schedule(key, this.retry);
      }
    }
  }

  /**
   * Returns the server's revision if the server already has this content, because the page closed before it got the
   * answer to its save.
   */
  private async ownRevision(id: string | null, content: Content): Promise<number | undefined> {
    if (id === null) return undefined;
    const there = await this.server.get(id).catch(() => undefined);
    const text = (one: Content) => JSON.stringify(workflowOf(one), inOrder);
    return there && text(contentOf(there.workflow)) === text(content) ? there.revision : undefined;
  }

  /** Stops autosave. Pending changes are not saved. */
  close(): void {
    this.stop();
    for (const { timer } of this.pending.values()) clearTimeout(timer);
    this.pending.clear();
  }
}

/** For JSON.stringify: sorts keys, because the server orders them differently. */
function inOrder(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}
