import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { NodeDescriptor } from '../../nodes/sdk/index.ts';
import { dataFolder, nodeFolders } from '../data-folder.ts';
import { validate } from '../engine/validate.ts';
import { loadAllNodes } from '../load-nodes.ts';
import { manifestReader } from '../runtime/collections/manifest.ts';
import { chooseDevice } from '../runtime/index.ts';
import { setNamesIn } from '../runtime/labels/set-file.ts';
import { tellBrokenNodes } from './broken-nodes.ts';
import { cut, lineWidth, pad } from './columns.ts';
import { openStore } from './model-commands.ts';
import { nodeReference } from './node-reference.ts';
import { placesOf } from './places.ts';
import { print, printLine } from './print.ts';
import { EXIT, UsageError } from './usage.ts';
import { loadWorkflow } from './workflow-file.ts';

const json = (value: unknown) => print(`${JSON.stringify(value, null, 2)}\n`);

/** `patchbay validate FILE`: prints all problems of a workflow. @returns the exit code */
export async function validateCommand(file: string, options: { json: boolean }): Promise<number> {
  const { workflow } = await loadWorkflow(file);
  const [registry, store] = await Promise.all([loadAllNodes(nodeFolders()), openStore()]);
  tellBrokenNodes(registry, new Set(workflow.nodes.map(({ type }) => type)));
  const { problems } = validate(workflow, registry, {
    models: { ...store.catalogue(), collections: manifestReader(join(dataFolder(), 'collections')) },
    labelSets: () => setNamesIn(join(dataFolder(), 'labels')),
  });
  if (problems.length > 0) throw new UsageError(problems, placesOf(workflow, registry));
  if (options.json) await json({ valid: true, problems: [] });
  else printLine(`${file}: ${workflow.nodes.length} nodes, ${workflow.edges.length} edges, no problems.`);
  return EXIT.completed;
}

/** `patchbay nodes`: lists all nodes, and then the files that are none. @returns the exit code, 1 if a file is broken */
export async function nodesCommand(options: {
  json: boolean;
  markdown: boolean;
  write?: string;
}): Promise<number> {
  const registry = await loadAllNodes(nodeFolders());
  const descriptors: readonly NodeDescriptor[] = registry.descriptors();
  if (options.write !== undefined) await writeFile(options.write, nodeReference(descriptors));
  else if (options.json) await json(descriptors);
  else if (options.markdown) await print(nodeReference(descriptors));
  else
    for (const { type, description } of descriptors)
      printLine(`${pad(type, 30)} ${cut(description, lineWidth() - 31)}`);
  return tellBrokenNodes(registry) > 0 ? EXIT.failed : EXIT.completed;
}

/** `patchbay devices`: lists the devices, and why each is used or not. @returns the exit code */
export async function devicesCommand(options: { json: boolean }): Promise<number> {
  const { device, reports } = await chooseDevice('auto', {
    cacheFile: join(dataFolder(), 'devices.json'),
    fresh: true,
  });
  if (options.json) await json({ chosen: device.name, devices: reports });
  else
    for (const report of reports) {
      printLine(
        `${report.device === device.name ? '*' : ' '} ${report.device.padEnd(9)} ${report.usable ? 'works' : 'not used'}: ${report.reason.message}`,
      );
    }
  return EXIT.completed;
}
