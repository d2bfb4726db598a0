import { z } from "zod";
import { limited } from "./limited.ts";

/** The HTTP status and the title of each problem code. A published code never changes. */
export const problems = {
  invalid: { status: 400, title: "The request can't be read" },
  unauthenticated: { status: 401, title: "Not signed in" },
  sign_in_again: { status: 403, title: "Signed in too long ago" },
  forbidden: { status: 403, title: "Not allowed" },
  device_deactivated: { status: 403, title: "Device deactivated" },
  not_found: { status: 404, title: "Not found" },
  method_not_allowed: { status: 405, title: "Wrong method" },
  conflict: { status: 409, title: "It changed meanwhile" },
  not_allowed: { status: 409, title: "Not possible as things stand" },
  too_large: { status: 413, title: "Too large" },
  unsupported_media_type: { status: 415, title: "Wrong content type" },
  rate_limited: { status: 429, title: "Too many requests" },
  unexpected: { status: 500, title: "Something went wrong on our side" },
  unavailable: { status: 503, title: "Not available right now" },
} as const;
export type ProblemCode = keyof typeof problems;
const problemCodes = Object.keys(problems) as [ProblemCode, ...ProblemCode[]];

/** The body of every error response of the API (RFC 9457, application/problem+json). */
export const Problem = z
  .object({
    type: limited(100).regex(/^urn:pocketsoc:problem:[a-z_]+$/),
    title: z.string(),
    status: z.int(),
    detail: z.string().meta({ description: "For people: what happened, what it means and what to do." }),
    code: z.enum(problemCodes).meta({ description: "For programs. Codes are stable." }),
    reference: z.string().meta({ description: "Identifies this response in PocketSOC's log." }),
    errors: z
      .record(z.string(), z.string())
      .optional()
      .meta({ description: "One sentence for each invalid field, by path, such as `items.3.expected`." }),
  })
  .meta({ id: "Problem" });
export type Problem = z.output<typeof Problem>;
