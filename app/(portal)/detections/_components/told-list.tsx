import { ExactMoment } from "#components/ui/moment.tsx";
import type { DetectionDetail } from "#lib/services/detections/get.ts";

type Told = DetectionDetail["told"][number];

const word = ({ state, actedAt, openedAt, shownAt }: Told): string => {
  if (state === "failed") return "not reached";
  if (state === "folded") return "counted in the notification of an alert like it";
  if (actedAt) return "acted on";
  if (openedAt) return "opened";
  if (shownAt) return "shown";
  return state === "accepted" ? "accepted by the push service" : "queued";
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

/** How long each step took, once there is more than one: "accepted 1 s, shown 2 s, acted on 3 min after it was queued". */
function tookOf(told: Told): string | null {
  const taken = steps.flatMap(([step, name]) => {
    const at = told[step];
    if (!at) return [];
    const seconds = Math.max(0, Math.round((Date.parse(at) - Date.parse(told.queuedAt)) / 1_000));
    const [unit, size] = units.find(([, one]) => seconds >= one) ?? ["s", 1];
    return [`${name} ${Math.round(seconds / size)} ${unit}`];
  });
  return taken.length > 1 ? `${taken.join(", ")} after it was queued` : null;
}

/** Who was told of a detection, on which device, and how far it came. */
export function ToldList({ told }: { told: readonly Told[] }) {
  return (
    <ul className="space-y-3">
      {told.map((one) => (
        <li key={one.id} className="break-words">
          <p>
            {one.person} <span className="text-muted">· {one.device ?? "a device that was removed"}</span>
          </p>
          <p className="text-xs text-muted">
            {word(one)} ·{" "}
            <ExactMoment iso={one.actedAt ?? one.openedAt ?? one.shownAt ?? one.acceptedAt ?? one.queuedAt} />
            {one.problem ? ` · ${one.problem}` : ""}
          </p>
          {tookOf(one) ? <p className="text-xs text-muted">{tookOf(one)}</p> : null}
        </li>
      ))}
    </ul>
  );
}
