"use client";

import { signIn } from "next-auth/react";
import { useState } from "react";

/**
 * Returns `start`, which opens Microsoft's sign-in page. After signing in, the person lands on the page `back`. On the way they
 * are asked when they are on shift, unless they have answered. `busy` stays true until the browser has left the portal.
 */
export function useSignIn(back: string) {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState("");
  const start = async () => {
    setBusy(true);
    setProblem("");
    try {
      await signIn("azure-ad", { callbackUrl: `/welcome?next=${encodeURIComponent(back)}` });
    } catch {
      setProblem("The portal could not be reached, so the sign-in did not begin. Try again.");
      setBusy(false);
    }
  };
  return { busy, problem, start: () => void start() };
}
