import type { Permission } from "#lib/domain/roles.ts";

const all: Record<Permission, true> = {
  "detections.read": true,
  "detections.triage": true,
  "detections.export": true,
  "settings.own": true,
  "settings.manage": true,
};
/** Every permission. If one is missing from `all`, the type check fails. */
export const permissions = Object.keys(all) as Permission[];
