import { customType, timestamp, uuid } from "drizzle-orm/pg-core";

/** Defines a bytea column, whose values are Buffers. */
export const bytea = customType<{ data: Buffer; driverData: Buffer }>({ dataType: () => "bytea" });

/** Defines a timestamptz column, whose values are Dates. */
export const moment = (name: string) => timestamp(name, { withTimezone: true, mode: "date" });

/** Defines the column `organisation_id`. `organisationTable` adds it automatically. */
export const organisationId = () => uuid("organisation_id").notNull();
