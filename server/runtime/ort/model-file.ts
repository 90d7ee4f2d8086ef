import { statSync } from 'node:fs';
import { PatchbayError } from '../../../nodes/sdk/index.ts';
import { checkExternalData, externalLocations } from '../onnx/external-data.ts';
import { notOnnx } from '../onnx/proto.ts';
import { fileSource } from '../onnx/skim.ts';

/** A model file's size and time of change. @throws PatchbayError `model.not-found`, `model.invalid`. */
export function statModel(path: string): { size: number; mtimeMs: number } {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (!stat)
    throw new PatchbayError({
      code: 'model.not-found',
      message: `There is no model file at ${path}. Check the path, or add the model again.`,
    });
  if (!stat.isFile() || stat.size === 0) throw notOnnx(path);
  return stat;
}

/** Refuses what is no ONNX model or reads outside its folder; gives the bytes of its external data. */
export function checkModelFile(path: string): number {
  const source = fileSource(path);
  try {
    return checkExternalData(path, externalLocations(source));
  } finally {
    source.close();
  }
}
