import type { Executed } from '../engine/execution.ts';
import type { NamedResult } from '../results/named-results.ts';
import { counted } from './columns.ts';
import { type PlaceOf, problemLine } from './places.ts';
import { printLine } from './print.ts';
import { valueLines } from './result-text.ts';
import type { WrittenFile } from './run-document.ts';

/** Drops the other outputs of a node with a view, because they hold the same content as the view. */
function withoutEchoes(results: readonly NamedResult[]): readonly NamedResult[] {
  const nodeOf = (name: string) => name.slice(0, name.lastIndexOf('.'));
  const viewed = new Set(
    results
      .filter(({ name, value }) => name.includes('.') && value.kind === 'view')
      .map(({ name }) => nodeOf(name)),
  );
  return results.filter(({ name, value }) => value.kind === 'view' || !viewed.has(nodeOf(name)));
}

/** Why a node did not run that has no problem of its own. The problem itself is printed once. */
const WAITING: ReadonlySet<string> = new Set([
  'node.waits',
  'node.skipped',
  'node.skipped-as-equal',
  'node.skipped-as-unused',
]);

/** Prints the outcome of a run for people: results on stdout, everything else on stderr. */
export function printReport(
  outcome: Executed,
  results: readonly NamedResult[],
  files: readonly WrittenFile[],
  place: { readonly placeOf: PlaceOf; readonly device: string; readonly quiet: boolean },
): void {
  const shown = withoutEchoes(results).filter(({ value }) => value.kind !== 'view' || value.view !== 'file');
  for (const { name, value } of shown) printLine([name, ...valueLines(value)].join('\n'));
  for (const { path, bytes } of files) printLine(`saved ${path} (${counted(bytes, 'byte')})`);
  for (const problem of outcome.problems) console.error(problemLine(problem, place.placeOf));
  if (place.quiet) return;
  const told = new Set(outcome.problems.map(({ nodeId }) => nodeId));
  for (const [id, { status, error }] of outcome.nodes)
    if (status === 'skipped' && error && !told.has(id) && !WAITING.has(error.code))
      console.error(problemLine(error, place.placeOf));
  const nodes = [...outcome.nodes.values()];
  const skipped = nodes.filter(({ status }) => status === 'skipped').length;
  const cached = nodes.filter(({ status }) => status === 'cached').length;
  const seconds = (outcome.ms / 1000).toFixed(2);
  const kept = cached === 0 ? '' : `, ${cached} of them cached`;
  const left = skipped === 0 ? '' : `, ${skipped} of them not run`;
  console.error(
    `${outcome.status} in ${seconds} s on ${place.device}: ${counted(nodes.length, 'node')}${kept}${left}`,
  );
}
