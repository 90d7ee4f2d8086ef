import { setImmediate as setTurn } from 'node:timers/promises';
import type { Supervisor } from '../../runner/supervisor.ts';
import type { AssetStore } from '../../runtime/files/assets.ts';
import type { Journal } from '../../store/journal.ts';
import { fileType, isPicture } from '../files/file-type.ts';
import type { ParsedBody } from '../gate/bodies.ts';
import { HttpError } from '../http-error.ts';
import { answer, type Route, route } from '../route.ts';

/** What `/v1` needs. */
export interface EmbeddingRouteDeps {
  readonly supervisor: Supervisor;
  readonly assets: AssetStore;
  readonly journal: Journal;
}

const ROWS_A_TURN = 32;

type Input = Extract<ParsedBody<'embed'>['input'], readonly unknown[]>[number];

const invalid = (message: string, place: number) =>
  new HttpError(400, { code: 'embeddings.input', message, param: `input[${place}]` });

/** A picture of a request as the runner finds it: stored first, decoded by nobody here. */
async function assetOf(
  picture: string,
  place: number,
  { assets, journal }: EmbeddingRouteDeps,
): Promise<string> {
  const hash = /^asset:([0-9a-f]{64})$/.exec(picture)?.[1];
  if (hash !== undefined) {
    if (!journal.assets.get(hash)) throw invalid('There is no asset with this hash; upload it first.', place);
    return picture;
  }
  const encoded = /^data:image\/[a-z+.-]+;base64,([a-z0-9+/=\s]+)$/i.exec(picture)?.[1];
  if (encoded === undefined)
    throw invalid('A picture is "data:image/png;base64,..." or "asset:HASH" of an upload.', place);
  const bytes = Buffer.from(encoded, 'base64');
  const type = fileType(bytes);
  if (!isPicture(type)) throw invalid('This is no JPEG, PNG, WebP, GIF, TIFF or AVIF picture.', place);
  const stored = await assets.put(bytes);
  journal.assets.add({ ...stored, type, name: `picture.${type.slice('image/'.length)}` });
  return `asset:${stored.hash}`;
}

/** In place: of length 1, so that a dot product is a cosine; a vector of zeros stays one. */
function normalise(vector: Float32Array): Float32Array {
  let sum = 0;
  for (const value of vector) sum += value * value;
  const length = Math.sqrt(sum);
  if (length > 0) for (let i = 0; i < vector.length; i++) vector[i] = (vector[i] as number) / length;
  return vector;
}

const textOf = (input: Input): string | undefined => {
  if (typeof input === 'string') return input;
  return 'text' in input ? input.text : undefined;
};

/** `/v1/embeddings` and `/v1/models`, for clients that speak OpenAI's dialect. */
export function embeddingRoutes(deps: EmbeddingRouteDeps): Route[] {
  const { supervisor } = deps;
  const tag = 'OpenAI';
  return [
    route(
      'embed',
      {
        tag,
        summary: 'Embed texts and pictures',
        description:
          'As OpenAI has it; a picture is `{ "image": "data:image/png;base64,..." }` or `{ "image": "asset:HASH" }`. Vectors are L2-normalised. Tokens are not counted: `usage` is 0. Lists of token ids are not taken: every model has its own.',
        answers: {
          200: { description: 'One vector an input, in order.' },
          400: { description: 'An input is none.' },
          404: { description: 'There is no such model.' },
        },
      },
      async ({ body: read, response }) => {
        const body = await read();
        const inputs: readonly Input[] = Array.isArray(body.input) ? body.input : [body.input];
        const texts: string[] = [];
        const images: string[] = [];
        // Texts come first in what the runner answers, then pictures.
        const rows: { kind: 'text' | 'image'; at: number }[] = [];
        for (const [place, input] of inputs.entries()) {
          const text = textOf(input);
          if (text !== undefined) rows.push({ kind: 'text', at: texts.push(text) - 1 });
          else {
            const asset = await assetOf((input as { image: string }).image, place, deps);
            rows.push({ kind: 'image', at: images.push(asset) - 1 });
          }
        }
        const { dims, vectors } = await supervisor.embed({ model: body.model, texts, images });
        if (body.dimensions !== undefined && body.dimensions !== dims)
          throw new HttpError(400, {
            code: 'embeddings.dimensions',
            message: `Vectors of ${body.model} have ${dims} numbers; they are not cut to ${body.dimensions}.`,
            expected: String(dims),
            got: String(body.dimensions),
          });
        const vectorOf = ({ kind, at }: (typeof rows)[number]) => {
          const row = kind === 'text' ? at : texts.length + at;
          const vector = normalise(vectors.subarray(row * dims, (row + 1) * dims));
          return body.encoding_format === 'base64'
            ? Buffer.from(vector.buffer, vector.byteOffset, vector.byteLength).toString('base64')
            : Array.from(vector);
        };
        response.type('json');
        response.write(`{"object":"list","model":${JSON.stringify(body.model)},"data":[`);
        for (const [index, row] of rows.entries()) {
          const entry = { object: 'embedding', index, embedding: vectorOf(row) };
          response.write(`${index === 0 ? '' : ','}${JSON.stringify(entry)}`);
          // A million numbers as text take a while: others get their turn.
          if (index % ROWS_A_TURN === ROWS_A_TURN - 1) await setTurn();
        }
        response.end(`],"usage":${JSON.stringify({ prompt_tokens: 0, total_tokens: 0 })}}`);
        return undefined;
      },
    ),
    route(
      'listUsableModels',
      {
        tag,
        summary: 'List the models that can be used',
        answers: {
          200: {
            description: 'As OpenAI has it.',
          },
        },
      },
      async () => {
        const usable = (await supervisor.models()).filter(({ problem }) => problem === undefined);
        const data = usable.map(({ id }) => ({ id, object: 'model', created: 0, owned_by: 'patchbay' }));
        return answer(200, { object: 'list', data });
      },
    ),
  ];
}
