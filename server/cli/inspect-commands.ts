import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { NodeDescriptor } from '../../nodes/sdk/index.ts';
import { dataFolder, modelFolders } from '../data-folder.ts';
import { validate } from '../engine/validate.ts';
import { loadNodes } from '../load-nodes.ts';
import { chooseDevice, openModelStore } from '../runtime/index.ts';
import { nodeReference } from './node-reference.ts';
import { print } from './print.ts';
import { EXIT, UsageError } from './usage.ts';
import { loadWorkflow } from './workflow-file.ts';

const json = (value: unknown) => print(`${JSON.stringify(value, null, 2)}\n`);

const openStore = () => openModelStore({ folders: modelFolders(), dataFolder: dataFolder() });

/** `patchbay validate FILE`: every problem at once. @returns the exit code. */
export async function validateCommand(file: string, options: { json: boolean }): Promise<number> {
  const { workflow } = await loadWorkflow(file);
  const [registry, store] = await Promise.all([loadNodes(), openStore()]);
  const { problems } = validate(workflow, registry, { models: store.catalogue() });
  if (problems.length > 0) throw new UsageError(problems);
  if (options.json) await json({ valid: true, problems: [] });
  else console.log(`${file}: ${workflow.nodes.length} nodes, ${workflow.edges.length} edges, no problems.`);
  return EXIT.completed;
}

/** `patchbay nodes`: what a graph can do. */
export async function nodesCommand(options: {
  json: boolean;
  markdown: boolean;
  write?: string;
}): Promise<number> {
  const descriptors: readonly NodeDescriptor[] = (await loadNodes()).descriptors();
  if (options.write !== undefined) await writeFile(options.write, nodeReference(descriptors));
  else if (options.json) await json(descriptors);
  else if (options.markdown) await print(nodeReference(descriptors));
  else for (const { type, description } of descriptors) console.log(`${type.padEnd(30)} ${description}`);
  return EXIT.completed;
}

/** `patchbay devices`: what works here, and why the rest does not. */
export async function devicesCommand(options: { json: boolean }): Promise<number> {
  const { device, reports } = await chooseDevice('auto', {
    cacheFile: join(dataFolder(), 'devices.json'),
    fresh: true,
  });
  if (options.json) await json({ chosen: device.name, devices: reports });
  else
    for (const report of reports) {
      console.log(
        `${report.device === device.name ? '*' : ' '} ${report.device.padEnd(9)} ${report.usable ? 'works' : 'not used'}: ${report.reason}`,
      );
    }
  return EXIT.completed;
}

/** `patchbay models list`: the encoders that can be used now, and folders that look like one but are broken. */
export async function listModelsCommand(options: { json: boolean }): Promise<number> {
  const entries = (await openStore()).list();
  if (options.json)
    await json(
      entries.map(({ id, title, family, towers, folder, problem }) => ({
        id,
        title,
        family,
        towers,
        folder,
        problem,
      })),
    );
  else
    for (const { id, title, folder, problem } of entries) {
      console.log(
        `${id.padEnd(30)} ${problem ? `cannot be used: ${problem}` : title}${folder ? `  (${folder})` : ''}`,
      );
    }
  return EXIT.completed;
}

/** `patchbay models add PATH`: makes a folder known by its name. */
export async function addModelCommand(path: string, options: { json: boolean }): Promise<number> {
  const { id, title, folder } = await (await openStore()).add(path);
  if (options.json) await json({ id, title, folder });
  else console.log(`Added ${id} (${title}). Use it as the model of Load encoder.`);
  return EXIT.completed;
}

/** `patchbay models verify ID`: hashes the files and tries the model. */
export async function verifyModelCommand(id: string, options: { json: boolean }): Promise<number> {
  const report = await (await openStore()).verify(id);
  if (options.json) await json(report);
  else
    for (const { name, ok, message } of report.checks)
      console.log(`${ok ? 'ok ' : 'NOT'} ${name}: ${message}`);
  return report.ok ? EXIT.completed : EXIT.failed;
}
