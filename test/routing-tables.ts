/**
 * Tables without row-level security, because their rows find the organisation (docs/ARCHITECTURE.md). They contain hashes, ids,
 * sign-in names, times, leases and sealed bodies. The test of row-level security allows only these exceptions.
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
