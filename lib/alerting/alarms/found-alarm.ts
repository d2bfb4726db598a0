import type { AlarmRow } from "#db/queries/alerting/alarms.ts";

/** What somebody must mend, as it is now. `waitMs`: for how long it may last before anyone is notified. */
export type FoundAlarm = Pick<AlarmRow, "kind" | "configurationId" | "stage" | "title" | "body"> & {
  waitMs: number;
};
