"use client";

import { Maximize2, X } from "lucide-react";
import Link from "next/link";
import { useEffect, useState } from "react";
import { Notice } from "#components/ui/notice.tsx";
import type { DetectionDetail } from "#lib/triage/get.ts";
import type { Preset } from "./status-dialog.tsx";
import { DetectionNews, noveltyOf, type TimelineEntry } from "./detection-news.tsx";
import { DetectionView } from "./detection-view.tsx";

type Props = {
  id: string;
  /** a text that changes when the detection may have changed; the pane then rereads the detection */
  look: string;
  /** whether every change of the detection changes `look`; if not, the pane also polls often */
  isLive: boolean;
  /** whether a toast lies over the lower end of the page */
  isToastOpen: boolean;
  onClose: () => void;
  onStatus: (detection: DetectionDetail, preset: Preset | null) => void;
  onAcknowledge: (detection: DetectionDetail) => void;
  onRelease: (detection: DetectionDetail) => void;
  onGiveUp: (detection: DetectionDetail) => void;
};

type Held = {
  detection: DetectionDetail | null;
  problem: string | null;
  at: string;
  /** timeline entries that were added since the person opened the detection, newest first */
  news: TimelineEntry[];
};

const waitingMs = 1_500;
const restingMs = 15_000;
const liveMs = 60_000;

/** The detection beside the list, on wide screens. Rereads the detection when a change arrives and lists what others changed. */
export function DetectionPane(props: Props) {
  const { id, look, isLive, isToastOpen, onClose, onStatus, onAcknowledge, onRelease, onGiveUp } = props;
  const [held, setHeld] = useState<Held | null>(null);
  const waiting = held?.detection?.id === id && held.detection.pendingStatus !== null;
  useEffect(() => {
    const leaving = new AbortController();
    const load = async () => {
      const at = new Date().toISOString();
      try {
        const response = await fetch(`/api/feed/${id}`, { signal: leaving.signal, cache: "no-store" });
        // such an answer says nothing about the detection, so what was read stays
        if (response.status >= 500 || response.status === 429) throw new Error("not answered now");
        const body = (await response.json()) as DetectionDetail & { error?: { message: string } };
        setHeld((before) => ({
          detection: body.error ? null : body,
          problem: body.error?.message ?? null,
          at,
          news: before?.detection && !body.error ? noveltyOf(before.detection, body, before.news) : [],
        }));
      } catch {
        if (leaving.signal.aborted) return;
        setHeld((before) => ({
          detection: before?.detection?.id === id ? before.detection : null,
          problem: "The portal can't be reached, so this may be out of date.",
          at,
          news: before?.detection?.id === id ? before.news : [],
        }));
      }
    };
    void load();
    const timer = setInterval(
      () => {
        if (!document.hidden) void load();
      },
      isLive ? liveMs : waiting ? waitingMs : restingMs,
    );
    return () => {
      clearInterval(timer);
      leaving.abort();
    };
  }, [id, look, waiting, isLive]);

  const detection = held?.detection?.id === id ? held.detection : null;
  const icon =
    "inline-flex size-9 cursor-pointer items-center justify-center rounded-md text-muted hover:text-ink";
  return (
    <aside
      aria-label="Detection"
      className="hidden xl:sticky xl:top-0 xl:block xl:h-dvh xl:self-start xl:overflow-y-auto xl:border-l xl:border-line xl:bg-raised xl:px-5 xl:py-4"
    >
      <div className="-mt-2 -mr-2 mb-1 flex justify-end">
        <Link href={`/detections/${id}`} aria-label="Open as a page" title="Open as a page" className={icon}>
          <Maximize2 aria-hidden="true" size={16} />
        </Link>
        <button
          type="button"
          aria-label="Close detail"
          title="Close (Esc)"
          onClick={onClose}
          className={icon}
        >
          <X aria-hidden="true" size={18} />
        </button>
      </div>
      {held?.problem ? (
        <div role="alert" className="mb-3">
          <Notice tone="warning" title={held.problem} />
        </div>
      ) : null}
      {detection && held ? (
        <DetectionView
          detection={detection}
          nowIso={held.at}
          inPane
          onStatus={(preset) => onStatus(detection, preset)}
          onAcknowledge={() => onAcknowledge(detection)}
          onRelease={() => onRelease(detection)}
          onGiveUp={() => onGiveUp(detection)}
        />
      ) : null}
      {detection && held ? (
        <DetectionNews
          news={held.news}
          nowIso={held.at}
          isCovered={isToastOpen}
          onClose={() => setHeld((before) => before && { ...before, news: [] })}
        />
      ) : null}
      {!detection && !held?.problem ? <PaneSkeleton /> : null}
    </aside>
  );
}

function PaneSkeleton() {
  return (
    <div aria-busy="true" aria-label="Loading" className="space-y-3">
      {["w-1/3", "w-full", "w-2/3", "w-full", "w-5/6"].map((width, index) => (
        <div key={`${width} ${String(index)}`} className={`h-4 rounded bg-line/60 ${width}`} />
      ))}
    </div>
  );
}
