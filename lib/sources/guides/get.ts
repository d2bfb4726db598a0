import { reachability } from "#lib/domain/public-address.ts";
import { redirectUriOf } from "../accounts/begin.ts";
import type { Services } from "#lib/core/context.ts";

export type { GuideBlock, GuideSection, VendorDeploy } from "#lib/vendors/document-contract.ts";

/** Lists the vendors' guides, for links to them. */
export const listGuides = ({ vendors }: Services) =>
  vendors.all.flatMap(({ manifest: { id }, document }) =>
    document ? [{ id, title: document.title, href: `/docs/${id}` }] : [],
  );

/**
 * Returns a vendor's guide with this installation's addresses filled in, but no values of an organisation. Returns null
 * if the vendor has no guide.
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
    /** whether the portal's address allows the vendor to fetch templates and call the webhook */
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
