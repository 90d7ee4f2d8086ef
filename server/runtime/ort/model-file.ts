import { statSync } from 'node:fs';
import { PatchbayError } from '../../../nodes/sdk/index.ts';
import { sessionMessage } from '../../contract/messages/sessions.ts';
import { checkExternalData, externalLocations } from '../onnx/external-data.ts';
import { notOnnx } from '../onnx/proto.ts';
import { fileSource } from '../onnx/skim.ts';

/** Reads a model file's size and modification time. @throws PatchbayError `model.file-not-found`, `model.invalid`. */
export function statModel(path: string): { size: number; mtimeMs: number } {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (!stat) throw new PatchbayError(sessionMessage('model.file-not-found', { file: path }));
  if (!stat.isFile() || stat.size === 0) throw notOnnx(path);
  return stat;
}

/** Checks that a file is an ONNX model and reads nothing outside its folder. Returns the bytes of its external data. */
export function checkModelFile(path: string): number {
  const source = fileSource(path);
  try {
    return checkExternalData(path, externalLocations(source));
  } finally {
    source.close();
  }
}
