"use client";

import { useState } from "react";
import { Button } from "#components/ui/button.tsx";
import { problemOfCall } from "#components/ui/use-action.ts";
import { begin } from "../actions.ts";

type Props = {
  configurationId: string;
  returnTo: string;
  /** what the button says */
  children: React.ReactNode;
  tone?: "primary" | "quiet";
};

/** Goes to Microsoft to sign in for one configuration. */
export function ConnectButton({ configurationId, returnTo, children, tone = "primary" }: Props) {
  const [going, setGoing] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  async function go(): Promise<void> {
    setGoing(true);
    try {
      const answer = await begin(configurationId, returnTo);
      if (answer.ok) return location.assign(answer.value.url);
      setProblem(answer.message);
    } catch (error) {
      setProblem(problemOfCall(error, "The portal could not be reached. Try again."));
    }
    setGoing(false);
  }
  return (
    <>
      <Button tone={tone} disabled={going} onClick={() => void go()}>
        {going ? "Going to Microsoft …" : children}
      </Button>
      {problem ? (
        <span role="alert" className="text-sm text-danger">
          {problem}
        </span>
      ) : null}
    </>
  );
}
