import Link from "next/link";
import { buttonStyle } from "#components/ui/button.tsx";

export default function NotFound() {
  return (
    <div className="mx-auto max-w-xl space-y-3 text-sm">
      <h1 className="text-xl font-semibold">This isn't here</h1>
      <p className="text-muted">It was deleted, or it belongs to another organisation.</p>
      <Link className={buttonStyle()} href="/detections">
        Go to Detections
      </Link>
    </div>
  );
}
