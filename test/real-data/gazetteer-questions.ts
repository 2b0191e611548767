/**
 * What people say when asked where, and where that is. One question a line: the text, then latitude and
 * longitude of what is meant, or why there is no one place. Written from knowledge of the world, not from the data.
 */
export interface GazetteerQuestion {
  readonly text: string;
  readonly expected:
    | { readonly latitude: number; readonly longitude: number }
    | "ambiguous"
    | "too large"
    | "unknown";
}

/** Right is what lies within so many kilometres. */
export const RIGHT_WITHIN_KM = 25;

const FIRST = `
Paris | 48.86 2.35
paris, france | 48.86 2.35
Paris France | 48.86 2.35
Paris, TX | 33.66 -95.56
Paris, Texas | 33.66 -95.56
Paris Texas USA | 33.66 -95.56
London | 51.51 -0.13
London, UK | 51.51 -0.13
London, Ontario | 42.98 -81.25
London, ON, Canada | 42.98 -81.25
Lyon | 45.75 4.85
Lione | 45.75 4.85
Marseille | 43.30 5.37
Nice | 43.70 7.27
Springfield | ambiguous
Springfield, IL | 39.80 -89.64
Springfield, Illinois | 39.80 -89.64
Springfield Illinois | 39.80 -89.64
Springfield, MO | 37.21 -93.29
Springfield, Massachusetts, USA | 42.10 -72.59
Portland | 45.52 -122.68
Portland, Maine | 43.66 -70.26
Portland, OR | 45.52 -122.68
Cambridge | ambiguous
Cambridge, MA | 42.37 -71.11
Cambridge, England | 52.21 0.12
Cambridge UK | 52.21 0.12
Birmingham, Alabama | 33.52 -86.80
Birmingham | 52.48 -1.90
Richmond, VA | 37.55 -77.46
Richmond, Virginia | 37.55 -77.46
San José, Costa Rica | 9.93 -84.08
San Jose, CA | 37.34 -121.89
San Jose California | 37.34 -121.89
Santiago | -33.45 -70.65
Santiago de Compostela | 42.88 -8.54
Córdoba, Spain | 37.89 -4.78
Cordoba, Argentina | -31.42 -64.18
Valencia, España | 39.47 -0.38
Valencia, Venezuela | 10.16 -68.00
Toledo, Ohio | 41.66 -83.56
Toledo, Spain | 39.86 -4.03
Athens | 37.98 23.73
Athens, GA | 33.96 -83.38
Rome | 41.89 12.48
Rome, Georgia | 34.26 -85.16
Roma | 41.89 12.48
Naples | 40.85 14.27
Naples, FL | 26.14 -81.79
Venice, Italy | 45.44 12.33
Venezia | 45.44 12.33
Florence | 43.77 11.25
Firenze | 43.77 11.25
Milano | 45.46 9.19
München | 48.14 11.58
Munchen | 48.14 11.58
Muenchen | 48.14 11.58
Munich | 48.14 11.58
München, Bayern | 48.14 11.58
Munich, Bavaria, Germany | 48.14 11.58
Köln | 50.93 6.95
Koln | 50.93 6.95
Cologne | 50.93 6.95
Frankfurt | 50.11 8.68
Frankfurt am Main | 50.11 8.68
Frankfurt (Oder) | 52.34 14.55
Düsseldorf, NRW | 51.22 6.78
Nürnberg | 49.45 11.08
Nuremberg | 49.45 11.08
Berlin | 52.52 13.41
Berlin, Germany | 52.52 13.41
Berlin Mitte | 52.52 13.41
Hamburg | 53.55 9.99
Wien | 48.21 16.37
Vienna | 48.21 16.37
Vienna, Austria | 48.21 16.37
Zürich | 47.37 8.54
Zurich, Switzerland | 47.37 8.54
Genève | 46.20 6.15
Geneva | 46.20 6.15
Genf | 46.20 6.15
Basel | 47.56 7.57
Luzern | 47.05 8.31
St. Gallen | 47.42 9.37
Bruxelles | 50.85 4.35
Brussels, Belgium | 50.85 4.35
Antwerpen | 51.22 4.40
Den Haag | 52.08 4.30
The Hague | 52.08 4.30
's-Hertogenbosch | 51.70 5.30
København | 55.68 12.57
Copenhagen | 55.68 12.57
Malmö | 55.61 13.00
Malmo, Sweden | 55.61 13.00
Göteborg | 57.71 11.97
Gothenburg | 57.71 11.97
Oslo | 59.91 10.75
Tromsø | 69.65 18.96
Tromso | 69.65 18.96
Reykjavik | 64.14 -21.90
Reykjavík, Iceland | 64.14 -21.90
Helsinki | 60.17 24.94
Łódź | 51.77 19.46
Lodz | 51.77 19.46
Kraków | 50.06 19.94
Krakow, Poland | 50.06 19.94
Warszawa | 52.23 21.01
Praha | 50.09 14.42
Prague, Czech Republic | 50.09 14.42
Budapest | 47.50 19.04
București | 44.43 26.11
Bucharest | 44.43 26.11
Москва | 55.75 37.62
Moscow | 55.75 37.62
Moscow, Idaho | 46.73 -117.00
Санкт-Петербург | 59.94 30.31
St Petersburg, Russia | 59.94 30.31
St. Petersburg, FL | 27.77 -82.68
Saint Petersburg, Florida | 27.77 -82.68
Київ | 50.45 30.52
Kyiv | 50.45 30.52
Kiev, Ukraine | 50.45 30.52
Львів | 49.84 24.02
Αθήνα | 37.98 23.73
Θεσσαλονίκη | 40.64 22.94
Thessaloniki | 40.64 22.94
İstanbul | 41.01 28.95
Istanbul | 41.01 28.95
القاهرة | 30.04 31.24
Cairo | 30.04 31.24
Cairo, Illinois | 37.01 -89.18
دبي | 25.08 55.31
Dubai, UAE | 25.08 55.31
ירושלים | 31.77 35.22
Jerusalem | 31.77 35.22
תל אביב | 32.08 34.78
Tel Aviv | 32.08 34.78
تهران | 35.69 51.42
दिल्ली | 28.65 77.23
New Delhi | 28.61 77.21
Mumbai | 19.07 72.88
Bombay | 19.07 72.88
Bangalore | 12.97 77.59
Bengaluru, India | 12.97 77.59
Kolkata, West Bengal | 22.56 88.36
กรุงเทพ | 13.75 100.50
Bangkok | 13.75 100.50
Hà Nội | 21.02 105.84
Hanoi | 21.02 105.84
Saigon | 10.82 106.63
東京 | 35.69 139.69
東京都 | 35.69 139.69
Tokyo, Japan | 35.69 139.69
大阪 | 34.69 135.50
大阪市 | 34.69 135.50
Osaka | 34.69 135.50
京都 | 35.02 135.75
札幌 | 43.06 141.35
横浜市 | 35.44 139.64
Yokohama, Kanagawa | 35.44 139.64
北京 | 39.91 116.40
Beijing | 39.91 116.40
Peking | 39.91 116.40
上海 | 31.22 121.46
深圳市 | 22.55 114.07
広州 | 23.12 113.25
广州 | 23.12 113.25
香港 | 22.28 114.16
Hong Kong | 22.28 114.16
台北 | 25.05 121.53
Taipei, Taiwan | 25.05 121.53
서울 | 37.57 126.98
Seoul | 37.57 126.98
부산 | 35.10 129.04
Singapore | 1.29 103.85
Monaco | 43.73 7.42
Vatican City | 41.90 12.45
Luxembourg | 49.61 6.13
New York | 40.71 -74.01
New York City | 40.71 -74.01
NYC | 40.71 -74.01
Brooklyn | 40.65 -73.95
Manhattan, NY | 40.78 -73.97
Los Angeles | 34.05 -118.24
LA, California | 34.05 -118.24
San Francisco, CA | 37.77 -122.42
Washington, DC | 38.90 -77.04
Washington D.C. | 38.90 -77.04
Las Vegas | 36.17 -115.14
Saint Louis, Missouri | 38.63 -90.20
St. Louis, MO | 38.63 -90.20
Ft. Worth, TX | 32.73 -97.32
Fort Worth | 32.73 -97.32
Vancouver | 49.25 -123.12
Vancouver, WA | 45.64 -122.66
Vancouver, BC | 49.25 -123.12
Montréal | 45.51 -73.59
Montreal, QC | 45.51 -73.59
Québec | 46.81 -71.21
Victoria, BC | 48.43 -123.37
Halifax, Nova Scotia | 44.65 -63.57
México DF | 19.43 -99.13
Ciudad de México | 19.43 -99.13
Mexico City | 19.43 -99.13
Guadalajara, Jalisco | 20.67 -103.33
São Paulo | -23.55 -46.64
Sao Paulo, Brazil | -23.55 -46.64
Rio de Janeiro | -22.91 -43.18
Buenos Aires | -34.61 -58.38
Bogotá | 4.61 -74.08
Bogota, Colombia | 4.61 -74.08
Lima, Peru | -12.04 -77.03
Lima, Ohio | 40.74 -84.11
Sydney | -33.87 151.21
Sydney, NSW | -33.87 151.21
Sydney, Nova Scotia | 46.14 -60.18
Melbourne | -37.81 144.96
Melbourne, FL | 28.08 -80.61
Perth, WA | -31.95 115.86
Perth, Scotland | 56.40 -3.43
Newcastle, NSW | -32.93 151.78
Newcastle upon Tyne | 54.98 -1.61
Auckland, New Zealand | -36.85 174.76
Cape Town | -33.93 18.42
Kapstadt | -33.93 18.42
Nairobi, Kenya | -1.28 36.82
Lagos, Nigeria | 6.45 3.39
Lagos, Portugal | 37.10 -8.67
Porto | 41.15 -8.61
Tripoli, Libya | 32.89 13.19
Suva, Fiji | -18.14 178.44
York | 53.96 -1.08
York, PA | 39.96 -76.73
Bath, UK | 51.38 -2.36
Edinburgh | 55.95 -3.20
Dublin, Ireland | 53.33 -6.25
Dublin, OH | 40.10 -83.11
Versailles | 48.80 2.13
Saint-Denis, Réunion | -20.88 55.45
St-Étienne | 45.43 4.39
Montmartre, Paris | 48.89 2.34
Le Marais, Paris | 48.86 2.36
CDG | 49.01 2.55
LHR | 51.47 -0.46
LHR airport | 51.47 -0.46
Heathrow | 51.47 -0.46
Heathrow airport | 51.47 -0.46
JFK | 40.64 -73.78
JFK Airport, New York | 40.64 -73.78
HND | 35.55 139.78
SFO | 37.62 -122.38
ORD airport | 41.98 -87.90
FRA | 50.03 8.57
BER | 52.36 13.51
Charles de Gaulle airport | 49.01 2.55
Aéroport Charles de Gaulle | 49.01 2.55
Flughafen München | 48.35 11.79
Schiphol | 52.31 4.76
EGLL | 51.47 -0.46
Gare de Lyon, Paris | 48.84 2.37
Gare du Nord, Paris | 48.88 2.36
Paris Gare de Lyon | 48.84 2.37
Lyon Part-Dieu | 45.76 4.86
Lyon Part-Dieu station | 45.76 4.86
Berlin Hauptbahnhof | 52.53 13.37
Berlin Hbf | 52.53 13.37
München Hbf | 48.14 11.56
Zürich HB | 47.38 8.54
Milano Centrale | 45.49 9.20
Roma Termini | 41.90 12.50
Amsterdam Centraal | 52.38 4.90
London King's Cross | 51.53 -0.12
94103 | 37.77 -122.41
10001 | 40.75 -74.00
ZIP 60601 | 41.89 -87.62
90210, USA | 34.10 -118.41
San Francisco 94103 | 37.77 -122.41
Berlni | 52.52 13.41
Barcelna | 41.39 2.16
Amsterdm | 52.37 4.89
San Fransisco | 37.77 -122.42
Pariss | 48.86 2.35
Stokholm | 59.33 18.07
Lisbonn | 38.72 -9.13
Philadelpia | 39.95 -75.16
Manchster, UK | 53.48 -2.24
Texas | too large
California | too large
France | too large
Deutschland | too large
Bavaria | too large
日本 | too large
United States | too large
Scotland | too large
qwzxvb | unknown
Xyzzyville, Atlantis | unknown
asdf jkl qwer | unknown
`;

/** Held back: nothing was tuned by it, to see whether the rest of the world is as well known. */
const SECOND = `
Bordeaux | 44.84 -0.58
Strasbourg, Alsace | 48.58 7.75
Straßburg | 48.58 7.75
Aix-en-Provence | 43.53 5.45
Toulouse, Occitanie | 43.60 1.44
Rennes, Bretagne | 48.11 -1.67
Leipzig, Sachsen | 51.34 12.37
Stuttgart Germany | 48.78 9.18
Freiburg im Breisgau | 47.99 7.85
Halle (Saale) | 51.48 11.97
Salzburg | 47.80 13.04
Innsbruck, Tirol | 47.26 11.39
Bern | 46.95 7.45
Lausanne, Vaud | 46.52 6.63
Torino | 45.07 7.69
Turin, Piedmont | 45.07 7.69
Palermo, Sicilia | 38.13 13.34
Bologna Italy | 44.49 11.34
Sevilla | 37.38 -5.97
Seville, Spain | 37.38 -5.97
Bilbao, País Vasco | 43.26 -2.93
Lisboa | 38.72 -9.13
Porto, Portugal | 41.15 -8.61
Utrecht | 52.09 5.12
Rotterdam, Zuid-Holland | 51.92 4.48
Gent | 51.05 3.72
Liège | 50.63 5.57
Leeds | 53.80 -1.55
Glasgow, Scotland | 55.87 -4.26
Cardiff, Wales | 51.48 -3.18
Belfast, Northern Ireland | 54.60 -5.93
Cork, Ireland | 51.90 -8.47
Bergen, Norway | 60.39 5.32
Uppsala | 59.86 17.64
Tampere | 61.50 23.79
Tallinn, Estonia | 59.44 24.75
Rīga | 56.95 24.11
Vilnius | 54.69 25.28
Gdańsk | 54.35 18.65
Wroclaw | 51.10 17.03
Brno | 49.20 16.61
Bratislava | 48.15 17.11
Ljubljana | 46.05 14.51
Zagreb, Croatia | 45.81 15.98
Beograd | 44.80 20.47
Београд | 44.80 20.47
София | 42.70 23.32
Екатеринбург | 56.85 60.61
Казань, Татарстан | 55.79 49.12
Ankara | 39.92 32.85
بغداد | 33.34 44.40
الرياض | 24.69 46.72
Karachi, Pakistan | 24.86 67.01
Chennai, Tamil Nadu | 13.09 80.28
Dhaka | 23.71 90.41
Kathmandu | 27.70 85.32
Manila, Philippines | 14.60 120.98
Jakarta | -6.21 106.85
Kuala Lumpur | 3.14 101.69
名古屋 | 35.18 136.91
福岡市 | 33.60 130.42
仙台 | 38.27 140.87
成都 | 30.67 104.07
武汉 | 30.58 114.27
인천 | 37.46 126.71
Chicago, IL | 41.88 -87.63
Houston Texas | 29.76 -95.36
Austin, TX | 30.27 -97.74
Denver, Colorado | 39.74 -104.98
Boise, ID | 43.61 -116.20
Honolulu, Hawaii | 21.31 -157.86
Burlington, VT | 44.48 -73.21
Columbus, Ohio | 39.96 -83.00
Columbus, GA | 32.46 -84.99
Charleston, SC | 32.78 -79.93
Charleston, West Virginia | 38.35 -81.63
Toronto, ON | 43.70 -79.42
Calgary, Alberta | 51.05 -114.09
Tijuana | 32.50 -117.00
La Habana | 23.13 -82.38
Medellín | 6.25 -75.56
Quito | -0.23 -78.52
La Paz, Bolivia | -16.50 -68.15
La Paz, Mexico | 24.14 -110.30
Salvador, Bahia | -12.97 -38.50
Montevideo | -34.90 -56.19
Brisbane, QLD | -27.47 153.03
Hobart | -42.88 147.33
Wellington | -41.29 174.78
Johannesburg | -26.20 28.04
Casablanca | 33.59 -7.62
Accra, Ghana | 5.56 -0.20
Addis Ababa | 9.02 38.75
MAD | 40.47 -3.56
AMS airport | 52.31 4.76
LAX | 33.94 -118.41
Gatwick | 51.15 -0.19
Hamburg Hbf | 53.55 10.01
Wien Hauptbahnhof | 48.19 16.38
Firenze Santa Maria Novella | 43.78 11.25
02139 | 42.36 -71.10
Kopenhaggen | 55.68 12.57
Edinburg, Scotland | 55.95 -3.20
Ontario | too large
Italia | too large
Andalucía | too large
Brasil | too large
zzqqxx, France | unknown
`;

export const FIRST_QUESTIONS = parse(FIRST);
export const SECOND_QUESTIONS = parse(SECOND);

function parse(lines: string): GazetteerQuestion[] {
  return lines
    .trim()
    .split("\n")
    .map((line) => {
      const [text = "", answer = ""] = line.split(" | ");
      const [latitude, longitude] = answer.split(" ").map(Number);
      if (answer === "ambiguous" || answer === "too large" || answer === "unknown") {
        return { text, expected: answer };
      }
      return { text, expected: { latitude: latitude!, longitude: longitude! } };
    });
}
