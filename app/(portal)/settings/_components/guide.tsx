import { CopyButton } from "#components/ui/copy-button.tsx";
import { RichText } from "#components/ui/rich-text.tsx";
import { fillIn } from "#lib/domain/guide-text.ts";
import type { offeredManifests } from "#lib/core/vendors.ts";

type Steps = ReturnType<typeof offeredManifests>[number]["guide"];
type Values = Record<string, string>;

/** The vendor's guide beside the form. The guide's commands contain the ids that the admin typed into the form. */
export function Guide({ steps, values, href }: { steps: Steps; values: Values; href: string }) {
  return (
    <aside aria-label="Setup guide" className="space-y-3">
      <p className="text-sm text-muted">
        {"The steps for your choices. "}
        <a className="text-accent underline" href={href} target="_blank" rel="noreferrer">
          The full guide
        </a>
        {" also covers webhooks and troubleshooting."}
      </p>
      {steps.map((step, index) => (
        <details
          key={`${step.title} ${JSON.stringify(step.when)}`}
          open={index < 1}
          className="rounded-md border border-line bg-raised p-3 text-sm"
        >
          <summary className="-m-3 cursor-pointer p-3 font-medium">{`${index + 1}. ${step.title}`}</summary>
          {[...step.body, ...(step.notes ?? [])].map((line) => (
            <p key={line} className="mt-2">
              <RichText text={line} />
            </p>
          ))}
          {step.copy?.map((command) => (
            <Copyable key={command.label} label={command.label} value={fillIn(command.value, values)} />
          ))}
          {step.link ? (
            <a
              className="mt-2 inline-flex min-h-11 items-center underline md:min-h-6"
              href={fillIn(step.link.href, values)}
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
  return (
    <div className="mt-2 flex items-center gap-2">
      <p className="min-w-0 flex-1">
        <span className="block text-muted">{label}</span>
        <code className="font-mono text-xs break-all">{value}</code>
      </p>
      <CopyButton show="words" label="Copy" name={`Copy ${label}`} value={value} />
    </div>
  );
}
