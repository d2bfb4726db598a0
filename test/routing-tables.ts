/**
 * Tables without row-level security: their rows find the organisation (docs/ARCHITECTURE.md). They
 * hold hashes, ids, names people sign in with, times and leases, and sealed bodies. The row-level security test takes this
 * list as its only exceptions.
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
