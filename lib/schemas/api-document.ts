import { z } from "zod";
import { examples } from "./api-examples.ts";
import { type Operation, type OperationId, operationIds, operations, statusesOf } from "./api-operations.ts";
import { Problem, problems } from "./api-problem.ts";

type Schema = { [key: string]: unknown };

const about = `Everything that PocketSOC's list and detail page do, for programs. A token acts as its person, through the same checks. Every refusal is application/problem+json with a stable \`code\`; a path that isn't here answers 404, another method of one that is here 405 with \`Allow\`.`;

const rateHeaders = {
  "RateLimit-Policy": {
    description: 'The limits that count this request, e.g. `"token";q=600;w=60`.',
    schema: { type: "string" },
  },
  RateLimit: {
    description: 'What is left of them and for how many seconds, e.g. `"token";r=598;t=42`.',
    schema: { type: "string" },
  },
};

/** The shapes that a document refers to, gathered while its operations are written. */
class Components {
  readonly schemas: { [id: string]: Schema } = {};

  /** A zod schema in JSON Schema 2020-12, with what has a name of its own put among the components. */
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
    const good = status === operation.status;
    const schema = components.of(good ? operation.response : Problem, "output");
    responses[status] = {
      description: good ? operation.summary : titleOf(status),
      headers: {
        ...rateHeaders,
        ...([429, 503].includes(status)
          ? { "Retry-After": { description: "Seconds.", schema: { type: "integer" } } }
          : {}),
        ...(status === 401 ? { "WWW-Authenticate": { schema: { type: "string" } } } : {}),
      },
      content: good
        ? { [mediaTypeOf(operation)]: { schema, example: examples[id].response } }
        : { "application/problem+json": { schema } },
    };
  }
  return responses;
}

/** What a good answer is. */
const mediaTypeOf = ({ isStream }: Operation) => (isStream ? "text/event-stream" : "application/json");

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

/** The OpenAPI 3.1 document of the API, from the schemas that its requests and answers are held to. */
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
          description: "A personal access token (`psoc_…`), made under Settings → API tokens.",
        },
        session: {
          type: "apiKey",
          in: "cookie",
          name: sessionCookie,
          description:
            "The portal's own session, from its own pages only: a POST needs our Origin, and `content-type: application/json` or an `x-requested-with` header.",
        },
      },
    },
  };
}
