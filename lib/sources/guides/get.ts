import { reachability } from "#lib/domain/public-address.ts";
import { documents } from "#lib/vendors/documents.ts";
import { manifests } from "#lib/vendors/manifests.ts";
import { redirectUriOf } from "../accounts/begin.ts";
import type { Services } from "#lib/core/context.ts";
import { cloudsOf } from "#lib/core/vendor-io.ts";

export type { GuideBlock, GuideSection, VendorDeploy } from "#lib/vendors/document-contract.ts";

/** The guides that there are, for links. */
export const listGuides = () =>
  manifests.flatMap(({ id }) => {
    const document = documents[id];
    return document ? [{ id, title: document.title, href: `/docs/${id}` }] : [];
  });

/**
 * A vendor's guide with what this installation knows of itself, for anyone who opens it; null when there is none of
 * that id. What belongs to an organisation comes from `listGuideValues`.
 */
export function getGuide(services: Services, vendor: string) {
  const manifest = manifests.find((one) => one.id === vendor);
  const document = manifest && documents[manifest.id];
  if (!manifest || !document) return null;
  const { portalUrl } = services;
  return {
    id: manifest.id,
    document,
    clouds: cloudsOf(services, manifest),
    /** whether the vendor can fetch templates from us and call our webhook, as far as our address tells */
    reach: reachability(portalUrl),
    values: {
      ...document.placeholders,
      pocketsocUrl: portalUrl,
      redirectUri: redirectUriOf(portalUrl),
      templateUri: `${portalUrl}/templates/${document.deploy.template}`,
    } as Record<string, string>,
  };
}
export type VendorGuide = NonNullable<ReturnType<typeof getGuide>>;
