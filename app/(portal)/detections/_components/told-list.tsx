import { ExactMoment } from "#components/ui/moment.tsx";
import type { DetectionDetail } from "#lib/triage/get.ts";

type Recipient = DetectionDetail["recipients"][number];

/** The state of a notification in words. */
const word = (recipient: Recipient): string => {
  if (recipient.state === "failed") return "not reached";
  if (recipient.state === "grouped") return "grouped with the notification of a similar alert";
  if (recipient.state === "gathered")
    return recipient.digestEndedAt
      ? "not reached"
      : "waits for the next message, at most a minute after the one before";
  if (recipient.state === "deferred" || recipient.state === "rate_limited")
    return digestWord(recipient.state, recipient.digestEndedAt);
  if (recipient.actedAt) return "acted on";
  if (recipient.openedAt) return "opened";
  if (recipient.shownAt) return "shown";
  if (recipient.state === "queued") return "queued";
  return recipient.channel === "email" ? "accepted by the mail server" : "accepted by the push service";
};

const digestWord = (state: "deferred" | "rate_limited", digestEndedAt: string | null): string => {
  if (state === "deferred")
    return digestEndedAt ? "in the summary at the start of their hours" : "waits until their hours begin";
  return digestEndedAt
    ? "in a summary, because of many notifications within the hour"
    : "waits for a summary, because of many notifications within the hour";
};

const why: Partial<Record<Recipient["reason"], string>> = {
  fallback: "as an admin, because nobody else could be reached",
  escalated_to_everyone: "because nobody had acknowledged it",
  escalated_to_admins: "as an admin, because nobody had acknowledged it",
  sample: "about a sample",
};

const steps = [
  ["acceptedAt", "accepted"],
  ["shownAt", "shown"],
  ["openedAt", "opened"],
  ["actedAt", "acted on"],
] as const;
const units = [
  ["h", 3_600],
  ["min", 60],
  ["s", 1],
] as const;

/**
 * The times from queueing a notification to its later steps: "accepted 1 s, shown 2 s, acted on 3 min after it was queued".
 * Null if fewer than two steps happened.
 */
function tookOf(recipient: Recipient): string | null {
  const taken = steps.flatMap(([step, name]) => {
    const at = recipient[step];
    if (!at) return [];
    const seconds = Math.max(0, Math.round((Date.parse(at) - Date.parse(recipient.queuedAt)) / 1_000));
    const [unit, size] = units.find(([, inSeconds]) => seconds >= inSeconds) ?? ["s", 1];
    return [`${name} ${Math.round(seconds / size)} ${unit}`];
  });
  return taken.length > 1 ? `${taken.join(", ")} after it was queued` : null;
}

const placeOf = ({ channel, device, deviceId }: Recipient): string | null => {
  if (channel === "email") return "by e-mail";
  return deviceId ? (device ?? "a device that was removed") : null;
};

/**
 * The recipients of a detection's notifications, each with the device and the notification's state. The last lines list the
 * people who weren't notified, and why.
 */
export function ToldList({ recipients }: { recipients: readonly Recipient[] }) {
  const skipped = Map.groupBy(
    recipients.filter(({ state }) => state === "skipped"),
    ({ problem }) => problem,
  );
  return (
    <ul className="space-y-3">
      {recipients
        .filter((recipient) => recipient.state !== "skipped")
        .map((recipient) => (
          <li key={recipient.id} className="break-words">
            <p>
              {recipient.person}
              {placeOf(recipient) ? <span className="text-muted"> · {placeOf(recipient)}</span> : null}
            </p>
            <p className="text-xs text-muted">
              {word(recipient)} ·{" "}
              <ExactMoment
                iso={
                  recipient.actedAt ??
                  recipient.openedAt ??
                  recipient.shownAt ??
                  recipient.acceptedAt ??
                  recipient.digestEndedAt ??
                  recipient.queuedAt
                }
              />
              {recipient.isTogether ? " · in one message with other alerts" : ""}
              {recipient.problem ? ` · ${recipient.problem}` : ""}
              {why[recipient.reason] ? ` · ${why[recipient.reason]}` : ""}
            </p>
            {tookOf(recipient) ? <p className="text-xs text-muted">{tookOf(recipient)}</p> : null}
          </li>
        ))}
      {[...skipped].map(([problem, people]) => (
        <li key={problem} className="break-words">
          <p>{[...new Set(people.map(({ person }) => person))].join(", ")}</p>
          <p className="text-xs text-muted">not notified. {problem}</p>
        </li>
      ))}
    </ul>
  );
}
