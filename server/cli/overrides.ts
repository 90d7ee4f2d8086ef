import { homedir } from 'node:os';
import { resolve } from 'node:path';
import type { ErrorDetails, ParamSpec } from '../../nodes/sdk/index.ts';
import type { Workflow, WorkflowNode } from '../../workflows/workflow.ts';
import { usageMessage } from '../contract/messages/usage.ts';
import type { Registry } from '../engine/registry.ts';
import { UsageError } from './usage.ts';

type Json = NonNullable<WorkflowNode['params']>[string];

/** Splits `NAME=VALUE` at the first equals sign. */
function split(option: string, text: string): [string, string] {
  const at = text.indexOf('=');
  if (at < 1) throw UsageError.of(usageMessage('usage.name-value', { option, got: text }));
  return [text.slice(0, at), text.slice(at + 1)];
}

function parseJson(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}

/**
 * Reads a list as JSON or as lines of text. A text that starts like JSON but is not a list is refused as a typing
 * error.
 */
function typedList(text: string): Json {
  const list = parseJson(text);
  if (Array.isArray(list)) return list;
  if (/^\s*[[{]/.test(text)) throw UsageError.of(usageMessage('usage.list', { got: text }));
  return text.split('\n');
}

/** Replaces `~` at the start of a path, because most shells do not replace it after an equals sign. */
const expandHome = (path: string) => (/^~(?=$|[\\/])/.test(path) ? homedir() + path.slice(1) : path);

/** Reads a value as people type it in a shell: text needs no quotes, and relative paths start in the current folder. */
function typed(text: string, spec: ParamSpec | undefined): Json {
  switch (spec?.type) {
    case 'string':
      // `sample:` and `asset:` are kept. The single letter of a Windows drive does not match and is resolved like any
      // path.
      return spec.path && text !== '' && !/^[a-z][a-z0-9+-]+:/i.test(text) ? resolve(expandHome(text)) : text;
    case 'choice':
      return text;
    case 'strings':
      return typedList(text);
    default:
      return parseJson(text) ?? text;
  }
}

/** Changes that the command line makes to a workflow before it runs. */
export interface Overrides {
  readonly input: readonly string[];
  readonly set: readonly string[];
}

/**
 * Returns a copy of the workflow with `--input` and `--set` applied.
 * @throws UsageError that names every wrong option and the possible ones
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
      problems.push({
        ...(names.length === 0
          ? usageMessage('usage.no-inputs', { name })
          : usageMessage('usage.input', { name, names })),
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
        ...usageMessage('usage.node', { target, names: [...nodes.keys()] }),
        got: target,
      });
      continue;
    }
    const value = parseJson(text);
    if (value === undefined) {
      problems.push({
        ...usageMessage('usage.json', { target, got: text }),
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
