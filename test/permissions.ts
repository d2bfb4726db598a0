import type { Permission } from "#lib/domain/roles.ts";

const all: Record<Permission, true> = {
  "detections.read": true,
  "detections.triage": true,
  "settings.own": true,
  "settings.manage": true,
};
/** Every permission there is: the types miss one that isn't named. */
export const permissions = Object.keys(all) as Permission[];
