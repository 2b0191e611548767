/** How alike the sets of words of two longer answers have to be. */
export const LEAST_SIMILARITY = 0.9;

/**
 * Words that turn an answer into another one, folded: no, not, without, hardly, only, almost, if.
 */
const TURNING: ReadonlySet<string> = new Set(
  [
    "no not never none nobody nothing neither nor without cannot hardly barely scarcely rarely seldom only except unless but almost nearly if false wrong incorrect untrue",
    "nicht kein keine keinen keiner keines keinem nie niemals nichts niemand ohne kaum selten nur ausser weder aber wenn falls fast falsch",
    "ne n pas non jamais aucun aucune rien sans sauf seulement mais si presque faux",
    "nunca jamas ningun ninguno ninguna nada nadie sin solo salvo excepto pero casi falso",
    "mai nessun nessuno nessuna niente nulla senza ma se quasi",
    "nao nem nenhum nenhuma ninguem sem apenas mas quase",
    "niet geen nooit niets zonder alleen maar bijna als",
    "nie nigdy bez tylko ale jesli prawie",
    "не нет ни никогда ничего без только но если почти",
    "لا ليس ليست لم لن غير بدون فقط لكن اذا",
    "degil yok hic ama sadece eger",
  ].flatMap((language) => language.split(" ")),
);

/**
 * How alike two texts are: the Jaccard similarity of their sets of words (Broder, "On the resemblance and containment of
 * documents", 1997), and 0 unless one is the other with words put in. The measure alone does not see which word differs: of two
 * long answers that name different towns, nearly all words are the same, and of "dog bites man" all. Nor may what is put in be a
 * number, a word that turns the meaning, or in a script without gaps, where "not" is no word of its own.
 */
export function similarity(a: readonly string[], b: readonly string[]): number {
  const [shorter, longer] = a.length <= b.length ? [a, b] : [b, a];
  const added = addedWords(shorter, longer);
  if (!added?.every(isHarmless)) return 0;
  // All words of the shorter one are in the longer one.
  return new Set(shorter).size / Math.max(1, new Set(longer).size);
}

/** The words that make the longer text of the shorter one; undefined if it is not the same with words put in. */
function addedWords(shorter: readonly string[], longer: readonly string[]): string[] | undefined {
  let at = 0;
  const added = longer.filter((word) => {
    const isNext = word === shorter[at];
    if (isNext) at++;
    return !isNext;
  });
  return at === shorter.length ? added : undefined;
}

function isHarmless(word: string): boolean {
  return (
    /^(?![\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Thai}])\p{L}/u.test(
      word,
    ) && !TURNING.has(word)
  );
}

/**
 * Groups by complete linkage: in a group each is alike to each, so that nothing chains. The two groups that are most alike become
 * one, again and again; of equals, those that come first.
 *
 * @param likeness of the items, by their numbers: from 0 to 1
 * @returns the numbers of the items of each group
 */
export function completeLinkage(
  count: number,
  likeness: (a: number, b: number) => number,
  least: number,
): number[][] {
  const between = Array.from({ length: count }, (_, a) =>
    Array.from({ length: count }, (_, b) => (b < a ? likeness(a, b) : 0)),
  );
  const pair = (a: number, b: number) => between[Math.max(a, b)]![Math.min(a, b)]!;
  const groups = Array.from({ length: count }, (_, item) => [item]);
  for (;;) {
    let best = { likeness: least, a: -1, b: -1 };
    for (const [b, group] of groups.entries()) {
      for (const [a, other] of groups.slice(0, b).entries()) {
        const worst = Math.min(...group.flatMap((x) => other.map((y) => pair(x, y))));
        const isBetter = best.a < 0 ? worst >= least : worst > best.likeness;
        if (isBetter) best = { likeness: worst, a, b };
      }
    }
    if (best.a < 0) return groups;
    const [merged] = groups.splice(best.b, 1);
    groups[best.a]!.push(...merged!);
  }
}
