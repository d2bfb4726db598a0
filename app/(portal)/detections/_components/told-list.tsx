import { ExactMoment } from "#components/ui/moment.tsx";
import type { DetectionDetail } from "#lib/services/detections/get.ts";

type Told = DetectionDetail["told"][number];

const word = ({ state, openedAt, shownAt }: Told): string => {
  if (state === "failed") return "not reached";
  if (state === "folded") return "counted in the notification of an alert like it";
  if (openedAt) return "opened";
  if (shownAt) return "shown";
  return state === "accepted" ? "accepted by the push service" : "queued";
};

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
            {word(one)} · <ExactMoment iso={one.openedAt ?? one.shownAt ?? one.acceptedAt ?? one.queuedAt} />
            {one.problem ? ` · ${one.problem}` : ""}
          </p>
        </li>
      ))}
    </ul>
  );
}
