import { Notice } from "#components/ui/notice.tsx";
import type { getKeyStanding } from "#lib/alerting/keys.ts";

type Standing = Awaited<ReturnType<typeof getKeyStanding>>;

/** Says which encryption keys are still needed. Draws nothing while there is one key and it opens everything. */
export function KeyNotice({ standing: { firstId, earlier, missing, missingWords } }: { standing: Standing }) {
  if (missing.length > 0)
    return (
      <Notice tone="danger" title="An encryption key is missing">
        {`No key of this installation opens ${missingWords.join(", ")}. Whoever runs PocketSOC has to put the removed key back; "npm run keys" names what needs it.`}
      </Notice>
    );
  if (earlier.length === 0) return null;
  const needed = earlier.filter(({ isNeeded }) => isNeeded).map(({ id }) => `“${id}”`);
  const idle = earlier.filter(({ isNeeded }) => !isNeeded).map(({ id }) => `“${id}”`);
  return (
    <p className="text-sm text-muted">
      {`Encryption keys: “${firstId}” seals everything new.`}
      {needed.length > 0
        ? ` ${needed.join(", ")} is still needed; the worker changes that within an hour.`
        : ""}
      {idle.length > 0
        ? ` Nothing of your organisation needs ${idle.join(", ")} any more. "npm run keys" says so for all organisations.`
        : ""}
    </p>
  );
}
