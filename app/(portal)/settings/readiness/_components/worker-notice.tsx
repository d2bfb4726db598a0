import { Moment } from "#components/ui/moment.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { clockText } from "#lib/domain/clock.ts";
import type { Reachability } from "#lib/alerting/devices/reachability.ts";

/** Says that no worker runs, or that its clock is wrong, and what that means. Renders nothing if all is well. */
export function WorkerNotice({ worker, nowIso }: { worker: Reachability["worker"]; nowIso: string }) {
  if (worker.state === "running") return worker.clockAheadMs === null ? null : <ClockNotice {...worker} />;
  return (
    <Notice
      tone="danger"
      title={worker.state === "never" ? "No worker has ever run" : "PocketSOC's worker has stopped"}
    >
      {worker.seenAt ? (
        <p>
          A worker last ran <Moment iso={worker.seenAt.toISOString()} nowIso={nowIso} />.
        </p>
      ) : null}
      <p>
        Without a worker nothing is read from the vendors, no status change is sent, and nobody is notified of
        alerts. Start one with npm start, or with npm run start:worker beside this web. Its log says why it
        ended.
      </p>
    </Notice>
  );
}

function ClockNotice({ clockAheadMs }: Pick<Reachability["worker"], "clockAheadMs">) {
  return (
    <Notice tone="danger" title={`The worker's clock is ${clockText(clockAheadMs ?? 0)} the database's`}>
      <p>
        Times of alerts and on-call hours are off by as much, and a vendor may refuse what the worker signs.
        Set the clocks of both machines by NTP.
      </p>
    </Notice>
  );
}
