/** The languages of words: those with many speakers or readers, as far as the tagging schema is translated. */
export const LANGUAGES =
  "en en-GB de fr es it pt pt-BR nl pl cs sk hu ro bg ru uk sr hr sl el tr ar he fa hi ur bn ta te th vi id ms fil ja ko zh-CN zh-TW zh-HK sv da nb no fi is et lv lt ca gl eu hy kk".split(
    " ",
  );
