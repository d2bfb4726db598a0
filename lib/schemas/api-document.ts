import { z } from "zod";
import { examples } from "./api-examples.ts";
import { type Operation, type OperationId, operationIds, operations, statusesOf } from "./api-operations.ts";
import { Problem, problems } from "./api-problem.ts";

type Schema = { [key: string]: unknown };

const about = `The functions of PocketSOC's list and detail pages, for programs. A token acts as its person and passes the same checks. Errors are application/problem+json with a stable \`code\`. Unknown paths return 404, and other methods of a known path 405 with \`Allow\`.`;

const rateHeaders = {
  "RateLimit-Policy": {
    description: 'The rate limits that count this request, such as `"token";q=600;w=60`.',
    schema: { type: "string" },
  },
  RateLimit: {
    description:
      'What remains of these limits and the seconds until they reset, such as `"token";r=598;t=42`.',
    schema: { type: "string" },
  },
};

/** The named schemas of an OpenAPI document. They are collected while the operations are converted. */
class Components {
  readonly schemas: { [id: string]: Schema } = {};

  /** Converts a zod schema to JSON Schema 2020-12. Adds the named schemas within the zod schema to `schemas`. */
  of(schema: z.ZodType, io: "input" | "output"): Schema {
    const text = JSON.stringify(z.toJSONSchema(schema, { target: "draft-2020-12", io }));
    const {
      $schema: _,
      $defs,
      ...rest
    } = JSON.parse(text.replaceAll('"#/$defs/', '"#/components/schemas/')) as Schema & {
      $defs?: { [id: string]: Schema };
    };
    Object.assign(this.schemas, $defs);
    return rest;
  }
}

function parametersOf(operation: Operation, components: Components): Schema[] {
  const of = (where: "path" | "query") => {
    const { properties = {} } = components.of(
      where === "path" ? operation.params : operation.query,
      "output",
    ) as { properties?: { [name: string]: Schema } };
    return Object.entries(properties).map(([name, { description, ...schema }]) => ({
      name,
      in: where,
      required: where === "path",
      ...(description ? { description } : {}),
      ...(schema.type === "array" ? { style: "form", explode: false } : {}),
      schema,
    }));
  };
  return [...of("path"), ...of("query")];
}

function responsesOf(id: OperationId, components: Components): Schema {
  const operation: Operation = operations[id];
  const responses: Schema = {};
  for (const status of statusesOf(operation)) {
    const isSuccess = status === operation.status;
    const schema = components.of(isSuccess ? operation.response : Problem, "output");
    responses[status] = {
      description: isSuccess ? operation.summary : titleOf(status),
      headers: {
        ...rateHeaders,
        ...([429, 503].includes(status)
          ? { "Retry-After": { description: "Seconds.", schema: { type: "integer" } } }
          : {}),
        ...(status === 401 ? { "WWW-Authenticate": { schema: { type: "string" } } } : {}),
      },
      content: isSuccess
        ? Object.fromEntries(
            operation.mediaTypes.map((mediaType) => [mediaType, { schema, example: examples[id].response }]),
          )
        : { "application/problem+json": { schema } },
    };
  }
  return responses;
}

const titleOf = (status: number) =>
  Object.values(problems)
    .filter((problem) => problem.status === status)
    .map(({ title }) => title)
    .join(", or: ");

function operationOf(id: OperationId, components: Components): Schema {
  const operation: Operation = operations[id];
  return {
    operationId: id,
    summary: operation.summary,
    description: `${operation.description} Scope: \`${operation.scope}\`.`,
    security: [{ token: [] }, { session: [] }],
    parameters: parametersOf(operation, components),
    ...(operation.body
      ? {
          requestBody: {
            required: true,
            content: {
              "application/json": {
                schema: components.of(operation.body, "input"),
                example: examples[id].body,
              },
            },
          },
        }
      : {}),
    responses: responsesOf(id, components),
  };
}

/** Builds the OpenAPI 3.1 document of the API from the same schemas that validate requests and responses. */
export function apiDocument(sessionCookie: string): Schema {
  const components = new Components();
  const paths: { [path: string]: Schema } = {};
  for (const id of operationIds) {
    const { path, method } = operations[id];
    (paths[path] ??= {})[method.toLowerCase()] = operationOf(id, components);
  }
  return {
    openapi: "3.1.0",
    info: { title: "PocketSOC", version: "1", description: about },
    servers: [{ url: "/" }],
    paths,
    components: {
      schemas: components.schemas,
      securitySchemes: {
        token: {
          type: "http",
          scheme: "bearer",
          description: "A personal access token (`psoc_…`), created under Settings → API tokens.",
        },
        session: {
          type: "apiKey",
          in: "cookie",
          name: sessionCookie,
          description:
            "The portal's session, for the portal's own pages only. A POST needs the portal's Origin, and `content-type: application/json` or an `x-requested-with` header.",
        },
      },
    },
  };
}
