import type { Said } from '../../nodes/sdk/messages.ts';
import type { ModelMessage } from '../protocol.ts';
import { availableModels, catalog } from './catalog.ts';
import { precisionsIn } from './choose-files.ts';
import { type FetchedModel, listFetched } from './fetched.ts';
import { parityOf } from './parity.ts';

/** A model as the runtime lists it. */
export type PresentModel = Readonly<Record<string, unknown>> & {
  readonly id: string;
  readonly title: string;
  readonly family: string;
  readonly problem?: Said;
  readonly precisions?: readonly string[];
  readonly measured?: Parameters<typeof parityOf>[0]['measured'];
};

function presentModel({ measured, ...model }: PresentModel, fetched: FetchedModel | undefined): ModelMessage {
  // A folder somebody made may bear the name of what a recipe makes, and be something else.
  const known = catalog.models.find(({ id, recipe }) => id === model.id && recipe === undefined);
  const manifest = fetched?.manifest;
  const license = manifest?.license ?? known?.license;
  const precisions = model.precisions ?? (manifest && precisionsIn(manifest.files.map(({ path }) => path)));
  const parity = parityOf({ ...model, measured });
  return {
    ...model,
    ...(parity && { parity }),
    precisions: precisions && [...precisions],
    ...(license !== undefined && { license }),
    ...(known && { summary: known.summary }),
    ...(manifest && {
      fetched: { repo: manifest.repo, revision: manifest.revision, commit: manifest.commit },
      bytes: manifest.files.reduce((sum, { bytes }) => sum + bytes, 0),
    }),
  };
}

/** All models there are, with what is known of them, then those of the catalogue that can be fetched. */
export async function listModels(
  present: readonly PresentModel[],
  dataFolder: string,
): Promise<ModelMessage[]> {
  const fetched = new Map((await listFetched(dataFolder)).map((model) => [model.manifest.id, model]));
  const here = new Set(present.map(({ id }) => id));
  return [
    ...present.map((model) => presentModel(model, fetched.get(model.id))),
    ...availableModels()
      .filter(({ id }) => !here.has(id))
      .map((model) => ({ ...model, parity: parityOf(model) })),
  ];
}
