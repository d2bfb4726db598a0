import { pino } from "pino";

/** Names whose values are redacted in the log, at the top of an entry and in the two levels below it. */
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

/** Logs JSON lines to standard output. Values under a secret's name are redacted. */
export const logger = pino({
  level: "info",
  base: undefined,
  timestamp: pino.stdTimeFunctions.isoTime,
  redact: {
    paths: secretNames.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]),
    censor: "[redacted]",
  },
});

/**
 * Removes a failed query's parameters from an error's message. Drizzle appends them, and they may be whole alerts, notes
 * and names.
 */
const withoutParameters = (message: string) =>
  message.startsWith("Failed query:")
    ? message.replace(/\nparams: [\s\S]*$/, "\nparams: [left out]")
    : message;

/** Returns the parts of an error that may be logged: the name, the message and the stack of the error and of its causes. */
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
