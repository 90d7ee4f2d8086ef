#!/usr/bin/env node
import './runtime/ort/no-telemetry.ts';
import module from 'node:module';
import { join } from 'node:path';
import { Command, CommanderError, Option } from 'commander';
import { nearestName } from '../nodes/sdk/nearest-name.ts';
import type { DoctorOptions } from './cli/doctor-command.ts';
import type { ExportOptions } from './cli/export-command.ts';
import type { ExportLabelsOptions, ImportLabelsOptions } from './cli/label-commands.ts';
import type { AddOptions, RemoveOptions } from './cli/model-commands.ts';
import { print } from './cli/print.ts';
import type { RunOptions } from './cli/run-command.ts';
import type { ListRunsOptions } from './cli/runs-commands.ts';
import type { ServeOptions } from './cli/serve-command.ts';
import type { EmptyOptions } from './cli/trash-commands.ts';
import { EXIT } from './cli/usage.ts';
import { consoleToStderr } from './console.ts';
import { usageMessage } from './contract/messages/usage.ts';
import { dataFolder } from './data-folder.ts';
import { version } from './package-root.ts';

// Each command loads its modules when it is called, because a run needs neither the server nor the downloads.
const describing = () => import('./cli/describe-commands.ts');
const inspecting = () => import('./cli/inspect-commands.ts');
const models = () => import('./cli/model-commands.ts');
const running = () => {
  // Keeps compiled code on disk, so that the next run starts faster. Needs Node 22.1. Does nothing if the folder is not
  // writable.
  const node: typeof module & { enableCompileCache?(folder: string): unknown } = module;
  node.enableCompileCache?.(join(dataFolder(), 'cache', 'compiled'));
  return import('./cli/run-command.ts');
};
const exportingModel = async () => {
  await running();
  return import('./cli/export-command.ts');
};
const serving = () => import('./cli/serve-command.ts');
const history = () => import('./cli/runs-commands.ts');
const labelling = () => import('./cli/label-commands.ts');

const collecting = () => import('./cli/collection-commands.ts');
const trashing = () => import('./cli/trash-commands.ts');
const moving = () => import('./cli/moves-commands.ts');

const list = (value: string, before: readonly string[]) => [...before, value];
const asJson = ['--json', 'print one JSON document on stdout and nothing else', false] as const;

function program(finish: (code: number) => void): Command {
  const root = new Command('patchbay')
    .description('Runs image-embedding workflows without the studio.')
    .version(version)
    .exitOverride()
    .showHelpAfterError('(--help lists all options)');

  root
    .command('run')
    .description('run a workflow and print its results')
    .argument('<file>', 'a workflow file, the name of a starter, or - for stdin')
    .option('--input <name=value>', 'set a named input of the workflow (repeatable)', list, [])
    .option('--set <node.param=json>', 'set any param of any node (repeatable)', list, [])
    .option('--to <node>', 'run only this node and the nodes it needs (repeatable)', list, [])
    .option('--partial', 'if some nodes have problems, leave them out and run the rest', false)
    .addOption(
      new Option('--device <device>', 'the device that runs models')
        .choices(['auto', 'cpu', 'webgpu', 'cuda', 'directml', 'coreml'])
        .default('auto'),
    )
    .option('--out <folder>', 'the folder that nodes may write to', 'patchbay-output')
    .option(...asJson)
    .option('--no-cache', 'compute everything again and keep nothing')
    .option('--quiet', 'print results only, no progress', false)
    .action(async (file: string, options: RunOptions) =>
      finish(await (await running()).runCommand(file, options)),
    );

  root
    .command('export')
    .description('write the part of a workflow from a picture or text to its answer as one ONNX model')
    .argument('<file>', 'a workflow file, the name of a starter, or - for stdin')
    .requiredOption('--to <file>', 'the .onnx file to write')
    .option('--output <name>', 'the named output that the model gives; default: the only one it can')
    .option('--input <name=value>', 'set a named input of the workflow (repeatable)', list, [])
    .option('--set <node.param=json>', 'set any param of any node (repeatable)', list, [])
    .addOption(
      new Option('--device <device>', 'the device that computes what the model contains')
        .choices(['auto', 'cpu', 'webgpu', 'cuda', 'directml', 'coreml'])
        .default('auto'),
    )
    .option(...asJson)
    .option('--quiet', 'print no progress', false)
    .action(async (file: string, options: ExportOptions) =>
      finish(await (await exportingModel()).exportCommand(file, options)),
    );

  root
    .command('serve')
    .description('serve the studio, HTTP and live events')
    .option(
      '--host <address>',
      'the address to listen on; any other than 127.0.0.1 requires a token',
      '127.0.0.1',
    )
    .option('--port <number>', 'the port; 0 uses any free port', '8765')
    .option('--data <folder>', 'the data folder')
    .option('--token <secret>', 'the token that clients must send; default: PATCHBAY_TOKEN')
    .option('--token-file <file>', 'a file that contains the token')
    .option('--open', 'open the studio in a browser', false)
    .option(
      '--allow-host <name>',
      'also accept requests for this host name; requires a token (repeatable)',
      list,
      [],
    )
    .option(
      '--read-from <folder>',
      'let workflows read only this folder, the samples and uploads (repeatable); with a required token, all other folders are closed anyway',
      list,
      [],
    )
    .option('--max-upload <megabytes>', 'the largest upload', '256')
    .option('--keep-runs <number>', 'how many runs to keep; 0 keeps all', '1000')
    .addOption(
      new Option('--device <device>', 'the device that runs models')
        .choices(['auto', 'cpu', 'webgpu', 'cuda', 'directml', 'coreml'])
        .default('auto'),
    )
    .action(async (options: ServeOptions) => finish(await (await serving()).serveCommand(options)));

  root
    .command('doctor')
    .description('look for damage in the stored workflows and runs')
    .option('--data <folder>', 'the data folder')
    .option('--repair', 'save a copy, then repair the damage', false)
    .option(...asJson)
    .action(async (options: DoctorOptions) =>
      finish(await (await import('./cli/doctor-command.ts')).doctorCommand(options)),
    );

  root
    .command('validate')
    .description('list all problems of a workflow')
    .argument('<file>', 'a workflow file, the name of a starter, or - for stdin')
    .option(...asJson)
    .action(async (file: string, options: { json: boolean }) =>
      finish(await (await inspecting()).validateCommand(file, options)),
    );

  root
    .command('describe')
    .description('list the inputs and outputs of a workflow')
    .argument('<file>', 'a workflow file, the name of a starter, or - for stdin')
    .option(...asJson)
    .action(async (file: string, options: { json: boolean }) =>
      finish(await (await describing()).describeCommand(file, options)),
    );

  root
    .command('starters')
    .description('list the workflows that come with Patchbay')
    .option(...asJson)
    .action(async (options: { json: boolean }) =>
      finish(await (await describing()).startersCommand(options)),
    );

  root
    .command('nodes')
    .description('list the node types')
    .option(...asJson)
    .option('--markdown', 'print the node reference', false)
    .option('--write <file>', 'write the node reference to a file')
    .action(async (options: { json: boolean; markdown: boolean; write?: string }) =>
      finish(await (await inspecting()).nodesCommand(options)),
    );

  root
    .command('devices')
    .description('list the devices and say why each is used or not')
    .option(...asJson)
    .action(async (options: { json: boolean }) => finish(await (await inspecting()).devicesCommand(options)));

  const aboutModels = root.command('models').description('list, add, remove and test models');
  aboutModels
    .command('list', { isDefault: true })
    .description('list the models on this computer')
    .option('--available', 'list the models that can be downloaded', false)
    .option(...asJson)
    .action(async (options: { json: boolean; available: boolean }) =>
      finish(await (await models()).listModelsCommand(options)),
    );
  aboutModels
    .command('add')
    .description('download a model from the Hugging Face hub, or add a folder')
    .argument('<model>', 'OWNER/NAME on the hub, or the path of a folder')
    .option('--precision <precision>', 'fp32, fp16, q8 or q4; default: the most exact one')
    .option('--revision <revision>', 'a branch, tag or commit; default: main')
    .option('--quiet', 'print no progress', false)
    .option(...asJson)
    .action(async (model: string, options: AddOptions) =>
      finish(await (await models()).addModelCommand(model, options)),
    );
  aboutModels
    .command('remove')
    .description('move a downloaded model to the trash, or remove an added folder from the list')
    .argument('<id>')
    .option('--yes', 'do not ask on a terminal', false)
    .option(...asJson)
    .action(async (id: string, options: RemoveOptions) =>
      finish(await (await models()).removeModelCommand(id, options)),
    );
  aboutModels
    .command('unblock')
    .description('allow a model again that the server blocked because it crashed twice')
    .argument('<id>')
    .option(...asJson)
    .action(async (id: string, options: { json: boolean }) =>
      finish(await (await models()).unblockModelCommand(id, options)),
    );
  aboutModels
    .command('verify')
    .description('check the files of a model and try it')
    .argument('<id>')
    .option(...asJson)
    .action(async (id: string, options: { json: boolean }) =>
      finish(await (await models()).verifyModelCommand(id, options)),
    );

  const aboutRuns = root
    .command('runs')
    .description('the runs that a server kept, with their results; "patchbay run" keeps none');
  aboutRuns
    .command('list', { isDefault: true })
    .description('list them, the pinned ones first and then the newest')
    .option('--search <words>', 'only runs whose name, query, folder or workflow has these words', '')
    .option('--limit <number>', 'how many', '30')
    .option(...asJson)
    .action(async (options: ListRunsOptions) => finish(await (await history()).listRunsCommand(options)));
  aboutRuns
    .command('show')
    .description('print a run with its workflow and results as JSON')
    .argument('<id>')
    .option(...asJson)
    .action(async (id: string) => finish(await (await history()).showRunCommand(id)));
  aboutRuns
    .command('compare')
    .description('say what rose, fell, came and went between two runs')
    .argument('<before>')
    .argument('<after>')
    .option(...asJson)
    .action(async (before: string, after: string, options: { json: boolean }) =>
      finish(await (await history()).compareRunsCommand(before, after, options)),
    );

  const aboutLabels = root
    .command('labels')
    .description('category sets: which category people gave to pictures');
  aboutLabels
    .command('list', { isDefault: true })
    .description('list the sets')
    .option(...asJson)
    .action(async (options: { json: boolean }) =>
      finish(await (await labelling()).listLabelsCommand(options)),
    );
  aboutLabels
    .command('show')
    .description('list the categories of a set, and how many pictures each has')
    .argument('<name>', 'the name of the set')
    .option(...asJson)
    .action(async (name: string, options: { json: boolean }) =>
      finish(await (await labelling()).showLabelsCommand(name, options)),
    );
  aboutLabels
    .command('export')
    .description('write a set to a file')
    .argument('<name>', 'the name of the set')
    .argument('[file]', 'the file; without it, the set is printed')
    .addOption(
      new Option('--format <format>', 'default: by the ending of the file, otherwise json').choices([
        'json',
        'csv',
        'metadata-csv',
        'metadata-jsonl',
      ]),
    )
    .option('--folder <folder>', 'the folder where the paths of metadata start')
    .addOption(
      new Option('--separator <separator>', 'the character between the columns of csv')
        .choices(['comma', 'semicolon', 'tab'])
        .default('comma'),
    )
    .option('--no-excel', 'write csv without the mark that Excel needs')
    .action(async (name: string, file: string | undefined, options: ExportLabelsOptions) =>
      finish(await (await labelling()).exportLabelsCommand(name, file, options)),
    );
  aboutLabels
    .command('import')
    .description('add the categories of a file or folder to a set; not while a server uses the data folder')
    .argument('<name>', 'the name of the set; it is created if there is none')
    .argument('<path>', 'a .csv, .jsonl or .json file, or a folder')
    .addOption(
      new Option('--from <kind>', 'default: by the ending of the file; a folder is subfolders').choices([
        'csv',
        'jsonl',
        'json',
        'subfolders',
        'imagefolder',
      ]),
    )
    .option('--folder <folder>', 'the folder where paths in the file start')
    .option('--column <name>', 'the column with the category')
    .addOption(
      new Option('--category-folder <which>', 'which subfolder names the category')
        .choices(['top', 'nearest', 'second'])
        .default('top'),
    )
    .option('--keep', 'leave pictures as they are that have another category', false)
    .option(...asJson)
    .action(async (name: string, path: string, options: ImportLabelsOptions) =>
      finish(await (await labelling()).importLabelsCommand(name, path, options)),
    );

  const aboutCollections = root
    .command('collections')
    .description('collections: named sets of vectors that workflows keep and search');
  aboutCollections
    .command('list', { isDefault: true })
    .description('list the collections')
    .option(...asJson)
    .action(async (options: { json: boolean }) =>
      finish(await (await collecting()).listCollectionsCommand(options)),
    );
  aboutCollections
    .command('show')
    .description('list the encoders, columns and versions of a collection')
    .argument('<name>', 'the name of the collection')
    .option(...asJson)
    .action(async (name: string, options: { json: boolean }) =>
      finish(await (await collecting()).showCollectionCommand(name, options)),
    );
  aboutCollections
    .command('delete')
    .description('move a collection to the trash')
    .argument('<name>', 'the name of the collection')
    .option(...asJson)
    .action(async (name: string, options: { json: boolean }) =>
      finish(await (await collecting()).deleteCollectionCommand(name, options)),
    );

  aboutCollections
    .command('restore')
    .description('make an older version of a collection the newest one; nothing is lost')
    .argument('<name>', 'the name of the collection')
    .argument('<version>', 'the number of the version; "show" lists them')
    .option(...asJson)
    .action(async (name: string, version: string, options: { json: boolean }) =>
      finish(await (await collecting()).restoreVersionCommand(name, version, options)),
    );
  for (const [command, description, isOn] of [
    [
      'follow',
      'let a collection follow its folder while a server runs: new, changed and gone pictures',
      true,
    ],
    ['unfollow', 'let a collection follow its folder no longer', false],
  ] as const)
    aboutCollections
      .command(command)
      .description(description)
      .argument('<name>', 'the name of the collection')
      .option('--token <secret>', 'the token of the server; default: PATCHBAY_TOKEN')
      .option(...asJson)
      .action(async (name: string, options: { json: boolean; token?: string }) =>
        finish(await (await collecting()).followCommand(name, options, isOn)),
      );

  const aboutTrash = root.command('trash').description('list, restore and delete what is in the trash');
  aboutTrash
    .command('list', { isDefault: true })
    .description('list what can be restored')
    .option(...asJson)
    .action(async (options: { json: boolean }) => finish(await (await trashing()).listTrashCommand(options)));
  aboutTrash
    .command('restore')
    .description('put an entry back to where it was')
    .argument('<id>')
    .option(...asJson)
    .action(async (id: string, options: { json: boolean }) =>
      finish(await (await trashing()).restoreTrashCommand(id, options)),
    );
  aboutTrash
    .command('empty')
    .description('delete the whole trash or one entry for good')
    .argument('[id]')
    .option('--yes', 'do not ask; required without a terminal', false)
    .option(...asJson)
    .action(async (id: string | undefined, options: EmptyOptions) =>
      finish(await (await trashing()).emptyTrashCommand(id, options)),
    );

  const aboutMoves = root.command('moves').description('list the files that runs moved, and move them back');
  aboutMoves
    .command('list', { isDefault: true })
    .description('list what can be moved back')
    .option(...asJson)
    .action(async (options: { json: boolean }) => finish(await (await moving()).listMovesCommand(options)));
  aboutMoves
    .command('undo')
    .description('move the files of a run back to where they were')
    .argument('<id>')
    .option(...asJson)
    .action(async (id: string, options: { json: boolean }) =>
      finish(await (await moving()).undoMovesCommand(id, options)),
    );

  // A group has `list` as its default, which would take a command that does not exist for an argument.
  for (const group of root.commands.filter(({ commands }) => commands.length > 0))
    group.hook('preSubcommand', () => {
      const [word] = group.args;
      const names = group.commands.map((one) => one.name());
      if (word === undefined || word.startsWith('-') || names.includes(word)) return;
      const hint = nearestName(word, names);
      const meant = hint === undefined ? `It has: ${names.join(', ')}.` : `Did you mean ${hint}?`;
      group.error(`error: unknown command '${word}' of ${group.name()}. ${meant}`, {
        code: 'commander.unknownCommand',
      });
    });
  return root;
}

async function main(argv: readonly string[]): Promise<number> {
  let code: number = EXIT.completed;
  try {
    await program((result) => {
      code = result;
    }).parseAsync(argv);
    return code;
  } catch (error) {
    if (error instanceof CommanderError) {
      if (error.exitCode === 0) return EXIT.completed;
      // commander has already printed the problem to stderr. Scripts read it here.
      const problem = usageMessage('usage.option', { reason: error.message.replace(/^error: /, '') });
      if (argv.includes('--json')) {
        const { emptyDocument } = await import('./cli/run-document.ts');
        await print(`${JSON.stringify(emptyDocument('invalid', [problem]), null, 2)}\n`);
      }
      return EXIT.usage;
    }
    const { tellFailure } = await import('./cli/failure.ts');
    return tellFailure(error, { json: argv.includes('--json') });
  }
}

consoleToStderr();
// A reader that stops early, such as `| head`, is not an error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') {
    process.removeAllListeners('exit');
    process.exit(EXIT.completed);
  }
  throw error;
});

// Native threads of the runtime can keep the process alive, so it exits here with the code.
process.exit(await main(process.argv));
