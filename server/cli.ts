#!/usr/bin/env node
import './runtime/ort/no-telemetry.ts';
import module from 'node:module';
import { join } from 'node:path';
import { Command, CommanderError, Option } from 'commander';
import type { DoctorOptions } from './cli/doctor-command.ts';
import type { AddOptions, RemoveOptions } from './cli/model-commands.ts';
import { print } from './cli/print.ts';
import type { RunOptions } from './cli/run-command.ts';
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
const serving = () => import('./cli/serve-command.ts');
const trashing = () => import('./cli/trash-commands.ts');

const list = (value: string, before: readonly string[]) => [...before, value];
const asJson = ['--json', 'print one JSON document on stdout and nothing else', false] as const;

function program(finish: (code: number) => void): Command {
  const root = new Command('patchbay')
    .description('Runs image-embedding workflows without the editor.')
    .version(version)
    .exitOverride()
    .showHelpAfterError('(add --help for what is possible)');

  root
    .command('run')
    .description('run a workflow file, or a starter by its name, and print its results')
    .argument('<file>', 'workflow JSON, the name of a starter, or - for stdin')
    .option('--input <name=value>', 'set a named input of the workflow; may be repeated', list, [])
    .option('--set <node.param=json>', 'set any param; may be repeated', list, [])
    .option('--to <node>', 'run only what this node needs; may be repeated', list, [])
    .addOption(
      new Option('--device <device>', 'where tensors are computed')
        .choices(['auto', 'cpu', 'webgpu', 'cuda', 'directml', 'coreml'])
        .default('auto'),
    )
    .option('--out <folder>', 'where nodes that save may write', 'patchbay-output')
    .option(...asJson)
    .option('--no-cache', 'compute everything anew and keep nothing')
    .option('--quiet', 'no progress, results only', false)
    .action(async (file: string, options: RunOptions) =>
      finish(await (await running()).runCommand(file, options)),
    );

  root
    .command('serve')
    .description('serve the HTTP interface and live events')
    .option('--host <address>', 'where to listen; anything but loopback demands a token', '127.0.0.1')
    .option('--port <number>', 'which port; 0 takes any that is free', '8765')
    .option('--data <folder>', 'the data folder')
    .option('--token <secret>', 'what callers must show; PATCHBAY_TOKEN without it')
    .option('--token-file <file>', 'a file that holds the token')
    .option('--open', 'open the editor in a browser, where there is a desktop', false)
    .option(
      '--allow-host <name>',
      'a further name the server is called by, which demands a token; may be repeated',
      list,
      [],
    )
    .option(
      '--read-from <folder>',
      'workflows read files of this folder, the samples and uploads only; may be repeated; where a token is demanded that is so without it',
      list,
      [],
    )
    .option('--max-upload <megabytes>', 'the largest file that is taken', '256')
    .option('--keep-runs <number>', 'how many runs are remembered, newest first; 0 for all', '1000')
    .addOption(
      new Option('--device <device>', 'where tensors are computed')
        .choices(['auto', 'cpu', 'webgpu', 'cuda', 'directml', 'coreml'])
        .default('auto'),
    )
    .action(async (options: ServeOptions) => finish(await (await serving()).serveCommand(options)));

  root
    .command('doctor')
    .description('look for damage in the stored workflows and runs, and repair it')
    .option('--data <folder>', 'the data folder')
    .option('--repair', 'repair what can be repaired, after writing a snapshot', false)
    .option(...asJson)
    .action(async (options: DoctorOptions) =>
      finish(await (await import('./cli/doctor-command.ts')).doctorCommand(options)),
    );

  root
    .command('validate')
    .description('check a workflow file and list all its problems')
    .argument('<file>', 'workflow JSON, the name of a starter, or - for stdin')
    .option(...asJson)
    .action(async (file: string, options: { json: boolean }) =>
      finish(await (await inspecting()).validateCommand(file, options)),
    );

  root
    .command('describe')
    .description('say what a workflow does, and what its inputs and outputs are')
    .argument('<file>', 'workflow JSON, the name of a starter, or - for stdin')
    .option(...asJson)
    .action(async (file: string, options: { json: boolean }) =>
      finish(await (await describing()).describeCommand(file, options)),
    );

  root
    .command('starters')
    .description('list the workflows that ship')
    .option(...asJson)
    .action(async (options: { json: boolean }) =>
      finish(await (await describing()).startersCommand(options)),
    );

  root
    .command('nodes')
    .description('list the nodes a workflow can use')
    .option(...asJson)
    .option('--markdown', 'as the node reference', false)
    .option('--write <file>', 'write the node reference to a file')
    .action(async (options: { json: boolean; markdown: boolean; write?: string }) =>
      finish(await (await inspecting()).nodesCommand(options)),
    );

  root
    .command('devices')
    .description('list the devices, and why each is used or not')
    .option(...asJson)
    .action(async (options: { json: boolean }) => finish(await (await inspecting()).devicesCommand(options)));

  const aboutModels = root.command('models').description('the encoders that can be used');
  aboutModels
    .command('list', { isDefault: true })
    .description('list them, or what can be fetched')
    .option('--available', 'those of the catalogue that can be fetched', false)
    .option(...asJson)
    .action(async (options: { json: boolean; available: boolean }) =>
      finish(await (await models()).listModelsCommand(options)),
    );
  aboutModels
    .command('add')
    .description('fetch a model from the Hugging Face hub, or make a folder in its layout known by its name')
    .argument('<model>', 'OWNER/NAME of a repository, or the path of a folder')
    .option('--precision <precision>', 'fp32, fp16, q8 or q4; the most exact there is by default')
    .option('--revision <revision>', 'a branch, a tag or a commit; main by default')
    .option('--quiet', 'no progress', false)
    .option(...asJson)
    .action(async (model: string, options: AddOptions) =>
      finish(await (await models()).addModelCommand(model, options)),
    );
  aboutModels
    .command('remove')
    .description('move a downloaded model to the trash, or forget a folder that was added and leave it alone')
    .argument('<id>')
    .option('--yes', 'do not ask on a terminal', false)
    .option(...asJson)
    .action(async (id: string, options: RemoveOptions) =>
      finish(await (await models()).removeModelCommand(id, options)),
    );
  aboutModels
    .command('verify')
    .description('hash its files and try it')
    .argument('<id>')
    .option(...asJson)
    .action(async (id: string, options: { json: boolean }) =>
      finish(await (await models()).verifyModelCommand(id, options)),
    );

  const aboutTrash = root
    .command('trash')
    .description('what was deleted in the last days, and can be restored');
  aboutTrash
    .command('list', { isDefault: true })
    .description('list it')
    .option(...asJson)
    .action(async (options: { json: boolean }) => finish(await (await trashing()).listTrashCommand(options)));
  aboutTrash
    .command('restore')
    .description('put something back to where it was')
    .argument('<id>')
    .option(...asJson)
    .action(async (id: string, options: { json: boolean }) =>
      finish(await (await trashing()).restoreTrashCommand(id, options)),
    );
  aboutTrash
    .command('empty')
    .description('delete everything in the trash for good, or one entry')
    .argument('[id]')
    .option('--yes', 'do not ask; needed without a terminal', false)
    .option(...asJson)
    .action(async (id: string | undefined, options: EmptyOptions) =>
      finish(await (await trashing()).emptyTrashCommand(id, options)),
    );

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
