import Link from "next/link";
import type { ConfigurationDetail } from "#lib/sources/configurations/get.ts";
import { Coverage } from "../../../_components/configuration-list.tsx";
import { PipeTest } from "./pipe-test.tsx";

/** Sentences on how a configuration's alerts arrive, with links to the details and with the pipe test. */
export function Arrival({ configuration }: { configuration: ConfigurationDetail }) {
  return (
    <div className="space-y-4">
      <div>
        <Coverage coverage={configuration.coverage} />
        <p className="mt-2">
          <Link
            className="text-accent underline"
            href={`/settings/deliveries?configuration=${configuration.id}`}
          >
            Deliveries
          </Link>
          {" · "}
          <Link className="text-accent underline" href="/settings/webhooks">
            Webhook URLs
          </Link>
        </p>
      </div>
      <PipeTest
        id={configuration.id}
        scope={configuration.scopeName || configuration.scopeId}
        words={configuration.words}
        disabled={configuration.health.state === "disabled"}
        ready={configuration.readable && configuration.writeBlock === null}
        samples={configuration.samples}
        last={configuration.lastPipeTest}
        nowIso={configuration.now}
      />
    </div>
  );
}
