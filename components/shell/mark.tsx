/** PocketSOC's mark: a shield with a pulse. */
export function Mark({ size = 22 }: { size?: number }) {
  return (
    <svg aria-hidden="true" width={size} height={size} viewBox="0 0 24 24" className="shrink-0">
      <path className="fill-accent" d="M12 1.8 20.5 4.6v6.6c0 5.1-3.4 9-8.5 11-5.1-2-8.5-5.9-8.5-11V4.6z" />
      <path
        className="stroke-accent-ink"
        d="M6.300 12.4h2.5l1.7-3.9 2.7 6.6 1.7-2.7h2.8"
        fill="none"
        strokeWidth="1.7"
        strokeLinecap="round"
        strokeLinejoin="round"
      />
    </svg>
  );
}
