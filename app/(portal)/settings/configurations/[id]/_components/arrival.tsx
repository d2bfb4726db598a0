import Link from "next/link";
import { wordsOf } from "#lib/domain/vendor-words.ts";
import type { ConfigurationDetail } from "#lib/sources/configurations/get.ts";
import { Coverage } from "../../../_components/configuration-list.tsx";
import { PipeTest } from "./pipe-test.tsx";

/** Sentences on how a configuration's alerts arrive, with links to the details and with the pipe test. */
export function Arrival({
  configuration,
  isTestAsked,
}: {
  configuration: ConfigurationDetail;
  /** whether the person comes from connecting their account for the pipe test */
  isTestAsked: boolean;
}) {
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
        words={wordsOf(configuration.words)}
        samples={configuration.samples}
        last={configuration.lastPipeTest}
        isAsked={isTestAsked}
        nowIso={configuration.now}
      />
    </div>
  );
}
