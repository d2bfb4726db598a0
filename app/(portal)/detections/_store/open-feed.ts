import type { FeedPage } from "#lib/triage/list.ts";
import type { Filters } from "./feed-address.ts";
import { FeedStore } from "./feed-store.ts";
import { FeedView } from "./feed-view.ts";

export type Drawn = {
  /** the list's first page, which the server rendered with these filters */
  first: FeedPage;
  filters: Filters;
  initialOpen: string | null;
  /** the name of the connection that this browser's tabs share */
  liveName: string;
};

/** Creates the feed's stores without starting them. */
export function openFeed({ first, filters, initialOpen, liveName }: Drawn) {
  const store = new FeedStore({ first, filters, liveName });
  const view = new FeedView({
    items: () => store.get().items,
    openId: initialOpen,
    onOpen: (id) => {
      store.watch(id);
      keepInAddress(id);
    },
  });
  store.watch(initialOpen);
  return { store, view };
}

/** Writes the open detection's id into the page's address, so that a reload or a shared link opens the detection. */
function keepInAddress(id: string | null): void {
  const url = new URL(location.href);
  if (id) url.searchParams.set("open", id);
  else url.searchParams.delete("open");
  history.replaceState(history.state, "", url);
}
