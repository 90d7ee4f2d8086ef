import { setImmediate as setTurn } from 'node:timers/promises';
import type { Message } from '../../../nodes/sdk/messages.ts';
import { MAX_TEXT } from '../../contract/http.ts';
import { requestMessage } from '../../contract/messages/requests.ts';
import type { Supervisor } from '../../runner/supervisor.ts';
import type { Journal } from '../../store/journal.ts';
import { fileType, isPicture } from '../files/file-type.ts';
import type { ParsedBody } from '../gate/bodies.ts';
import { HttpError } from '../http-error.ts';
import { answer, type Route, route } from '../route.ts';

/** The parts that the routes below `/v1` use. */
export interface EmbeddingRouteDeps {
  readonly supervisor: Supervisor;
  readonly journal: Journal;
}

const ROWS_A_TURN = 32;

type Input = Extract<ParsedBody<'embed'>['input'], readonly unknown[]>[number];

const invalid = (message: Message, place: number) => {
  const problem = { ...message, param: `input[${place}]` };
  return new HttpError(400, problem, { problems: [problem] });
};

/** A text that the client meant as a picture, or as the place of one. */
const PICTURE = /^(data:|asset:[0-9a-f]{64}$)/i;
const ADDRESS = /^(https?|ftp|file|blob):\/*\S+$/i;
const PATH = /^([/\\~]|\.{1,2}[/\\]|[a-z]:[/\\]).*\.(jpe?g|png|webp|gif|tiff?|avif|bmp|heic|svg)$/i;

/** A picture for the runner: the path of an uploaded one, or its bytes. This process never decodes them or stores them. */
function pictureOf(picture: string, place: number, { journal }: EmbeddingRouteDeps): string | Uint8Array {
  const hash = /^asset:([0-9a-f]{64})$/.exec(picture)?.[1];
  if (hash !== undefined) {
    if (!journal.assets.get(hash)) throw invalid(requestMessage('embeddings.no-asset'), place);
    return picture;
  }
  const encoded = /^data:image\/[a-z+.-]+;base64,([a-z0-9+/=\s]+)$/i.exec(picture)?.[1];
  if (encoded === undefined) throw invalid(requestMessage('embeddings.picture-form'), place);
  const bytes = Buffer.from(encoded, 'base64');
  if (!isPicture(fileType(bytes))) throw invalid(requestMessage('embeddings.not-a-picture'), place);
  return bytes;
}

type Modality = ParsedBody<'embed'>['modality'];

/** What an input is: a text, or a picture still as it was sent. @throws HttpError if it cannot be told or is the wrong kind */
function kindOf(
  input: Input,
  place: number,
  modality: Modality,
): { readonly text: string } | { readonly image: string } {
  const isPlain = typeof input === 'string';
  const kind = isPlain
    ? (modality ?? (PICTURE.test(input) ? 'image' : 'text'))
    : 'text' in input
      ? 'text'
      : 'image';
  if (modality !== undefined && kind !== modality)
    throw invalid(requestMessage('embeddings.modality', { modality }), place);
  if (kind === 'image') return { image: isPlain ? input : (input as { image: string }).image };
  const text = isPlain ? input : (input as { text: string }).text;
  if (text.length > MAX_TEXT)
    throw invalid(requestMessage('embeddings.text-length', { most: MAX_TEXT, count: text.length }), place);
  if (isPlain && modality === undefined && (ADDRESS.test(text) || PATH.test(text)))
    throw invalid(requestMessage('embeddings.address'), place);
  return { text };
}

/** Scales a vector to length 1 in place, so that a dot product is a cosine. A vector of zeros stays as it is. */
function normalise(vector: Float32Array): Float32Array {
  let sum = 0;
  for (const value of vector) sum += value * value;
  const length = Math.sqrt(sum);
  if (length > 0) for (let i = 0; i < vector.length; i++) vector[i] = (vector[i] as number) / length;
  return vector;
}

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
          'Same as in OpenAI\'s API. A picture is `"data:image/png;base64,..."` or `"asset:HASH"`, also as `{ "image": ... }`. A text is any other text, or `{ "text": ... }`. Pictures are not kept. Vectors are L2-normalised. Tokens are not counted: `usage` is 0. Lists of token ids are not accepted, because every model has its own ids.',
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
        const images: (string | Uint8Array)[] = [];
        // The runner answers with the vectors of all texts, then of all pictures.
        const rows: { kind: 'text' | 'image'; at: number }[] = [];
        for (const [place, input] of inputs.entries()) {
          const found = kindOf(input, place, body.modality);
          if ('text' in found) rows.push({ kind: 'text', at: texts.push(found.text) - 1 });
          else rows.push({ kind: 'image', at: images.push(pictureOf(found.image, place, deps)) - 1 });
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
