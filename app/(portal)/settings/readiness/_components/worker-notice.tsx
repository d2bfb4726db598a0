import { Moment } from "#components/ui/moment.tsx";
import { Notice } from "#components/ui/notice.tsx";
import type { Reachability } from "#lib/alerting/devices/reachability.ts";

/** Says that no worker runs, and what that means. Renders nothing while one runs. */
export function WorkerNotice({ worker, nowIso }: { worker: Reachability["worker"]; nowIso: string }) {
  if (worker.state === "running") return null;
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
