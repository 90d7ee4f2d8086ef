import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { afterEach, beforeAll, expect } from 'vitest';
import type { Workflow } from '../../workflows/workflow.ts';
import { startServer, type TestServer } from '../server/server.ts';
import { noBrowser, openStudio, type Studio, useBrowser } from './studio.ts';

/** A workflow as tests write it, without the header of its file. */
export type Drawn = Pick<Workflow, 'name' | 'nodes' | 'edges'>;

/** A page that shows one workflow at a time, on one server for all tests of a file. */
export interface Bench {
  readonly page: Page;
  /** Saves a workflow and opens it from home. @returns its id */
  open(workflow: Drawn): Promise<string>;
  /** The saved params of a node. */
  saved(id: string, node: string): Promise<Record<string, unknown>>;
  /** Runs the open workflow and waits for its end. */
  run(): Promise<void>;
}

/** Starts server and browser. A test fails if it leaves errors on the page. */
export function useBench(): Bench {
  let server: TestServer;
  let studio: Studio | undefined;
  // Registered before the browser closes its pages.
  afterEach(() => expect(studio?.errors ?? [], 'errors of the page').toEqual([]));
  useBrowser();
  beforeAll(async () => {
    if (noBrowser) return;
    server = await startServer({ keep: true, env: { PATCHBAY_NODES: join(import.meta.dirname, 'nodes') } });
  });
  const page = () => {
    if (!studio) throw new Error('Open a workflow first.');
    return studio.page;
  };
  return {
    get page() {
      return page();
    },
    async open({ name = 'Bench', nodes, edges }) {
      const workflow: Workflow = { format: 'patchbay', version: 1, name, nodes, edges };
      const { json } = await server.call('POST', '/api/workflows', { workflow });
      studio = await openStudio({ server });
      await page().getByText(name, { exact: true }).first().click();
      await page().locator('.react-flow__node').first().waitFor();
      return json.id;
    },
    async saved(id, node) {
      const { json } = await server.call('GET', `/api/workflows/${id}`);
      const found = (json.workflow as Workflow).nodes.find((one) => one.id === node);
      return found?.params ?? {};
    },
    async run() {
      await page().keyboard.press('Control+Enter');
      await page().getByText('Done', { exact: true }).first().waitFor();
    },
  };
}

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

interface Checker {
  run(node: unknown): Promise<{
    readonly violations: readonly { id: string; impact: string; nodes: readonly { html: string }[] }[];
  }>;
}

/** Serious and critical problems that axe finds within an element, for users who cannot see or cannot use a mouse. */
export async function seriousProblems(page: Page, within: Locator): Promise<string[]> {
  // Through the debugger, because the security policy of the page blocks foreign scripts.
  const session = await page.context().newCDPSession(page);
  await session.send('Runtime.evaluate', { expression: axe });
  return page.evaluate(
    async (node) => {
      const { axe: checker } = window as unknown as { axe: Checker };
      const { violations } = await checker.run(node);
      return violations
        .filter(({ impact }) => impact === 'serious' || impact === 'critical')
        .map(({ id, nodes }) => `${id}: ${nodes[0]?.html.slice(0, 200)}`);
    },
    await within.elementHandle(),
  );
}
