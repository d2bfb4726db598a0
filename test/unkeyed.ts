/** Why a column that refers to something has no foreign key. */
type Unkeyed = {
  why: string;
  /**
   * the table that the column refers to; given only if a row of that table can't be deleted before the rows that refer to
   * it
   */
  target?: string;
};

const gone = "a record, which outlives what it names";
const outside = "names something outside of the database";
const token = "a token, which names no row";

/**
 * The columns that refer to something but have no foreign key, as `table.column`; `*` is any table. Every other column that
 * refers to a row must have a foreign key (`keys.integration.test.ts`).
 */
export const unkeyed: Readonly<Record<string, Unkeyed>> = {
  // the keys within an organisation are composite, so only its outermost rows could name another one
  "*.organisation_id": { why: "an organisation never goes: nobody may delete one" },
  "*.directory_id": { why: outside },
  "*.object_id": { why: outside },
  "*.scope_id": { why: outside },
  "changes.request_id": { why: outside },
  "webhook_tokens.hash_key_id": { why: "names a key of the keyring" },
  "deliveries.unclaimed_scope_ids": { why: outside },
  "*.lease_token": { why: token },

  "api_tokens.device_ids": { why: gone },
  "sessions.earlier_device_ids": { why: gone },
  "audit_events.actor_id": { why: gone },
  "audit_events.subject_id": { why: gone },
  "detection_tombstones.detection_id": { why: gone },
  "deliveries.configuration_id": { why: gone },
  "deliveries.detection_ids": { why: gone },
  "deliveries.token_id": { why: gone },
  "outgoing_deliveries.configuration_id": { why: gone },
  "outgoing_deliveries.subject_id": { why: gone },
  "notifications.device_id": { why: gone },
  "changes.mentioned_ids": { why: gone },
  "notifications.change_ids": { why: gone },
  "notifications.grouped_into": { why: `${gone}: by age, or with another configuration` },
  "webhook_refusals.token_id": { why: "the nil UUID for a token that was never ours" },
  "notification_queue.subject_id": {
    why: "one of several tables; whoever works on it looks whether it stands",
  },
  "notification_preferences.configuration_ids": {
    why: "an array can have no key; those that are gone are passed over",
  },
  "inbox.token_id": { why: "one INSERT at the door, which looked at the token", target: "webhook_tokens" },

  "detections.pending_change_id": {
    why: "its change names the detection, and a ring of keys could not be deleted row by row",
    target: "changes",
  },
  "detection_sources.configuration_id": {
    why: "a copy of its detection's, which has the key",
    target: "configurations",
  },
  "changes.configuration_id": {
    why: "a copy of its detection's, which has the key",
    target: "configurations",
  },
  "detection_counts.configuration_id": {
    why: "kept by a trigger beside detections, which have the key; it would lock the configuration after the change sequence",
    target: "configurations",
  },
};

/** Returns the key of `unkeyed` that covers a column, or undefined if none does. */
export const unkeyedNameOf = (table: string, column: string): string | undefined =>
  [`${table}.${column}`, `*.${column}`].find((name) => name in unkeyed);
