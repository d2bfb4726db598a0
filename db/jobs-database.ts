import { openClient } from "./open-client.ts";

/** The database as pg-boss uses it. It runs on the portal's own driver, so the address has the same meaning. */
export type JobsDatabase = {
  executeSql(text: string, values?: unknown[]): Promise<{ rows: Record<string, unknown>[] }>;
  close(): Promise<void>;
};

/** pg-boss passes JSON as text, which the driver would encode a second time */
const json = {
  to: 114,
  from: [114, 3802],
  serialize: (value: unknown) => (typeof value === "string" ? value : JSON.stringify(value)),
  parse: (text: string): unknown => JSON.parse(text),
};

/** a text of pg-boss that is a whole transaction, and the statements in it */
const transaction = /^\s*BEGIN;([\s\S]*)COMMIT;\s*$/;

/**
 * Opens a pool of `max` connections for pg-boss. Without `statementTimeoutMs` a statement may take any time, as a migration
 * may need. Throws an Error if the address can't be read.
 */
export function openJobsDatabase(
  url: string,
  options: { max: number; name: string; statementTimeoutMs?: number },
): JobsDatabase {
  const client = openClient(url, { ...options, types: { json } });
  return {
    executeSql: async (text, values = []) => {
      const statements = transaction.exec(text)?.[1];
      // by `begin`, so that a failure rolls back and the connection stays usable
      const result = statements
        ? await client.begin((tx) => tx.unsafe(statements))
        : await client.unsafe(text, values.map((value) => (value === undefined ? null : value)) as never[]);
      // several statements give one list of rows for each
      return { rows: (result as Record<string, unknown>[] | Record<string, unknown>[][]).flat() };
    },
    close: () => client.end({ timeout: 5 }),
  };
}
