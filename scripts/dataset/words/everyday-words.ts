import type { OwnWords } from "./own-words.ts";

/** Everyday words which the terms of the tagging schema leave vague, or spread over too much. */
export const EVERYDAY_WORDS: readonly OwnWords[] = [
  {
    paths: ["amenity/cafe"],
    english: "coffee, cafe, coffee shop, coffeehouse",
    other:
      "Kaffee, Kaffeehaus, café, caffè, koffie, kawa, kawiarnia, káva, kavárna, kávé, кофе, кофейня, кафе, кава, καφές, kahve, قهوة, مقهى, קפה, กาแฟ, cà phê, kopi, コーヒー, カフェ, 喫茶店, 커피, 카페, 咖啡, 咖啡店, 咖啡馆, 咖啡館, 咖啡廳, kaffe, fika, kahvi, kahvila",
  },
  {
    paths: ["amenity/restaurant", "amenity/fast_food", "amenity/cafe", "amenity/food_court"],
    english: "food, eat, place to eat, somewhere to eat, meal, lunch, dinner, breakfast",
    other:
      "Essen, Mittagessen, Abendessen, Frühstück, manger, repas, déjeuner, comida, comer, almuerzo, cena, cibo, mangiare, pranzo, comida, almoço, jantar, eten, jedzenie, obiad, jídlo, еда, поесть, їжа, φαγητό, yemek, طعام, אוכל, อาหาร, đồ ăn, makanan, 食事, 飲食店, グルメ, ランチ, 음식, 맛집, 美食, 吃饭, 吃飯, mat, ruoka",
  },
  {
    paths: ["amenity/bar", "amenity/pub", "amenity/biergarten"],
    english: "drink, beer, cocktail",
    other:
      "Bier, Cocktail, bière, cerveza, birra, cerveja, piwo, pivo, пиво, ビール, 酒, 맥주, 술, 啤酒, 喝酒, öl, olut",
  },
  {
    paths: ["shop/supermarket", "shop/convenience", "shop/greengrocer"],
    english: "groceries, grocery, grocery store, grocery shop",
    other:
      "Lebensmittel, Lebensmittelgeschäft, alimentation, épicerie, comestibles, alimentari, spożywczy, продукты, 食料品, 식료품, 杂货, livsmedel",
  },
  {
    paths: ["shop"],
    english: "shop, store, shopping",
    other:
      "Geschäft, Laden, Einkaufen, magasin, boutique, tienda, negozio, loja, winkel, sklep, obchod, магазин, 店, お店, 買い物, 가게, 쇼핑, 商店, 购物, 購物, butik, kauppa",
  },
  {
    paths: ["amenity/atm", "amenity/bank"],
    english: "cash, withdraw money",
    other: "Bargeld, argent liquide, efectivo, contanti, gotówka, наличные, 現金, 현금, 取款, 领钱",
  },
  {
    paths: ["amenity/fuel"],
    english: "gas, petrol, gasoline, fuel, gas station, petrol station, filling station",
    other:
      "Benzin, Tanken, Tankstelle, essence, station-service, gasolina, gasolinera, benzina, distributore, benzine, tankstation, paliwo, stacja benzynowa, бензин, заправка, АЗС, ガソリン, ガソリンスタンド, 주유소, 加油, 加油站, bensin, bensinstation",
  },
  {
    paths: ["amenity/charging_station"],
    english:
      "charging station, ev charger, ev charging, ev charging station, car charger, charging point",
    other:
      "Ladestation, Ladesäule, borne de recharge, cargador, punto de recarga, colonnina, laadpaal, ładowarka, зарядная станция, 充電スタンド, 充電, 충전소, 充电桩, 充电站, 充電站, laddstation",
  },
  {
    paths: [
      "tourism/hotel",
      "tourism/hostel",
      "tourism/motel",
      "tourism/guest_house",
      "tourism/apartment",
    ],
    english: "accommodation, lodging, place to stay, place to sleep",
    other:
      "Unterkunft, Übernachtung, hébergement, alojamiento, alloggio, alojamento, nocleg, жильё, ночлег, 宿, 宿泊, 숙소, 住宿, boende, majoitus",
  },
  {
    paths: ["tourism/attraction", "tourism/museum", "tourism/viewpoint", "historic"],
    english:
      "sight, sightseeing, tourist attraction, attraction, landmark, thing to see, place of interest",
    other:
      "Sehenswürdigkeit, lieu touristique, site touristique, lugar de interés, atracción turística, attrazione, ponto turístico, zabytek, достопримечательность, 観光地, 観光, 관광지, 명소, 景点, 景點, sevärdhet",
  },
  {
    paths: ["public_transport/station_subway", "railway/subway_entrance"],
    english: "subway, metro, underground, subway station, metro station, tube",
    other:
      "U-Bahn, métro, station de métro, estación de metro, metropolitana, metrô, метро, станция метро, 地下鉄, 지하철, 地铁, 地鐵, 捷運, tunnelbana, T-bana",
  },
  {
    paths: ["amenity/restaurant"],
    english: "restaurant, place to dine",
    other: "餐厅, 餐廳, 餐馆, 饭店, 食堂",
  },
  {
    paths: ["amenity/school"],
    english: "school",
    other:
      "Schule, école, escuela, colegio, scuola, escola, szkoła, škola, iskola, școală, школа, училище, σχολείο, okul, مدرسة, בית ספר, مدرسه, विद्यालय, स्कूल, โรงเรียน, trường học, sekolah, 学校, 학교, 學校, skola, skole, koulu",
  },
  {
    paths: ["amenity/hospital"],
    english: "hospital, emergency room",
    other:
      "Krankenhaus, Spital, hôpital, ospedale, ziekenhuis, szpital, nemocnice, kórház, больница, лікарня, болница, νοσοκομείο, hastane, مستشفى, בית חולים, بیمارستان, अस्पताल, โรงพยาบาล, bệnh viện, rumah sakit, 病院, 병원, 医院, 醫院, sjukhus, sygehus, sykehus, sairaala",
  },
  {
    paths: ["amenity/parking"],
    english: "parking, car park, parking lot, place to park",
    other:
      "Parkplatz, Parkhaus, aparcamiento, estacionamiento, parcheggio, estacionamento, parkeerplaats, парковка, 駐車場, 주차장, 停车场, 停車場, parkering",
  },
  {
    paths: ["amenity/marketplace"],
    english: "market, farmers market, street market, food market",
    other:
      "Markt, Wochenmarkt, marché, mercado, mercato, markt, targ, trh, piac, рынок, базар, αγορά, pazar, سوق, שוק, ตลาด, chợ, pasar, 市場, 시장, 市场, 菜市场, torg, tori",
  },
  {
    paths: ["amenity/veterinary"],
    english: "vet, veterinarian, animal doctor, animal clinic, animal hospital",
  },
  {
    paths: ["amenity/bicycle_rental"],
    english: "bike rental, bicycle rental, bike hire, bicycle hire, bike share, rent a bike",
  },
  {
    paths: ["amenity/toilets"],
    english: "toilet, restroom, bathroom, washroom, public toilet, loo, wc",
    other:
      "Toilette, Klo, toilettes, baño, aseo, servicios, bagno, banheiro, toaleta, туалет, トイレ, お手洗い, 화장실, 厕所, 洗手间, 廁所, 洗手間, toalett, vessa",
  },
  {
    paths: ["amenity/doctors", "amenity/clinic"],
    english: "doctor, physician, general practitioner, gp",
    other:
      "Arzt, Hausarzt, médecin, médico, medico, dokter, huisarts, lekarz, лікар, врач, 医者, 의사, 医生, 醫生, läkare, lääkäri",
  },
  {
    paths: ["amenity/place_of_worship/christian"],
    english: "church, chapel",
    other:
      "Kirche, Kapelle, église, iglesia, chiesa, igreja, kerk, kościół, kostel, templom, biserică, церковь, церква, εκκλησία, kilise, كنيسة, כנסייה, 教会, 교회, 教堂, kyrka, kirke, kirkko",
  },
  {
    paths: ["boundary/postal_code"],
    english: "postal code, postcode, post code, zip, zip code, zipcode",
    other:
      "Postleitzahl, Postleitzahlen, PLZ, code postal, codes postaux, código postal, codice postale, CAP, CEP, kod pocztowy, PSČ, irányítószám, cod poștal, почтовый индекс, індекс, поштовий індекс, poštanski broj, ταχυδρομικός κώδικας, posta kodu, الرمز البريدي, מיקוד, کد پستی, पिन कोड, รหัสไปรษณีย์, mã bưu điện, mã bưu chính, kode pos, poskod, 郵便番号, 우편번호, 邮政编码, 邮编, 郵遞區號, postnummer, postinumero",
  },
  {
    paths: ["amenity/pharmacy"],
    english: "pharmacy, dispensing chemist",
    other:
      "Apotheke, pharmacie, farmacia, farmacias, farmacie, farmácia, apotheek, apteka, lékárna, lekáreň, patika, gyógyszertár, farmacie, farmacii, аптека, аптеки, ljekarna, апотека, lekarna, φαρμακείο, eczane, صيدلية, בית מרקחת, داروخانه, फार्मेसी, दवाखाना, ফার্মেসি, ร้านขายยา, hiệu thuốc, nhà thuốc, apotek, farmasi, botika, 薬局, 약국, 药店, 药房, 藥局, 藥房, apteekki, apteek, aptieka, vaistinė, apótek, farmàcia",
  },
  {
    paths: ["amenity/police"],
    english: "police station, police, police office, cop shop",
    other:
      "Polizei, Polizeiwache, Polizeirevier, Polizeistation, commissariat, commissariat de police, poste de police, gendarmerie, comisaría, comisaría de policía, policía, polizia, stazione di polizia, questura, commissariato, delegacia, polícia, esquadra, politie, politiebureau, policja, komisariat, komisariat policji, policie, policejní stanice, polícia, rendőrség, poliție, secție de poliție, полиция, отделение полиции, полицейский участок, поліція, відділ поліції, policija, полиција, αστυνομία, αστυνομικό τμήμα, polis, polis merkezi, karakol, شرطة, مركز شرطة, مركز الشرطة, قسم شرطة, משטרה, תחנת משטרה, پلیس, کلانتری, اداره پلیس, पुलिस, पुलिस स्टेशन, थाना, สถานีตำรวจ, đồn công an, công an, kantor polisi, balai polis, 警察署, 交番, 警察, 경찰서, 파출소, 警察局, 派出所, polisstation, politi, politistation, politistasjon, poliisi, poliisiasema",
  },
  {
    paths: ["amenity/cinema"],
    english: "cinema, movie theater, movie theatre, movie house, movies, multiplex, picture house",
    other:
      "Kino, Lichtspielhaus, cinéma, ciné, cine, sala de cine, bioscoop, kino, mozi, cinematograf, кино, кинотеатр, кіно, кінотеатр, σινεμά, κινηματογράφος, sinema, سينما, סינמה, קולנוע, סינמטק, سینما, सिनेमा, सिनेमाघर, โรงหนัง, โรงภาพยนตร์, rạp chiếu phim, rạp phim, bioskop, pawagam, sinehan, 映画館, 영화관, 극장, 电影院, 影院, 電影院, 戲院, biograf, bio, elokuvateatteri",
  },
  {
    paths: ["historic/castle"],
    english: "castle, chateau",
    other:
      "Schloss, Burg, château, châteaux, château fort, castillo, alcázar, castello, rocca, castelo, kasteel, zamek, hrad, zámok, zámek, vár, kastély, castel, cetate, замок, крепость, фортеця, dvorac, grad, замак, κάστρο, kale, şato, قلعة, טירה, קלעה, قلعه, किला, ปราสาท, lâu đài, kastil, istana kuno, 城, お城, 城跡, 성, 城堡, slott, slot, linna, pils, pilis, castell",
  },
  {
    paths: ["amenity/theatre"],
    english: "theatre, theater, playhouse, opera house, drama theatre",
  },
  {
    paths: ["amenity/events_venue", "amenity/music_venue", "amenity/theatre"],
    english: "concert hall, music venue, concert venue, live music",
    other:
      "Konzerthaus, Konzerthalle, salle de concert, sala de conciertos, sala da concerti, концертный зал, コンサートホール, 공연장, 音乐厅",
  },
  {
    paths: ["amenity/restaurant"],
    english:
      "restraunt, resteraunt, restaraunt, restorant, eatery, diner, bistro, brasserie, trattoria, tavern",
  },
  {
    paths: ["amenity/restaurant/sushi", "amenity/fast_food/sushi"],
    english: "sushi bar, sushi place, sushi restaurant",
  },
  {
    paths: ["amenity/fast_food/burger", "amenity/restaurant/burger"],
    english: "burger place, burger joint, burger restaurant, hamburger, hamburger restaurant",
  },
  {
    paths: ["amenity/fast_food/kebab", "amenity/restaurant/kebab"],
    english: "kebab shop, kebab place, doner kebab, doner, döner",
  },
  { paths: ["amenity/bar"], english: "bar, wine bar, cocktail bar, cocktail lounge" },
  { paths: ["amenity/taxi"], english: "taxi, taxi rank, taxi stand, cab, cab stand, cab rank" },
  { paths: ["amenity/school", "amenity/kindergarten"], english: "preschool, nursery school" },
  {
    paths: ["amenity/school"],
    english:
      "primary school, elementary school, secondary school, high school, middle school, grammar school",
  },
  {
    paths: ["amenity/clinic", "amenity/hospital"],
    english:
      "urgent care, walk-in clinic, medical center, medical centre, accident and emergency, a and e",
  },
  {
    paths: ["healthcare/optometrist", "shop/optician"],
    english: "eye doctor, optometrist, eye test",
  },
  {
    paths: ["amenity/bureau_de_change"],
    english: "money exchange, currency exchange, money changer, bureau de change",
  },
  {
    paths: ["tourism/information"],
    english:
      "tourist information, tourist info, tourist information centre, visitor center, visitor centre",
  },
  {
    paths: ["tourism/picnic_site", "leisure/picnic_table"],
    english: "picnic area, picnic site, picnic spot",
  },
  { paths: ["natural/cave_entrance"], english: "cave, cavern, grotto" },
  { paths: ["office/notary"], english: "notary, notary public" },
  { paths: ["shop/copyshop"], english: "print shop, printing shop, copy shop, photocopies" },
  {
    paths: ["amenity/luggage_locker"],
    english: "luggage storage, left luggage, luggage lockers, baggage storage",
  },
  { paths: ["shop/bookmaker"], english: "betting shop, bookmaker, bookie" },
  {
    paths: ["shop/second_hand", "shop/charity"],
    english: "second hand shop, thrift shop, thrift store, used clothes",
  },
  {
    paths: ["shop/beauty"],
    english: "beauty salon, beauty parlour, beauty parlor, cosmetic studio",
  },
  { paths: ["shop/florist"], english: "florist, flower shop, flowers" },
  {
    paths: ["shop/mobile_phone"],
    english: "phone shop, mobile phone shop, cell phone store, phone store",
  },
  { paths: ["shop/sports"], english: "sports shop, sporting goods, sports store" },
];
