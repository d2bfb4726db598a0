import Link from "next/link";
import { Notice } from "#components/ui/notice.tsx";

export default function NotFound() {
  return (
    <Notice title="This isn't here">
      It was deleted, or it belongs to another organisation.{" "}
      <Link className="underline" href="/detections">
        Go to Detections
      </Link>
    </Notice>
  );
}
