import { z } from "zod";
import { policyLabel } from "#lib/domain/notification-policy.ts";
import { isTimeZone } from "#lib/domain/on-call-hours.ts";
import { namedSeverities } from "#lib/domain/severity.ts";
import { limited } from "./limited.ts";

const NamedSeverity = z.enum(namedSeverities);
const notQuarter = "Times are quarters of an hour, like 08:00 or 17:45.";
/** a time of day that is a multiple of 15 minutes */
const Quarter = limited(5, notQuarter).regex(/^([01]\d|2[0-3]):(00|15|30|45)$/, notQuarter);
const TimeZone = limited(100).refine(
  isTimeZone,
  "This time zone isn't known here. Choose one from the list.",
);
/** a browser's time zone; one that isn't known here counts as none */
const OwnTimeZone = TimeZone.nullable().catch(null);
const HoursInput = z.object({
  kind: z.literal("hours"),
  timeZone: TimeZone,
  windows: z
    .array(z.object({ day: z.int().min(0).max(6), from: Quarter, to: Quarter }))
    .min(1, "Add at least one window, or choose another answer.")
    .max(50, "At most 50 windows a week."),
});

/** The input of a report of the browser's time zone. */
export const TimeZoneInput = TimeZone;

/** The input of an answer to "When are you on shift?". */
export const ShiftInput = z.discriminatedUnion("kind", [
  HoursInput,
  z.object({ kind: z.enum(["always", "none"]), timeZone: OwnTimeZone }),
]);
/** the shift of a form in which the question is still open */
const NoAnswer = z.object({ kind: z.literal("unanswered"), timeZone: OwnTimeZone });

/** The input of a person's preferences. */
export const PreferencesInput = z
  .object({
    isOn: z.boolean(),
    severities: z.array(NamedSeverity).max(4),
    configurationIds: z.array(z.uuid()).max(500).nullable(),
    shift: z.union([NoAnswer, ShiftInput]),
    alwaysNotify: z.array(NamedSeverity).max(4),
  })
  .refine(({ isOn, shift }) => !isOn || shift.kind !== "unanswered", {
    error: "Say when you are on shift, or switch notifications off.",
  })
  .refine(({ isOn, severities }) => !isOn || severities.length > 0, {
    error: "Choose at least one severity, or switch notifications off.",
  })
  .refine(({ isOn, configurationIds }) => !isOn || configurationIds?.length !== 0, {
    error: "Choose at least one configuration, or all of them.",
  });

const minutes = (name: string, min: number, max: number) => {
  const error = `${name}: whole minutes between ${min} and ${max}.`;
  return z.int({ error }).min(min, { error }).max(max, { error });
};

/** The input of an organisation's notification policy. */
export const PolicyInput = z.object({
  freshMinutes: minutes(policyLabel.freshMinutes, 1, 1_440),
  escalateMinutes: minutes(policyLabel.escalateMinutes, 1, 240),
  silentMinutes: minutes(policyLabel.silentMinutes, 0, 1_440),
  isPrivate: z.boolean(),
});
