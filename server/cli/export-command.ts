import { basename, dirname, resolve } from 'node:path';
import type { DeviceChoice } from '../runtime/index.ts';
import { EXPORT, exporting } from './export-workflow.ts';
import type { Overrides } from './overrides.ts';
import { runCommand } from './run-command.ts';

/** The options of `patchbay export`. */
export interface ExportOptions extends Overrides {
  readonly to: string;
  readonly output?: string;
  readonly device: DeviceChoice;
  readonly json: boolean;
  readonly quiet: boolean;
}

/**
 * `patchbay export FILE --to model.onnx`: runs what the file needs, such as the training of a classifier, and writes the part of the
 * workflow between a picture and its answer. @returns the exit code
 */
export function exportCommand(file: string, { to, output, ...options }: ExportOptions): Promise<number> {
  const path = resolve(to);
  const run = { ...options, to: [], out: dirname(path), cache: true, partial: false };
  return runCommand(file, run, {
    types: [EXPORT],
    apply(workflow, registry) {
      const { workflow: changed, node } = exporting(workflow, registry, { name: basename(path), output });
      return { workflow: changed, to: [node] };
    },
  });
}
