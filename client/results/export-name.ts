/** The longest part of a name, in characters. */
const PART = 40;

const plain = (part: string): string =>
  part
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]+/gu, '-')
    .slice(0, PART)
    .replaceAll(/^-+|-+$/g, '');

/**
 * A name for an exported file that says where it comes from: workflow, node and query, as far as they are known. It is valid on
 * every system.
 */
export function exportName(parts: readonly (string | undefined)[], extension: string): string {
  const known = parts.map((part) => plain(part ?? '')).filter((part) => part !== '');
  // A node often has the name of its workflow.
  const told = known.filter((part, at) => known.indexOf(part) === at);
  return `${told.join('-') || 'result'}.${extension}`;
}
