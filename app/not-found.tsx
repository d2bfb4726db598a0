import Link from "next/link";
import { buttonStyle } from "#components/ui/button.tsx";

/** The page shown for an unknown address. */
export default function NotFound() {
  return (
    <main className="mx-auto max-w-xl space-y-3 p-6 text-sm">
      <h1 className="text-xl font-semibold">There is no such page</h1>
      <p className="text-muted">The address may be mistyped, or the page was taken away.</p>
      <Link className={buttonStyle()} href="/detections">
        Go to Detections
      </Link>
    </main>
  );
}
