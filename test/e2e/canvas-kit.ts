import type { Locator, Page } from 'playwright-core';
import type { Workflow, WorkflowNode } from '../../workflows/workflow.ts';
import type { TestServer } from '../server/server.ts';

/** A workflow with nodes side by side and wires such as `a.port > b.port`. */
export function sketch(
  name: string,
  nodes: Readonly<Record<string, string | Partial<WorkflowNode>>>,
  wires: readonly string[] = [],
): Workflow {
  return {
    format: 'patchbay',
    version: 1,
    name,
    nodes: Object.entries(nodes).map(([id, one], index) => ({
      id,
      position: { x: (index % 3) * 320, y: Math.floor(index / 3) * 340 },
      ...(typeof one === 'string' ? { type: one } : { type: '', ...one }),
    })),
    edges: wires.map((wire) => {
      const [from, to] = wire.split(' > ').map((end) => {
        const [node = '', port = ''] = end.split('.');
        return { node, port };
      });
      return { from: from!, to: to! };
    }),
  };
}

/**
 * Saves a workflow and opens it by its address.
 * @param visible the number of nodes in sight, if not all are
 * @returns its id
 */
export async function openSketch(
  page: Page,
  server: TestServer,
  workflow: Workflow,
  visible = workflow.nodes.length,
): Promise<string> {
  const { json } = await server.call('POST', '/api/workflows', { workflow });
  await page.goto(`${new URL(server.url).origin}/#workflow=${json.id}`);
  await page
    .locator('.react-flow__node')
    .nth(visible - 1)
    .waitFor();
  return json.id;
}

/** A node by its id. */
export const nodeAt = (page: Page, id: string): Locator => page.locator(`.react-flow__node[data-id="${id}"]`);

/** A port of a node. */
export const portAt = (page: Page, node: string, port: string, side: 'source' | 'target'): Locator =>
  page.locator(`.${side}[data-nodeid="${node}"][data-handleid="${port}"]`);

/** Names of all wires, sorted. */
export const wires = async (page: Page): Promise<string[]> =>
  (
    await page
      .locator('.react-flow__edge')
      .evaluateAll((all) => all.map((one) => one.getAttribute('data-id') ?? ''))
  ).sort();

/** Waits until the canvas has exactly these wires. */
export async function seeWires(page: Page, expected: readonly string[]): Promise<void> {
  await page.waitForFunction(
    (wanted) => {
      const all = [...document.querySelectorAll('.react-flow__edge')].map(
        (one) => one.getAttribute('data-id') ?? '',
      );
      return JSON.stringify(all.sort()) === wanted;
    },
    JSON.stringify([...expected].sort()),
  );
}

/** Waits until the canvas has this number of nodes. */
export const seeNodes = (page: Page, count: number): Promise<unknown> =>
  page.waitForFunction((wanted) => document.querySelectorAll('.react-flow__node').length === wanted, count);

async function middle(target: Locator): Promise<{ x: number; y: number }> {
  const box = await target.boundingBox();
  if (!box) throw new Error('It is not on the screen.');
  return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
}

/** Drags a wire from a port to a place and drops it there. */
export async function pull(page: Page, from: Locator, to: Locator | { x: number; y: number }): Promise<void> {
  const start = await middle(from);
  const end = 'x' in to ? to : await middle(to);
  await page.mouse.move(start.x, start.y);
  await page.mouse.down();
  await page.mouse.move((start.x + end.x) / 2, (start.y + end.y) / 2, { steps: 4 });
  await page.mouse.move(end.x, end.y, { steps: 4 });
  await page.mouse.up();
}

/** An empty place on the canvas. */
export const emptyPlace = (page: Page): Promise<{ x: number; y: number }> =>
  page.evaluate(() => {
    const box = document.querySelector('.pb-canvas')!.getBoundingClientRect();
    const isPane = (x: number, y: number) =>
      document.elementFromPoint(x, y)?.classList.contains('react-flow__pane') === true;
    for (let y = box.bottom - 200; y > box.top + 40; y -= 20)
      for (let x = box.left + 60; x < box.right - 220; x += 20)
        if ([0, 30].every((d) => isPane(x + d, y + d) && isPane(x - d, y - d))) return { x, y };
    throw new Error('Nothing is empty.');
  });

/** The positions of all nodes on the canvas. */
export const places = (page: Page): Promise<string[]> =>
  page
    .locator('.react-flow__node')
    .evaluateAll((all) =>
      all.map((one) => `${one.getAttribute('data-id')} ${(one as HTMLElement).style.transform}`),
    );

/** Opens an empty workflow by key. */
export async function openNew(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'New workflow', exact: true }).waitFor();
  await page.keyboard.press('Alt+n');
  await page.locator('.pb-canvas').waitFor();
}
