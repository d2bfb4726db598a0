import {
  type Status,
  statusLabel,
  statusMeaning,
  type TargetStatus,
  type Transitions,
  targetStatuses,
} from "#lib/domain/status.ts";
import type { Severity } from "#lib/domain/severity.ts";
import { capital } from "#lib/domain/text.ts";
import { neutralWords, type Words } from "#lib/domain/vendor-words.ts";

/** A detection whose status may be changed. */
export type Subject = {
  id: string;
  title: string;
  severity: Severity;
  isSample: boolean;
  status: Status;
  pendingStatus: TargetStatus | null;
  vendor: string;
};

/** What the vendors of the detections allow, and how they name things. */
export type Vendors = {
  /** the allowed status changes, by vendor */
  transitions: Readonly<Record<string, Transitions>>;
  /** the vendor's own terms, by vendor */
  words: Readonly<Record<string, Words>>;
};

const readable = (names: string[]) =>
  names.length < 2 ? (names[0] ?? "") : `${names.slice(0, -1).join(", ")} or ${names.at(-1)}`;

/** A sentence that lists the statuses that can follow `status`. */
function nextOf(status: TargetStatus, transitions: Transitions | undefined): string {
  if (!transitions) return "";
  const next = transitions[status].map((after) => statusLabel[after]);
  if (next.length === 0) return "Afterwards no other status is possible.";
  return `Afterwards ${next.length === 1 ? "only " : ""}${readable(next)} is possible.`;
}

/** Why `target` can't be set from the status `from`, and through which third status it can be reached. */
function detourTo(
  target: TargetStatus,
  from: Status,
  transitions: Transitions | undefined,
  provider: string,
): string {
  const before = targetStatuses.filter((status) => transitions?.[status].includes(target));
  if (before.length === 0) return `${provider} has no such status`;
  const step = before.find((status) => transitions?.[from].includes(status));
  const only = `${provider} allows this only from ${readable(before.map((status) => statusLabel[status]))}.`;
  return step ? `${only} Set it to ${statusLabel[step]} first.` : only;
}

/** Why a detection can't be set to `target`. */
function whyNot(subject: Subject, target: TargetStatus, { transitions, words }: Vendors): string {
  if (subject.pendingStatus) return "Another change is on its way";
  if (subject.status === target) return "Current status";
  const provider = words[subject.vendor]?.provider ?? neutralWords.provider;
  return detourTo(target, subject.status, transitions[subject.vendor], capital(provider));
}

/** Those of `subjects` that can be set to `to`, or to any status while none is chosen. */
export function changeable({
  subjects,
  able,
  to,
}: Pick<ChoicesProps, "subjects" | "able" | "to">): Subject[] {
  const ables = new Set((to ? [to] : targetStatuses).flatMap((target) => able(target)));
  return subjects.filter((subject) => ables.has(subject));
}

const shownMax = 5;

/** The detections among several that can't be set to `to`, or to any status while none is chosen, each with the reason. */
export function Unable({ subjects, able, to, ...vendors }: Omit<ChoicesProps, "onChange">) {
  const ables = changeable({ subjects, able, to });
  const rest = subjects.filter((subject) => !ables.includes(subject));
  if (rest.length === 0) return null;
  const reason = (subject: Subject) => {
    if (subject.status === to && !subject.pendingStatus) return `Already ${statusLabel[to]}`;
    if (to || subject.pendingStatus) return whyNot(subject, to ?? "active", vendors);
    return `No change is possible from ${statusLabel[subject.status]}`;
  };
  return (
    <div className="text-sm">
      <p className="font-medium">{`${ables.length} of ${subjects.length} can be changed`}</p>
      <ul className="text-muted">
        {rest.slice(0, shownMax).map((subject) => (
          <li key={subject.id} className="break-words">
            {`“${subject.title}”: ${reason(subject).replace(/\.$/, "")}.`}
          </li>
        ))}
        {rest.length > shownMax ? <li>{`And ${rest.length - shownMax} more.`}</li> : null}
      </ul>
    </div>
  );
}

type ChoicesProps = Vendors & {
  subjects: Subject[];
  /** returns the detections that can be set to this status now */
  able: (to: TargetStatus) => Subject[];
  to: TargetStatus | null;
  onChange: (to: TargetStatus) => void;
};

/** The list of all statuses, each with its meaning, or with the reason why it can't be set. */
export function StatusChoices({ subjects, transitions, words, able, to, onChange }: ChoicesProps) {
  const [first] = subjects;
  const many = subjects.length > 1;
  const why = (target: TargetStatus): string => {
    if (many || !first) return "Not possible from their current status";
    return whyNot(first, target, { transitions, words });
  };
  return (
    <fieldset className="space-y-2">
      <legend className="sr-only">Status</legend>
      {targetStatuses.map((target) => {
        const count = able(target).length;
        return (
          <label
            key={target}
            className="grid cursor-pointer grid-cols-[auto_1fr] gap-x-3 rounded-md border border-line p-3 text-sm has-checked:border-accent has-checked:bg-chosen has-disabled:cursor-not-allowed has-disabled:text-muted"
          >
            <input
              type="radio"
              name="status"
              value={target}
              className="mt-0.5 size-4"
              disabled={count === 0}
              checked={to === target}
              onChange={() => onChange(target)}
            />
            <span className="font-medium">
              {statusLabel[target]}
              {many && count > 0 && count < subjects.length ? ` – ${count} of ${subjects.length} can` : ""}
            </span>
            <span className="col-start-2 text-muted">
              {count === 0
                ? why(target)
                : able(target).every(({ status }) => status === target)
                  ? "Current status. Only the verdict changes, and nothing is sent."
                  : `${statusMeaning[target]}. ${nextOf(target, transitions[first?.vendor ?? ""])}`}
            </span>
          </label>
        );
      })}
    </fieldset>
  );
}
