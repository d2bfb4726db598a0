import type { Transaction } from "#db/client.ts";
import { listSaid } from "#db/queries/alerting/gathered.ts";
import { countGrouped } from "#db/queries/alerting/groups.ts";
import type { NotificationRow } from "#db/queries/alerting/notifications.ts";
import { getPolicy } from "#db/queries/alerting/policy.ts";
import { listRoles } from "#db/queries/identity/people.ts";
import { getDetectionRow } from "#db/queries/triage/detections.ts";
import { listReadable } from "#lib/core/access.ts";
import type { Services } from "#lib/core/context.ts";
import { dataKeysOpener } from "#lib/core/sealing.ts";
import { openVapidKey } from "./vapid-keys.ts";

/** the maximum number of alerts that are read to compose the text of a digest; a text names three and counts all */
const saidMax = 200;

export type Lookups = ReturnType<typeof openLookups>;

/**
 * Opens functions that read what one organisation's notifications need. Each function reads only once, at its first
 * call.
 */
export function openLookups(
  services: Services,
  tx: Transaction,
  organisationId: string,
  notifications: readonly Pick<NotificationRow, "id" | "userId">[],
) {
  const userIds = [...new Set(notifications.map(({ userId }) => userId))];
  const ids = notifications.map(({ id }) => id);
  const readable = once(() => listReadable(services, tx, organisationId, userIds));
  return {
    /** returns people's roles by user id, without people who have left the team */
    roles: once(() => listRoles(tx, organisationId, userIds)),
    /** returns the configurations that each person may see */
    readable,
    policy: once(() => getPolicy(tx, organisationId)),
    /** returns the number of alerts grouped into each notification, without notifications that have none */
    groupedCounts: once(() => countGrouped(tx, organisationId, ids)),
    /**
     * returns the first alerts that a person's digest says. All of them, if somebody has taken on or closed each since: the
     * message is on its way already
     */
    said: oncePerKey(async (digestId: string, userId: string) => {
      const readableIds = (await readable()).readableOf(userId);
      const said = (isOpen: boolean) =>
        listSaid(tx, organisationId, digestId, readableIds, { isOpen, limit: saidMax });
      const open = await said(true);
      return open.length > 0 ? open : said(false);
    }),
    detection: oncePerKey((id) => getDetectionRow(tx, organisationId, id)),
    vapidKey: oncePerKey((id) => openVapidKey(services, tx, id)),
    /** returns a function that opens values sealed with the organisation's data keys */
    opener: once(() => dataKeysOpener(services, tx, organisationId)),
  };
}

function once<T>(read: () => Promise<T>): () => Promise<T> {
  let answer: Promise<T> | undefined;
  return () => (answer ??= read());
}

function oncePerKey<T, More extends unknown[]>(
  read: (key: string, ...more: More) => Promise<T>,
): (key: string, ...more: More) => Promise<T> {
  const answers = new Map<string, Promise<T>>();
  return (key, ...more) => {
    const answer = answers.get(key) ?? read(key, ...more);
    answers.set(key, answer);
    return answer;
  };
}
