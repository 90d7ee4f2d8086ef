import { resolve } from 'node:path';
import { doctorMessage } from '../contract/messages/doctor.ts';
import { dataFolder } from '../data-folder.ts';
import { treatJournal } from '../store/doctor.ts';
import { print } from './print.ts';
import { EXIT } from './usage.ts';

/** The options of `patchbay doctor`. */
export interface DoctorOptions {
  readonly data?: string;
  readonly repair: boolean;
  readonly json: boolean;
}

/** `patchbay doctor`: lists the damage in a journal, and repairs it if told to. @returns the exit code */
export async function doctorCommand(options: DoctorOptions): Promise<number> {
  const folder = options.data === undefined ? dataFolder() : resolve(options.data);
  const { findings, repairs, isHealthy } = treatJournal(folder, options);
  if (options.json) await print(`${JSON.stringify({ findings, repairs, isHealthy }, null, 2)}\n`);
  else {
    const lines = [...findings, ...repairs];
    if (lines.length === 0) lines.push(doctorMessage('doctor.healthy', { folder }));
    if (!isHealthy && !options.repair) lines.push(doctorMessage('doctor.how'));
    await print(`${lines.map(({ message }) => message).join('\n')}\n`);
  }
  return isHealthy ? EXIT.completed : EXIT.failed;
}
