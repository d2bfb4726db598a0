import "server-only";
import type { z } from "zod";
import { fieldErrors } from "#lib/schemas/api-errors.ts";
import type { Operation } from "#lib/schemas/api-operations.ts";
import { isJson } from "./api-credentials.ts";
import { ApiProblem } from "./api-problem.ts";

function parse<T extends z.ZodType>(schema: T, value: unknown, what: string): z.output<T> {
  const parsed = schema.safeParse(value, { reportInput: true });
  if (parsed.success) return parsed.data;
  const errors = fieldErrors(parsed.error);
  const [first] = Object.entries(errors);
  throw new ApiProblem(
    "invalid",
    `The ${what} can't be used, so nothing was done. ${first ? `${first[0]}: ${first[1]}` : ""}`.trim(),
    { errors },
  );
}

function readQuery(operation: Operation, url: string): unknown {
  const given = new URL(url).searchParams;
  const repeated = [...new Set(given.keys())].find((name) => given.getAll(name).length > 1);
  if (repeated !== undefined) {
    const problem = "Give this once, with several values separated by commas.";
    throw new ApiProblem("invalid", `The query can't be used, so nothing was done. ${repeated}: ${problem}`, {
      errors: { [repeated]: problem },
    });
  }
  return parse(operation.query, Object.fromEntries(given), "query");
}

/** how many bytes beyond the limit are read and dropped; a client whose request is cut off gets no answer */
const lingerBytes = 1_048_576;

/** Reads a request's body of at most `limit` bytes. Throws ApiProblem `too_large` if the body is longer. */
async function readBytes(request: Request, limit: number): Promise<Uint8Array> {
  const isHopeless = Number(request.headers.get("content-length") ?? 0) > limit + lingerBytes;
  const reader = isHopeless ? undefined : request.body?.getReader();
  const parts: Uint8Array[] = [];
  let size = isHopeless ? Number.POSITIVE_INFINITY : 0;
  while (reader) {
    const { done, value } = await reader.read();
    if (done) break;
    size += value.byteLength;
    if (size <= limit) parts.push(value);
    if (size > limit + lingerBytes) {
      await reader.cancel();
      break;
    }
  }
  if (size <= limit) return Buffer.concat(parts);
  throw new ApiProblem(
    "too_large",
    `The body may have ${limit} bytes at most, so nothing was done. Split it.`,
    {
      headers: { connection: "close" },
    },
  );
}

async function readBody(operation: Operation, request: Request): Promise<unknown> {
  if (!operation.body) return undefined;
  const encoding = request.headers.get("content-encoding") ?? "identity";
  if (!isJson(request.headers.get("content-type") ?? "") || encoding !== "identity")
    throw new ApiProblem(
      "unsupported_media_type",
      "The body must be plain JSON in UTF-8, with content-type: application/json. Nothing was done.",
    );
  const bytes = await readBytes(request, operation.bodyMaxBytes);
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {
    throw new ApiProblem("invalid", "The body isn't JSON in UTF-8, so nothing was done.");
  }
  return parse(operation.body, value, "body");
}

/**
 * Parses a request's path, query and body by the schemas of its operation. Answers an invalid id as `not_found`, like an id
 * of another organisation. Throws ApiProblem `not_found`, `invalid`, `unsupported_media_type` and `too_large`.
 */
export async function readInput(
  operation: Operation,
  request: Request,
  params: unknown,
): Promise<{ params: unknown; query: unknown; body: unknown }> {
  const query = readQuery(operation, request.url);
  const body = await readBody(operation, request);
  const ids = operation.params.safeParse(params);
  if (!ids.success) throw new ApiProblem("not_found", "There is nothing with this id in your organisation.");
  return { params: ids.data, query, body };
}
