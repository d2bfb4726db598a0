import type { AlarmRow } from "#db/queries/alerting/alarms.ts";

/** A problem that exists now. `waitMs` is how long it may last before anyone is notified. */
export type FoundAlarm = Pick<AlarmRow, "kind" | "configurationId" | "stage" | "title" | "body"> & {
  waitMs: number;
};
