import { messageOf, PatchbayError } from '../../nodes/sdk/index.ts';
import type { Problem } from '../contract/basics.ts';
import { runMessage } from '../contract/messages/runs.ts';
import { analyse } from './analyse.ts';
import type { EngineEvent } from './events.ts';
import type { Executed, ExecuteRequest } from './execution.ts';
import { refusalOf } from './partial.ts';
import { Run } from './run.ts';

/** The error for a workflow that cannot run, with all its problems. */
export class InvalidWorkflowError extends PatchbayError {
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[]) {
    const [first, ...others] = problems;
    const more =
      others.length === 0 ? undefined : runMessage('workflow.more-faults', { count: others.length });
    super(runMessage('workflow.invalid', { reason: first ? messageOf(first) : '', more }));
    this.problems = problems;
  }
}

/**
 * Runs a workflow. Server, command line and tests all use this function, with different services. Ends within a second
 * of `signal`, even if nodes do not stop; their late results are dropped. Nodes that can end early get three seconds. When a node fails, only the nodes that depend
 * on it are skipped. With `partial`, the same holds for nodes with problems, as long as at least one node can run.
 * @throws InvalidWorkflowError `workflow.invalid`, with all `problems`, before anything runs
 */
export async function execute(
  request: ExecuteRequest,
  onEvent: (event: EngineEvent) => void,
): Promise<Executed> {
  const { workflow, registry, services, targets, partial = false } = request;
  const analysis = analyse(workflow, registry, {
    models: services.models,
    labelSets: services.labelSets,
    targets,
  });
  const refusal = refusalOf(analysis, partial);
  if (refusal.length > 0) throw new InvalidWorkflowError(refusal);
  return await new Run(request, analysis, onEvent).execute();
}
