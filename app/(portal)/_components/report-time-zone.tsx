"use client";

import { useEffect, useEffectEvent } from "react";
import { useAction } from "#components/ui/use-action.ts";
import { reportZone } from "../settings/notifications/actions.ts";

/**
 * Reports this browser's time zone if it isn't the `known` one. For people who haven't said when they are on shift: it decides
 * when their night is.
 */
export function ReportTimeZone({ organisationId, known }: { organisationId: string; known: string | null }) {
  const { run } = useAction("the portal could not be reached", { refreshes: false });
  const report = useEffectEvent((timeZone: string) =>
    run(() => reportZone(organisationId, timeZone), {
      // the person can't mend it, and UTC is used instead
      refused: ({ problem }) => console.warn("time zone:", problem),
    }),
  );
  useEffect(() => {
    const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
    if (timeZone !== known) report(timeZone);
  }, [known]);
  return null;
}
