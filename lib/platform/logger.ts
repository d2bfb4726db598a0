import { pino } from "pino";

/** Names whose values are redacted in the log, down to the third level. */
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

/** Drizzle appends a failed query's parameters to the message: whole alerts, notes, names. */
const withoutParameters = (message: string) =>
  message.startsWith("Failed query:")
    ? message.replace(/\nparams: [\s\S]*$/, "\nparams: [left out]")
    : message;

/** Returns the parts of an error that may be logged: name, message and stack, and those of its causes. */
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
