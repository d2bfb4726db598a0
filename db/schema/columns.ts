import { type AnyColumn, sql } from "drizzle-orm";
import { check, customType, timestamp, uuid } from "drizzle-orm/pg-core";

/** Defines a bytea column, whose values are Buffers. */
export const bytea = customType<{ data: Buffer; driverData: Buffer }>({ dataType: () => "bytea" });

/** Defines a timestamptz column, whose values are Dates. */
export const moment = (name: string) => timestamp(name, { withTimezone: true, mode: "date" });

/** Defines the column `organisation_id`. `organisationTable` adds it automatically. */
export const organisationId = () => uuid("organisation_id").notNull();

/** Defines a constraint that a jsonb column holds an object, because jsonb's own `null` isn't SQL's NULL. */
export const holdsObject = (name: string, column: AnyColumn) =>
  check(name, sql`jsonb_typeof(${column}) = 'object'`);
