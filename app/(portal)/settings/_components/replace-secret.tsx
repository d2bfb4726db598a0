"use client";

import { useRouter } from "next/navigation";
import { useState } from "react";
import { Button, buttonStyle } from "#components/ui/button.tsx";
import { Field, SelectField } from "#components/ui/field.tsx";
import { LostNotice } from "#components/ui/lost-notice.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { useStream } from "#components/ui/use-stream.ts";
import type { PreparedCertificate } from "#lib/sources/certificates/prepare.ts";
import type { ReplaceEvent } from "#lib/sources/configurations/replace-secret.ts";
import { FailedNotice, StepList } from "../../_components/verify-panel.tsx";
import { replace } from "../actions.ts";
import { CertificateField } from "./certificate-field.tsx";

type Kind = "secret" | "certificate";
type Props = {
  credentialId: string;
  kind: Kind;
  /** a certificate that was prepared to follow */
  next: PreparedCertificate | null;
  usedBy: string[];
  /** where secrets are made at the vendor, where it has such a page */
  secretsUrl: string | null;
};

/** A new secret or certificate beside the old one, proved with every configuration that shares it, then switched. */
export function ReplaceSecret(props: Props) {
  const { credentialId, kind, next } = props;
  const router = useRouter();
  const [isOpen, setOpen] = useState(false);
  const [typed, setTyped] = useState<Typed>({
    proof: next ? "certificate" : kind,
    certificateId: next?.id ?? "",
    secret: "",
    expires: "",
  });
  const replacing = useStream<ReplaceEvent>();
  const last = replacing.events.at(-1);
  const change = (changed: Partial<Typed>) => setTyped((before) => ({ ...before, ...changed }));
  const start = () => {
    const { proof, certificateId, secret, expires } = typed;
    const input = proof === "certificate" ? { certificateId } : { secret, secretExpiresOn: expires };
    void replacing.run(
      (runId) => replace(credentialId, input, runId),
      (event) => {
        if (event.type !== "replaced") return;
        change({ secret: "" });
        router.refresh();
      },
    );
  };
  if (last?.type === "replaced") return <Replaced by={typed.proof} {...last} />;
  if (!isOpen)
    return (
      <Button onClick={() => setOpen(true)}>
        {kind === "certificate" ? (next ? "Go on with the next certificate" : "Prepare next") : "Replace"}
      </Button>
    );
  const invalid = last?.type === "invalid" ? last : null;
  const isReady = typed.proof === "secret" || typed.certificateId !== "";
  return (
    <form
      noValidate
      className="space-y-4 rounded-md border border-line p-4"
      onSubmit={(event) => {
        event.preventDefault();
        start();
      }}
    >
      <Proof {...props} typed={typed} fields={invalid?.fields ?? {}} onChange={change} />
      <StepList steps={replacing.events.filter((event) => event.type === "step")} busy={replacing.busy} />
      {replacing.failed ? (
        <FailedNotice
          {...replacing.failed}
          title="Nothing was changed; the old one stays in use"
          busy={replacing.busy}
          onRetry={start}
        />
      ) : null}
      {invalid && Object.keys(invalid.fields).length === 0 ? (
        <div role="alert">
          <Notice tone="danger" title={invalid.message} />
        </div>
      ) : null}
      <LostNotice last={last}>Reload the page to see which secret is in use.</LostNotice>
      <div className="flex gap-2">
        <Button type="submit" tone="primary" disabled={replacing.busy || !isReady}>
          {replacing.busy ? "Checking …" : "Check and replace"}
        </Button>
        <Button onClick={() => setOpen(false)}>Cancel</Button>
      </div>
    </form>
  );
}

type Typed = { proof: Kind; certificateId: string; secret: string; expires: string };
type ProofProps = Pick<Props, "credentialId" | "next" | "usedBy" | "secretsUrl"> & {
  typed: Typed;
  /** what is wrong, by field */
  fields: Record<string, string>;
  onChange: (changed: Partial<Typed>) => void;
};

/** What takes the old one's place, and where it comes from. */
function Proof({ credentialId, next, usedBy, secretsUrl, typed, fields, onChange }: ProofProps) {
  return (
    <>
      <p className="text-sm text-muted">
        {typed.proof === "certificate"
          ? "Upload the next certificate in Azure first ("
          : "Create another secret in Azure first ("}
        {secretsUrl ? (
          <a className="text-accent underline" href={secretsUrl} target="_blank" rel="noreferrer">
            Certificates &amp; secrets
          </a>
        ) : (
          "Certificates & secrets"
        )}
        ); the old one keeps working meanwhile.{" "}
        {usedBy.length > 1
          ? `It is proved with ${usedBy.join(", ")}, and all switch at once or none.`
          : "It is proved before it takes the old one's place."}
      </p>
      <SelectField
        id="new-proof"
        label="Replace it by"
        value={typed.proof}
        onChange={(event) =>
          onChange({ proof: event.target.value === "certificate" ? "certificate" : "secret" })
        }
      >
        <option value="secret">Client Secret</option>
        <option value="certificate">Certificate</option>
      </SelectField>
      {typed.proof === "certificate" ? (
        <CertificateField
          field={{
            label: "Next certificate",
            help: "Download its .cer and upload it in Azure, then check and replace.",
          }}
          credentialId={credentialId}
          prepared={next}
          onPrepared={(certificateId) => onChange({ certificateId })}
        />
      ) : (
        <>
          <Field
            id="new-secret"
            label="New Client Secret"
            type="password"
            value={typed.secret}
            help="The secret's Value, not its Secret ID."
            problem={fields.secret}
            onChange={(event) => onChange({ secret: event.target.value })}
          />
          <Field
            id="new-expiry"
            label="Expires"
            type="date"
            value={typed.expires}
            help="We remind you 30, 14, 7 and 1 days before."
            problem={fields.secretExpiresOn}
            onChange={(event) => onChange({ expires: event.target.value })}
          />
        </>
      )}
    </>
  );
}

type ReplacedProps = { by: Kind; oldHint: string; secretsUrl: string | null };

function Replaced({ by, oldHint, secretsUrl }: ReplacedProps) {
  return (
    <Notice
      tone="success"
      title={by === "certificate" ? "The new certificate is in use" : "The new secret is in use"}
    >
      <p>{`Now delete the old one, beginning ${oldHint}, in Azure.`}</p>
      {secretsUrl ? (
        <a className={`${buttonStyle()} mt-2`} href={secretsUrl} target="_blank" rel="noreferrer">
          Open Certificates &amp; secrets
        </a>
      ) : null}
    </Notice>
  );
}
