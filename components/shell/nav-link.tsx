"use client";

import Link from "next/link";
import { usePathname } from "next/navigation";
import type { ReactNode } from "react";

/** A link of the navigation, marked if its page is open. */
export function NavLink({ href, children }: { href: string; children: ReactNode }) {
  const path = usePathname();
  const here = path === href || path.startsWith(`${href}/`);
  return (
    <Link
      href={href}
      aria-current={here ? "page" : undefined}
      className="relative flex min-h-14 flex-1 flex-col items-center justify-center gap-0.5 rounded-md px-3 text-xs text-muted hover:text-ink aria-[current=page]:font-medium aria-[current=page]:text-accent md:min-h-8 md:flex-none md:flex-row md:justify-start md:gap-2.5 md:px-2 md:text-sm md:aria-[current=page]:bg-chosen md:aria-[current=page]:text-ink"
    >
      {children}
    </Link>
  );
}
