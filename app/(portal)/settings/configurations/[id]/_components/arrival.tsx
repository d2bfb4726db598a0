import Link from "next/link";
import type { ConfigurationDetail } from "#lib/sources/configurations/get.ts";
import { Coverage } from "../../../_components/configuration-list.tsx";
import { PipeTest } from "./pipe-test.tsx";

/** Which way a configuration's alerts come, where to look at them, and the test of the whole way. */
export function Arrival({ one }: { one: ConfigurationDetail }) {
  return (
    <div className="space-y-4">
      <div>
        <Coverage coverage={one.coverage} />
        <p className="mt-2">
          <Link className="text-accent underline" href={`/settings/deliveries?configuration=${one.id}`}>
            Its deliveries
          </Link>
          {" · "}
          <Link className="text-accent underline" href="/settings/webhooks">
            Webhook URLs
          </Link>
        </p>
      </div>
      <PipeTest
        id={one.id}
        subscription={one.scopeName || one.scopeId}
        disabled={one.health.state === "disabled"}
        readable={one.readable}
        samples={one.samples}
        last={one.lastPipeTest}
        nowIso={one.now}
      />
    </div>
  );
}
