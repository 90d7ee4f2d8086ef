import { nearestName, type ParamSpec } from '../../nodes/sdk/index.ts';
import type { Problem } from '../contract/basics.ts';
import type { ParamFault } from '../contract/params.ts';
import { didYouMean, fieldName } from '../contract/wording.ts';
import type { GraphNode } from './graph.ts';

const KINDS: Readonly<Record<ParamSpec['type'], string>> = {
  number: 'a number',
  integer: 'a whole number',
  boolean: 'true or false',
  string: 'a text',
  choice: 'one of its choices',
  strings: 'a list of texts',
  numbers: 'a list of numbers',
};

function say(value: unknown): string {
  if (typeof value === 'string')
    return value.length > 60 ? `a text of ${value.length} characters` : `"${value}"`;
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (typeof value === 'object' && value !== null) return 'an object';
  return String(value);
}

/** What to do about an empty setting. */
function toFill({ path, type, placeholder }: ParamSpec): string {
  const example = placeholder ? `, such as "${placeholder}"` : '';
  if (path !== undefined) return `choose a ${path}${example}.`;
  return type === 'strings' ? 'write at least one, one a line.' : `fill it in${example}.`;
}

const choicesText = ({ choices = [] }: Pick<ParamSpec, 'choices'>) =>
  `one of ${choices.map(({ value }) => `"${value}"`).join(', ')}`;

/** What the value must be instead, as the middle of a sentence. */
function expectedText(spec: ParamSpec, fault: ParamFault): string {
  switch (fault.code) {
    case 'param.too-small':
      return `at least ${fault.min}${fault.unit ? ` ${fault.unit}` : ''}`;
    case 'param.too-large':
      return `at most ${fault.max}${fault.unit ? ` ${fault.unit}` : ''}`;
    case 'param.url':
      return 'an address that begins with http:// or https://';
    default:
      return spec.type === 'choice' ? choicesText(spec) : KINDS[spec.type];
  }
}

/** Says why a param's value is refused: one sentence with the node, the field, what it must be and what it is. */
export function paramProblem(
  node: GraphNode,
  param: string,
  spec: ParamSpec,
  value: unknown,
  fault: ParamFault,
): Problem {
  const field = fieldName(param, spec);
  const place = { code: fault.code, nodeId: node.id, param };
  if (fault.code === 'param.required') {
    const message = `${node.name} needs ${field}, and it is empty: ${toFill(spec)}`;
    return { ...place, message, expected: 'something', got: 'nothing' };
  }
  if (fault.code === 'param.file-name') {
    const message = `${field} cannot be ${say(value)}. ${fault.reason.message} Write a name such as "${String(spec.default)}".`;
    return { ...place, message, got: String(value).slice(0, 200) };
  }
  const expected = expectedText(spec, fault);
  const got = say(value);
  const hint =
    fault.code === 'param.not-a-choice'
      ? didYouMean(
          nearestName(
            String(value),
            fault.choices.map((choice) => choice.value),
          ),
        )
      : '';
  const message = `${field} of ${node.name} must be ${expected}, and is ${got}.${hint}`;
  return { ...place, message, expected, got };
}
