import { customType, timestamp, uuid } from "drizzle-orm/pg-core";

/** A bytea column, as a Buffer. */
export const bytea = customType<{ data: Buffer; driverData: Buffer }>({ dataType: () => "bytea" });

/** A timestamptz column, as a Date. */
export const moment = (name: string) => timestamp(name, { withTimezone: true, mode: "date" });

/** The organisation's id, the first column of every key. `organisationTable` adds it by itself. */
export const organisationId = () => uuid("organisation_id").notNull();
