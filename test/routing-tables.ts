/**
 * Tables without row-level security, because their rows are read to find out which organisation a request or a job belongs
 * to (docs/ARCHITECTURE.md). They contain hashes, ids, sign-in names, times, leases and sealed bodies. The test of
 * row-level security allows no other exceptions.
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
] as const;
