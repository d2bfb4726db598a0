"use client";

import { useState } from "react";

/** The state of a form: its values, and how the form changes them. */
type Form<T> = {
  values: T;
  /** what the person changed and the portal hasn't stored yet; a form sends only this */
  unsaved: Partial<T>;
  change: (changed: Partial<T>) => void;
  /** notes that the portal has stored what the form sent */
  noteSaved: (sent: Partial<T>) => void;
};

/**
 * Keeps what a person changes in a form that was rendered with `saved`. The page may be older than what another tab, device or
 * admin has saved meanwhile, so the rest isn't sent back. When the page is reread, so that `saved` is another object, the form
 * shows it, except for what is still unsaved.
 */
export function useChanges<T extends object>(saved: T): Form<T> {
  const [known, setKnown] = useState(saved);
  const [changes, setChanges] = useState<Partial<T>>({});
  const [stored, setStored] = useState<Partial<T>>({});
  const last = { ...saved, ...stored };
  const isUnsaved = ([name, value]: [string, unknown]) => !Object.is(value, last[name as keyof T]);
  const unsaved = Object.fromEntries(Object.entries(changes).filter(isUnsaved)) as Partial<T>;
  if (known !== saved) {
    setKnown(saved);
    setChanges(unsaved);
    setStored({});
  }
  return {
    values: { ...saved, ...changes },
    unsaved,
    change: (changed) => setChanges((before) => ({ ...before, ...changed })),
    noteSaved: (sent) => setStored((before) => ({ ...before, ...sent })),
  };
}
