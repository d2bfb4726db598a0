"use client";

import { signIn } from "next-auth/react";
import { useState } from "react";

/**
 * Returns a function that opens Microsoft's sign-in, which returns to `back`. The state stays busy until the browser has left
 * the portal.
 */
export function useSignIn(back: string) {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState("");
  const start = async () => {
    setBusy(true);
    setProblem("");
    try {
      await signIn("azure-ad", { callbackUrl: back });
    } catch {
      setProblem("The portal could not be reached, so the sign-in did not begin. Try again.");
      setBusy(false);
    }
  };
  return { busy, problem, start: () => void start() };
}
