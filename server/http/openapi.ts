import { z } from 'zod';
import { errorSchema } from '../contract/basics.ts';
import type { RouteContract } from '../contract/http.ts';
import type { AnswerDoc, Route } from './route.ts';

/** A description of an HTTP interface, OpenAPI 3.1. */
export interface OpenApi {
  readonly openapi: '3.1.0';
  readonly info: { readonly title: string; readonly version: string; readonly description: string };
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: {
    readonly schemas: Readonly<Record<string, unknown>>;
    readonly securitySchemes: unknown;
  };
  readonly security: unknown;
}

/** One method of one path. */
export interface Operation {
  readonly operationId: string;
  readonly tags: readonly string[];
  readonly summary: string;
  readonly description?: string;
  readonly parameters: readonly Parameter[];
  readonly requestBody?: unknown;
  readonly responses: Readonly<Record<string, { readonly description: string; readonly content?: unknown }>>;
}

interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly required: boolean;
  readonly description?: string;
  readonly schema: unknown;
}

type JsonSchema = Record<string, unknown>;

/** The name of the schema for any JSON value. Without a name, zod would give recursive schemas a number. */
const ANY_JSON = 'Json';
const atHome = (text: string) =>
  text.replaceAll(
    /"#\/\$defs\/(?:__schema\d+|(\w+))"/g,
    (_, name = ANY_JSON) => `"#/components/schemas/${name}"`,
  );

/** Moves schemas with a name to `components`. All others stay in place. */
function collector() {
  const schemas: Record<string, JsonSchema> = {};
  const convert = (schema: z.ZodType, io: 'input' | 'output'): JsonSchema => {
    const {
      $schema: _,
      $defs,
      id: __,
      ...json
    } = z.toJSONSchema(schema, {
      io,
      target: 'draft-2020-12',
      unrepresentable: 'any',
    }) as JsonSchema & { $defs?: Record<string, JsonSchema> };
    for (const [name, { id: ___, ...definition }] of Object.entries($defs ?? {}))
      schemas[name.startsWith('__schema') ? ANY_JSON : name] ??= definition;
    return JSON.parse(atHome(JSON.stringify(json))) as JsonSchema;
  };
  const named = (schema: z.ZodType, io: 'input' | 'output'): JsonSchema => {
    const { id } = (schema.meta() ?? {}) as { id?: string };
    const json = convert(schema, io);
    if (id === undefined) return json;
    schemas[id] = json;
    return { $ref: `#/components/schemas/${id}` };
  };
  const all = () => JSON.parse(atHome(JSON.stringify(schemas))) as Record<string, JsonSchema>;
  return { named, all };
}

const idOf = ({ contract: { method, path } }: Route): string =>
  [method.toLowerCase(), ...path.split(/[^a-z0-9]+/i).filter((part) => part !== '' && part !== 'api')]
    .map((part, i) => (i === 0 ? part : part.charAt(0).toUpperCase() + part.slice(1)))
    .join('');

const pathParams = (path: string): string[] =>
  [...path.matchAll(/[:*](\w+)/g)].map((match) => match[1] as string);

/** Describes routes as OpenAPI, using the schemas that check requests. */
export function describeApi(routes: readonly Route[], version: string): OpenApi {
  const { named, all } = collector();
  const json = (schema: z.ZodType, io: 'input' | 'output') => ({
    'application/json': { schema: named(schema, io) },
  });
  const answer = ({ description, type }: AnswerDoc, schema: z.ZodType | null | undefined, status: number) => {
    if (schema) return { description, content: json(schema, 'output') };
    if (type) return { description, content: { [type]: {} } };
    return status >= 400 ? { description, content: json(errorSchema, 'output') } : { description };
  };
  const queryParams = (query: z.ZodObject | undefined): Parameter[] => {
    if (!query) return [];
    const { properties = {}, required = [] } = z.toJSONSchema(query, { io: 'input', unrepresentable: 'any' });
    return Object.entries(properties).map(([name, schema]) => ({
      name,
      in: 'query',
      required: required.includes(name),
      schema,
    }));
  };
  const bodyOf = ({ body, upload }: RouteContract) => {
    if (body) return { required: true, content: json(body, 'input') };
    if (!upload) return undefined;
    const schema = {
      type: 'object',
      required: ['file'],
      properties: { file: { type: 'string', contentMediaType: 'application/octet-stream' } },
    };
    return { required: true, content: { 'multipart/form-data': { schema } } };
  };

  const paths: Record<string, Record<string, Operation>> = {};
  for (const one of routes) {
    const { contract } = one;
    const path = contract.path.replaceAll(/\{?([:*])(\w+)\}?/g, '{$2}');
    const params: Parameter[] = pathParams(contract.path).map((name) => ({
      name,
      in: 'path',
      required: true,
      schema: { type: 'string' },
    }));
    const headers: Parameter[] = Object.entries(one.headers ?? {}).map(([name, description]) => ({
      name,
      in: 'header',
      required: false,
      description,
      schema: { type: 'string' },
    }));
    paths[path] ??= {};
    paths[path][contract.method.toLowerCase()] = {
      operationId: idOf(one),
      tags: [one.tag],
      summary: one.summary,
      description: one.description,
      parameters: [...params, ...queryParams(contract.query), ...headers],
      requestBody: bodyOf(contract),
      responses: Object.fromEntries(
        Object.entries(one.answers).map(([status, doc]) => [
          status,
          answer(doc, contract.answers[Number(status)], Number(status)),
        ]),
      ),
    };
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Patchbay',
      version,
      description:
        'Runs node graphs for image embeddings. Every error is `{ error: { code, message, problems? } }`: match on the code, show the message. Live events come over Socket.IO: emit `run:watch` `{ runId, afterSeq }`, listen for `run:event` and `queue:changed`; the event `runFinished` comes with `{ nodes, views, files }` as a second argument where they are small.',
    },
    paths,
    components: { schemas: all(), securitySchemes: { token: { type: 'http', scheme: 'bearer' } } },
    security: [{ token: [] }, {}],
  };
}
