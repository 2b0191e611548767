import { EVERYDAY_WORDS } from "./everyday-words.ts";

/** Words that we give to categories ourselves. They mean these categories and no other. */
export interface OwnWords {
  readonly paths: readonly string[];
  /** The name shown to people, where the tagging schema has none or a misleading one. */
  readonly label?: string;
  /** Separated by commas; plural forms are added. */
  readonly english: string;
  /** Any other language, separated by commas. */
  readonly other?: string;
}

/** Categories that are no preset of the tagging schema, but have the words of one. */
export const SAME_WORDS: Readonly<Record<string, string>> = {
  "aeroway/heliport": "aeroway/helipad",
};

const TRAIN_STATION = ["railway/station", "public_transport/station_train"];
const BUS_STOP = [
  "public_transport/stop",
  "public_transport/platform/bus_point",
  "public_transport/platform/bus",
  "highway/bus_stop",
];
const TRAM_STOP = [
  "public_transport/stop",
  "public_transport/platform/tram_point",
  "public_transport/station_tram",
  "railway/tram_stop",
];

/** The categories of the default data. */
const DEFAULT_DATA: readonly OwnWords[] = [
  {
    paths: ["place/city"],
    english: "city, big city, large city, metropolis",
    other:
      "Stadt, Großstadt, ville, grande ville, ciudad, gran ciudad, città, grande città, cidade, stad, grote stad, storstad, miasto, duże miasto, město, velkoměsto, mesto, veľkomesto, város, nagyváros, oraș, град, город, большой город, місто, πόλη, şehir, مدينة, עיר, شهر, शहर, শহর, เมือง, thành phố, kota, bandar, lungsod, 市, 都市, 도시, 城市, storby, kaupunki, suurkaupunki, linn, pilsēta, miestas, ciutat, hiria, қала, jiji",
  },
  {
    paths: ["place/town"],
    english: "town, small town, market town",
    other:
      "Stadt, Kleinstadt, ville, petite ville, bourg, pueblo, città, cittadina, cidade, vila, stad, stadje, miasto, miasteczko, město, městečko, mesto, mestečko, város, kisváros, oraș, orășel, град, городок, город, місто, містечко, πόλη, κωμόπολη, kasaba, بلدة, עיירה, क़स्बा, thị trấn, 町, 읍, 镇, 城镇, 鎮, 城鎮, småstad, kaupunki, linn, poble, herria",
  },
  {
    paths: ["place/village"],
    english: "village, small village",
    other: "村, 村庄, 村莊, 村落, 마을, หมู่บ้าน, قرية, כפר, गाँव, গ্রাম, làng, desa, kijiji",
  },
  {
    paths: ["place/city", "place/town", "place/village", "place/hamlet"],
    english: "settlement, populated place, human settlement",
    other: "Ortschaft, localité, población, località, localidade, miejscowość, населённый пункт",
  },
  {
    paths: ["place/city/capital"],
    label: "Capital",
    english: "capital, capital city, national capital",
    other:
      "Hauptstadt, capitale, ciudad capital, capital nacional, hoofdstad, stolica, hlavní město, hlavné mesto, főváros, capitală, столица, столиця, glavni grad, главни град, glavno mesto, πρωτεύουσα, başkent, عاصمة, עיר בירה, پایتخت, राजधानी, রাজধানী, தலைநகரம், เมืองหลวง, thủ đô, ibu kota, ibukota, ibu negara, kabisera, 首都, 수도, huvudstad, hovedstad, pääkaupunki, pealinn, galvaspilsēta, sostinė, hiriburua, դედაქალაქი, մայրաքաղաք, paytaxt, mji mkuu",
  },
  {
    paths: ["place/neighbourhood", "place/quarter", "place/suburb"],
    english: "neighbourhood, neighborhood, district, city district, quarter, suburb",
    other:
      "Stadtteil, Stadtviertel, Viertel, Ortsteil, quartier, barrio, quartiere, bairro, wijk, buurt, stadswijk, dzielnica, osiedle, čtvrť, štvrť, városrész, cartier, квартал, район, район города, мікрорайон, naselje, γειτονιά, συνοικία, mahalle, حي, שכונה, محله, मोहल्ला, ย่าน, khu phố, kawasan, 地区, 街区, 区域, 동네, 街區, stadsdel, bydel, kaupunginosa, barri, auzoa",
  },
  {
    paths: ["aeroway/aerodrome"],
    english: "airport, aerodrome",
    other:
      "Flughäfen, aéroports, aeropuertos, aeroporti, havalimanı, havaalanı, hava limanı, हवाई अड्डा, விமான நிலையம், აეროპორტი, paliparan, lughawe, uwanja wa ndege",
  },
  {
    paths: ["aeroway/aerodrome/large"],
    label: "Large Airport",
    english: "international airport, large airport, major airport, big airport, main airport",
    other:
      "internationaler Flughafen, Großflughafen, Verkehrsflughafen, aéroport international, grand aéroport, aeropuerto internacional, aeroporto internazionale, aeroporto internacional, internationale luchthaven, lotnisko międzynarodowe, międzynarodowy port lotniczy, mezinárodní letiště, medzinárodné letisko, nemzetközi repülőtér, aeroport internațional, международно летище, международный аэропорт, міжнародний аеропорт, međunarodna zračna luka, διεθνές αεροδρόμιο, διεθνής αερολιμένας, uluslararası havalimanı, مطار دولي, נמל תעופה בינלאומי, فرودگاه بین‌المللی, अंतर्राष्ट्रीय हवाई अड्डा, ท่าอากาศยานนานาชาติ, สนามบินนานาชาติ, sân bay quốc tế, bandara internasional, bandar udara internasional, lapangan terbang antarabangsa, 国際空港, 국제공항, 国际机场, 國際機場, internationell flygplats, international lufthavn, internasjonal flyplass, kansainvälinen lentoasema",
  },
  {
    paths: ["aeroway/aerodrome/large", "aeroway/aerodrome/medium"],
    english: "commercial airport, passenger airport",
    other: "Linienflughafen, aéroport commercial, aeropuerto comercial",
  },
  {
    paths: ["aeroway/aerodrome/medium"],
    label: "Medium Airport",
    english: "medium airport, medium-sized airport, regional airport, domestic airport",
    other:
      "Regionalflughafen, aéroport régional, aeropuerto regional, aeroporto regionale, aeroporto regional, regionale luchthaven, lotnisko regionalne, региональный аэропорт, bölgesel havalimanı, 地方空港, 지방공항, 支线机场, 支線機場, regional flygplats",
  },
  {
    paths: ["aeroway/aerodrome/small"],
    label: "Small Airport",
    english:
      "small airport, airfield, airstrip, landing strip, landing field, local airport, private airport, general aviation airport",
    other:
      "Kleinflughafen, Flugfeld, Landeplatz, Sportflugplatz, petit aéroport, terrain d'aviation, aeropuerto pequeño, campo de aviación, pista de aterrizaje, piccolo aeroporto, campo di volo, aviosuperficie, campo de aviação, pista de pouso, lądowisko, małe lotnisko, посадочная площадка, 小型机场, 小型機場, 비행장, litet flygfält",
  },
  {
    paths: ["aeroway/heliport", "aeroway/helipad"],
    label: "Heliport",
    english: "heliport, helipad, helicopter pad, helicopter landing site, helistop, helicopter",
    other:
      "Hubschrauberlandeplatz, héliport, helipuerto, eliporto, heliporto, helihaven, lądowisko dla helikopterów, вертолётная площадка, вертодром, вертолітний майданчик, helikopter pisti, مهبط طائرات عمودية, מנחת מסוקים, ヘリポート, 헬기장, 直升机场, 直升機場, helikopterplatta, helikopterplads, helikopterikenttä",
  },
  {
    paths: ["aeroway/seaplane_base"],
    label: "Seaplane Base",
    english: "seaplane base, water aerodrome, water airport, floatplane base, seaplane, floatplane",
    other:
      "Wasserflugplatz, Wasserflughafen, Wasserflugzeug, hydrobase, hydroaérodrome, hydravion, hidropuerto, hidroaeródromo, hidroavión, idroscalo, idrovolante, hidroaeroporto, hidroavião, watervliegveld, watervliegtuig, baza wodnosamolotów, wodnosamolot, гидроаэродром, гидросамолёт, 水上飛行場, 水上機, 수상비행장, 水上机场, 水上機場, sjöflygplats, sjöflygplan",
  },
  {
    paths: ["aeroway/balloonport"],
    label: "Balloonport",
    english: "balloonport, balloon launch site, hot air balloon",
    other:
      "Ballonstartplatz, Heißluftballon, montgolfière, globo aerostático, mongolfiera, balão de ar quente, luchtballon, воздушный шар, 熱気球, 열기구, 热气球, 熱氣球",
  },
  {
    paths: TRAIN_STATION,
    english:
      "station, train station, central station, main station, railway station, rail station, railroad station, train",
    other:
      "Bahnhof, Bahnhöfe, Bahnstation, Zug, gare, gares, gare centrale, gare ferroviaire, estaciones, stazioni, estación, estación de tren, estación de trenes, estación ferroviaria, tren, stazione, stazione ferroviaria, treno, estação, estação de trem, estação ferroviária, trem, comboio, treinstation, trein, dworzec, dworzec kolejowy, stacja kolejowa, pociąg, nádraží, vlakové nádraží, vlak, stanica, železničná stanica, vasútállomás, pályaudvar, vonat, gară, гара, вокзал, железнодорожный вокзал, станция, поезд, залізничний вокзал, станція, потяг, kolodvor, željeznički kolodvor, железничка станица, železniška postaja, σταθμός, σιδηροδρομικός σταθμός, τρένο, tren garı, tren istasyonu, istasyon, محطة قطار, محطة القطار, قطار, תחנת רכבת, רכבת, ایستگاه قطار, ایستگاه راه آهن, रेलवे स्टेशन, स्टेशन, ট্রেন স্টেশন, রেলস্টেশন, สถานีรถไฟ, สถานี, ga tàu, ga xe lửa, nhà ga, stasiun, stasiun kereta api, stesen kereta api, 駅, 鉄道駅, 電車, 역, 기차역, 기차, 火车站, 火車站, 车站, 車站, 火车, järnvägsstation, tågstation, tåg, banegård, togstation, jernbanestasjon, togstasjon, tog, rautatieasema, juna-asema, juna, raudteejaam, dzelzceļa stacija, geležinkelio stotis, estació, estació de tren, tren geltokia, теміржол вокзалы",
  },
  {
    paths: [...new Set([...BUS_STOP, ...TRAM_STOP])],
    label: "Public Transport Stop",
    english: "stop, public transport stop, transit stop, public transport, public transit",
    other:
      "Haltestelle, Öffentliche Verkehrsmittel, ÖPNV, arrêt, transports en commun, parada, transporte público, fermata, trasporto pubblico, paragem, halte, openbaar vervoer, przystanek, transport publiczny, zastávka, zastavka, megálló, oprit, остановка, общественный транспорт, зупинка, στάση, durak, موقف, תחנה, 停留所, 정류장, 公共交通, hållplats, kollektivtrafik, stoppested, holdeplass, pysäkki",
  },
  {
    paths: BUS_STOP,
    english: "bus stop, bus",
    other:
      "Bushaltestelle, arrêt de bus, arrêt de car, parada de autobús, parada de bus, autobús, fermata dell'autobus, autobus, ponto de ônibus, paragem de autocarro, ônibus, autocarro, bushalte, przystanek autobusowy, autobusová zastávka, buszmegálló, stație de autobuz, автобусная остановка, автобус, автобусна зупинка, στάση λεωφορείου, λεωφορείο, otobüs durağı, otobüs, موقف حافلات, محطة باص, תחנת אוטובוס, אוטובוס, ป้ายรถเมล์, trạm xe buýt, halte bus, バス停, バス, 버스 정류장, 버스, 公交站, 公交车站, 公车站, 公車站, 巴士站, busshållplats, buss, busstoppested, bussholdeplass, bussipysäkki",
  },
  {
    paths: TRAM_STOP,
    english: "tram stop, tram, streetcar stop",
    other:
      "Straßenbahnhaltestelle, Straßenbahn, arrêt de tram, tramway, parada de tranvía, tranvía, fermata del tram, tramhalte, przystanek tramwajowy, tramwaj, tramvaj, трамвайная остановка, трамвай, 路面電車, 電停, 노면전차, 电车站, spårvagn",
  },
  {
    paths: ["landuse/harbour"],
    label: "Port or Harbour",
    english: "port, seaport, sea port, harbour, harbor, cargo port, container port",
    other:
      "Hafen, Seehafen, port de mer, port maritime, puerto, puerto marítimo, porto, porto marittimo, porto marítimo, haven, zeehaven, port morski, przystań, přístav, prístav, kikötő, пристанище, порт, морской порт, морський порт, luka, лука, pristanišče, λιμάνι, liman, ميناء, נמל, نמל ים, بندر, बंदरगाह, বন্দর, துறைமுகம், ท่าเรือ, cảng, cảng biển, pelabuhan, 港, 港湾, 海港, 항구, 항만, 港口, hamn, havn, satama, sadam, osta, uostas, portua",
  },
];

export const OWN_WORDS: readonly OwnWords[] = [...DEFAULT_DATA, ...EVERYDAY_WORDS];
