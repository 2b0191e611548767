import { expect, it } from "vitest";
import { saysHere } from "../../src/gazetteer/here-words.ts";

it.each([
  "Here",
  "NEAR ME!",
  "<user_location>",
  "around my current position",
  "where we are",
  "an meinem Standort",
  "wo ich bin",
  "près d’ici",
  "autour de moi",
  "en mi casa",
  "cerca de aquí",
  "aqui perto",
  "qui vicino",
  "bij mij in de buurt",
  "nära mig",
  "w pobliżu mnie",
  "возле меня",
  "моё местоположение",
  "где я сейчас?",
  "Wo bin ich",
  "ここはどこ",
  "εδώ κοντά",
  "موقعي الحالي",
  "現在地の近く",
  "我现在的位置",
  "내 주변",
  "ใกล้ฉัน",
  "nil",
  "N/A",
  "{{location}}",
  "not specified",
  "the hotel",
  "…",
])("%j says no more than here", (text) => {
  expect(saysHere(text)).toBe(true);
});

it.each([
  "Hereford",
  "Home, Washington",
  "Nearby, Paris",
  "near Lyon",
  "Hotel Adlon",
  "MIA",
  "CIA",
  "Meine, Niedersachsen",
  "Nice",
  "La Paz",
  "Null Island",
  "家族旅行村",
  "여기저기",
])("%j may be a place", (text) => {
  expect(saysHere(text)).toBe(false);
});
