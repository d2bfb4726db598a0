"use client";

import Link from "next/link";
import { useRouter } from "next/navigation";
import { useState } from "react";
import { Button, buttonStyle } from "#components/ui/button.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { useAction } from "#components/ui/use-action.ts";
import type { Shift } from "#lib/domain/shift.ts";
import {
  ShiftChoice,
  UntilAnswered,
} from "../../(portal)/settings/notifications/_components/shift-choice.tsx";
import { answerShift } from "../../(portal)/settings/notifications/actions.ts";

type Props = { organisationId: string; shift: Shift; back: string; nowIso: string };

/** Asks when the person is on shift, and then leads on to the page `back`. */
export function ShiftQuestion({ organisationId, shift, back, nowIso }: Props) {
  const router = useRouter();
  const [chosen, setChosen] = useState(shift);
  const [isMissing, setMissing] = useState(false);
  const { busy, problem, run, clear } = useAction(
    "The portal could not be reached, so nothing was saved. Try again.",
    {
      refreshes: false,
    },
  );
  const save = () => {
    setMissing(chosen.kind === "unanswered");
    if (chosen.kind !== "unanswered")
      run(() => answerShift(organisationId, chosen), { done: () => router.replace(back) });
  };
  const said = isMissing ? "Choose one of the three, or “Ask me later”." : problem;
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        save();
      }}
    >
      <h1 className="mb-1 text-xl font-semibold">When are you on shift?</h1>
      <p className="mb-4 text-muted">
        New alerts notify whoever is on shift. You can change this under Settings &gt; Notifications.
      </p>
      <ShiftChoice
        isLegendHidden
        shift={chosen}
        onChange={(next) => {
          setMissing(false);
          clear();
          setChosen(next);
        }}
        nowIso={nowIso}
      />
      {said ? (
        <div role="alert" className="mt-4">
          <Notice tone="danger" title={said} />
        </div>
      ) : null}
      <div className="mt-5 flex flex-wrap gap-3">
        <Button type="submit" tone="primary" disabled={busy}>
          {busy ? "Saving …" : "Save and continue"}
        </Button>
        <Link className={buttonStyle()} href={back} replace prefetch={false}>
          Ask me later
        </Link>
      </div>
      <div className="mt-3">
        <UntilAnswered known={shift.timeZone} />
      </div>
    </form>
  );
}
