import type { Transaction } from "#db/client.ts";
import { listConfigurations } from "#db/queries/sources/configurations.ts";
import { type Gap, gapsOf, hoursOf } from "#lib/domain/on-call-coverage.ts";
import { notifiesAbout } from "#lib/domain/recipients.ts";
import { type NamedSeverity, namedSeverities } from "#lib/domain/severity.ts";
import type { Services } from "#lib/core/context.ts";
import { listPeople, type TeamPerson } from "../routing/list-people.ts";
import { subjectOf } from "../routing/subject.ts";
import type { FoundAlarm } from "./found-alarm.ts";

/**
 * The hours of the coming week in which alerts of one severity would notify nobody. `configurations` has the names of
 * the configurations with these hours.
 */
type CoverageGap = { severity: NamedSeverity; configurations: string[]; gaps: Gap[]; hours: number };

/**
 * Lists the hours of the coming week in which an alert would notify nobody who has a verified device. Covers High alerts, and
 * every other severity that somebody chose, as far as the configuration notifies about it. Leaves out test accounts, whose
 * alerts wait for people's hours. Configurations with the same hours share an entry.
 */
export async function listCoverageGaps(
  services: Services,
  tx: Transaction,
  organisationId: string,
  people: readonly TeamPerson[],
  severities: readonly NamedSeverity[] = namedSeverities,
): Promise<CoverageGap[]> {
  const now = services.now();
  const configurations = (await listConfigurations(tx, organisationId))
    .map(({ configuration }) => configuration)
    .filter(({ disabledAt }) => disabledAt === null);
  const chosen = severities.filter((severity) => severity === "high" || isChosen(people, severity));
  return chosen.flatMap((severity) => {
    const withGaps = configurations.flatMap((configuration) => {
      const subject = subjectOf(configuration, severity);
      if (subject.environment === "test" || !notifiesAbout(subject)) return [];
      return [{ displayName: configuration.displayName, gaps: gapsOf(subject, people, now) }];
    });
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

/** Whether somebody on call chose a severity. Nobody can be on shift for what people get in a digest without having chosen. */
const isChosen = (people: readonly TeamPerson[], severity: NamedSeverity): boolean =>
  people.some(
    ({ preferences: { isOn, severities, shift } }) =>
      isOn && (shift.kind === "always" || shift.kind === "hours") && severities.includes(severity),
  );

/**
 * Returns the alarm about hours of the coming week in which a High alert would notify nobody. Returns null if there are
 * no such hours.
 */
export async function onCallCoverageAlarm(
  services: Services,
  tx: Transaction,
  organisationId: string,
): Promise<FoundAlarm | null> {
  const people = await listPeople(services, tx, organisationId);
  const coverageGaps = await listCoverageGaps(services, tx, organisationId, people, ["high"]);
  if (coverageGaps.length === 0) return null;
  const hours = Math.max(...coverageGaps.map((gap) => gap.hours));
  return {
    kind: "on_call_coverage",
    configurationId: null,
    stage: "uncovered",
    title: `High alerts would notify nobody for ${hours === 1 ? "1 hour" : `${hours} hours`} of the coming week`,
    body: [
      "Nobody with a verified device is on shift then.",
      ...absent("Notifications are off", people, ({ isOn }) => !isOn),
      ...absent("Not on call", people, ({ isOn, shift }) => isOn && shift.kind === "none"),
      "See Settings > Readiness for the hours and for who can be reached.",
    ].join(" "),
    // gives time to set up a team or to replace a phone
    waitMs: 3_600_000,
  };
}

/** how many people an alarm names */
const namedMax = 5;

/** Returns a sentence that names the people to whom something applies, or nothing if there are none. */
function absent(
  what: string,
  people: readonly TeamPerson[],
  applies: (preferences: TeamPerson["preferences"]) => boolean,
): string[] {
  const names = people.filter(({ preferences }) => applies(preferences)).map(({ name }) => name);
  if (names.length === 0) return [];
  const more = names.length > namedMax ? ` and ${names.length - namedMax} more` : "";
  return [`${what}: ${names.slice(0, namedMax).join(", ")}${more}.`];
}
