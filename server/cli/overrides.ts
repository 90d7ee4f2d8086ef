import { homedir } from 'node:os';
import { resolve } from 'node:path';
import type { ErrorDetails, ParamSpec } from '../../nodes/sdk/index.ts';
import type { Workflow, WorkflowNode } from '../../workflows/workflow.ts';
import type { Registry } from '../engine/registry.ts';
import { UsageError } from './usage.ts';

type Json = NonNullable<WorkflowNode['params']>[string];

/** `NAME=VALUE` in two; only the first equals sign counts. */
function split(option: string, text: string): [string, string] {
  const at = text.indexOf('=');
  if (at < 1)
    throw UsageError.of('usage.option', `${option} wants NAME=VALUE; "${text}" has no name or no "=".`);
  return [text.slice(0, at), text.slice(at + 1)];
}

function parseJson(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}

/** A list as JSON or one text a line; what begins like a list and is none is a slip, not a text. */
function typedList(text: string): Json {
  const list = parseJson(text);
  if (Array.isArray(list)) return list;
  if (/^\s*[[{]/.test(text))
    throw UsageError.of('usage.input', `${text} is no JSON list. Write '["one","two"]', or one text a line.`);
  return text.split('\n');
}

/** `~` at the start of a path: most shells leave it alone behind an equals sign. */
const expandHome = (path: string) => (/^~(?=$|[\\/])/.test(path) ? homedir() + path.slice(1) : path);

/** Reads a value as people type it in a shell: text needs no quotes, paths start where the shell is. */
function typed(text: string, spec: ParamSpec | undefined): Json {
  switch (spec?.type) {
    case 'string':
      // A scheme (`sample:`, `asset:`) is no path of this folder; a Windows drive letter is no scheme.
      return spec.path && text !== '' && !/^[a-z][a-z0-9+-]+:/i.test(text) ? resolve(expandHome(text)) : text;
    case 'choice':
      return text;
    case 'strings':
      return typedList(text);
    default:
      return parseJson(text) ?? text;
  }
}

/** What the command line changes in a workflow before it runs. */
export interface Overrides {
  readonly input: readonly string[];
  readonly set: readonly string[];
}

/**
 * The workflow with `--input` and `--set` applied; the one passed in is left alone.
 * @throws UsageError naming every option that does not fit, and what would.
 */
export function applyOverrides(workflow: Workflow, registry: Registry, overrides: Overrides): Workflow {
  const changed = structuredClone(workflow);
  const nodes = new Map(changed.nodes.map((node) => [node.id, node]));
  const problems: ErrorDetails[] = [];
  const assign = (node: WorkflowNode, name: string, value: Json) => {
    node.params = { ...node.params, [name]: value };
  };
  const specOf = (node: WorkflowNode, name: string): ParamSpec | undefined => {
    const params = registry.get(node.type)?.params as Record<string, ParamSpec> | undefined;
    return params && Object.hasOwn(params, name) ? params[name] : undefined;
  };

  for (const option of overrides.input) {
    const [name, text] = split('--input', option);
    const input = changed.inputs?.find((candidate) => candidate.name === name);
    const node = input && nodes.get(input.node);
    if (!input || !node) {
      const names = (changed.inputs ?? []).map((candidate) => candidate.name);
      const have = names.length === 0 ? 'This workflow has no named inputs.' : `It has: ${names.join(', ')}.`;
      problems.push({
        code: 'usage.input',
        message: `The workflow has no input "${name}". ${have}`,
        expected: names.join(' | '),
        got: name,
      });
      continue;
    }
    assign(node, input.param, typed(text, specOf(node, input.param)));
  }

  for (const option of overrides.set) {
    const [target, text] = split('--set', option);
    const id = [...nodes.keys()]
      .filter((candidate) => target.startsWith(`${candidate}.`))
      .sort((a, b) => b.length - a.length)[0];
    const node = id === undefined ? undefined : nodes.get(id);
    if (!node || id === undefined) {
      problems.push({
        code: 'usage.set',
        message: `--set ${target}: there is no such node. Nodes are: ${[...nodes.keys()].join(', ')}.`,
        got: target,
      });
      continue;
    }
    const value = parseJson(text);
    if (value === undefined) {
      problems.push({
        code: 'usage.set',
        message: `--set ${target} wants JSON; ${text} is none. A text needs double quotes inside single ones: --set '${target}="${text}"'.`,
        nodeId: id,
        got: text,
      });
      continue;
    }
    assign(node, target.slice(id.length + 1), value);
  }
  if (problems.length > 0) throw new UsageError(problems);
  return changed;
}
