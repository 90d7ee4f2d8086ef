import { setImmediate as setTurn } from 'node:timers/promises';
import type { Message } from '../../../nodes/sdk/messages.ts';
import { requestMessage } from '../../contract/messages/requests.ts';
import type { Supervisor } from '../../runner/supervisor.ts';
import type { AssetStore } from '../../runtime/files/assets.ts';
import type { Journal } from '../../store/journal.ts';
import { fileType, isPicture } from '../files/file-type.ts';
import type { ParsedBody } from '../gate/bodies.ts';
import { HttpError } from '../http-error.ts';
import { answer, type Route, route } from '../route.ts';

/** The parts that the routes below `/v1` use. */
export interface EmbeddingRouteDeps {
  readonly supervisor: Supervisor;
  readonly assets: AssetStore;
  readonly journal: Journal;
}

const ROWS_A_TURN = 32;

type Input = Extract<ParsedBody<'embed'>['input'], readonly unknown[]>[number];

const invalid = (message: Message, place: number) =>
  new HttpError(400, { ...message, param: `input[${place}]` });

/** The path of a picture of a request, for the runner. The bytes are stored first, and this process never decodes them. */
async function assetOf(
  picture: string,
  place: number,
  { assets, journal }: EmbeddingRouteDeps,
): Promise<string> {
  const hash = /^asset:([0-9a-f]{64})$/.exec(picture)?.[1];
  if (hash !== undefined) {
    if (!journal.assets.get(hash)) throw invalid(requestMessage('embeddings.no-asset'), place);
    return picture;
  }
  const encoded = /^data:image\/[a-z+.-]+;base64,([a-z0-9+/=\s]+)$/i.exec(picture)?.[1];
  if (encoded === undefined) throw invalid(requestMessage('embeddings.picture-form'), place);
  const bytes = Buffer.from(encoded, 'base64');
  const type = fileType(bytes);
  if (!isPicture(type)) throw invalid(requestMessage('embeddings.not-a-picture'), place);
  const stored = await assets.put(bytes);
  journal.assets.add({ ...stored, type, name: `picture.${type.slice('image/'.length)}` });
  return `asset:${stored.hash}`;
}

/** Scales a vector to length 1 in place, so that a dot product is a cosine. A vector of zeros stays as it is. */
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

/** `/v1/embeddings` and `/v1/models`, for clients of OpenAI's API. */
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
          'Same as in OpenAI\'s API. A picture is `{ "image": "data:image/png;base64,..." }` or `{ "image": "asset:HASH" }`. Vectors are L2-normalised. Tokens are not counted: `usage` is 0. Lists of token ids are not accepted, because every model has its own ids.',
        answers: {
          200: { description: 'One vector per input, in order.' },
          400: { description: 'An input is neither a text nor a picture.' },
          404: { description: 'There is no such model.' },
        },
      },
      async ({ body: read, response }) => {
        const body = await read();
        const inputs: readonly Input[] = Array.isArray(body.input) ? body.input : [body.input];
        const texts: string[] = [];
        const images: string[] = [];
        // The runner answers with the vectors of all texts, then of all pictures.
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
            ...requestMessage('embeddings.dimensions', { model: body.model, dims, wanted: body.dimensions }),
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
          // Writing a million numbers takes a while, so other requests get their turn.
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
            description: "Same as in OpenAI's API.",
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
