import Link from "next/link";
import { lookUp } from "#lib/domain/look-up.ts";

const pages: Record<string, string> = {
  "Settings > Deliveries": "/settings/deliveries",
  "Settings > Webhook URLs": "/settings/webhooks",
  "Settings > Notifications": "/settings/notifications",
  "Settings > Readiness": "/settings/readiness",
};
// the page of people's own accounts is called by the vendor's word for them
const named = /(Settings > (?:Deliveries|Webhook URLs|Notifications|Readiness|[^>.,;]+? accounts))/;
const addressOf = (part: string) =>
  lookUp(pages, part) ?? (/^Settings > .+ accounts$/.test(part) ? "/settings/accounts" : undefined);

/** Renders a sentence. Names of pages in Settings become links to these pages. */
export function PlaceText({ children }: { children: string | null }) {
  return (children ?? "").split(named).map((part, index) => {
    const href = addressOf(part);
    if (!href) return part;
    return (
      // the parts of a sentence keep their order
      // oxlint-disable-next-line react/no-array-index-key
      <Link key={index} className="text-accent underline" href={href}>
        {part}
      </Link>
    );
  });
}
