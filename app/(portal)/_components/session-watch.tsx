"use client";

import Link from "next/link";
import { useEffect, useRef, useState } from "react";
import { Button, buttonStyle } from "#components/ui/button.tsx";
import { Notice } from "#components/ui/notice.tsx";
import type { SessionTime } from "#lib/domain/session.ts";

/** how long before the end the page warns */
const warnMs = 2 * 60_000;
/** the minimum time between two reports that the person uses the page */
const reportEveryMs = 60_000;
/** the maximum time between two questions to the portal; another tab may have kept the session alive, or ended it */
const askEveryMs = 5 * 60_000;
/** the time until another question after one that the portal didn't answer */
const retryMs = 15_000;

type Standing = "fine" | "ends_unless_used" | "ends" | "ended";

type Answer = SessionTime & { staysForAlerts: boolean };

/** Asks how long the session lasts; POST also keeps it alive. Returns null if the portal doesn't answer. */
async function ask(method: "GET" | "POST"): Promise<Answer | "ended" | null> {
  try {
    const answer = await fetch("/api/session", { method, cache: "no-store" });
    if (answer.status === 401) return "ended";
    return answer.ok ? ((await answer.json()) as Answer) : null;
  } catch {
    // no connection; `take` asks again soon
    return null;
  }
}

/** Watches the session from the page. Reports to `onStanding`, and only when the person uses the page, keeps it alive. */
function watchSession(onStanding: (standing: Standing) => void) {
  let reportedAt = Date.now();
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isStopped = false;
  const take = (answer: Answer | "ended" | null) => {
    if (isStopped) return;
    clearTimeout(timer);
    if (answer === "ended") {
      isStopped = true;
      return onStanding("ended");
    }
    if (!answer) return void (timer = setTimeout(look, retryMs));
    const { leftMs, canStay, staysForAlerts } = answer;
    // a verified phone goes on showing alerts, and asks for a sign-in where one is needed
    const isNear = leftMs <= warnMs && !staysForAlerts;
    onStanding(!isNear ? "fine" : canStay ? "ends_unless_used" : "ends");
    const farMs = staysForAlerts ? askEveryMs : Math.min(askEveryMs, leftMs - warnMs);
    // near the end often, because another tab may keep the session alive, and once when it is over
    timer = setTimeout(look, isNear ? Math.min(retryMs, leftMs + 1_000) : farMs);
  };
  const look = () => void ask("GET").then(take);
  const stay = () => {
    reportedAt = Date.now();
    void ask("POST").then(take);
  };
  const use = () => {
    if (!isStopped && Date.now() - reportedAt >= reportEveryMs) stay();
  };
  // timers stand still while the computer sleeps
  const wake = () => {
    if (!isStopped && document.visibilityState === "visible") look();
  };
  const stop = () => {
    isStopped = true;
    clearTimeout(timer);
    document.removeEventListener("visibilitychange", wake);
    for (const type of uses) removeEventListener(type, use, { capture: true });
  };
  for (const type of uses) addEventListener(type, use, { capture: true, passive: true });
  document.addEventListener("visibilitychange", wake);
  look();
  return { stay, stop };
}

const uses = ["pointerdown", "keydown", "wheel", "touchmove"] as const;

/**
 * Keeps the session alive while the person uses the page, and says when it is about to end. A page that nobody touches
 * doesn't keep the session alive, whatever it rereads by itself.
 */
export function SessionWatch() {
  const [standing, setStanding] = useState<Standing>("fine");
  const watch = useRef<ReturnType<typeof watchSession>>(null);
  useEffect(() => {
    const started = watchSession(setStanding);
    watch.current = started;
    return started.stop;
  }, []);
  if (standing === "fine") return null;
  return (
    <div role="alert" className="fixed inset-x-4 bottom-20 z-30 mx-auto max-w-md shadow-lg md:bottom-4">
      {standing === "ended" ? (
        <Notice tone="warning" title="Your session has ended">
          <p>This page shows nothing new any more, and nothing can be changed on it.</p>
          <Link href="/sign-in" prefetch={false} className={`${buttonStyle({ tone: "primary" })} mt-2`}>
            Sign in again
          </Link>
        </Notice>
      ) : standing === "ends" ? (
        <Notice tone="warning" title="Your session is about to end">
          You signed in 12 hours ago, so within two minutes you have to sign in again. Save what you have
          begun.
        </Notice>
      ) : (
        <Notice tone="warning" title="You are about to be signed out">
          <p>Nobody has used this page for a while. Your session ends within two minutes.</p>
          <Button tone="primary" className="mt-2" onClick={() => watch.current?.stay()}>
            Stay signed in
          </Button>
        </Notice>
      )}
    </div>
  );
}
