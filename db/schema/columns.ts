import { customType, timestamp, uuid } from "drizzle-orm/pg-core";

/** bytea as a Buffer. */
export const bytea = customType<{ data: Buffer; driverData: Buffer }>({ dataType: () => "bytea" });

/** A moment in UTC, read back as a Date. */
export const moment = (name: string) => timestamp(name, { withTimezone: true, mode: "date" });

/** First in every key of an organisation's table, which `organisationTable` gives it. */
export const organisationId = () => uuid("organisation_id").notNull();
