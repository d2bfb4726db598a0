"use client";

import { useState } from "react";
import { Button } from "#components/ui/button.tsx";
import type { offeredManifests } from "#lib/services/configurations/manifests.ts";

type Steps = ReturnType<typeof offeredManifests>[number]["guide"];
type Values = Record<Placeholder, string>;
type Placeholder =
  | "tenantId"
  | "applicationId"
  | "subscriptionId"
  | "redirectUri"
  | "portalUrl"
  | "authorityHost";

const fill = (text: string, values: Values) =>
  text.replace(
    /\{(tenantId|applicationId|subscriptionId|redirectUri|portalUrl|authorityHost)\}/g,
    (whole, name: Placeholder) => values[name].trim() || whole,
  );

/** The guide beside the form, with the admin's own ids in the commands. */
export function Guide({ steps, values }: { steps: Steps; values: Values }) {
  return (
    <aside aria-label="Setup guide" className="space-y-3">
      {steps.map((step, index) => (
        <details
          key={`${step.title} ${JSON.stringify(step.when)}`}
          open={index < 1}
          className="rounded-md border border-line bg-raised p-3 text-sm"
        >
          <summary className="-m-3 cursor-pointer p-3 font-medium">{`${index + 1}. ${step.title}`}</summary>
          {step.body.map((line) => (
            <p key={line} className="mt-2">
              {line}
            </p>
          ))}
          {step.copy?.map((one) => (
            <Copyable key={one.label} label={one.label} value={fill(one.value, values)} />
          ))}
          {step.link ? (
            <a
              className="mt-2 inline-flex min-h-11 items-center underline md:min-h-6"
              href={fill(step.link.href, values)}
              target="_blank"
              rel="noreferrer"
            >
              {step.link.label}
            </a>
          ) : null}
        </details>
      ))}
    </aside>
  );
}

function Copyable({ label, value }: { label: string; value: string }) {
  const [copied, setCopied] = useState(false);
  return (
    <div className="mt-2 flex items-center gap-2">
      <p className="min-w-0 flex-1">
        <span className="block text-muted">{label}</span>
        <code className="font-mono text-xs break-all">{value}</code>
      </p>
      <Button
        aria-label={`Copy ${label}`}
        onClick={() => {
          void navigator.clipboard.writeText(value).then(() => setCopied(true));
        }}
      >
        {copied ? "Copied" : "Copy"}
      </Button>
    </div>
  );
}
