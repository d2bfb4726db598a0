import type { Transaction } from "#db/client.ts";
import { type DeviceRow, listAllDevices } from "#db/queries/alerting/devices.ts";
import { listConfigurations } from "#db/queries/sources/configurations.ts";
import { isVerified } from "#lib/domain/device.ts";
import { type Gap, gapsOf, hoursOf } from "#lib/domain/on-call-coverage.ts";
import { type NamedSeverity, namedSeverities } from "#lib/domain/severity.ts";
import type { Services } from "#lib/core/context.ts";
import { listPeople, type TeamPerson } from "../routing/list-people.ts";
import type { FoundAlarm } from "./found-alarm.ts";

/**
 * The hours of the coming week in which alerts of one severity would notify nobody. `configurations` has the names of
 * the configurations with these hours.
 */
type CoverageGap = { severity: NamedSeverity; configurations: string[]; gaps: Gap[]; hours: number };

/**
 * Lists the hours of the coming week in which an alert would notify nobody who has a verified device. Covers High
 * alerts, and every other severity that somebody wants. Configurations with the same hours share an entry.
 */
export async function listCoverageGaps(
  services: Services,
  tx: Transaction,
  organisationId: string,
  severities: readonly NamedSeverity[] = namedSeverities,
): Promise<CoverageGap[]> {
  const now = services.now();
  const people = await listPeople(services, tx, organisationId);
  const reachable = reachableOf(people, await listAllDevices(tx, organisationId), now);
  const configurations = (await listConfigurations(tx, organisationId))
    .map(({ configuration }) => configuration)
    .filter(({ disabledAt }) => disabledAt === null);
  const wanted = severities.filter((severity) => severity === "high" || isWanted(people, severity));
  return wanted.flatMap((severity) => {
    const withGaps = configurations.map(({ id, displayName }) => ({
      displayName,
      gaps: gapsOf({ severity, configurationId: id }, reachable, now),
    }));
    const alike = Map.groupBy(withGaps, ({ gaps }) => JSON.stringify(gaps));
    return [...alike.values()].flatMap((group): CoverageGap[] => {
      const gaps = group[0]?.gaps ?? [];
      if (gaps.length === 0) return [];
      return [
        { severity, configurations: group.map(({ displayName }) => displayName), gaps, hours: hoursOf(gaps) },
      ];
    });
  });
}

/** Returns the people who have a verified device. */
function reachableOf(people: readonly TeamPerson[], devices: readonly DeviceRow[], now: Date): TeamPerson[] {
  const verifiedIds = new Set(devices.filter((device) => isVerified(device, now)).map(({ id }) => id));
  return people.filter(({ deviceIds }) => deviceIds.some((id) => verifiedIds.has(id)));
}

const isWanted = (people: readonly TeamPerson[], severity: NamedSeverity): boolean =>
  people.some(({ preferences: { isOn, severities } }) => isOn && severities.includes(severity));

/**
 * Returns the alarm about hours of the coming week in which a High alert would notify nobody. Returns null if there are
 * no such hours.
 */
export async function onCallCoverageAlarm(
  services: Services,
  tx: Transaction,
  organisationId: string,
): Promise<FoundAlarm | null> {
  const coverageGaps = await listCoverageGaps(services, tx, organisationId, ["high"]);
  if (coverageGaps.length === 0) return null;
  const hours = Math.max(...coverageGaps.map((gap) => gap.hours));
  return {
    kind: "on_call_coverage",
    configurationId: null,
    stage: "uncovered",
    title: `High alerts would wake nobody for ${hours === 1 ? "1 hour" : `${hours} hours`} of the coming week`,
    body: "Nobody with a proved device is on call then. See Settings > Readiness for the hours and for who can be reached.",
    // gives time to set up a team or to replace a phone
    waitMs: 3_600_000,
  };
}
