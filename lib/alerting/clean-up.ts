import { inOrganisation } from "#db/client.ts";
import { deleteOldNotifications } from "#db/queries/alerting/notifications.ts";
import { deleteOldOutgoing } from "#db/queries/alerting/outgoing-webhook.ts";
import { ago, type CleanUp, deleteInBatches } from "#lib/core/clean-up.ts";
import type { Resealers } from "#lib/core/keyring.ts";
import { countVapidKeys, resealVapidKeys } from "./delivery/vapid-keys.ts";

/** how long notifications are kept; long, because people ask after an incident who was notified */
const notificationsKeptMs = 90 * 86_400_000;
const outgoingKeptMs = 30 * 86_400_000;
const batchLimit = 5_000;

/** Deletes notifications after 90 days, and events of the outgoing webhook after 30 days. */
export const alertingCleanUp: CleanUp = {
  organisation: async (services, organisationId, signal) => {
    const before = ago(services, notificationsKeptMs);
    const notifications = await deleteInBatches(services, organisationId, signal, (tx) =>
      deleteOldNotifications(tx, organisationId, before, batchLimit),
    );
    await inOrganisation(services.db, organisationId, (tx) =>
      deleteOldOutgoing(tx, organisationId, ago(services, outgoingKeptMs)),
    );
    return { notifications };
  },
};

/** The functions that reseal the values that the storey `alerting` stores. */
export const alertingResealers = {
  "vapid-private-key": { of: "installation", reseal: resealVapidKeys, count: countVapidKeys },
} satisfies Resealers;
