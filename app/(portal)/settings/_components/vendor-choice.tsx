import Link from "next/link";
import type { offeredManifests } from "#lib/core/vendors.ts";
import { newConfigurationAddress } from "./new-configuration-address.ts";

type Manifest = Pick<ReturnType<typeof offeredManifests>[number], "id" | "words">;

/** Asks which vendor a new configuration is for, if several vendors are offered. The page's address contains the answer. */
export function VendorChoice({ manifests }: { manifests: readonly Manifest[] }) {
  return (
    <>
      <h2 id="vendor-choice" className="mb-3 text-sm text-muted">
        Choose a vendor to connect.
      </h2>
      <ul aria-labelledby="vendor-choice" className="grid max-w-3xl gap-3 md:grid-cols-2">
        {manifests.map(({ id, words }) => (
          <li key={id}>
            <Link
              href={newConfigurationAddress(id)}
              className="block rounded-lg border border-line bg-raised p-4 hover:border-accent hover:bg-chosen"
            >
              <span className="block text-base font-semibold break-words">{words.product}</span>
              <span className="mt-1 block text-sm text-muted">{`Reads alerts of one or more ${words.scopes}`}</span>
            </Link>
          </li>
        ))}
      </ul>
    </>
  );
}
