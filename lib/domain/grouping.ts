import type { GatheredKind } from "./digest.ts";
import type { NotificationPolicy } from "./notification-policy.ts";
import { mustNotify } from "./recipients.ts";
import type { Severity } from "./severity.ts";

/**
 * For this long after a message about an alert has sounded for a person, further alerts of its class are gathered for the
 * person's next message. That message is sent when the time is over.
 */
export const gatherMs = 60_000;
/**
 * Returns for how long ahead escalations are said in the same message as one that is due now. It is a minute, so that alerts which
 * one message said on arrival escalate in one message too, but at most half of the wait for the first escalation.
 */
export const escalateTogetherMs = ({
  escalateMinutes,
}: Pick<NotificationPolicy, "escalateMinutes">): number => Math.min(gatherMs, escalateMinutes * 30_000);
/** For this long after a notification of a sample, further samples of the configuration are grouped into it. */
export const sampleWindowMs = 10 * 60_000;
/** An incident is grouped into the notification of one of its members if the notification is younger than this. */
export const incidentWindowMs = 86_400_000;

/** The maximum number of messages about alerts that a person gets within an hour. Further alerts are rate-limited. */
export const notificationsAnHour = 30;
/** How long a digest collects rate-limited alerts before it is sent. */
export const rateLimitDigestMs = 10 * 60_000;

/**
 * Returns the kind of the digest that gathers an alert of this severity. Only another High delays a High: alerts of lower
 * severities are gathered apart.
 */
export const gatheredKindOf = (severity: Severity): GatheredKind =>
  mustNotify(severity) ? "gathered_high" : "gathered_lower";
