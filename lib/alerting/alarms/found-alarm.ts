import type { AlarmRow } from "#db/queries/alerting/alarms.ts";

/** A problem that exists now and deserves an alarm. `waitMs` is how long the problem must last before anyone is notified. */
export type FoundAlarm = Pick<AlarmRow, "kind" | "configurationId" | "stage" | "title" | "body"> & {
  waitMs: number;
};
