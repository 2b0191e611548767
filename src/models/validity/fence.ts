/** A text without the block of Markdown that it stands in as a whole. Many models put JSON into one, however they are asked. */
export function withoutFence(text: string): string {
  const trimmed = text.trim();
  const isBlock = trimmed.startsWith("```") && trimmed.endsWith("```") && trimmed.includes("\n");
  return isBlock ? trimmed.slice(trimmed.indexOf("\n"), -3).trim() : trimmed;
}
