import "server-only";
import type { z } from "zod";
import { firstRepeated } from "#lib/domain/first-repeated.ts";
import { shortened } from "#lib/domain/text.ts";
import { readLimited } from "#lib/platform/limited-body.ts";
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
  const repeated = firstRepeated(given.keys());
  if (repeated !== undefined) {
    const problem = "Give this once, with several values separated by commas.";
    const name = shortened(repeated);
    throw new ApiProblem("invalid", `The query can't be used, so nothing was done. ${name}: ${problem}`, {
      errors: { [name]: problem },
    });
  }
  return parse(operation.query, Object.fromEntries(given), "query");
}

const bodyTimeoutMs = 10_000;
/** how many bytes beyond the limit are read and dropped; a client whose request is cut off gets no answer */
const lingerBytes = 1_048_576;

/**
 * Reads a request's body of at most `limit` bytes within 10 s. Throws ApiProblem `too_large` if the body is longer, and
 * `invalid` if it is too slow or breaks off.
 */
async function readBytes(request: Request, limit: number): Promise<Uint8Array> {
  const isHopeless = Number(request.headers.get("content-length") ?? 0) > limit + lingerBytes;
  const read = isHopeless
    ? ({ ok: false, refusal: "too_large" } as const)
    : await readLimited(request.body, limit + lingerBytes, bodyTimeoutMs);
  if (read.ok && read.bytes.byteLength <= limit) return read.bytes;
  const headers = { connection: "close" };
  if (read.ok || read.refusal === "too_large")
    throw new ApiProblem(
      "too_large",
      `The body may have ${limit} bytes at most, so nothing was done. Split it.`,
      { headers },
    );
  const what = read.refusal === "too_slow" ? "didn't arrive within 10 seconds" : "broke off";
  throw new ApiProblem("invalid", `The body ${what}, so nothing was done. Send it again.`, { headers });
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
