"use client";

import { Search } from "lucide-react";
import { useEffect, useRef, type RefObject } from "react";

/** The field that searches the list. A search starts with Enter. */
export function SearchBox({
  text,
  searchRef,
  onChange,
}: {
  text: string;
  searchRef: RefObject<HTMLInputElement | null>;
  onChange: (q: string) => void;
}) {
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  return (
    <form
      className="relative min-w-0 flex-1 md:w-58 md:flex-none"
      onSubmit={(event) => {
        event.preventDefault();
        clearTimeout(timer.current);
        onChange(searchRef.current?.value.trim() ?? "");
      }}
    >
      <Search aria-hidden="true" size={16} className="absolute top-1/2 left-3 -translate-y-1/2 text-muted" />
      <input
        ref={searchRef}
        type="search"
        aria-label="Search detections"
        name="q"
        defaultValue={text}
        maxLength={200}
        placeholder="Search title, IP, account"
        className="min-h-11 w-full rounded-md border border-field bg-raised pr-2 pl-9 text-base text-ellipsis placeholder:text-muted md:min-h-8 md:text-[0.8125rem]"
        onChange={(event) => {
          const { value } = event.target;
          clearTimeout(timer.current);
          // only clearing the box acts immediately; a search starts with Enter, so that no letter is lost
          if (value === "" && text) timer.current = setTimeout(() => onChange(""), 300);
        }}
      />
    </form>
  );
}
