import Link from "next/link";
import type { ConfigurationDetail } from "#lib/sources/configurations/get.ts";
import { Coverage } from "../../../_components/configuration-list.tsx";
import { PipeTest } from "./pipe-test.tsx";

/** How a configuration's alerts arrive, links to the details, and the pipe test. */
export function Arrival({ one }: { one: ConfigurationDetail }) {
  return (
    <div className="space-y-4">
      <div>
        <Coverage coverage={one.coverage} />
        <p className="mt-2">
          <Link className="text-accent underline" href={`/settings/deliveries?configuration=${one.id}`}>
            Deliveries
          </Link>
          {" · "}
          <Link className="text-accent underline" href="/settings/webhooks">
            Webhook URLs
          </Link>
        </p>
      </div>
      <PipeTest
        id={one.id}
        scope={one.scopeName || one.scopeId}
        words={one.words}
        disabled={one.health.word === "Disabled"}
        readable={one.readable}
        samples={one.samples}
        last={one.lastPipeTest}
        nowIso={one.now}
      />
    </div>
  );
}
