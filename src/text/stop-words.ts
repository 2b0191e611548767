/**
 * Words that questions are full of and that say nothing about a place: articles, prepositions, "near
 * me", "where is". Folded as all words are. They count in the exact reading only ("La Paz", "The Hague").
 */
export const STOP_WORDS: ReadonlySet<string> = new Set(
  [
    // English
    "a an any anything are around at by closest find for from here in is me my near nearby nearest of on or place places show some the there this to what where which with",
    // German
    "am an auf bei beim das dem den der des die ein eine einen hier im in ist mir nachste nachsten nahe und von wo zu zum zur",
    // French
    "a au aux d dans de des du en est et l la le les mon ou pres proche proches pour sur un une",
    // Spanish, Portuguese, Italian
    "al cerca da de degli dei del della delle di do dos das e el em en i il la las le lo los mais mas mi na nas no nos o os perto piu por proximo sur un una uno vicino y",
    // Dutch, the Nordic languages
    "bij de dichtbij een en het i i i naar naer nar op och og pa til te till van ved voor",
    // Russian and its neighbours
    "в во и на около рядом с у возле",
  ]
    .join(" ")
    .split(" "),
);
