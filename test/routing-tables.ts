/**
 * Tables without row-level security. Their rows are read to find the organisation of a request or a job
 * (docs/ARCHITECTURE.md), and contain hashes, ids, sign-in names, times, leases and sealed bodies. All other tables must
 * have row-level security.
 */
export const routingTables = [
  "users",
  "memberships",
  "directory_organisations",
  "sessions",
  "login_links",
  "api_tokens",
  "poll_targets",
  "vendor_turns",
  "outbox",
  "webhook_tokens",
  "webhook_refusals",
  "inbox",
  "vapid_keys",
  "notification_queue",
  "worker_presence",
] as const;
