import type { Problem } from '../../server/contract/basics.ts';
import { isUnfinished } from '../../server/contract/not-run.ts';
import { isFinal } from '../../server/contract/run.ts';
import { useChecks } from '../document/checks.ts';
import { useQuiet, withoutQuiet } from '../document/quiet.ts';
import { IDLE, type ShownRun } from './run-state.ts';

const NONE: readonly Problem[] = [];

/** Whether the problem kept its node from running. The check of the workflow says whether it is still there. */
const keptFromRunning = ({ nodes }: ShownRun, { nodeId }: Problem): boolean =>
  nodeId !== undefined && (nodes[nodeId] ?? IDLE).state === 'skipped';

/** What went wrong in a run, without the problems that it shares with the check of the workflow. */
export function problemsOfRun(run: ShownRun | undefined): readonly Problem[] {
  if (!run || !isFinal(run.status) || run.problems.length === 0) return NONE;
  return run.problems.filter((problem) => !keptFromRunning(run, problem));
}

/** Each problem once: those of the last run, then those of the workflow as it is now. */
export function allProblems(run: ShownRun | undefined, checked: readonly Problem[]): readonly Problem[] {
  const ofRun = problemsOfRun(run);
  if (ofRun.length === 0) return checked;
  const known = new Set(ofRun.map(({ message }) => message));
  return [...ofRun, ...checked.filter(({ message }) => !known.has(message))];
}

/** Each problem of the open workflow once, without nodes that somebody is still working on. */
export function useProblems(run: ShownRun | undefined): readonly Problem[] {
  const checked = useChecks((state) => state.problems);
  const quiet = useQuiet((state) => state.nodes);
  return allProblems(run, withoutQuiet(checked, quiet));
}

/** Real problems, and the nodes that only lack a wire or a value. */
export function countsOf(problems: readonly Problem[]): {
  readonly wrong: number;
  readonly unfinished: number;
} {
  const unfinished = problems.filter(isUnfinished);
  return {
    wrong: problems.length - unfinished.length,
    unfinished: new Set(unfinished.map(({ nodeId }) => nodeId)).size,
  };
}
