import "server-only";
import type { z } from "zod";
import {
  type Operation,
  type OperationId,
  type Operations,
  operations,
} from "#lib/schemas/api-operations.ts";
import type { Context } from "#lib/core/context.ts";
import { identify } from "./api-credentials.ts";
import { readInput } from "./api-input.ts";
import { countRequest, uncountedHeaders } from "./api-limits.ts";
import { ApiProblem, answerHeaders, problemResponse } from "./api-problem.ts";

export { ApiProblem } from "./api-problem.ts";

type BodyOf<K extends OperationId> = Operations[K]["body"] extends z.ZodType
  ? z.output<Operations[K]["body"]>
  : undefined;
type Verb<K extends OperationId> = (
  ctx: Context,
  input: {
    params: z.output<Operations[K]["params"]>;
    query: z.output<Operations[K]["query"]>;
    body: BodyOf<K>;
  },
  request: Request,
) => Promise<z.input<Operations[K]["response"]> | Verbatim | EventStream>;
type AnyVerb = (
  ctx: Context,
  input: { params: unknown; query: unknown; body: unknown },
  request: Request,
) => Promise<unknown>;

const methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"] as const;
type Handler = (request: Request, context: { params: Promise<object | undefined> }) => Promise<Response>;
type Handlers = Record<(typeof methods)[number], Handler>;

/** JSON that goes out as it came in: parsed, its large numbers would lose their last digits. */
export class Verbatim {
  private readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  response(status: number, headers: Record<string, string>): Response {
    return new Response(this.text, {
      status,
      headers: { ...answerHeaders, ...headers, "content-type": "application/json" },
    });
  }
}

/** Server-sent events, for as long as both sides want. */
export class EventStream {
  private readonly body: ReadableStream<Uint8Array>;

  constructor(body: ReadableStream<Uint8Array>) {
    this.body = body;
  }

  response(status: number, headers: Record<string, string>): Response {
    return new Response(this.body, {
      status,
      headers: {
        ...answerHeaders,
        ...headers,
        "content-type": "text/event-stream; charset=utf-8",
        // anything that transforms it on the way, or gathers it first, would hold events back
        "cache-control": "no-store, no-transform",
        "x-accel-buffering": "no",
        // used for nothing after it, so that a process that ends doesn't wait for it
        connection: "close",
      },
    });
  }
}

const json = (status: number, value: unknown, headers: Record<string, string>) =>
  new Verbatim(JSON.stringify(value)).response(status, headers);

/** Credentials, limits, input, verb; then the answer, cut to what its schema lets through. */
async function serve(id: string, operation: Operation, verb: AnyVerb, request: Request, params: unknown) {
  let headers = uncountedHeaders();
  try {
    const ctx = await identify(request, { isActivity: !operation.isStream });
    headers = await countRequest(ctx.actor, operation);
    const value = await verb(ctx, await readInput(operation, request, params), request);
    if (value instanceof Verbatim || value instanceof EventStream)
      return value.response(operation.status, headers);
    return json(operation.status, operation.response.parse(value), headers);
  } catch (error) {
    return problemResponse(error, { operation: id, headers });
  }
}

async function withoutBody(answer: Response): Promise<Response> {
  await answer.body?.cancel();
  return new Response(null, { status: answer.status, headers: answer.headers });
}

/** A handler for every method: HEAD goes with GET, and what isn't given answers 405 and says what is. */
function everyMethod(given: Partial<Handlers>): Handlers {
  const { GET } = given;
  if (GET) given.HEAD = async (request, context) => withoutBody(await GET(request, context));
  const allow = methods.filter((method) => given[method]).join(", ");
  const refuse: Handler = async ({ method }) => {
    const detail = `${method} isn't done here, so nothing was done. What is: ${allow}.`;
    const answer = problemResponse(new ApiProblem("method_not_allowed", detail, { headers: { allow } }), {
      operation: "none",
      headers: uncountedHeaders(),
    });
    return method === "HEAD" ? withoutBody(answer) : answer;
  };
  const handlers = methods.map((method) => [method, given[method] ?? refuse] as const);
  return Object.fromEntries(handlers) as Handlers;
}

/** The one wrapper of the API's routes: the verbs of one path by operation, as a handler for every method. */
export function apiRoute<K extends OperationId>(verbs: { [P in K]: Verb<P> }): Handlers {
  const given: Partial<Handlers> = {};
  for (const id of Object.keys(verbs) as K[]) {
    const operation: Operation = operations[id];
    given[operation.method] = async (request, { params }) =>
      serve(id, operation, verbs[id] as AnyVerb, request, (await params) ?? {});
  }
  return everyMethod(given);
}

/** A route that anyone may read, and that holds no data of anybody. */
export function openRoute(value: () => unknown): Handlers {
  return everyMethod({ GET: async () => json(200, value(), uncountedHeaders()) });
}

/** The routes that aren't there: 404 for whatever method. */
export function missingRoute(): Handlers {
  const refuse: Handler = async ({ method }) => {
    const detail = "There is nothing at this address. GET /api/v1/openapi.json says what there is.";
    const answer = problemResponse(new ApiProblem("not_found", detail), {
      operation: "none",
      headers: uncountedHeaders(),
    });
    return method === "HEAD" ? withoutBody(answer) : answer;
  };
  return Object.fromEntries(methods.map((method) => [method, refuse])) as Handlers;
}
