import { reachability } from "#lib/domain/public-address.ts";
import { redirectUriOf } from "../accounts/begin.ts";
import type { Services } from "#lib/core/context.ts";

export type { GuideBlock, GuideSection, VendorDeploy } from "#lib/vendors/document-contract.ts";

/** The guides that there are, for links. */
export const listGuides = ({ vendors }: Services) =>
  vendors.all.flatMap(({ manifest: { id }, document }) =>
    document ? [{ id, title: document.title, href: `/docs/${id}` }] : [],
  );

/**
 * A vendor's guide with what this installation knows of itself, for anyone who opens it; null when there is none of
 * that id. What belongs to an organisation comes from `listGuideValues`.
 */
export function getGuide(services: Services, id: string) {
  const vendor = services.vendors.all.find(({ manifest }) => manifest.id === id);
  if (!vendor?.document) return null;
  const { manifest, document } = vendor;
  const { portalUrl } = services;
  return {
    id,
    document,
    clouds: manifest.clouds,
    /** whether the vendor can fetch templates from us and call our webhook, as far as our address tells */
    reach: reachability(portalUrl),
    values: {
      ...document.placeholders,
      pocketsocUrl: portalUrl,
      redirectUri: redirectUriOf(services, manifest),
      ...(document.deploy ? { templateUri: `${portalUrl}/templates/${document.deploy.template}` } : {}),
    } as Record<string, string>,
  };
}
export type VendorGuide = NonNullable<ReturnType<typeof getGuide>>;
