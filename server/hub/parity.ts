import parityFile from '../../models/parity.json' with { type: 'json' };
import { type ParitySummary, parseParity } from '../../models/parity.ts';

/** What was checked of each family of encoders against what, by its name. */
export const parity: Readonly<Record<string, ParitySummary>> = parseParity(parityFile).families;
