import { Moment } from "#components/ui/moment.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { lookUp } from "#lib/domain/look-up.ts";
import type { DetectionDetail } from "#lib/triage/get.ts";

export type TimelineEntry = DetectionDetail["timeline"][number];
const shownMax = 3;

/**
 * The timeline entries that `now` adds to `before`, followed by the earlier additions in `held`, three entries at most; without
 * what the reader did and its outcome. Empty if the two are different detections.
 */
export function noveltyOf(
  before: Pick<DetectionDetail, "id" | "timeline">,
  now: Pick<DetectionDetail, "id" | "timeline">,
  held: readonly TimelineEntry[],
): TimelineEntry[] {
  if (before.id !== now.id) return [];
  const known = new Set(before.timeline.map((entry) => entry.id));
  return [...now.timeline.filter((entry) => !entry.isOwn && !known.has(entry.id)), ...held].slice(
    0,
    shownMax,
  );
}

const places: Record<string, string> = {
  Portal: "in the portal",
  API: "through the API",
  Webhook: "by webhook",
};

/** The person who made a timeline entry and where, or "" if no person made the entry. */
const byWhom = ({ by, where }: TimelineEntry) =>
  by === where ? "" : `by ${by} ${lookUp(places, where) ?? `in ${where}`}, `;

type Props = {
  news: readonly TimelineEntry[];
  nowIso: string;
  /** whether a toast lies over the notice's place; the notice waits until it is gone */
  isCovered: boolean;
  /** classes that place the notice above other elements at the bottom */
  className?: string;
  onClose: () => void;
};

/**
 * The changes by others since the person opened the detection. The notice covers the lower end of the detection, so that the text
 * being read doesn't move.
 */
export function DetectionNews({ news, nowIso, isCovered, className = "bottom-0", onClose }: Props) {
  return (
    <output className={`sticky z-10 mt-4 block empty:hidden ${className}`}>
      {news.length > 0 && !isCovered ? (
        <span className="block rounded-md shadow-lg">
          <Notice title="Changed while you were looking">
            <ul className="space-y-1">
              {news.map((entry) => (
                <li key={entry.id} className="break-words">
                  {`${entry.text}, ${byWhom(entry)}`}
                  <Moment iso={entry.at} nowIso={nowIso} />
                </li>
              ))}
            </ul>
            <button
              type="button"
              onClick={onClose}
              className="min-h-9 cursor-pointer underline hover:text-ink md:min-h-6"
            >
              Close
            </button>
          </Notice>
        </span>
      ) : null}
    </output>
  );
}
