import { getCredential, listConfigurations } from "#db/queries/sources/configurations.ts";
import { reminderDays } from "#lib/domain/expiry.ts";
import { ServiceError } from "#lib/platform/errors.ts";
import { authorise, type Context, idOf, inOwnOrganisation } from "#lib/core/context.ts";
import { wordsFor } from "#lib/core/vendors.ts";

const noDay = () => new ServiceError("not_found", "No expiry date is known for this secret. Enter it first.");

/**
 * Returns an iCalendar file (RFC 5545) with the day on which a credential's secret expires. The event has reminders 30,
 * 14, 7 and 1 days before. Throws ServiceError `not_found` if nobody entered the day.
 */
export async function getExpiryCalendar(ctx: Context, rawId: unknown): Promise<string> {
  authorise(ctx, "settings.manage");
  const credentialId = idOf(rawId, noDay);
  const { organisationId } = ctx.actor;
  return inOwnOrganisation(ctx, async (tx) => {
    const row = await getCredential(tx, organisationId, credentialId);
    if (!row?.secretExpiresOn) throw noDay();
    const users = (await listConfigurations(tx, organisationId)).filter(
      ({ credential }) => credential.id === credentialId,
    );
    const [first] = users;
    if (!first) throw noDay();
    const names = users.map(({ configuration }) => configuration.displayName);
    const { provider } = wordsFor(ctx.services, first.configuration);
    return calendarOf({
      uid: `${row.id}-${row.secretExpiresOn}@pocketsoc`,
      day: row.secretExpiresOn,
      madeAt: ctx.services.now(),
      ...(row.kind === "certificate"
        ? {
            title: `PocketSOC: the certificate ${row.secretHint} expires`,
            text: `Used by ${names.join(", ")}. Settings > Vendor Configurations > Prepare next makes another.`,
          }
        : {
            title: `PocketSOC: the Client Secret starting ${row.secretHint} expires`,
            text: `Used by ${names.join(", ")}. Create a new secret in ${provider}, then Settings > Vendor Configurations > Replace.`,
          }),
    });
  });
}

type Entry = { uid: string; day: string; madeAt: Date; title: string; text: string };

/** Returns a calendar with one all-day event and the event's alarms. */
function calendarOf(entry: Entry): string {
  const lines = [
    "BEGIN:VCALENDAR",
    "VERSION:2.0",
    "PRODID:-//PocketSOC//Secret expiry//EN",
    "BEGIN:VEVENT",
    `UID:${entry.uid}`,
    `DTSTAMP:${entry.madeAt.toISOString().slice(0, 19).replace(/[-:]/g, "")}Z`,
    `DTSTART;VALUE=DATE:${entry.day.replaceAll("-", "")}`,
    `SUMMARY:${escaped(entry.title)}`,
    `DESCRIPTION:${escaped(entry.text)}`,
    "TRANSP:TRANSPARENT",
    ...reminderDays.flatMap((days) => [
      "BEGIN:VALARM",
      "ACTION:DISPLAY",
      `DESCRIPTION:${escaped(entry.title)}`,
      `TRIGGER:-P${days}D`,
      "END:VALARM",
    ]),
    "END:VEVENT",
    "END:VCALENDAR",
  ];
  return `${lines.map(folded).join("\r\n")}\r\n`;
}

const escaped = (text: string) => text.replace(/[\\;,]/g, "\\$&").replace(/\r?\n/g, "\\n");

/** Breaks a line of a calendar into lines of at most 75 octets; each further line begins with a space (RFC 5545, 3.1). */
function folded(line: string): string {
  const parts: string[] = [];
  let part = "";
  for (const character of line) {
    if (Buffer.byteLength(part + character) > 74) {
      parts.push(part);
      part = "";
    }
    part += character;
  }
  return [...parts, part].join("\r\n ");
}
