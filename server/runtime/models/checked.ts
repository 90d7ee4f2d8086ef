import { dirname, join, relative, sep } from 'node:path';
import parityFile from '../../../models/parity.json' with { type: 'json' };
import { type Parity, parseExportedParity, parseParity } from '../../../models/parity.ts';
import type { Precision } from '../../../nodes/sdk/index.ts';
import { readRegular } from '../files/regular-file.ts';
import type { CheckedFiles, ModelVariant, Tower } from './model-entry.ts';

/** The file in which an export states how far its numbers are from the original. */
export const PARITY = 'parity.json';

/** Identifies a file. */
interface Identity {
  readonly bytes: number;
  readonly sha256: string;
}

/** Facts about the files of a model on disk. */
export interface FileFacts {
  bytes(path: string): Promise<number>;
  /** Reads the whole file the first time. */
  sha256(path: string): Promise<string>;
}

interface Figures {
  readonly cosine: number;
  readonly maxAbs: number;
}

/** The result of a comparison with a reference, and the files that were compared. */
interface Measurement {
  readonly by: CheckedFiles['by'];
  readonly against: string;
  readonly files: readonly Identity[];
  readonly figures: Figures;
}

let ours: Parity | undefined;

const worst = (outputs: readonly Figures[]): Figures => ({
  cosine: Math.min(...outputs.map(({ cosine }) => cosine)),
  maxAbs: Math.max(...outputs.map(({ maxAbs }) => maxAbs)),
});

/** The files that decide the numbers of a variant. */
function filesOf({ image, text, decoder }: ModelVariant): string[] {
  const of = ({ source, facts }: Tower) =>
    source.kind === 'file'
      ? [source.path, ...facts.external.map((name) => join(dirname(source.path), name))]
      : [];
  return [...new Set([image, text, decoder].flatMap((tower) => (tower ? of(tower) : [])))];
}

/** The checks in this project's tests, for one precision. */
function byTests(precision: Precision): Measurement[] {
  ours ??= parseParity(parityFile);
  return Object.values(ours.folders).flatMap(({ against, files, outputs, precisions }) => {
    // Decoded pictures are compared in levels from 0 to 255.
    const vectors = Object.entries(outputs).flatMap(([name, one]) => (name === 'decoded' ? [] : [one]));
    const figures = precision === 'fp32' ? worst(vectors) : precisions?.[precision];
    return figures ? [{ by: 'tests' as const, against, files: Object.values(files), figures }] : [];
  });
}

/** The checks that the export of a folder made of a variant's files. */
async function byExport(folder: string, paths: readonly string[]): Promise<Measurement[]> {
  const text = await readRegular(join(folder, PARITY), 'utf8').catch(() => undefined);
  const told = text === undefined ? undefined : parseExportedParity(text);
  if (!told) return [];
  const names = new Set(paths.map((path) => relative(folder, path).split(sep).join('/')));
  const graphs = Object.entries(told.files).filter(([name]) => names.has(name));
  const outputs = graphs.flatMap(([, graph]) => Object.values(graph.outputs));
  if (outputs.length === 0) return [];
  const { torch } = told.versions;
  return [
    {
      by: 'export',
      against: torch === undefined ? told.against : `PyTorch ${torch.replace(/\+.*/, '')}`,
      files: graphs.flatMap(([, { written }]) => Object.values(written)),
      figures: worst(outputs),
    },
  ];
}

/** Whether all files were checked. A file is hashed only when a checked file has the same length. */
async function areAmong(paths: readonly string[], known: readonly Identity[], facts: FileFacts) {
  for (const path of paths) {
    const bytes = await facts.bytes(path);
    const alike = known.filter((one) => one.bytes === bytes);
    if (alike.length === 0) return false;
    const found = await facts.sha256(path);
    if (!alike.some(({ sha256 }) => sha256 === found)) return false;
  }
  return paths.length > 0;
}

/**
 * How close these exact files (by sha256) come to the numbers of the original. They were checked in the tests of this
 * project, or in the export that made them.
 * @returns the worst figures of each checked precision; undefined if none was checked
 */
export async function checkedFiles(
  folder: string,
  variants: Readonly<Partial<Record<Precision, ModelVariant>>>,
  facts: FileFacts,
): Promise<CheckedFiles | undefined> {
  const precisions: CheckedFiles['precisions'][number][] = [];
  let first: Measurement | undefined;
  for (const [precision, variant] of Object.entries(variants) as [Precision, ModelVariant][]) {
    const paths = filesOf(variant);
    for (const one of [...byTests(precision), ...(await byExport(folder, paths))]) {
      if ((first && first.by !== one.by) || !(await areAmong(paths, one.files, facts))) continue;
      first ??= one;
      precisions.push({ precision, ...one.figures });
      break;
    }
  }
  return first && { by: first.by, against: first.against, precisions };
}
