import { type Logger, pino } from "pino";
import { logOptions } from "./log-options.ts";
import { openLogOutput } from "./log-output.ts";

/** Logs JSON lines to standard output. A log that can't be written ends no program. */
export const logger: Logger = pino(
  logOptions,
  openLogOutput((lines) => logger.error({ event: "log.dropped", lines })),
);

/**
 * Removes a failed query's parameters from an error's message. Drizzle appends the parameters, which may be whole alerts,
 * notes and names.
 */
const withoutParameters = (message: string) =>
  message.startsWith("Failed query:")
    ? message.replace(/\nparams: [\s\S]*$/, "\nparams: [left out]")
    : message;

/**
 * Returns the name, message and stack of an error and of its causes, without the parameters of queries. Of an object with a
 * message, which is how the job queue reports an error, returns the message, the stack and the code.
 */
export function errorForLog(error: unknown): Record<string, unknown> {
  if (!(error instanceof Error)) return plainErrorForLog(error);
  const message = withoutParameters(error.message);
  return {
    name: error.name,
    message,
    stack: error.stack?.replace(error.message, () => message),
    ...(error.cause ? { cause: errorForLog(error.cause) } : {}),
  };
}

function plainErrorForLog(error: unknown): Record<string, unknown> {
  const { message, stack, code } = Object(error) as Record<string, unknown>;
  if (typeof message !== "string") return { value: typeof error };
  const shown = withoutParameters(message);
  return {
    message: shown,
    ...(typeof stack === "string" ? { stack: stack.replace(message, () => shown) } : {}),
    ...(typeof code === "string" ? { code } : {}),
  };
}
