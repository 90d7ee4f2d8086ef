const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * The number of nodes of a ComfyUI workflow; undefined for anything else. ComfyUI saves its canvas with `nodes` and
 * `links`, and its API format as nodes by id, each with a `class_type`.
 */
export function comfyNodes(value: unknown): number | undefined {
  if (!isRecord(value)) return undefined;
  const { nodes, links } = value;
  if (Array.isArray(nodes) && Array.isArray(links) && ('last_node_id' in value || 'last_link_id' in value))
    return nodes.length;
  // Tools that call ComfyUI also wrap its API format.
  const prompt = isRecord(value.prompt) ? value.prompt : value;
  const all = Object.values(prompt);
  const isComfy = (node: unknown) =>
    isRecord(node) && typeof node.class_type === 'string' && isRecord(node.inputs);
  return all.length > 0 && all.every(isComfy) ? all.length : undefined;
}
