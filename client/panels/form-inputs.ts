import type { Content } from '../document/content.ts';

/** The index of the named input that sets a param, or -1. */
export const inputIndex = ({ inputs }: Pick<Content, 'inputs'>, node: string, param: string): number =>
  inputs.findIndex((input) => input.node === node && input.param === param);

/** Names of inputs and outputs, for programs: letters, digits and dashes. */
function freeName(wish: string, taken: readonly string[]): string {
  const stem = wish
    .replaceAll(/([a-z])([A-Z])/g, '$1-$2')
    .replaceAll(/[^\p{L}\p{N}]+/gu, '-')
    .replaceAll(/^-|-$/g, '')
    .toLowerCase();
  const name = stem === '' ? 'input' : stem;
  if (!taken.includes(name)) return name;
  for (let n = 2; ; n++) if (!taken.includes(`${name}-${n}`)) return `${name}-${n}`;
}

/** Puts a param into the form under a free name, or takes it out. */
export function toggleInput(content: Content, node: string, param: string, title: string): Content {
  const index = inputIndex(content, node, param);
  if (index >= 0) return { ...content, inputs: content.inputs.filter((_, at) => at !== index) };
  const taken = content.inputs.map(({ name }) => name);
  return { ...content, inputs: [...content.inputs, { name: freeName(param, taken), node, param, title }] };
}

/** Changes what a named input is called. */
export function retitleInput(content: Content, name: string, title: string): Content {
  const inputs = content.inputs.map((input) => (input.name === name ? { ...input, title } : input));
  return { ...content, inputs };
}
