import { button } from "./element.ts";

const SHOWN_MS = 2_000;

/** Gives each text that is there to be copied a button. */
export function offerCopies(): void {
  for (const block of document.querySelectorAll<HTMLElement>(".copy")) {
    const copier: HTMLButtonElement = button("Copy", () => void copy(block, copier));
    block.append(copier);
  }
}

async function copy(block: HTMLElement, copier: HTMLButtonElement): Promise<void> {
  const text = block.querySelector("code")!;
  try {
    await navigator.clipboard.writeText(text.textContent);
    copier.textContent = "Copied";
  } catch {
    // The browser does not let pages write there: it is one press of a key now.
    getSelection()?.selectAllChildren(text);
    copier.textContent = "Selected";
  }
  setTimeout(() => {
    copier.textContent = "Copy";
  }, SHOWN_MS);
}
