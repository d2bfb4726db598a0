"use client";

import { Monitor, Moon, Sun } from "lucide-react";
import { useState } from "react";

const themes = ["system", "light", "dark"] as const;
type Theme = (typeof themes)[number];
const marks = { system: Monitor, light: Sun, dark: Moon };
const names = { system: "as the device", light: "light", dark: "dark" };

/**
 * A switch between a light theme, a dark theme and the device's theme. The choice is kept in a cookie, so that the server
 * already renders the page with the theme.
 */
export function ThemeSwitch({ theme }: { theme: Theme }) {
  const [now, setNow] = useState(theme);
  const Mark = marks[now];
  const next = themes[(themes.indexOf(now) + 1) % themes.length] ?? "system";
  return (
    <button
      type="button"
      aria-label={`Colours: ${names[now]}. Change to ${names[next]}`}
      title={`Colours: ${names[now]}`}
      onClick={() => {
        // not every supported browser has the Cookie Store API
        // oxlint-disable-next-line unicorn/no-document-cookie
        document.cookie = `pocketsoc.theme=${next}; path=/; max-age=31536000; samesite=lax`;
        if (next === "system") delete document.documentElement.dataset.theme;
        else document.documentElement.dataset.theme = next;
        setNow(next);
      }}
      className="inline-flex size-11 cursor-pointer items-center justify-center rounded-md border border-line text-muted hover:text-ink md:size-9"
    >
      <Mark aria-hidden="true" size={16} />
    </button>
  );
}
