import { LONGEST_WORD } from "../../text/edit-distance.ts";

/**
 * The neighbours of words at edit distance 1 (text/edit-distance.ts), made in SQL so that a question need not carry them: a query with the columns word and neighbour. It reads
 * a table `typed` with the columns word and letters, the JSON list of the letters of the word's script. Some rows come
 * twice, and some have the word itself.
 *
 * At each position each letter is put in, or replaces the letter that follows. '' as the letter stands for the other two
 * edits: it replaces the letter that follows, which is left out; or, where nothing would change, two letters are swapped.
 */
export const EDIT_NEIGHBOURS = `SELECT word,
    CASE WHEN letter.value <> '' OR replaced.value
      THEN substr(word, 1, at.value) || letter.value || substr(word, at.value + 1 + replaced.value)
      ELSE substr(word, 1, at.value) || substr(word, at.value + 2, 1) || substr(word, at.value + 1, 1)
        || substr(word, at.value + 3)
    END AS neighbour
  FROM typed
    CROSS JOIN json_each('[${Array.from({ length: LONGEST_WORD + 1 }, (_, at) => at)}]') AS at
    CROSS JOIN json_each(json_insert(letters, '$[#]', '')) AS letter
    CROSS JOIN json_each('[0, 1]') AS replaced
  WHERE at.value <= length(word) AND letter.value <> substr(word, at.value + 1, 1)`;
