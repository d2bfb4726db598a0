import { pino } from "pino";
import { withoutCredentials } from "./without-credentials.ts";

/** Names whose values are redacted in the log, at the top level of an entry and two levels below. */
const secretNames = [
  "clientSecret",
  "secret",
  "password",
  "token",
  "accessToken",
  "authorization",
  "cookie",
  "code",
];

/** Logs JSON lines to standard output. Values under a secret's name, and credentials in addresses, are redacted. */
export const logger = pino({
  level: "info",
  base: undefined,
  hooks: { streamWrite: withoutCredentials },
  timestamp: pino.stdTimeFunctions.isoTime,
  redact: {
    paths: secretNames.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]),
    censor: "[redacted]",
  },
});

/**
 * Removes a failed query's parameters from an error's message. Drizzle appends the parameters, which may be whole alerts,
 * notes and names.
 */
const withoutParameters = (message: string) =>
  message.startsWith("Failed query:")
    ? message.replace(/\nparams: [\s\S]*$/, "\nparams: [left out]")
    : message;

/** Returns the name, message and stack of an error and of its causes, without the parameters of queries. */
export function errorForLog(error: unknown): Record<string, unknown> {
  if (!(error instanceof Error)) return { value: typeof error };
  const message = withoutParameters(error.message);
  return {
    name: error.name,
    message,
    stack: error.stack?.replace(error.message, () => message),
    ...(error.cause ? { cause: errorForLog(error.cause) } : {}),
  };
}
