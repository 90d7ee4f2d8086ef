import { expect, test } from 'vitest';
import { MIGRATIONS, type Migration, migrate } from '../../workflows/migrations.ts';
import { WORKFLOW_VERSION } from '../../workflows/workflow.ts';

const steps: Migration[] = [
  { from: 1, title: 'Wires have names', up: ({ links, ...rest }) => ({ ...rest, edges: links }) },
  { from: 2, title: 'Nodes have titles', up: (workflow) => ({ ...workflow, nodes: ['titled'] }) },
];

test('every version before the current one has a migration', () => {
  expect(MIGRATIONS.map((one) => one.from)).toEqual(
    Array.from({ length: WORKFLOW_VERSION - 1 }, (_, i) => i + 1),
  );
});

test('an old file goes through every step and gets the new version', () => {
  const old = Object.freeze({ version: 1, links: [1], other: true });
  expect(migrate(old, 1, steps, 3)).toEqual({ version: 3, edges: [1], nodes: ['titled'], other: true });
  expect(migrate(old, 2, steps, 3)).toEqual({ version: 3, links: [1], nodes: ['titled'], other: true });
});

test('a file of the current version does not change', () => {
  const present = { version: 3 };
  expect(migrate(present, 3, steps, 3)).toBe(present);
});

test('a gap in the migrations is an error', () => {
  expect(() => migrate({ version: 1 }, 1, steps.slice(1), 3)).toThrow('No migration starts at version 1.');
});
