import type { ConfigurationAccess } from "#lib/core/access.ts";
import type { Services } from "#lib/core/context.ts";
import { accountsPage, isOffered, vendorOf, wordsFor } from "#lib/core/vendors.ts";
import { rightsIn } from "./facts.ts";
import { healthOf } from "./health.ts";

/** Why samples of a configuration can't be requested now. */
export type SamplesBlock = {
  /** one or two sentences: what is wrong, and what to do */
  reason: string;
  /** whether the person must connect their own account first */
  connect: boolean;
  /** whether samples that a person creates at the vendor would still be seen */
  byHand: boolean;
};

/**
 * Returns why the vendor shouldn't be asked for samples of a configuration, as far as PocketSOC knows without a request.
 * Returns null if nothing stands in the way.
 */
export function samplesBlock(services: Services, access: ConfigurationAccess): SamplesBlock | null {
  const { configuration } = access;
  const block = (reason: string) => ({ reason, connect: false, byHand: false });
  if (configuration.disabledAt)
    return block("This configuration is disabled, so no sample would arrive. Enable it first.");
  if (!isOffered(services, configuration)) return block(access.writeBlock ?? "");
  const unseen = unseenBlock(services, access);
  if (unseen) return unseen;
  const { state, reason, remedy } = healthOf(configuration, services.now(), undefined);
  if (state === "action_needed")
    return block(
      ["This configuration can't be read now, so no sample would be found.", reason, remedy]
        .filter(Boolean)
        .join(" "),
    );
  return requestBlock(services, access);
}

/** Why the person wouldn't see the samples. */
function unseenBlock(services: Services, access: ConfigurationAccess): SamplesBlock | null {
  if (access.readable) return null;
  const { account, provider, scope } = wordsFor(services, access.configuration);
  if (access.access !== "refused")
    return {
      reason: `Connect your ${account} to see this configuration's samples.`,
      connect: true,
      byHand: false,
    };
  return {
    reason: `${provider} doesn't show you this ${scope}, so you would see no sample. Ask somebody who sees it to run the test.`,
    connect: false,
    byHand: false,
  };
}

/** Why the request for samples would fail, although samples made by hand would be seen. */
function requestBlock(services: Services, access: ConfigurationAccess): SamplesBlock | null {
  const { configuration, account: own, writeBlock } = access;
  const { account, provider, scope } = wordsFor(services, configuration);
  const block = (reason: string, connect = false) => ({ reason, connect, byHand: true });
  if (!vendorOf(services, configuration).can.samples)
    return block(`PocketSOC can't request samples from ${provider}.`);
  const mayNot = (facts: Parameters<typeof rightsIn>[0]["facts"]) =>
    Object.values(rightsIn({ facts }) ?? {}).includes("no");
  if (configuration.writeAs === "application")
    return mayNot(configuration.facts)
      ? block(
          `The application may only read this ${scope}, so ${provider} would refuse to create samples. Give it a role that may, then click Check again.`,
        )
      : null;
  if (!own) return block(`${provider} creates the samples in your name, so it needs your ${account}.`, true);
  if (own.signInNeeded)
    return block(
      `Your ${account} has to sign in again before ${provider} creates samples in your name.`,
      true,
    );
  if (writeBlock) return block(writeBlock, true);
  return mayNot(own.facts)
    ? block(
        `Your ${account} may only read this ${scope}, so ${provider} would refuse to create samples. Get a role that may, then reconnect the account under ${accountsPage(services)}.`,
      )
    : null;
}
