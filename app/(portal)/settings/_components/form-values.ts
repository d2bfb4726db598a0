import type { ConfigurationFormValues, ConfigurationInput } from "#lib/schemas/configuration.ts";
import type { offeredManifests } from "#lib/core/vendors.ts";

type Manifest = ReturnType<typeof offeredManifests>[number];

/**
 * The first values of a vendor's form: those of an earlier draft, or else of an existing credential, or else empty. Secrets
 * always begin empty.
 */
export function startOf(
  { id: vendor, authTypes, clouds, fields, notifyAbout }: Manifest,
  known: {
    /** what the person typed before leaving to sign in; undefined without an unfinished sign-in */
    draft: ConfigurationInput | undefined;
    /** the ids of an existing credential's application */
    shared: Readonly<Record<string, string>> | undefined;
    certificateId: string | undefined;
    scopeId: string | null;
  },
): ConfigurationFormValues {
  const { draft, shared } = known;
  const vendorValues = fields.map(({ id, of, shared: isShared }): [string, string] => {
    if (of === "scope") return [id, known.scopeId ?? draft?.scopeIds.join("\n") ?? ""];
    if (of === "connection") return [id, draft?.connection[id] ?? ""];
    if (of === "application")
      return [id, draft?.application[id] ?? (isShared ? shared?.[id] : undefined) ?? ""];
    return [id, ""];
  });
  return {
    ...Object.fromEntries(vendorValues),
    vendor,
    displayName: draft?.displayName ?? "",
    authType: draft?.authType ?? authTypes[0]?.id ?? "",
    cloud: draft?.cloud ?? clouds[0]?.id ?? "",
    proof: "secret",
    writeAs: "person",
    credentialId: null,
    certificateId: known.certificateId ?? "",
    secretExpiresOn: "",
    environment: draft?.environment ?? "production",
    notifyAbout: draft?.notifyAbout ?? notifyAbout,
    pollIntervalSeconds: draft?.pollIntervalSeconds ?? 60,
  };
}

/** Returns the typed values that the guide's commands contain, keyed by the guide's names for the values. */
export function typed(
  { fields }: Manifest,
  values: Partial<ConfigurationFormValues>,
): Record<string, string> {
  return Object.fromEntries(
    fields.flatMap(({ id, of }): [string, string][] => {
      const text = String(values[id] ?? "");
      if (of === "scope") return [["scopeId", text.split(/[\s,;]+/)[0] ?? ""]];
      return of === "application" || of === "connection" ? [[id, text]] : [];
    }),
  );
}
