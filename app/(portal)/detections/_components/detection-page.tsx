"use client";

import { ArrowLeft } from "lucide-react";
import { useRouter } from "next/navigation";
import { useState } from "react";
import { KeepFresh } from "#components/ui/keep-fresh.tsx";
import { useReread } from "#components/ui/page-state.ts";
import type { DetectionDetail } from "#lib/triage/get.ts";
import type { LiveEvent } from "../_store/live-connection.ts";
import { mayAct } from "./acting-keys.ts";
import { DetectionNews, noveltyOf, type TimelineEntry } from "./detection-news.tsx";
import { DetectionView } from "./detection-view.tsx";
import type { Preset } from "./status-dialog.tsx";
import { TriageDialogs } from "./triage-dialogs.tsx";
import { useKeys } from "./use-keys.ts";
import { useLive } from "./use-live.ts";
import { useTriage } from "./use-triage.ts";

type Props = { detection: DetectionDetail; nowIso: string; liveName: string };

const unreachable = "The portal could not be reached. Acknowledge it once more; twice does no harm.";

/** Whether a stream event may change what the page shows about the detection `id`. */
const concerns = (id: string) => (event: LiveEvent) =>
  (event.type === "row" && event.item.id === id) ||
  (event.type === "deleted" && event.id === id) ||
  ["reset", "access", "end"].includes(event.type);

/**
 * A detection's full page: the detection and its actions. Rereads the detection when a change arrives and lists what changed.
 */
export function DetectionPage({ detection, nowIso, liveName }: Props) {
  const router = useRouter();
  const reread = useReread();
  const [shown, setShown] = useState({ detection, news: [] as TimelineEntry[] });
  if (shown.detection !== detection)
    setShown({ detection, news: noveltyOf(shown.detection, detection, shown.news) });
  const live = useLive({
    name: liveName,
    after: detection.lastChange,
    onEvents: (events) => {
      if (events.some(concerns(detection.id))) reread();
    },
  });
  const lookEveryMs = live.state === "live" ? 60_000 : detection.pendingStatus ? 1_500 : 30_000;
  const triage = useTriage({ unreachable, readerId: detection.readerId, onChanged: reread });
  const acknowledge = () => triage.acknowledgeAll([detection]);
  const release = () => {
    if (detection.canRelease) triage.releaseAll([detection]);
  };
  const ask = (preset: Preset | null) => {
    if (detection.canTriage && !detection.pendingStatus && !detection.writeBlock)
      triage.ask([detection], preset);
  };
  const asking = (preset: Preset) => (event: KeyboardEvent) => {
    if (mayAct(event, [detection.id])) ask(preset);
  };
  useKeys({
    a: (event) => {
      if (detection.canTriage && mayAct(event, [detection.id])) acknowledge();
    },
    A: (event) => {
      if (mayAct(event, [detection.id])) release();
    },
    "!": asking({ to: "in_progress", reason: "confirmed" }),
    i: asking({ to: "in_progress" }),
    r: asking({ to: "resolved" }),
    d: asking({ to: "dismissed" }),
    t: asking({ to: "active" }),
    u: (event) => {
      if (!event.repeat) triage.undo();
    },
    v: () => document.querySelector<HTMLAnchorElement>("[data-console-link]")?.click(),
    y: () => void navigator.clipboard.writeText(location.href),
    Escape: () => router.push("/detections"),
    "g d": () => router.push("/detections"),
    "g s": () => router.push("/settings"),
  });

  return (
    <div className="mx-auto max-w-3xl pb-16 md:pb-0">
      <KeepFresh everyMs={lookEveryMs} />
      <button
        type="button"
        onClick={() => {
          if (history.length > 1) router.back();
          else router.push("/detections");
        }}
        className="-ml-2 mb-2 inline-flex min-h-11 cursor-pointer items-center gap-1 px-2 text-sm text-muted hover:text-ink md:min-h-8"
      >
        <ArrowLeft aria-hidden="true" size={16} /> Detections
      </button>
      <DetectionView
        detection={detection}
        nowIso={nowIso}
        onStatus={ask}
        onAcknowledge={acknowledge}
        onRelease={release}
        onGiveUp={() => triage.owner.giveUp(detection)}
      />
      <DetectionNews
        news={shown.news}
        nowIso={nowIso}
        isCovered={triage.hasToast}
        className="bottom-[calc(8.5rem+env(safe-area-inset-bottom))] md:bottom-4"
        onClose={() => setShown({ detection, news: [] })}
      />
      <TriageDialogs
        triage={triage}
        noteRequired={detection.noteRequired}
        transitions={{ [detection.vendor]: detection.transitions }}
        words={{ [detection.vendor]: detection.words }}
        find={() => detection}
      />
    </div>
  );
}
