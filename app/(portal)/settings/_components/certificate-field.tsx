"use client";

import { useEffect, useEffectEvent, useState } from "react";
import { Button, buttonStyle } from "#components/ui/button.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { useAction } from "#components/ui/use-action.ts";
import type { PreparedCertificate } from "#lib/sources/certificates/prepare.ts";
import { prepare } from "../actions.ts";
import { inputStyle, TextField } from "#components/ui/field.tsx";

type Props = {
  field: { label: string; help?: string };
  problem?: string | undefined;
  /** the id of the credential whose certificate will be replaced */
  credentialId?: string;
  /** the certificate that the person prepared earlier and hasn't used yet */
  prepared?: PreparedCertificate | null;
  onPrepared: (id: string) => void;
};

/** A form field that creates a certificate or accepts a pasted one. Only the certificate's public half can be downloaded. */
export function CertificateField({ field, problem, credentialId, prepared = null, onPrepared }: Props) {
  const [ready, setReady] = useState(prepared);
  const [pasting, setPasting] = useState(false);
  const [pem, setPem] = useState("");
  const {
    busy,
    problem: refusal,
    run,
  } = useAction("The portal could not be reached. Nothing was made; try again.", { refreshes: false });
  // when the field goes away, so does the form's value
  const forget = useEffectEvent(() => onPrepared(prepared?.id ?? ""));
  useEffect(() => forget, []);
  const ask = (pasted?: string) =>
    run(() => prepare({ credentialId: credentialId ?? null, ...(pasted ? { pem: pasted } : {}) }), {
      done: (made) => {
        setPem("");
        setPasting(false);
        setReady(made);
        onPrepared(made.id);
      },
    });
  return (
    <fieldset>
      <legend className="text-sm font-medium">{field.label}</legend>
      {ready ? (
        <div className="mt-1 rounded-md border border-line bg-raised p-3 text-sm">
          <p>
            Thumbprint <span className="font-mono text-xs break-all">{ready.thumbprint}</span>
          </p>
          <p className="text-muted">{`Ends on ${ready.expiresOn}.`}</p>
          <p className="mt-2 flex flex-wrap gap-2">
            <a
              className={buttonStyle({ tone: "primary" })}
              href={`/api/settings/certificates/${ready.id}`}
              download
            >
              Download .cer
            </a>
            <Button disabled={busy} onClick={() => ask()}>
              Make another
            </Button>
          </p>
        </div>
      ) : (
        <p className="mt-1 flex flex-wrap gap-2">
          <Button disabled={busy} onClick={() => ask()}>
            {busy && !pasting ? "Making …" : "Make a certificate"}
          </Button>
          <Button aria-expanded={pasting} disabled={busy} onClick={() => setPasting(!pasting)}>
            Paste a PEM instead
          </Button>
        </p>
      )}
      {pasting && !ready ? (
        <div className="mt-3">
          <TextField
            id="certificate-pem"
            label="Certificate and private key (PEM)"
            rows={5}
            autoComplete="off"
            spellCheck={false}
            className={`${inputStyle} font-mono text-xs`}
            value={pem}
            onChange={(event) => setPem(event.target.value)}
          />
          <Button className="mt-2" disabled={busy || pem.trim() === ""} onClick={() => ask(pem)}>
            Use this one
          </Button>
        </div>
      ) : null}
      {refusal ? (
        <div role="alert" className="mt-2">
          <Notice tone="danger" title={refusal} />
        </div>
      ) : null}
      <p className={`mt-1 text-sm ${problem && !ready ? "text-danger" : "text-muted"}`}>
        {problem && !ready ? problem : field.help}
      </p>
    </fieldset>
  );
}
