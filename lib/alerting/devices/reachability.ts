import { type DeviceRow, listAllDevices } from "#db/queries/alerting/devices.ts";
import { listConfigurations } from "#db/queries/sources/configurations.ts";
import { isVerified } from "#lib/domain/device.ts";
import { digestAt, isOnShift } from "#lib/domain/shift.ts";
import { authorise, type Context, inOwnOrganisation, type Services } from "#lib/core/context.ts";
import { lacksExpiry } from "#lib/sources/configurations/expiry.ts";
import { listCoverageGaps } from "../alarms/on-call-coverage.ts";
import { getWorkerState } from "../alarms/worker-silence.ts";
import { listPeople, type TeamPerson } from "../routing/list-people.ts";
import { type DeviceItem, deviceItem } from "./list.ts";

/**
 * How well a device can be reached. A person is reached as well as their best device. `verified`: it showed or opened a
 * notification within seven days. `unverified`: it can get notifications, but isn't verified. `unreachable`: it can't
 * get notifications.
 */
type Reach = "verified" | "unverified" | "unreachable";

/**
 * Returns who can be reached now and how. Also returns the hours of the coming week in which nobody can be reached.
 * Throws `forbidden`.
 */
export async function getReachability(ctx: Context) {
  authorise(ctx, "settings.manage");
  const { organisationId } = ctx.actor;
  const now = ctx.services.now();
  return inOwnOrganisation(ctx, async (tx) => {
    const people = await listPeople(ctx.services, tx, organisationId);
    const devices = Map.groupBy(await listAllDevices(tx, organisationId), ({ userId }) => userId);
    const coverageGaps = await listCoverageGaps(ctx.services, tx, organisationId, people);
    const configurations = await listConfigurations(tx, organisationId);
    return {
      worker: await getWorkerState(ctx.services),
      /** whether any configuration is enabled */
      hasConfiguration: configurations.some(({ configuration }) => configuration.disabledAt === null),
      unknownExpiries: unknownExpiries(ctx.services, configurations),
      hasMail: ctx.services.mail.from !== null,
      people: people.map((person) => personItem(person, devices.get(person.userId) ?? [], now)),
      coverageGaps: coverageGaps.map(({ gaps, ...coverageGap }) => ({
        ...coverageGap,
        gaps: gaps.map(({ from, until }) => ({ from: from.toISOString(), until: until.toISOString() })),
      })),
    };
  });
}
export type Reachability = Awaited<ReturnType<typeof getReachability>>;

/** Returns an enabled configuration for each secret whose expiry date is unknown, and the names of all that use the secret. */
function unknownExpiries(services: Services, rows: Awaited<ReturnType<typeof listConfigurations>>) {
  const lacking = rows.filter(
    ({ configuration, credential }) =>
      !configuration.disabledAt && lacksExpiry(services, configuration, credential),
  );
  return [...Map.groupBy(lacking, ({ credential }) => credential.id).values()].flatMap((sharing) => {
    const names = sharing.map(({ configuration }) => configuration.displayName);
    return sharing.slice(0, 1).map(({ configuration }) => ({ configurationId: configuration.id, names }));
  });
}

function personItem(person: TeamPerson, devices: readonly DeviceRow[], now: Date) {
  const { isOn, severities, shift } = person.preferences;
  const onShift = isOnShift(shift, now);
  const items = devices.map((row): DeviceItem & { reach: Reach } => ({
    ...deviceItem(row),
    reach: reachOf(row, person.deviceIds, now),
  }));
  const reaches = items.map(({ reach }) => reach);
  return {
    userId: person.userId,
    name: person.name,
    isAdmin: person.isAdmin,
    reach: bestOf(reaches),
    isOn,
    severities,
    /** when the person switched their notifications off; null while they are on, or if it isn't known */
    offSince: person.offSince?.toISOString() ?? null,
    shift: shift.kind,
    isOnShift: onShift,
    /** when the person's hours begin next; null while they are on shift and for people without hours */
    onShiftFrom: shift.kind === "hours" && !onShift ? digestAt(shift, now).toISOString() : null,
    devices: items,
  };
}

function bestOf(reaches: readonly Reach[]): Reach {
  if (reaches.includes("verified")) return "verified";
  return reaches.includes("unverified") ? "unverified" : "unreachable";
}

function reachOf(row: DeviceRow, sendableIds: readonly string[], now: Date): Reach {
  if (!sendableIds.includes(row.id)) return "unreachable";
  return isVerified(row, now) ? "verified" : "unverified";
}
