import { z } from 'zod';
import { json as anyJson, errorSchema } from '../contract/basics.ts';
import type { RouteContract } from '../contract/http.ts';
import type { AnswerDoc, Route } from './route.ts';

/** A description of an HTTP interface, OpenAPI 3.1. */
export interface OpenApi {
  readonly openapi: '3.1.0';
  readonly info: Readonly<Record<'title' | 'version' | 'description', string>> & {
    readonly license: { readonly name: string; readonly identifier: string };
  };
  readonly servers: readonly { readonly url: string }[];
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

const DEFINITION = /^#\/\$defs\//;

/** Where a client finds a schema with a name. */
const homeOf = (name: string) => `#/components/schemas/${name}`;

/** A schema whose references lead to `components`. */
function atHome(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(atHome);
  if (typeof schema !== 'object' || schema === null) return schema;
  return Object.fromEntries(
    Object.entries(schema).map(([key, value]) =>
      key === '$ref' && typeof value === 'string'
        ? [key, value.replace(DEFINITION, homeOf(''))]
        : [key, atHome(value)],
    ),
  );
}

/** Moves schemas with a name to `components`. All others stay in place. */
function collector() {
  const schemas: Record<string, JsonSchema> = {};

  function keep(name: string, { id: _, ...definition }: JsonSchema): void {
    // zod calls a recursive schema without an id so, and counts from 0 in each schema: two of them would share a name.
    if (/^__schema\d+$/.test(name)) throw new Error('A recursive schema of the contract has no id.');
    const own = atHome(definition) as JsonSchema;
    const known = schemas[name];
    if (known !== undefined && JSON.stringify(known) !== JSON.stringify(own))
      throw new Error(`Two schemas of the contract have the id ${name}.`);
    schemas[name] = own;
  }

  return {
    schemas,
    /** @returns the schema, or a reference to it if it has a name */
    named(schema: z.ZodType, io: 'input' | 'output'): JsonSchema {
      const { $schema, $defs, ...json } = z.toJSONSchema(schema, {
        io,
        target: 'draft-2020-12',
        unrepresentable: 'any',
        override({ zodSchema, jsonSchema }) {
          // An empty schema takes the same values, and generated types cannot refer to themselves through an array.
          if (Object.is(zodSchema, anyJson))
            for (const key of Object.keys(jsonSchema)) delete jsonSchema[key];
          // Of zod it says that programs do not change a value; of OpenAPI, that a client must not send it.
          delete jsonSchema.readOnly;
        },
      }) as JsonSchema & { $defs?: Record<string, JsonSchema> };
      for (const [name, definition] of Object.entries($defs ?? {})) keep(name, definition);
      const { id } = (schema.meta() ?? {}) as { id?: string };
      // A schema that refers to itself is one of its own definitions.
      if (id === undefined || json.$ref !== undefined) return atHome(json) as JsonSchema;
      keep(id, json);
      return { $ref: homeOf(id) };
    },
  };
}

const idOf = ({ contract: { method, path } }: Route): string =>
  [method.toLowerCase(), ...path.split(/[^a-z0-9]+/i).filter((part) => part !== '' && part !== 'api')]
    .map((part, i) => (i === 0 ? part : part.charAt(0).toUpperCase() + part.slice(1)))
    .join('');

const pathParams = (path: string): string[] =>
  [...path.matchAll(/[:*](\w+)/g)].map((match) => match[1] as string);

/** Describes routes as OpenAPI, using the schemas that check requests. */
export function describeApi(routes: readonly Route[], version: string): OpenApi {
  const { schemas, named } = collector();
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
    const { properties = {}, required = [] } = named(query, 'input') as {
      properties?: JsonSchema;
      required?: readonly string[];
    };
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
      responses: {
        ...Object.fromEntries(
          Object.entries(one.answers).map(([status, doc]) => [
            status,
            answer(doc, contract.answers[Number(status)], Number(status)),
          ]),
        ),
        // Checks of host, origin and token come before every route.
        '4XX': { description: 'The request is refused.', content: json(errorSchema, 'output') },
        '5XX': { description: 'The server could not do it.', content: json(errorSchema, 'output') },
      },
    };
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Patchbay',
      version,
      description:
        'Runs node graphs for image embeddings. Every error is `{ error: { code, message, problems? } }`: match on the code, show the message. Live events come over Socket.IO: emit `run:watch` `{ runId, afterSeq }`, listen for `run:events` (a list of events of one run) and `queue:changed`; a list that ends with `runFinished` comes with `{ nodes, views, files }` as a second argument where they are small.',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: '/' }],
    paths,
    components: { schemas, securitySchemes: { token: { type: 'http', scheme: 'bearer' } } },
    security: [{ token: [] }, {}],
  };
}
