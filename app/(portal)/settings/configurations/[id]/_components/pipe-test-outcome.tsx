import { Notice } from "#components/ui/notice.tsx";
import type { Hop } from "#lib/ingest/pipe-tests/hop.ts";

type Props = { hops: readonly Hop[]; ended: { complete: boolean; isStopped: boolean } | null };

/** What a pipe test proved, once it has ended. */
export function PipeTestOutcome({ hops, ended }: Props) {
  return (
    <output className="block empty:hidden">{ended ? <Outcome hops={hops} ended={ended} /> : null}</output>
  );
}

function Outcome({ hops, ended }: { hops: readonly Hop[]; ended: NonNullable<Props["ended"]> }) {
  if (ended.isStopped)
    return (
      <Notice title="The test was stopped">
        PocketSOC no longer waits for its samples. Late samples still appear in Detections.
      </Notice>
    );
  if (!ended.complete) return <Notice tone="warning" title="The test ended without reaching every hop" />;
  const shown = hops.filter(({ id }) => id.startsWith("shown:"));
  if (shown.some(({ state }) => state === "passed"))
    return (
      <Notice tone="success" title="Both paths work">
        The notification was shown, too.
      </Notice>
    );
  if (shown.length === 0)
    return (
      <Notice tone="success" title="Both paths work">
        No phone was tested.
      </Notice>
    );
  return (
    <Notice tone="warning" title="Both paths work">
      But no device showed the notification. The list says what to do.
    </Notice>
  );
}
