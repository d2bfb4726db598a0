import Link from "next/link";

const places: Record<string, string> = {
  "Settings > Deliveries": "/settings/deliveries",
  "Settings > Webhook URLs": "/settings/webhooks",
  "Settings > Azure accounts": "/settings/accounts",
};
const named = /(Settings > (?:Deliveries|Webhook URLs|Azure accounts))/;

/** A sentence; where it names a place in Settings, that is a link. */
export function PlaceText({ children }: { children: string | null }) {
  return (children ?? "").split(named).map((part, index) => {
    const href = places[part];
    if (!href) return part;
    return (
      // the parts of a sentence stay where they are
      // oxlint-disable-next-line react/no-array-index-key
      <Link key={index} className="text-accent underline" href={href}>
        {part}
      </Link>
    );
  });
}
