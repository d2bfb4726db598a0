import { Share, SquarePlus } from "lucide-react";
import { Notice } from "#components/ui/notice.tsx";

/** Explains how to add the portal to an iPhone's Home Screen. Safari doesn't explain it. */
export function HomeScreenGuide() {
  return (
    <Notice title="Add PocketSOC to your Home Screen first">
      On iPhone and iPad only apps on the Home Screen can notify you.
      <ol className="mt-2 list-decimal space-y-1 pl-5">
        <li>
          Tap <Share aria-hidden="true" className="inline align-text-bottom" size={16} /> Share, at the bottom
          of Safari or beside the address.
        </li>
        <li>
          Tap <SquarePlus aria-hidden="true" className="inline align-text-bottom" size={16} /> Add to Home
          Screen, leave “Open as Web App” on, and tap Add.
        </li>
        <li>Open PocketSOC from the Home Screen, sign in, and come back to this page there.</li>
      </ol>
    </Notice>
  );
}
