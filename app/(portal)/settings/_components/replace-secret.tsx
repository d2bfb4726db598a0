"use client";

import { useRouter } from "next/navigation";
import { useState } from "react";
import { Button, buttonStyle } from "#components/ui/button.tsx";
import { Notice } from "#components/ui/notice.tsx";
import type { PreparedCertificate } from "#lib/sources/certificates/prepare.ts";
import type { ReplaceEvent } from "#lib/sources/configurations/replace-secret.ts";
import { replace } from "../actions.ts";
import { CertificateField } from "./certificate-field.tsx";
import { Field, inputStyle } from "./field.tsx";
import { LostNotice } from "./lost-notice.tsx";
import { useStream } from "./use-stream.ts";
import { FailedNotice, StepList } from "./verify-panel.tsx";

type Props = {
  credentialId: string;
  kind: "secret" | "certificate";
  /** a certificate that was prepared to follow */
  next: PreparedCertificate | null;
  usedBy: string[];
  /** where secrets are made at the vendor, where it has such a page */
  secretsUrl: string | null;
};

/** A new secret or certificate beside the old one, proved with every configuration that shares it, then switched. */
export function ReplaceSecret({ credentialId, kind, next, usedBy, secretsUrl }: Props) {
  const router = useRouter();
  const [open, setOpen] = useState(false);
  const [proof, setProof] = useState(next ? "certificate" : kind);
  const [certificateId, setCertificateId] = useState(next?.id ?? "");
  const [secret, setSecret] = useState("");
  const [expires, setExpires] = useState("");
  const { events, failed, busy, run } = useStream<ReplaceEvent>();
  const last = events.at(-1);
  const invalid = last?.type === "invalid" ? last : null;
  const start = () =>
    void run(
      (runId) =>
        replace(
          credentialId,
          proof === "certificate" ? { certificateId } : { secret, secretExpiresOn: expires },
          runId,
        ),
      (event) => {
        if (event.type !== "replaced") return;
        setSecret("");
        router.refresh();
      },
    );
  if (last?.type === "replaced") {
    return (
      <Notice
        tone="success"
        title={proof === "certificate" ? "The new certificate is in use" : "The new secret is in use"}
      >
        <p>{`Now delete the old one, beginning ${last.oldHint}, in Azure.`}</p>
        {last.secretsUrl ? (
          <a className={`${buttonStyle()} mt-2`} href={last.secretsUrl} target="_blank" rel="noreferrer">
            Open Certificates &amp; secrets
          </a>
        ) : null}
      </Notice>
    );
  }
  if (!open)
    return (
      <Button onClick={() => setOpen(true)}>
        {kind === "certificate" ? (next ? "Go on with the next certificate" : "Prepare next") : "Replace"}
      </Button>
    );
  return (
    <form
      noValidate
      className="space-y-4 rounded-md border border-line p-4"
      onSubmit={(event) => {
        event.preventDefault();
        start();
      }}
    >
      <p className="text-sm text-muted">
        {proof === "certificate"
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
      <div>
        <label htmlFor="new-proof" className="text-sm font-medium">
          Replace it by
        </label>
        <select
          id="new-proof"
          className={inputStyle}
          value={proof}
          onChange={(event) => setProof(event.target.value === "certificate" ? "certificate" : "secret")}
        >
          <option value="secret">Client Secret</option>
          <option value="certificate">Certificate</option>
        </select>
      </div>
      {proof === "certificate" ? (
        <CertificateField
          field={{
            label: "Next certificate",
            help: "Download its .cer and upload it in Azure, then check and replace.",
          }}
          credentialId={credentialId}
          prepared={next}
          onPrepared={setCertificateId}
        />
      ) : (
        <>
          <Field
            id="new-secret"
            label="New Client Secret"
            type="password"
            value={secret}
            help="The secret's Value, not its Secret ID."
            problem={invalid?.fields.secret}
            onChange={(event) => setSecret(event.target.value)}
          />
          <Field
            id="new-expiry"
            label="Expires"
            type="date"
            value={expires}
            help="We remind you 30, 14, 7 and 1 days before."
            problem={invalid?.fields.secretExpiresOn}
            onChange={(event) => setExpires(event.target.value)}
          />
        </>
      )}
      <StepList steps={events.filter((event) => event.type === "step")} busy={busy} />
      {failed ? (
        <FailedNotice
          {...failed}
          title="Nothing was changed; the old one stays in use"
          busy={busy}
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
        <Button
          type="submit"
          tone="primary"
          disabled={busy || (proof === "certificate" && certificateId === "")}
        >
          {busy ? "Checking …" : "Check and replace"}
        </Button>
        <Button onClick={() => setOpen(false)}>Cancel</Button>
      </div>
    </form>
  );
}
