import { listConfigurations } from "#db/queries/sources/configurations.ts";
import { listAllDevices } from "#db/queries/alerting/devices.ts";
import type { DeviceRow } from "#db/queries/alerting/devices.ts";
import { isVerified } from "#lib/domain/device.ts";
import { isOnCall, nextStart } from "#lib/domain/on-call-hours.ts";
import { authorise, type Context, inOwnOrganisation } from "#lib/core/context.ts";
import { type DeviceItem, itemOf } from "./list.ts";
import { listCoverageGaps } from "../alarms/on-call-coverage.ts";
import { listTeamPeople, type TeamPerson } from "../routing/team.ts";

/**
 * Green: showed a notification within seven days. Amber: can be sent to, and nothing proves that it would be shown.
 * Red: nothing reaches it.
 */
type Readiness = "green" | "amber" | "red";

/** For admins: who can be reached now and on what, and the hours of the coming week in which nobody is. */
export async function getReadiness(ctx: Context) {
  authorise(ctx, "settings.manage");
  const { organisationId } = ctx.actor;
  const now = ctx.services.now();
  return inOwnOrganisation(ctx, async (tx) => {
    const people = await listTeamPeople(ctx.services, tx, organisationId);
    const devices = Map.groupBy(await listAllDevices(tx, organisationId), (one) => one.userId);
    const uncovered = await listCoverageGaps(ctx.services, tx, organisationId);
    const configurations = await listConfigurations(tx, organisationId);
    return {
      // where nothing comes from there is nothing to cover
      hasConfiguration: configurations.some((one) => one.configuration.disabledAt === null),
      hasMail: ctx.services.mail.from !== null,
      people: people.map((person) => personItem(person, devices.get(person.userId) ?? [], now)),
      uncovered: uncovered.map(({ gaps, ...one }) => ({
        ...one,
        gaps: gaps.map(({ from, until }) => ({ from: from.toISOString(), until: until.toISOString() })),
      })),
    };
  });
}
export type ReachabilityItem = Awaited<ReturnType<typeof getReadiness>>;

function personItem(person: TeamPerson, devices: readonly DeviceRow[], now: Date) {
  const { wishes } = person;
  const items = devices.map((row): DeviceItem & { readiness: Readiness } => ({
    ...itemOf(row),
    readiness: readinessOf(row, person.deviceIds, now),
  }));
  const best = (["green", "amber"] as const).find((one) => items.some(({ readiness }) => readiness === one));
  return {
    userId: person.userId,
    name: person.name,
    isAdmin: person.isAdmin,
    readiness: best ?? ("red" as const),
    isOn: wishes.isOn,
    severities: wishes.severities,
    hasHours: wishes.hours !== null,
    isOnCall: isOnCall(wishes.hours, now),
    onCallFrom: wishes.hours ? (nextStart(wishes.hours, now)?.toISOString() ?? null) : null,
    devices: items,
  };
}

const readinessOf = (row: DeviceRow, sendable: readonly string[], now: Date): Readiness => {
  if (!sendable.includes(row.id)) return "red";
  return isVerified(row, now) ? "green" : "amber";
};
