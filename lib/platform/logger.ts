import { pino } from "pino";

/** Names that never reach the log with their value, at any depth we log. */
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

/** JSON lines on standard output; values under a secret's name are replaced. */
export const logger = pino({
  level: "info",
  base: undefined,
  timestamp: pino.stdTimeFunctions.isoTime,
  redact: {
    paths: secretNames.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]),
    censor: "[redacted]",
  },
});

/** drizzle puts a failed query's parameters behind its text: whole alerts, notes, names. */
const withoutParameters = (message: string) =>
  message.startsWith("Failed query:")
    ? message.replace(/\nparams: [\s\S]*$/, "\nparams: [left out]")
    : message;

/** What may be logged of an error: its class, message and stack, and those of its cause. */
export function errorForLog(error: unknown): Record<string, unknown> {
  if (!(error instanceof Error)) return { value: typeof error };
  const message = withoutParameters(error.message);
  return {
    name: error.name,
    message,
    stack: error.stack?.replace(error.message, message),
    ...(error.cause ? { cause: errorForLog(error.cause) } : {}),
  };
}
