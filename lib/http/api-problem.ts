import "server-only";
import { isDatabaseUnavailable, ServiceError } from "#lib/platform/errors.ts";
import { newReference } from "#lib/platform/ids.ts";
import { type Problem, type ProblemCode, problems } from "#lib/schemas/api-problem.ts";
import { failureText, type Progress } from "./failure-text.ts";
import { getServices } from "#lib/auth/services.ts";

/**
 * The headers of every answer of the API. There is no CORS header among them, so other sites' pages can't read the answers.
 */
export const answerHeaders = { "cache-control": "no-store", "x-content-type-options": "nosniff" };

/**
 * An error that the API answers with, such as invalid input or too many requests. `detail` is the sentence that the client
 * reads.
 */
export class ApiProblem extends Error {
  readonly code: ProblemCode;
  readonly errors: Record<string, string>;
  readonly headers: Record<string, string>;

  constructor(
    code: ProblemCode,
    detail: string,
    more: { errors?: Record<string, string>; headers?: Record<string, string> } = {},
  ) {
    super(detail);
    this.name = "ApiProblem";
    this.code = code;
    this.errors = more.errors ?? {};
    this.headers = more.headers ?? {};
  }
}

function problemOf(error: unknown, progress: Progress, reference: string): ApiProblem {
  if (error instanceof ApiProblem) return error;
  if (error instanceof ServiceError)
    return new ApiProblem(error.code, error.message, { errors: error.fields });
  const text = failureText(error, progress, reference);
  return isDatabaseUnavailable(error)
    ? new ApiProblem("unavailable", text, { headers: { "retry-after": "10" } })
    : new ApiProblem("unexpected", text);
}

/**
 * Returns the application/problem+json answer for an error. The answer contains a reference, under which the log has the
 * cause. `progress` says how far the request came.
 */
export function problemResponse(
  error: unknown,
  about: { operation: string; headers?: Record<string, string>; progress?: Progress },
): Response {
  const reference = newReference();
  const problem = problemOf(error, about.progress ?? "before", reference);
  const { status, title } = problems[problem.code];
  const refused = error instanceof ApiProblem || (error instanceof ServiceError && !error.cause);
  getServices().log("api.refused", {
    reference,
    operation: about.operation,
    status,
    problem: problem.code,
    ...(refused ? {} : { error }),
  });
  const body: Problem = {
    type: `urn:pocketsoc:problem:${problem.code}`,
    title,
    status,
    detail: problem.message,
    code: problem.code,
    reference,
    ...(Object.keys(problem.errors).length > 0 ? { errors: problem.errors } : {}),
  };
  return new Response(JSON.stringify(body), {
    status,
    headers: {
      ...answerHeaders,
      ...about.headers,
      ...problem.headers,
      "content-type": "application/problem+json",
    },
  });
}
