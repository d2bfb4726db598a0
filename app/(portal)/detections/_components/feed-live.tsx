"use client";

import { useEffect, useState } from "react";
import { Button } from "#components/ui/button.tsx";
import { useNow } from "#components/ui/now.ts";
import { isUrgent } from "#lib/domain/severity.ts";
import type { FeedItem } from "#lib/triage/list.ts";
import type { Live } from "../_store/live-stream.ts";

const staleMs = 60_000;
const announceEveryMs = 10_000;

/** The state of the stream in a word or two; if it is live and the list is narrow, only the dot is drawn. Renders nothing if the state is unknown or the page polls. */
export function LiveMark({ live, nowIso, isNarrow }: { live: Live; nowIso: string; isNarrow: boolean }) {
  const now = useNow(nowIso);
  if (live.state === "off" || live.state === "waiting") return null;
  const isLive = live.state === "live";
  const silentMs = now - live.heardAt;
  const text = isLive
    ? "Live"
    : silentMs > staleMs
      ? `Stale ${Math.floor(silentMs / 60_000)} m`
      : "Reconnecting…";
  return (
    <span className="inline-flex items-center gap-1.5 text-sm text-muted">
      <span aria-hidden="true" className={`size-2 rounded-full ${isLive ? "bg-success" : "bg-medium"}`} />
      <span className={isLive && isNarrow ? "sr-only" : "sr-only md:not-sr-only"}>{text}</span>
    </span>
  );
}

const highOf = (fresh: FeedItem[]) => fresh.filter(({ severity }) => isUrgent(severity)).length;

/** The number of new rows, in total and by severity: "12 new · 2 High". */
function freshText(fresh: FeedItem[]): string {
  const high = highOf(fresh);
  return [`${fresh.length} new`, ...(high > 0 ? [`${high} High`] : [])].join(" · ");
}

/**
 * A floating button that shows the new rows. Screen readers announce the number of new rows at most every 10 s. The page's
 * title contains the number of new rows of severity High.
 */
export function FreshButton({ fresh, onShow }: { fresh: FeedItem[]; onShow: () => void }) {
  useUnseenTitle(highOf(fresh));
  const said = useSaid(fresh.length > 0 ? freshText(fresh) : "");
  return (
    <>
      <output className="sr-only">{said}</output>
      {fresh.length > 0 ? (
        <Button
          tone="primary"
          shape="pill"
          className="fixed inset-x-0 bottom-20 z-10 mx-auto w-fit shadow-lg md:top-[6.5rem] md:bottom-auto"
          onClick={onShow}
        >
          {freshText(fresh)}
          <kbd
            aria-hidden="true"
            className="hidden rounded border border-current px-1.5 font-mono text-xs md:inline"
          >
            .
          </kbd>
        </Button>
      ) : null}
    </>
  );
}

/** Returns `text`, updated every 10 s at most, so that a thousand alerts don't cause a thousand announcements. */
function useSaid(text: string): string {
  const [said, setSaid] = useState({ text: "", at: 0 });
  useEffect(() => {
    if (said.text === text) return;
    const wait = text === "" ? 0 : Math.max(0, said.at + announceEveryMs - Date.now());
    const timer = setTimeout(() => setSaid({ text, at: text === "" ? said.at : Date.now() }), wait);
    return () => clearTimeout(timer);
  }, [text, said]);
  return said.text;
}

function useUnseenTitle(high: number): void {
  useEffect(() => {
    const title = document.title.replace(/^\(\d+\) /, "");
    document.title = high > 0 ? `(${high}) ${title}` : title;
    return () => {
      document.title = document.title.replace(/^\(\d+\) /, "");
    };
  }, [high]);
}
