import type { ParamSpec } from '../../nodes/sdk/index.ts';
import { nodeFolders } from '../data-folder.ts';
import type { Registry } from '../engine/registry.ts';
import { loadAllNodes } from '../load-nodes.ts';
import { tellBrokenNodes } from './broken-nodes.ts';
import { cut, lineWidth, pad, widthOf } from './columns.ts';
import { print, printLine } from './print.ts';
import { EXIT } from './usage.ts';
import { type LoadedWorkflow, loadWorkflow, starterNames } from './workflow-file.ts';

/** A named input or output, as it is printed. */
interface Named {
  readonly name: string;
  readonly type: string;
  readonly help: string;
  /** The value that an input has by default. */
  readonly value?: unknown;
}

function describe({ workflow }: LoadedWorkflow, registry: Registry) {
  const nodes = new Map(workflow.nodes.map((node) => [node.id, node]));
  const portTypes = (id: string, name: string): string => {
    const { types } = registry.get(nodes.get(id)?.type ?? '')?.outputs[name] ?? { types: [] };
    return types.join(' or ');
  };
  const inputs = (workflow.inputs ?? []).map(({ name, node: id, param, title, help }): Named => {
    const node = nodes.get(id);
    const spec = registry.get(node?.type ?? '')?.params[param] as ParamSpec | undefined;
    const value = node?.params?.[param] ?? spec?.default;
    return {
      name,
      type: spec?.path ?? spec?.type ?? 'unknown',
      help: help ?? title ?? spec?.help ?? '',
      value,
    };
  });
  const outputs = (workflow.outputs ?? []).map(({ name, node, port, title, help }): Named => {
    return { name, type: portTypes(node, port), help: help ?? title ?? '' };
  });
  return { name: workflow.name ?? '', description: workflow.description ?? '', inputs, outputs };
}

function namedLines(heading: string, list: readonly Named[]): string[] {
  if (list.length === 0) return [];
  const width = Math.max(...list.map(({ name }) => widthOf(name)));
  const lines = list.map(({ name, type, help, value }) => {
    const now = value === undefined ? '' : ` = ${JSON.stringify(value)}`;
    return `  ${pad(name, width)}  ${cut(`${type}${now}${help === '' ? '' : `  ${help}`}`, lineWidth() - width - 4)}`;
  });
  return [heading, ...lines];
}

/** `patchbay describe FILE`: prints the purpose, inputs and outputs of a workflow. */
export async function describeCommand(file: string, options: { json: boolean }): Promise<number> {
  const [loaded, registry] = await Promise.all([loadWorkflow(file), loadAllNodes(nodeFolders())]);
  tellBrokenNodes(registry);
  const told = describe(loaded, registry);
  if (options.json) await print(`${JSON.stringify(told, null, 2)}\n`);
  else {
    const { name, description, inputs, outputs } = told;
    printLine(
      [name, description, ...namedLines('Inputs', inputs), ...namedLines('Outputs', outputs)].join('\n'),
    );
  }
  return EXIT.completed;
}

/** `patchbay starters`: lists the templates that come with Patchbay, by name. */
export async function startersCommand(options: { json: boolean }): Promise<number> {
  const names = await starterNames();
  const starters = await Promise.all(
    names.map(async (id) => {
      const { name = id, description = '' } = (await loadWorkflow(id)).workflow;
      return { id, name, description };
    }),
  );
  if (options.json) await print(`${JSON.stringify(starters, null, 2)}\n`);
  else {
    const width = Math.max(...names.map(widthOf));
    for (const { id, description } of starters)
      printLine(`${pad(id, width)}  ${cut(description, lineWidth() - width - 2)}`);
  }
  return EXIT.completed;
}
