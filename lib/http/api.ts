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
import type { Progress } from "./failure-text.ts";

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
) => Promise<z.input<Operations[K]["response"]> | Verbatim | EventStream | FileStream>;
type AnyVerb = (
  ctx: Context,
  input: { params: unknown; query: unknown; body: unknown },
  request: Request,
) => Promise<unknown>;

const methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"] as const;
type Handler = (request: Request, context: { params: Promise<object | undefined> }) => Promise<Response>;
type Handlers = Record<(typeof methods)[number], Handler>;

/** A JSON text that is sent unchanged. Parsing the text would round large numbers. */
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

/** An API answer that browsers save as a file named `name`. It is sent as it is made. */
export class FileStream {
  private readonly body: ReadableStream<Uint8Array>;
  private readonly mediaType: string;
  private readonly name: string;

  constructor(body: ReadableStream<Uint8Array>, mediaType: string, name: string) {
    this.body = body;
    this.mediaType = mediaType;
    this.name = name;
  }

  response(status: number, headers: Record<string, string>): Response {
    return new Response(this.body, {
      status,
      headers: {
        ...answerHeaders,
        ...headers,
        "content-type": `${this.mediaType}; charset=utf-8`,
        "content-disposition": `attachment; filename="${this.name}"`,
        "cache-control": "no-store, no-transform",
      },
    });
  }
}

/** An API answer that stays open and carries server-sent events. */
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
        // a proxy that transforms or buffers the stream would delay events
        "cache-control": "no-store, no-transform",
        "x-accel-buffering": "no",
        // the connection isn't reused, so that a process that is ending doesn't wait for it
        connection: "close",
      },
    });
  }
}

const json = (status: number, value: unknown, headers: Record<string, string>) =>
  new Verbatim(JSON.stringify(value)).response(status, headers);

/**
 * Serves one API request. Checks credentials and limits, parses the input and calls `verb`. Sends those parts of the
 * returned value that the response schema allows.
 */
async function serve(id: string, operation: Operation, verb: AnyVerb, request: Request, params: unknown) {
  let headers = uncountedHeaders();
  let progress: Progress = "before";
  try {
    const ctx = await identify(request);
    headers = await countRequest(ctx.actor, operation);
    const input = await readInput(operation, request, params);
    progress = operation.method === "GET" ? "reading" : "begun";
    const value = await verb(ctx, input, request);
    if (value instanceof Verbatim || value instanceof EventStream || value instanceof FileStream)
      return value.response(operation.status, headers);
    return json(operation.status, operation.response.parse(value), headers);
  } catch (error) {
    return problemResponse(error, { operation: id, headers, progress });
  }
}

async function withoutBody(answer: Response): Promise<Response> {
  await answer.body?.cancel();
  return new Response(null, { status: answer.status, headers: answer.headers });
}

/**
 * Completes the handlers of a path. HEAD answers as GET does, without a body. Every other method without a handler answers
 * 405 and lists the allowed methods.
 */
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

/**
 * The wrapper of every API route. `verbs` has a function for each operation of one path, keyed by operation id. The result
 * has a handler for every method.
 */
export function apiRoute<K extends OperationId>(verbs: { [P in K]: Verb<P> }): Handlers {
  const given: Partial<Handlers> = {};
  for (const id of Object.keys(verbs) as K[]) {
    const operation: Operation = operations[id];
    given[operation.method] = async (request, { params }) =>
      serve(id, operation, verbs[id] as AnyVerb, request, (await params) ?? {});
  }
  return everyMethod(given);
}

/**
 * Wraps an API route that anyone may read without credentials. `value` must not return anybody's data. It is called once in a
 * process.
 */
export function openRoute(value: () => unknown): Handlers {
  let answer: Verbatim | undefined;
  return everyMethod({
    GET: async () => (answer ??= new Verbatim(JSON.stringify(value()))).response(200, uncountedHeaders()),
  });
}

/** Creates the API route for addresses that don't exist. It answers 404 to every method. */
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
