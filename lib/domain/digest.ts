import { z } from "zod";
import { type Severity, severities, severityLabel, severityRank } from "./severity.ts";
import { Severity as SeverityWord } from "./words.ts";

/** How many alerts of each severity. */
const Counts = z.partialRecord(SeverityWord, z.number());
export type Counts = z.infer<typeof Counts>;

/** Alerts that were history when they came: at a first read, after a time without reads, or late by webhook. */
export const HistoryDetail = z.object({
  severities: Counts,
  cause: z.enum(["first", "gap", "late"]),
  /** the last read before the gap; ISO 8601 */
  from: z.string().nullable(),
  until: z.string(),
});
export type HistoryDetail = z.infer<typeof HistoryDetail>;

/** Alerts that waited for a person; counted when it is said. */
export const DeferredDetail = z.object({ severities: Counts, closed: z.number() });
export type DeferredDetail = z.infer<typeof DeferredDetail>;

/** What is wrong with a configuration or its secret. `stage` tells one degree of it from the next. */
export const AlarmDetail = z.object({
  displayName: z.string(),
  title: z.string(),
  body: z.string(),
  path: z.string(),
  stage: z.string(),
  /** whether the organisation's webhook was told that it needs action */
  isPosted: z.boolean().default(false),
  /** of a recovery: the notice that it ends */
  endsId: z.uuid().optional(),
});
export type AlarmDetail = z.infer<typeof AlarmDetail>;

/** All of them. */
export const countOf = (counts: Counts): number =>
  severities.reduce((sum, one) => sum + (counts[one] ?? 0), 0);

/** The most urgent of them; one that the vendor doesn't name may be any, and comes first. */
export const worstOf = (counts: Counts): Severity =>
  severities
    .filter((one) => (counts[one] ?? 0) > 0)
    .sort((a, b) => (b === "unknown" ? 9 : severityRank[b]) - (a === "unknown" ? 9 : severityRank[a]))[0] ??
  "informational";

/** "2 High, 12 Medium", the most urgent first; "" for none. */
export const countsText = (counts: Counts): string =>
  severities
    .filter((one) => (counts[one] ?? 0) > 0)
    .map((one) => `${counts[one]} ${severityLabel[one]}`)
    .join(", ");

/** "1 alert", "14 alerts". */
export const alertsText = (count: number): string => (count === 1 ? "1 alert" : `${count} alerts`);
