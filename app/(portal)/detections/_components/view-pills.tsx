import Link from "next/link";
import { type View, viewLabel } from "#lib/domain/view.ts";
import type { FeedPage } from "#lib/triage/list.ts";
import { feedAddress, onlyView } from "../_store/feed-address.ts";

const always: View[] = ["triage", "mine", "owned", "closed", "all"];
/** views that are shown only while something is in them, or while they are open */
const sometimes: View[] = ["not_saved", "backlog", "samples"];

/** The list's views, each with the number of detections in it. The numbers don't depend on the filters. */
export function ViewPills({ page, view }: { page: FeedPage; view: View }) {
  const { view: counts } = page.counts;
  const shown = sometimes.filter((name) => counts[name].total > 0 || name === view);
  return (
    <nav aria-label="Views" className="-mx-4 overflow-x-auto px-4 md:mx-0 md:px-0">
      <ul className="flex items-center gap-0.5 text-sm">
        {always.map((name) => (
          <Pill key={name} name={name} isOpen={name === view} count={counts[name]} />
        ))}
        {shown.length > 0 ? <li aria-hidden="true" className="mx-1.5 h-4 w-px shrink-0 bg-line" /> : null}
        {shown.map((name) => (
          <Pill key={name} name={name} isOpen={name === view} count={counts[name]} />
        ))}
      </ul>
    </nav>
  );
}

type Count = FeedPage["counts"]["view"][View];

function Pill({ name, isOpen, count }: { name: View; isOpen: boolean; count: Count }) {
  return (
    <li className="shrink-0">
      <Link
        href={feedAddress(onlyView(name))}
        aria-current={isOpen ? "page" : undefined}
        className={`flex min-h-11 items-center gap-1.5 rounded-md px-2.5 font-medium hover:bg-raised aria-[current=page]:bg-chosen aria-[current=page]:text-ink md:min-h-7 ${name === "not_saved" ? "text-danger" : "text-muted"}`}
      >
        {viewLabel[name]}
        {count.total > 0 ? (
          <span className="text-xs font-normal tabular-nums">{count.total.toLocaleString("en")}</span>
        ) : null}
        {name === "triage" && count.high > 0 ? (
          <span className="text-xs text-high tabular-nums">{`${count.high} High`}</span>
        ) : null}
      </Link>
    </li>
  );
}
