import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  defaults,
  describeNode,
  type ModelCatalogue,
  type ParamSpec,
  type Params,
  type PortSpec,
  type Ports,
} from '../../nodes/sdk/index.ts';
import { loadNodes } from '../../server/load-nodes.ts';
import { inferred } from './infer.ts';

const root = join(import.meta.dirname, '../..');
const registry = await loadNodes();
const noModels: ModelCatalogue = { describe: () => undefined, ids: () => [] };

/** All files that should define a node, found without the loader. */
const files = readdirSync(join(root, 'nodes'), { recursive: true, encoding: 'utf8' })
  .map((file) => file.replaceAll('\\', '/'))
  .filter((file) => file.endsWith('.ts') && !file.startsWith('sdk/'))
  .map((file) => file.slice(0, -'.ts'.length))
  .sort();

const SENTENCE = /^[A-Z"0-9].*[^.\s]\.$/s;
/** A message may begin with the title of its node in asterisks. */
const MESSAGE = /^\*?[A-Z"0-9].*[^.\s]\.$/s;
const NAME = /^[a-z][a-zA-Z0-9]*$/;

test("a node's type is its path", () => {
  expect(registry.types()).toEqual(files);
  for (const type of files) expect(type).toMatch(/^[a-z]+\/[a-z0-9]+(-[a-z0-9]+)*$/);
});

describe.each(registry.types())('%s', (type) => {
  const definition = registry.get(type)!;
  const inputs = Object.entries(definition.inputs as Ports);
  const outputs = Object.entries(definition.outputs as Ports);
  const params = Object.entries(definition.params as Params);

  test('has a title, a description and keywords', () => {
    expect(definition.title).toMatch(/^[A-Z]\S*( [a-z0-9]\S*| [A-Z]{2,}\S*)*$/);
    expect(definition.description).toMatch(SENTENCE);
    expect(definition.keywords?.length ?? 0, 'keywords that it is searched by').toBeGreaterThanOrEqual(3);
    expect(new Set(definition.keywords).size).toBe(definition.keywords?.length);
  });

  test('explains every port and param in a sentence', () => {
    for (const [name, { help }] of [...inputs, ...outputs, ...params] as [string, PortSpec | ParamSpec][]) {
      expect(name).toMatch(NAME);
      expect(help, name).toMatch(SENTENCE);
    }
  });

  test('is fully described by plain JSON', () => {
    const descriptor = describeNode(type, definition);
    expect(JSON.parse(JSON.stringify(descriptor))).toEqual(descriptor);
    expect(descriptor.inputs.map(({ name }) => name)).toEqual(inputs.map(([name]) => name));
    expect(descriptor.outputs.map(({ name }) => name)).toEqual(outputs.map(([name]) => name));
    for (const param of descriptor.params) {
      expect(param.title).toMatch(/^[A-Z]/);
      expect(param, param.name).toHaveProperty('default');
    }
  });

  test('has defaults that its params accept', () => {
    for (const [name, spec] of params) {
      expect(spec.schema.safeParse(spec.default).success, `${name} takes its default`).toBe(true);
      if (spec.choices) expect(spec.choices.map(({ value }) => value)).toContain(spec.default);
      if (spec.when) expect(params.map(([other]) => other)).toContain(spec.when.param);
    }
  });

  test('refuses values that are not of the type of a param', () => {
    for (const [name, { schema }] of params)
      for (const wrong of [Number.NaN, { a: 1 }, undefined, null])
        expect(schema.safeParse(wrong).success, `${name} takes ${wrong}`).toBe(false);
  });

  test('infers without wires, with unknown wires, and with wires of known types', () => {
    const values = defaults(definition.params as Params);
    const wired = (info: (port: PortSpec) => object) =>
      Object.fromEntries(inputs.map(([name, port]) => [name, [info(port)]]));
    const all = [
      {},
      Object.fromEntries(inputs.map(([name]) => [name, []])),
      wired(() => ({})),
      wired(({ types }) => ({ type: types[0] })),
      wired(({ types }) => ({ type: types[0], count: 0 })),
    ];
    for (const known of all) {
      const result = inferred(definition, known, values, noModels);
      expect(outputs.map(([name]) => name)).toEqual(expect.arrayContaining(Object.keys(result.outputs)));
      for (const { code, message } of result.problems) {
        expect(code).toMatch(/^[a-z-]+\.[a-z-]+$/);
        expect(message).toMatch(MESSAGE);
      }
    }
  });

  test('runs each time and is terminal when it writes files', () => {
    const writes = params.some(([, { widget }]) => widget === 'file-name' || widget === 'collection-name');
    if (writes) expect(definition).toMatchObject({ cache: 'never', terminal: true });
    else expect(definition.cache ?? 'always').toBe('always');
  });

  test('has a fingerprint only when it reads from outside', () => {
    const reads = params.some(
      ([, { widget, path }]) =>
        path !== undefined || ['model', 'label-set', 'collection', 'url'].includes(widget),
    );
    expect(definition.fingerprint !== undefined).toBe(reads);
  });
});
