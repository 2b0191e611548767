/** What only a model can do about it: names of arguments and tools, and what to do with the user. */
const FOR_MODELS =
  /\b(?:(?:call|ask) again(?! in)|ask the user|do not ask|tell the user|say so|say that|pass (?:more|a|the|words|near|unit|it|that|cursor|place|open_now|session|["“])|[a-z]+_[a-z_]+ (?:for|or|with)|get_place|next_cursor|ask with|check the spelling)\b|pass ["“]/i;

/** What a tool says, without what is meant for the model that called it; "" if that is all. */
export function forPeople(text: string): string {
  return sentencesOf(text)
    .map((sentence) => {
      if (!FOR_MODELS.test(sentence)) return sentence;
      // "It may be 5 km off: pass more digits."
      const [said = "", advice = ""] = sentence.split(/:\s(?=[^:]*$)/);
      return advice && !FOR_MODELS.test(said) ? `${said}.` : "";
    })
    .filter(Boolean)
    .join(" ");
}

export function sentencesOf(text: string): string[] {
  return text.split(/(?<=[.!?])\s+(?=["“\p{Lu}])/u).filter(Boolean);
}
