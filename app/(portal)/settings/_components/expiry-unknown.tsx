import Link from "next/link";

/** Says that the expiry date of a configuration's secret is unknown, with a link to the field for it. */
export function ExpiryUnknown({ configurationId }: { configurationId: string }) {
  return (
    <>
      Expiry date unknown.{" "}
      <Link className="underline" href={`/settings/configurations/${configurationId}#secretExpiresOn`}>
        Add it
      </Link>{" "}
      so that PocketSOC can warn you.
    </>
  );
}
