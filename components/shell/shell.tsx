import Link from "next/link";
import type { ReactNode } from "react";
import { Button } from "../ui/button.tsx";

type Entry = { href: string; label: string };

/** The signed-in frame: a rail on desktops, a tab bar within reach of a thumb on phones. */
export function Shell(props: {
  entries: Entry[];
  organisation: string;
  name: string;
  signOut: () => Promise<void>;
  children: ReactNode;
}) {
  return (
    <div className="min-h-dvh md:grid md:grid-cols-[200px_1fr]">
      <a href="#content" className="sr-only focus:not-sr-only focus:absolute focus:p-3">
        Skip to content
      </a>
      <header className="flex items-center justify-between gap-2 border-b border-line bg-raised p-3 md:sticky md:top-0 md:h-dvh md:flex-col md:items-stretch md:justify-start md:border-r md:border-b-0">
        <div>
          <p className="font-semibold">PocketSOC</p>
          <p className="text-sm text-muted">{props.organisation}</p>
        </div>
        <nav
          aria-label="Main"
          className="fixed inset-x-0 bottom-0 z-10 flex border-t border-line bg-raised pb-[env(safe-area-inset-bottom)] md:static md:mt-4 md:flex-col md:border-0"
        >
          {props.entries.map((entry) => (
            <Link
              key={entry.href}
              href={entry.href}
              className="flex min-h-14 flex-1 items-center justify-center px-3 text-sm hover:underline md:min-h-9 md:justify-start"
            >
              {entry.label}
            </Link>
          ))}
        </nav>
        <form action={props.signOut} className="md:mt-auto">
          <p className="hidden text-sm text-muted md:block">{props.name}</p>
          <Button type="submit" className="mt-1">
            Sign out
          </Button>
        </form>
      </header>
      <main id="content" className="min-w-0 p-4 pb-24 md:p-6">
        {props.children}
      </main>
    </div>
  );
}
