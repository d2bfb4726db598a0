"use client";

import { useEffect } from "react";

/**
 * Tells a form that is sent what stands in its fields. Some password managers and scripts fill in fields without an event, so
 * that a form would take them for empty. React ignores the event where it knows the text already.
 */
export function FilledFields() {
  useEffect(() => {
    const tell = ({ target }: Event) => {
      if (!(target instanceof HTMLFormElement)) return;
      for (const field of target.querySelectorAll(
        "input:not([type=checkbox], [type=radio], [type=file]), textarea",
      ))
        field.dispatchEvent(new Event("input", { bubbles: true }));
    };
    // on the window while capturing: before React sees that the form is sent
    addEventListener("submit", tell, true);
    return () => removeEventListener("submit", tell, true);
  }, []);
  return null;
}
