import type { EncoderTowers } from '../../nodes/sdk/index.ts';
import type { Said } from '../../nodes/sdk/messages.ts';
import type { ListedModel } from '../contract/models.ts';
import { availableModels, catalog } from './catalog.ts';
import { precisionsIn } from './choose-files.ts';
import { type FetchedModel, listFetched } from './fetched.ts';
import { parityOf } from './parity.ts';

/** A model in the list of the runtime. */
export type PresentModel = Readonly<Record<string, unknown>> & {
  readonly id: string;
  readonly title: string;
  readonly family: string;
  readonly towers?: EncoderTowers;
  readonly problem?: Said;
  readonly precisions?: readonly string[];
  readonly checked?: Parameters<typeof parityOf>[0]['checked'];
};

function presentModel({ checked, ...model }: PresentModel, fetched: FetchedModel | undefined): ListedModel {
  // A user's folder may have the name of a recipe's model but hold another model.
  const known = catalog.models.find(({ id, recipe }) => id === model.id && recipe === undefined);
  const manifest = fetched?.manifest;
  const license = manifest?.license ?? known?.license;
  const precisions = model.precisions ?? (manifest && precisionsIn(manifest.files.map(({ path }) => path)));
  const parity = parityOf({ ...model, checked });
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

/** Lists all models on this machine, then the models of the catalogue that can be downloaded. */
export async function listModels(
  present: readonly PresentModel[],
  dataFolder: string,
): Promise<ListedModel[]> {
  const fetched = new Map((await listFetched(dataFolder)).map((model) => [model.manifest.id, model]));
  const here = new Set(present.map(({ id }) => id));
  return [
    ...present.map((model) => presentModel(model, fetched.get(model.id))),
    ...availableModels()
      .filter(({ id }) => !here.has(id))
      .map((model) => ({ ...model, parity: parityOf(model) })),
  ];
}
