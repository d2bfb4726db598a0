import type { RecentCount } from "#db/queries/alerting/recent-notifications.ts";
import { notificationsAnHour } from "#lib/domain/grouping.ts";
import { mustNotify } from "#lib/domain/recipients.ts";
import type { Severity } from "#lib/domain/severity.ts";

/** How many messages about alerts each person got within the hour, keyed by user id. */
type CountByUser = Map<string, RecentCount>;
/** The properties of an alert that decide which messages its limit counts. */
type LimitedAlert = { severity: Severity; isSample: boolean };

/** What a message about several escalated alerts counts as. */
export const escalatedAlert: LimitedAlert = { severity: "high", isSample: false };

/** Whether a message about an alert counts as one about urgent alerts. A sample is no attack, whatever its severity. */
const isUrgentAlert = ({ severity, isSample }: LimitedAlert) => mustNotify(severity) && !isSample;

const countOf = (countByUser: CountByUser, userId: string): RecentCount =>
  countByUser.get(userId) ?? { total: 0, urgent: 0 };

/** Whether a person got too many messages within the hour. For an urgent alert, only those about urgent alerts count. */
export function isRateLimited(countByUser: CountByUser, userId: string, alert: LimitedAlert): boolean {
  const { total, urgent } = countOf(countByUser, userId);
  return (isUrgentAlert(alert) ? urgent : total) >= notificationsAnHour;
}

/** Counts one more message about an alert for a person. */
export function countOneMore(countByUser: CountByUser, userId: string, alert: LimitedAlert): void {
  const { total, urgent } = countOf(countByUser, userId);
  countByUser.set(userId, { total: total + 1, urgent: urgent + (isUrgentAlert(alert) ? 1 : 0) });
}
