"use client";

import Link from "next/link";
import { usePathname } from "next/navigation";
import { useEffect, useRef } from "react";

/** A tab of Settings, marked if its page is open. The first tab also counts as open on the pages of single configurations. */
export function SettingsTab({ href, children }: { href: string; children: string }) {
  const path = usePathname();
  const here = href === "/settings" ? /^\/settings(\/configurations|$)/.test(path) : path.startsWith(href);
  const ref = useRef<HTMLAnchorElement>(null);
  // on a phone the tabs are wider than the screen
  useEffect(() => {
    if (here) ref.current?.scrollIntoView({ inline: "center", block: "nearest" });
  }, [here]);
  return (
    <Link
      ref={ref}
      href={href}
      aria-current={here ? "page" : undefined}
      className="-mb-px flex min-h-11 shrink-0 items-center border-b-2 border-transparent px-3 text-muted hover:text-ink aria-[current=page]:border-accent aria-[current=page]:font-medium aria-[current=page]:text-ink md:min-h-8 md:px-2"
    >
      {children}
    </Link>
  );
}
