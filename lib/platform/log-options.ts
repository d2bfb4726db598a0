import { type LoggerOptions, pino } from "pino";
import { withoutCredentials } from "./without-credentials.ts";

/** Names whose values are redacted in the log, at the top level of an entry and two levels below. */
const secretNames = [
  "clientSecret",
  "secret",
  "password",
  "token",
  "accessToken",
  "refreshToken",
  "authorization",
  "authorizationCode",
  "codeVerifier",
  "cookie",
];
const redacted = "[redacted]";
/** Objects that hold the parameters of a request, in which `code` may be an authorization code. */
const parameterNames = new Set(["params", "parameters", "query", "searchParams", "form", "body"]);

/** Whether a value under the name `code` is the code of an error, such as role_missing, AADSTS50076 or 42P01. */
const isErrorCode = (value: unknown) =>
  typeof value === "number" ||
  (typeof value === "string" && /^(?:[A-Za-z_ ]{1,60}\d{0,8}|[0-9A-Z]{5})$/.test(value));

/**
 * The options of the log: JSON lines in which values under a secret's name are redacted, and secrets in the addresses that a
 * text contains. An error's `code` stays; an authorization code doesn't.
 */
export const logOptions: LoggerOptions = {
  level: "info",
  base: undefined,
  hooks: { streamWrite: withoutCredentials },
  timestamp: pino.stdTimeFunctions.isoTime,
  formatters: { log: (entry) => withoutCodes(entry, "", 0) as Record<string, unknown> },
  redact: {
    paths: secretNames.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]),
    censor: redacted,
  },
};

const urlSecrets =
  /([?&#](?:code|access_token|refresh_token|id_token|client_secret|client_assertion|code_verifier|sig)=)[^&#\s"'<>]+/gi;

/**
 * Redacts authorization codes, and secrets in the addresses within texts, down to four levels, which is as deep as errors
 * nest. `parent` is the name under which the value stands.
 */
function withoutCodes(value: unknown, parent: string, depth: number): unknown {
  if (typeof value === "string") return value.replace(urlSecrets, `$1${redacted}`);
  if (depth > 4 || value === null || typeof value !== "object") return value;
  if (Array.isArray(value)) return value.map((part) => withoutCodes(part, parent, depth + 1));
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, part]) => {
      const isSecret = name === "code" && part && (parameterNames.has(parent) || !isErrorCode(part));
      return [name, isSecret ? redacted : withoutCodes(part, name, depth + 1)];
    }),
  );
}
