"use client";

import { ArrowLeft } from "lucide-react";
import { useRouter } from "next/navigation";
import { useState } from "react";
import { KeepFresh } from "#components/ui/keep-fresh.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { useAction } from "#components/ui/use-action.ts";
import type { TargetStatus } from "#lib/domain/status.ts";
import type { DetectionDetail } from "#lib/triage/get.ts";
import { acknowledge } from "../actions.ts";
import { DetectionNews, noveltyOf, type TimelineEntry } from "./detection-news.tsx";
import { DetectionView } from "./detection-view.tsx";
import { StatusDialog } from "./status-dialog.tsx";
import { StatusToast } from "./status-toast.tsx";
import { useKeys } from "./use-keys.ts";
import { useLive } from "./use-live.ts";
import { useStatusBatch } from "./use-status-batch.ts";

type Props = { detection: DetectionDetail; nowIso: string; liveName: string };

/** The full page of a detection: the view, its actions, and another look when it changed, which says what did. */
export function DetectionPage({ detection, nowIso, liveName }: Props) {
  const router = useRouter();
  const [shown, setShown] = useState({ detection, news: [] as TimelineEntry[] });
  if (shown.detection !== detection)
    setShown({ detection, news: noveltyOf(shown.detection, detection, shown.news) });
  const live = useLive({
    name: liveName,
    after: detection.lastChange,
    onEvents: (events) => {
      const isOurs = events.some(
        (event) =>
          (event.type === "row" && event.item.id === detection.id) ||
          (event.type === "deleted" && event.id === detection.id) ||
          ["reset", "access", "end"].includes(event.type),
      );
      if (isOurs) router.refresh();
    },
  });
  const lookEveryMs = live.state === "live" ? 60_000 : detection.pendingStatus ? 1_500 : 30_000;
  const [asking, setAsking] = useState<{ preset: TargetStatus | null } | null>(null);
  const { problem, run } = useAction(
    "The portal could not be reached. Acknowledge it once more; twice does no harm.",
  );
  const { batch, ask, undo, dismiss } = useStatusBatch(() => router.refresh());

  const claim = () => run(() => acknowledge([detection.id]));
  const status = (preset: TargetStatus | null) => {
    if (detection.canTriage && !detection.pendingStatus && !detection.writeBlock) setAsking({ preset });
  };
  useKeys({
    a: () => {
      if (detection.canTriage && !detection.acknowledgedBy) claim();
    },
    i: () => status("in_progress"),
    r: () => status("resolved"),
    d: () => status("dismissed"),
    t: () => status("active"),
    u: () => void undo(),
    v: () => document.querySelector<HTMLAnchorElement>("[data-azure-link]")?.click(),
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
        className="-ml-2 mb-2 inline-flex min-h-11 cursor-pointer items-center gap-1 px-2 text-sm text-muted hover:text-ink md:min-h-9"
      >
        <ArrowLeft aria-hidden="true" size={16} /> Detections
      </button>
      {problem ? (
        <div role="alert" className="mb-3">
          <Notice tone="danger" title={problem} />
        </div>
      ) : null}
      <DetectionView detection={detection} nowIso={nowIso} onStatus={status} onAcknowledge={claim} />
      <DetectionNews
        news={shown.news}
        nowIso={nowIso}
        className="bottom-[calc(8.5rem+env(safe-area-inset-bottom))] md:bottom-4"
        onClose={() => setShown({ detection, news: [] })}
      />
      {asking ? (
        <StatusDialog
          subjects={[detection]}
          preset={asking.preset}
          noteRequired={detection.noteRequired}
          transitions={{ [detection.vendor]: detection.transitions }}
          onClose={() => setAsking(null)}
          onAsk={(to, subjects, note) => {
            setAsking(null);
            void ask(to, subjects, note);
          }}
        />
      ) : null}
      {batch ? (
        <StatusToast
          key={batch.held[0]?.changeId ?? "none"}
          batch={batch}
          watched={() => detection}
          onUndo={() => void undo()}
          onDismiss={dismiss}
        />
      ) : null}
    </div>
  );
}
