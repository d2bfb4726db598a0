import type { Transaction } from "#db/client.ts";
import { listConfigurations } from "#db/queries/sources/configurations.ts";
import { type DeviceRow, listAllDevices } from "#db/queries/alerting/devices.ts";
import { type Gap, gapsOf, hoursOf } from "#lib/domain/on-call-coverage.ts";
import { isVerified } from "#lib/domain/device.ts";
import type { Severity } from "#lib/domain/severity.ts";
import type { Services } from "#lib/core/context.ts";
import type { Alarm } from "./alarms.ts";
import { listTeamPeople, type TeamPerson } from "../routing/team.ts";

/** Hours of the coming week in which nobody is reached of a severity, and of which configurations. */
type Uncovered = { severity: Severity; configurations: string[]; gaps: Gap[]; hours: number };

/** Those of the team whom a notification reaches: on a device that showed one within the last days. */
function reachedOf(people: readonly TeamPerson[], devices: readonly DeviceRow[], now: Date): TeamPerson[] {
  const proved = new Set(devices.filter((one) => isVerified(one, now)).map((one) => one.id));
  return people.filter((one) => one.deviceIds.some((id) => proved.has(id)));
}

/**
 * The hours of the coming week in which nobody who can be reached is told at once: of High always, of other severities
 * where someone wishes to be told of them. Configurations with the same hours are named together.
 */
export async function listCoverageGaps(
  services: Services,
  tx: Transaction,
  organisationId: string,
  asked: readonly Severity[] = ["high", "medium", "low", "informational"],
): Promise<Uncovered[]> {
  const now = services.now();
  const people = await listTeamPeople(services, tx, organisationId);
  const reached = reachedOf(people, await listAllDevices(tx, organisationId), now);
  const configurations = (await listConfigurations(tx, organisationId))
    .map((one) => one.configuration)
    .filter((one) => one.disabledAt === null);
  const wished = asked.filter(
    (severity) =>
      severity === "high" ||
      people.some(({ wishes: { isOn, severities } }) => isOn && severities.includes(severity)),
  );
  return wished.flatMap((severity) => {
    const byGaps = Map.groupBy(
      configurations.map(({ id, displayName }) => ({
        displayName,
        gaps: gapsOf({ severity, configurationId: id }, reached, now),
      })),
      ({ gaps }) => JSON.stringify(gaps),
    );
    return [...byGaps.values()].flatMap((alike): Uncovered[] => {
      const gaps = alike[0]?.gaps ?? [];
      if (gaps.length === 0) return [];
      return [{ severity, configurations: alike.map((one) => one.displayName), gaps, hours: hoursOf(gaps) }];
    });
  });
}

/** What admins are warned of when High alerts would ring for nobody at some hours of the coming week. */
export async function onCallCoverageAlarm(
  services: Services,
  tx: Transaction,
  organisationId: string,
): Promise<Alarm | null> {
  const uncovered = await listCoverageGaps(services, tx, organisationId, ["high"]);
  const hours = uncovered.map((one) => one.hours);
  if (hours.length === 0) return null;
  const most = Math.max(...hours);
  return {
    detail: {
      displayName: "",
      title: `High alerts would wake nobody for ${most === 1 ? "1 hour" : `${most} hours`} of the coming week`,
      body: "Nobody with a proved device is on call then. See Settings > Readiness for the hours and for who can be reached.",
      path: "/settings/readiness",
      stage: "week",
      isPosted: false,
    },
    // a team that is being set up, or a phone that is being replaced, isn't warned of it
    waitMs: 3_600_000,
  };
}
