import { CopyButton } from "./copy-button.tsx";

/** A text that people paste elsewhere, with a label and a button that copies the text. */
export function Copyable({ label, value }: { label: string; value: string }) {
  return (
    <div className="my-3 break-inside-avoid rounded-md border border-line bg-raised">
      <div className="flex items-center gap-2 pl-3">
        <p className="min-w-0 flex-1 py-1 text-sm text-muted">{label}</p>
        <span className="print:hidden">
          <CopyButton show="icon" label={`Copy ${label}`} value={value} />
        </span>
      </div>
      <pre
        translate="no"
        className="border-t border-line px-3 py-2 font-mono text-xs leading-relaxed whitespace-pre-wrap [overflow-wrap:anywhere]"
      >
        {value}
      </pre>
    </div>
  );
}
