import { type Token, tokenize } from "./tokens.ts";

/**
 * What words of a question do that name nothing.
 * - `link`: articles, prepositions, question words, politeness: nobody misses them.
 * - `here`: the caller's place.
 * - `any`: any place at all.
 * - `sights`: what there is to do and to see.
 * - `time`: when; a question's text cannot ask that.
 * - `quality`: what no data tells, such as how good a place is.
 */
export type Role = "link" | "here" | "any" | "sights" | "time" | "quality";

/** Phrases are parted by commas. The longest that fits is taken: "open now" before "now". */
const PHRASES: Readonly<Record<Role, readonly string[]>> = {
  link: [
    // English
    "a, an, the, at, by, for, from, in, inside, into, of, on, to, with, within, this, that, these, there, here, where, where's, wheres, which, what, what's, whats, is, are, be, do, does, any, some, my, me, i, i'm, im, we, us, you, it, its, can, could, would, like, want, need, find, finding, get, give, go, going, show, tell, look, looking, search, list, have, has, please, thanks, thank you, hi, hello, hey, how, many, far, way, know, called, named, kind of, branch, branches, outlet, outlets, place, location, locations, spot, spots, or, either, a place to, somewhere to",
    // German
    "am, an, auf, bei, beim, das, dem, den, der, des, die, ein, eine, einen, einer, im, in, ist, sind, gibt, es, mir, mich, ich, suche, such, finde, finden, zeige, zeig, bitte, möchte, will, brauche, kann, man, wo, welche, welcher, welches, was, von, vom, zu, zum, zur, und, oder, mit, ort, orte, hier, filiale, filialen",
    // French
    "au, aux, dans, de, du, des, d, en, est, sont, l, la, le, les, mon, ma, mes, ou, où, un, une, je, cherche, chercher, trouve, trouver, trouvez, montre, moi, veux, voudrais, y, a, t, il, quel, quelle, quels, quelles, sur, pour, avec, merci, svp, s'il vous plaît, s'il te plaît, se, ce, qui, que, qu, lieu, lieux",
    // Spanish, Portuguese, Italian, Catalan, Galician
    "al, el, los, las, lo, del, con, para, por, una, uno, uns, unas, hay, donde, dónde, está, están, queda, quiero, busco, buscar, encuentra, encontrar, mi, me, cuál, cual, qué, que, favor, o, e, os, as, do, da, dos, das, no, na, nos, nas, em, um, uma, onde, fica, ficam, há, quero, procuro, preciso, qual, di, il, i, gli, della, delle, dei, degli, dello, nel, nella, un, c'è, ci sono, dove, trova, cerco, vorrei, quale, favore, sono, è, com, per, és, on, hi ha, lugar, lugares, luogo, luoghi",
    // Dutch, the Nordic languages
    "het, een, van, bij, naar, met, waar, is, er, zijn, ik, zoek, vind, wil, graag, welke, te, op, voor, alstublieft, den, det, et, en, på, till, til, av, af, i, var, hvor, finns, finnes, jag, jeg, söker, leter, vill, vil, med, som, ligger, missä, on, etsin, haluan, hvar, er, plaats, plats, sted",
    // Polish, Czech, Slovak, the South Slavic languages
    "gdzie, jest, są, znajdę, znajdź, szukam, proszę, w, we, na, z, ze, do, jakiś, jakaś, kde, je, jsou, sú, najdu, nájdem, hledám, hľadám, prosím, v, ve, u, s, nějaký, nejaký, gde, gdje, gdo, kje, ima, nalazi, tražim, iščem, molim, prosim, si",
    // Hungarian, Romanian, Baltic, Estonian, Albanian
    "hol, van, a, az, egy, keresek, kérem, unde, este, sunt, caut, vreau, o, un, cel, cea, cei, cele, mai, la, în, vă rog, kur, yra, ieškau, ir, meklēju, kus, otsin",
    // Russian, Ukrainian, Bulgarian, Serbian
    "где, находится, есть, найти, найди, ищу, хочу, мне, мой, покажи, подскажите, пожалуйста, какой, какая, в, во, на, с, у, к, из, для, де, знаходиться, є, шукаю, знайти, мені, будь ласка, який, яка, къде, има, търся, моля, где је, где се налази",
    // Greek, Turkish
    "πού, που, είναι, υπάρχει, βρίσκεται, ο, η, το, οι, τα, ένα, ένας, μια, ψάχνω, θέλω, παρακαλώ, σε, στο, στη, στην, μου, nerede, neresi, nerde, var, mı, mi, bir, bul, arıyorum, lütfen, bana, bu, en",
    // Arabic, Persian, Urdu, Hebrew
    "أين, اين, وين, فين, هل, يوجد, هناك, أريد, ابحث عن, أبحث عن, من, في, الى, إلى, لو سمحت, من فضلك, کجاست, کجا, کجاس, است, هست, یک, می‌خواهم, لطفا, در, به, از, کہاں, ہے, ہیں, میں, کوئی, مجھے, چاہیے, איפה, היכן, יש, נמצא, נמצאת, אני, מחפש, מחפשת, רוצה, בבקשה, של, את, הכי",
    // Hindi, Bengali, Tamil
    "कहाँ, कहां, है, हैं, कौन, सा, का, के, की, में, मेरे, मुझे, कोई, चाहिए, कृपया, कोथाय, কোথায়, আছে, আমার, একটি, எங்கே, உள்ளது, எங்கு",
    // Vietnamese, Indonesian, Malay, Tagalog, Swahili
    "ở đâu, ở, đâu, có, cho, tôi, tìm, muốn, nào, di mana, dimana, ada, di, yang, saya, cari, mencari, tolong, apa, mana, ini, nasaan, saan, ang, may, mga, sa, iko wapi, wapi, kuna",
    // Japanese, Chinese, Korean, Thai
    "はどこですか, はどこにありますか, どこですか, どこにありますか, はどこ, どこ, ありますか, はありますか, がありますか, を探しています, を探して, を教えてください, を教えて, ください, お願いします, 在哪里, 在哪裡, 在哪儿, 在哪, 哪里有, 哪裡有, 哪里, 哪裡, 有没有, 有沒有, 请问, 請問, 帮我找, 幫我找, 我想找, 我要找, 吗, 嗎, 어디에 있나요, 어디예요, 어디에요, 어디인가요, 어디야, 어디, 있나요, 있어요, 찾아줘, 찾아주세요, 찾기, 알려줘, 알려주세요, 좀, อยู่ที่ไหน, ที่ไหน, อยู่ไหน, มีไหม, หา, ช่วยหา, ครับ, ค่ะ, คะ",
  ],
  here: [
    "near, near me, near by, nearby, nearest, nearest to me, closest, closest to me, close, close to, close to me, close by, next to me, next to, around, around me, around here, about here, beside me, by me, here, my location, my position, my area, my place, my neighbourhood, my neighborhood, in my area, in the area, this area, in walking distance, within walking distance, walking distance, vicinity, in the vicinity, locally, local, where i am",
    "in der nähe, in meiner nähe, in der umgebung, in meiner umgebung, umgebung, nähe, nahe, nächste, nächster, nächstes, nächsten, nächstgelegene, nächstgelegenen, um mich herum, rund um mich, bei mir, hier in der nähe, hier, naheliegende, nahegelegene",
    "près, près de moi, près d'ici, près de chez moi, proche, proches, proche de moi, à proximité, à côté, à côté de moi, autour de moi, aux alentours, alentours, dans le coin, par ici, ici, le plus proche, la plus proche, plus proche, les plus proches, plus proches, voisin, voisine",
    "cerca, cerca de mí, cerca de aquí, cercano, cercana, cercanos, cercanas, más cercano, más cercana, próximo, próxima, más próximo, aquí, a mi alrededor, alrededor, por aquí, perto, perto de mim, perto daqui, mais próximo, mais próxima, próximos, próximas, mais perto, aqui, ao redor, por perto, nas proximidades, vicino, vicino a me, vicina, vicini, vicine, più vicino, più vicina, qui vicino, qui, nelle vicinanze, vicinanze, nei dintorni, dintorni, intorno a me, a prop, a prop meu, més proper, més propera",
    "dichtbij, dichtstbijzijnde, dichtstbij, in de buurt, buurt, hier in de buurt, vlakbij, nabij, nabije, nära, nära mig, i närheten, närmaste, närmsta, häromkring, nær, nær mig, nær meg, i nærheden, i nærheten, nærmeste, her, här, lähellä, lähellä minua, lähin, lähimmät, läheinen, täällä, nálægt, næsta",
    "blisko, w pobliżu, pobliżu, blisko mnie, koło mnie, obok mnie, najbliższy, najbliższa, najbliższe, najbliższego, najbliższej, niedaleko, w okolicy, okolicy, tutaj, tu, blízko, poblíž, v okolí, okolí, nejbližší, poblíž mě, tady, najbližší, najbližšia, najbližšie, nablízku, v blízkosti, okolie, blizu, u blizini, najbliži, najbliža, najbliže, ovdje, ovde, v bližini, najbližji, najbližja, tukaj",
    "közelben, a közelben, legközelebbi, közeli, itt, környéken, aproape, aproape de mine, în apropiere, apropiere, cel mai apropiat, cea mai apropiată, apropiat, apropiată, apropiate, aici, netoli, arti, artimiausias, artimiausia, tuvumā, tuvākais, tuvākā, lähedal, lähim, lähimad",
    "рядом, рядом со мной, около, около меня, возле, возле меня, недалеко, поблизости, вблизи, близко, ближайший, ближайшая, ближайшее, ближайшие, ближайшего, здесь, тут, вокруг, поруч, поруч зі мною, поблизу, біля, біля мене, неподалік, найближчий, найближча, найближче, найближчі, тут, наблизо, най-близкия, най-близката, най-близкият, близо, близу, најближа, најближи, најближе, у близини",
    "κοντά, κοντά μου, εδώ κοντά, εδώ, κοντινός, κοντινή, κοντινό, κοντινότερο, κοντινότερος, κοντινότερη, πλησιέστερο, πλησιέστερος, πλησιέστερη, πιο κοντινό, πιο κοντινή, πιο κοντινός, yakın, yakında, yakınımda, yakınımdaki, yakınlarda, yakınlardaki, yakındaki, en yakın, civarda, civardaki, etrafımda, burada, buralarda",
    "قريب, قريبة, قريب مني, قريبة مني, القريب, القريبة, أقرب, اقرب, بالقرب, بالقرب مني, بالقرب من هنا, قربي, بجواري, حولي, هنا, نزدیک, نزدیک من, نزدیکم, نزدیک‌ترین, نزدیکترین, نزدیکی, این نزدیکی, اطراف, اطراف من, اینجا, قریب, قریب ترین, میرے قریب, نزدیک ترین, קרוב, קרובה, קרוב אלי, קרוב אליי, הקרוב, הקרובה, הקרוב ביותר, הקרובה ביותר, בסביבה, לידי, ליד, פה, כאן, באזור, באזורי",
    "पास, मेरे पास, के पास, आस पास, आसपास, मेरे आसपास, नज़दीक, नजदीक, नज़दीकी, नजदीकी, सबसे नज़दीकी, सबसे नजदीकी, निकटतम, यहाँ, यहां, कাছাকাছি, কাছাকাছি, কাছে, আমার কাছে, নিকটতম, এখানে, அருகில், என் அருகில், அருகிலுள்ள, இங்கே",
    "gần, gần đây, gần tôi, gần nhất, quanh đây, xung quanh, xung quanh đây, ở đây, dekat, terdekat, di dekat saya, dekat saya, dekat sini, di sekitar, sekitar, sekitar sini, sini, di sini, berhampiran, berdekatan, berhampiran saya, malapit, malapit sa akin, pinakamalapit, dito, karibu, karibu nami, karibu yangu, hapa",
    "近くの, この近くの, この近く, 近くにある, 近くに, 近く, 最寄りの, 最寄り, 最寄, 一番近い, いちばん近い, もっとも近い, 最も近い, 周辺の, 周辺, 付近の, 付近, 近所の, 近所, 近隣の, 近隣, ここ, 現在地, 附近的, 附近, 离我最近的, 離我最近的, 离我最近, 離我最近, 最近的, 最近, 周边的, 周邊的, 周边, 周邊, 周围的, 周圍的, 周围, 周圍, 我附近的, 我附近, 我身边, 这里, 這裡, 这附近的, 这附近, 這附近, 就近, 근처에 있는, 근처에, 근처의, 근처, 가까운, 가장 가까운, 제일 가까운, 주변의, 주변에, 주변, 내 주변, 내 근처, 여기, 인근, ใกล้ฉัน, ใกล้ๆฉัน, ใกล้ ๆ, ใกล้ๆ, ใกล้ที่สุด, ที่ใกล้ที่สุด, ใกล้ที่นี่, ใกล้เคียง, แถวนี้, ใกล้, ที่นี่",
  ],
  any: [
    "anything, everything, something, all, all places, any place, any places, anywhere, places, things, stuff, whatever, what's here, whats here, what is here, what's around, whats around, what is around, what is there, what's there, what's near, whats near, what's nearby, points of interest, poi, pois, nearby places, interesting places, surroundings",
    "alles, irgendwas, etwas, was gibt es, was ist hier, tout, n'importe quoi, qu'est-ce qu'il y a, quoi, todo, cualquier cosa, algo, qué hay, que hay, tudo, qualquer coisa, o que há, o que tem, tutto, qualsiasi cosa, qualcosa, cosa c'è, alles, iets, wat is er, allt, vad finns, alt, hvad er der, hva finnes, kaikki, mitä, wszystko, coś, co jest, všechno, něco, co je, všetko, minden, mi van, tot, ce este, всё, все, что-нибудь, что, що, усе, будь-що, всичко, όλα, τι υπάρχει, τι, her şey, ne var, neler var, كل شيء, أي شيء, ماذا يوجد, ماذا, همه چیز, چه چیزی, چی, הכל, משהו, מה יש, מה, सब कुछ, कुछ भी, क्या, tất cả, có gì, gì, mọi thứ, semua, apa saja, semuanya, lahat, chochote, 何がありますか, 何がある, 何か, 何, なにか, なに, 全部, すべて, スポット, 場所, 所有地方, 所有, 任何, 有什么, 有甚麼, 有什麼, 什么, 什麼, 地方, 地点, 뭐가 있나요, 뭐가 있어, 뭐 있어, 뭐가, 뭐, 모든, 전부, 장소, 곳, มีอะไรบ้าง, มีอะไร, อะไร, ทุกอย่าง, สถานที่",
  ],
  sights: [
    "things to do, thing to do, things to see, what to do, what to see, what can i do, what can we do, what is there to do, something to do, fun things to do, stuff to do, places to go, places to visit, where to go, activities, attractions",
    "was kann man machen, was kann man unternehmen, was gibt es zu sehen, unternehmungen, ausflugsziele, sehenswertes, que faire, quoi faire, que voir, quoi voir, activités, à voir, à faire, qué hacer, que hacer, cosas que hacer, qué ver, actividades, o que fazer, o que ver, atividades, cosa fare, cosa vedere, attività, wat te doen, wat te zien, bezienswaardigheden, att göra, att se, ting at lave, tekemistä, nähtävää",
    "co robić, co zobaczyć, atrakcje, co dělat, co vidět, mit csináljak, látnivalók, ce să fac, ce să văd, чем заняться, что посмотреть, куда сходить, куда пойти, що подивитися, куди піти, τι να κάνω, τι να δω, yapılacak şeyler, gezilecek yerler, ne yapılır, gidilecek yerler, أماكن للزيارة, ماذا أفعل, چه کار کنم, جاهای دیدنی, מה לעשות, מה לראות, घूमने की जगह, क्या करें, làm gì, chơi gì, tempat wisata, apa yang bisa dilakukan",
    "何をする, 何ができる, 遊ぶ場所, 遊べる場所, 遊ぶところ, 見どころ, やること, 好玩的地方, 好玩的, 玩什么, 玩什麼, 可以玩的地方, 할 것, 할거리, 놀거리, 볼거리, 가볼만한 곳, 가볼만한곳, 갈만한 곳, ที่เที่ยว, สถานที่ท่องเที่ยว, ทำอะไรดี",
  ],
  time: [
    "open, open now, opened, open late, open late at night, open today, open tonight, open on sunday, open on sundays, open sunday, open saturday, open on saturday, open on saturdays, still open, currently open, that is open, that's open, that are open, now, right now, today, tonight, tomorrow, late, late night, at night, all night, overnight, early, this evening, this morning, this afternoon, this weekend, at the moment, currently, 24 hours, 24 hour, 24 hrs, 24h, 24 h, 24 7, 24 hours a day, around the clock, on sunday, on sundays, on saturday, on saturdays, on monday, on mondays, on weekends, at the weekend, after midnight",
    "geöffnet, jetzt geöffnet, heute geöffnet, noch offen, offen, jetzt offen, jetzt, heute, heute abend, heute nacht, nachts, morgen, gerade, rund um die uhr, 24 stunden, sonntags, am sonntag, am wochenende, ouvert, ouverte, ouverts, ouvertes, ouvert maintenant, maintenant, aujourd'hui, ce soir, cette nuit, la nuit, le dimanche, dimanche, 24 heures, 24h 24, 24 heures sur 24, demain, abierto, abierta, abiertos, abiertas, abierto ahora, abierta ahora, ahora, hoy, esta noche, de noche, mañana, los domingos, 24 horas, aberto, aberta, abertos, abertas, aberto agora, aberta agora, agora, hoje, hoje à noite, amanhã, aos domingos, aperto, aperta, aperti, aperte, aperto ora, aperta ora, aperto adesso, adesso, ora, oggi, stasera, stanotte, domani, la domenica, 24 ore, open nu, nu, vandaag, vanavond, vannacht, geopend, 24 uur, öppet, öppet nu, öppen, idag, ikväll, åben, åbent, åpen, åpent, nå, i dag, i aften, i kveld, i kväll, auki, avoinna, nyt, tänään",
    "otwarty, otwarta, otwarte, otwarte teraz, teraz, dziś, dzisiaj, całodobowa, całodobowy, całodobowe, 24 godziny, otevřeno, otevřený, otevřená, teď, dnes, nonstop, otvorené, otvorený, teraz, nyitva, most, ma, éjszaka, deschis, deschisă, acum, azi, astăzi, non stop, открыто, открыта, открытый, открытая, открытые, сейчас, сегодня, вечером, ночью, круглосуточно, круглосуточная, круглосуточный, круглосуточные, 24 часа, відкрито, відкрита, відкритий, зараз, сьогодні, цілодобово, цілодобова, отворено, отворена, сега, ανοιχτό, ανοιχτά, ανοιχτή, τώρα, σήμερα, απόψε, διανυκτερεύον, açık, şimdi, şu an, şu anda, bugün, bu gece, 24 saat, مفتوح, مفتوحة, الآن, الان, اليوم, الليلة, باز, الان باز, امروز, امشب, شبانه روزی, פתוח, פתוחה, עכשיו, היום, הלילה, खुला, खुली, अभी, आज, đang mở cửa, mở cửa, bây giờ, hôm nay, tối nay, buka, sekarang, hari ini, malam ini, 24 jam, bukas ngayon, 営業中の, 営業中, 今開いている, 今やっている, 開いている, 今夜, 今日, 今すぐ, 深夜, 時間営業の, 時間営業, 24時間営業の, 24時間営業, 24時間, 现在营业的, 现在营业, 营业中的, 营业中, 正在营业的, 正在营业, 現在營業, 營業中, 现在, 現在, 今天, 今晚, 小时营业的, 小时营业, 小時營業, 24小时营业, 24小时, 24小時, 지금 열린, 지금 영업중인, 영업중인, 영업 중인, 영업중, 지금 문 연, 문 연, 열린, 지금, 오늘, 오늘 밤, 24시간, เปิดอยู่, เปิดตอนนี้, ตอนนี้, วันนี้, คืนนี้, 24 ชั่วโมง",
  ],
  quality: [
    "good, great, best, better, top, top rated, highly rated, well rated, best rated, rated, popular, famous, favourite, favorite, recommended, excellent, amazing, awesome, lovely, beautiful, cool, cute, cozy, cosy, quiet, authentic, decent, cheap, cheapest, affordable, inexpensive, budget, low cost, expensive, fancy, luxury, luxurious, upscale, romantic, trendy, hip, modern, old, oldest, new, newest, biggest, big, largest, large, small, smallest, tallest, longest, highest, clean, safe, free, reliable, easy, really, very, most, family friendly, kid friendly, child friendly, dog friendly, pet friendly, wheelchair accessible, accessible, vegan, vegetarian, halal, kosher, gluten free, organic, wifi, wi fi, free wifi, wlan, outdoor seating, with outdoor seating, with parking, with a parking lot, with pool, with a pool, with swimming pool, with terrace, with a terrace, with a rooftop, with a view, with view, with playground, with a playground, with garden, with a garden, with delivery, with takeaway, with breakfast, with music, with live music, with kids, for kids, for children, michelin, star, stars, unusual, hidden, underrated, reviews, rating, interesting, fun",
    "gut, gute, guter, gutes, guten, beste, bester, bestes, besten, schön, schöne, schöner, schönes, billig, billige, billiger, billiges, günstig, günstige, günstiger, günstiges, preiswert, teuer, beliebt, beliebte, größte, größter, größtes, kleine, kleiner, große, großer, großes, ruhig, ruhiges, vegane, veganes, veganer, vegetarisch, vegetarisches, kostenlos, kostenlose, bon, bonne, bons, bonnes, meilleur, meilleure, meilleurs, meilleures, pas cher, pas chère, pas chers, bon marché, moins cher, beau, belle, joli, jolie, grand, grande, plus grand, plus grande, petit, petite, gratuit, gratuite, végétarien, végétalien, buen, bueno, buena, buenos, buenas, mejor, mejores, barato, barata, baratos, baratas, económico, económica, bonito, bonita, más grande, gratis, vegano, vegana, vegetariano, vegetariana, bom, boa, bons, boas, melhor, melhores, barata, baratos, maior, bonito, gratuito, buon, buona, buono, buoni, buone, migliore, migliori, miglior, economico, economica, economici, economici, a buon mercato, bello, bella, più grande, gratuito, goed, goede, beste, goedkoop, goedkope, goedkoopste, leuk, leuke, mooi, mooie, grootste, veganistisch, bra, bästa, billig, billiga, billigaste, bedste, god, gode, hyvä, paras, halpa, halvin",
    "dobry, dobra, dobre, najlepszy, najlepsza, najlepsze, tani, tania, tanie, najtańszy, największy, dobrý, dobrá, dobré, nejlepší, levný, levná, levné, najlepší, lacný, lacná, jó, legjobb, olcsó, bun, bună, cel mai bun, cea mai bună, cele mai bune, ieftin, ieftină, хороший, хорошая, хорошее, хорошие, лучший, лучшая, лучшее, лучшие, дешёвый, дешёвая, дешёвое, дешёвые, недорогой, недорогая, недорогое, большой, самый, вкусный, вкусная, добрий, добра, хороша, найкращий, найкраща, дешевий, дешева, недорогий, добър, добра, най-добрия, най-добрият, евтин, евтина, dobar, najbolji, jeftin, jeftini, καλό, καλός, καλή, καλύτερο, καλύτερος, φθηνό, φτηνό, φθηνός, iyi, güzel, en iyi, en güzel, ucuz, en ucuz, büyük, جيد, جيدة, أفضل, افضل, احسن, رخيص, رخيصة, خوب, بهترین, ارزان, ارزون, טוב, טובה, הטוב, הכי טוב, זול, זולה, अच्छा, अच्छी, सबसे अच्छा, सस्ता, सस्ती, ngon, tốt, tốt nhất, rẻ, giá rẻ, bagus, terbaik, murah, enak, maganda, mura, bora, おすすめの, おすすめ, オススメの, オススメ, 人気の, 人気, 美味しい, おいしい, 安い, 一番いい, いい, 良い, 有名な, きれいな, 好吃的, 好的, 最好的, 最好, 便宜的, 便宜, 推荐的, 推荐, 推薦, 有名的, 不错的, 맛있는, 좋은, 제일 좋은, 가장 좋은, 싼, 저렴한, 추천, 유명한, 예쁜, อร่อย, ดีๆ, ดีที่สุด, ดี, ราคาถูก, ถูก, แนะนำ",
  ],
};

interface Phrase {
  readonly role: Role;
  readonly texts: readonly string[];
}

/** The phrases by their first token, the longest first. */
const BY_FIRST_TOKEN: ReadonlyMap<string, readonly Phrase[]> = phrasesByFirstToken();
/** The phrases of scripts without spaces: they are found within a token. */
const UNSPACED: readonly (readonly [text: string, role: Role])[] = unspacedPhrases();

/** A token with what it does; one that names something has no role. */
export interface ReadToken {
  readonly token: Token;
  readonly role: Role | undefined;
}

/** The tokens with their roles. Of a script without spaces, a token is divided where a phrase begins or ends. */
export function readTokens(tokens: readonly Token[]): ReadToken[] {
  const read: ReadToken[] = [];
  for (let at = 0; at < tokens.length; ) {
    const phrase = BY_FIRST_TOKEN.get(tokens[at]!.text)?.find(({ texts }) =>
      texts.every((text, nth) => tokens[at + nth]?.text === text),
    );
    if (phrase) {
      const { length } = phrase.texts;
      read.push(
        ...tokens.slice(at, at + length).map((token) => ({ token, role: phrase.role }) as const),
      );
      at += length;
    } else {
      const token = tokens[at++]!;
      read.push(...(token.isSegmented ? [{ token, role: undefined }] : divided(token)));
    }
  }
  return read.map(({ token, role }, at) => {
    // "24" of "24時間".
    const isTime = !role && /^\d+$/.test(token.text) && read[at + 1]?.role === "time";
    return { token, role: isTime ? "time" : role };
  });
}

function divided({ text }: Token): ReadToken[] {
  if (!text) return [];
  for (const [phrase, role] of UNSPACED) {
    const at = text.indexOf(phrase);
    if (at < 0) continue;
    return [
      ...divided(unspaced(text.slice(0, at))),
      { token: unspaced(phrase), role },
      ...divided(unspaced(text.slice(at + phrase.length))),
    ];
  }
  return [{ token: unspaced(text), role: PARTICLES.has(text) ? "link" : undefined }];
}

/** What is left between phrases and words: particles of Japanese, Chinese and Korean. */
const PARTICLES: ReadonlySet<string> = new Set([..."のはをがにでとも的在有找我은는이가을를에의"]);

const unspaced = (text: string): Token => ({ text, isSegmented: false });

function phrasesByFirstToken(): ReadonlyMap<string, readonly Phrase[]> {
  const phrases = eachPhrase().map(({ role, tokens }) => ({
    role,
    texts: tokens.map(({ text }) => text),
  }));
  phrases.sort((a, b) => b.texts.length - a.texts.length);
  return Map.groupBy(phrases, ({ texts }) => texts[0]!);
}

function unspacedPhrases(): [string, Role][] {
  return eachPhrase()
    .flatMap(({ role, tokens: [token, ...others] }): [string, Role][] =>
      token && !token.isSegmented && others.length === 0 && [...token.text].length > 1
        ? [[token.text, role]]
        : [],
    )
    .sort(([a], [b]) => b.length - a.length);
}

function eachPhrase(): { role: Role; tokens: Token[] }[] {
  return (Object.keys(PHRASES) as Role[]).flatMap((role) =>
    PHRASES[role]
      .flatMap((language) => language.split(", "))
      .map((text) => ({ role, tokens: tokenize(text) })),
  );
}
